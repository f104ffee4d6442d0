"""The context in which a statement is planned, and the sources of its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, GraphQLSchema
from sqlalchemy import FromClause, any_, case, cast, null
from sqlalchemy.sql.elements import False_
from sqlalchemy.types import TypeEngine

from planner.declaration.access import Policy
from planner.declaration.bindings import Expression, Member, TypeBinding, Value
from planner.declaration.catalog import Catalog
from planner.document.arguments import Arguments, ArgumentValue, Variables
from planner.limits import Limits
from planner.sql import Column, Condition, bare_table, image_rows
from planner.statement.parameters import Converter, Parameters
from planner.statement.viewer_batch import ViewerBatch


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """What planning one operation needs to know; `reads_grants_epoch` if the statement returns that too.

    `single_attributes` names the attributes with one id: PostgreSQL knows more of one than of several.
    `tracks_tables`: the tables that the statement reads are noted. `viewers`: it is for several viewers at
    once. `image`: rows are those of this image of the past.
    """

    schema: GraphQLSchema
    catalog: Catalog
    policy: Policy
    limits: Limits
    roles: frozenset[str]
    language: str
    variables: Variables
    fragments: Mapping[str, FragmentDefinitionNode]
    reads_grants_epoch: bool = False
    single_attributes: frozenset[str] = frozenset()
    parameters: Parameters = field(default_factory=Parameters)
    tracks_tables: bool = False
    viewers: ViewerBatch | None = None
    image: Column | None = None

    def table(self, table: FromClause) -> FromClause:
        """The table to be read from: as it is, or as it was."""
        return bare_table(table).alias() if self.image is None else image_rows(self.image, table)

    def row(self, type_name: str) -> RowSource:
        """A new row source of a type with a table."""
        type_ = self.catalog.types[type_name]
        if type_.table is None:
            raise TypeError(f"{type_name} stands on no table")
        return RowSource(type_, self.table(type_.table), self, self.language)

    def bind(
        self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Converter = lambda value: value
    ) -> Column:
        return self.parameters.bind(leaf, type_, convert)

    def has_attribute(self, column: Column, attribute: str) -> Condition:
        """Whether the column holds one of the ids that the viewer has under a name."""
        if self.viewers is not None:
            return self.viewers.has_attribute(column, attribute, single=attribute in self.single_attributes)
        if attribute in self.single_attributes:
            return column == self.parameters.single_attribute(attribute)
        return column == any_(self.parameters.attribute(attribute))


@dataclass(slots=True)
class RowSource:
    """One row of a type within a statement: where its columns come from, and what is joined to it.

    `correlated`: related rows are looked up row by row, not joined for all rows beforehand.
    """

    type: TypeBinding
    source: FromClause
    context: PlanningContext
    language: str
    joins: dict[str, tuple[FromClause, Condition, bool]] = field(default_factory=dict)
    correlated: bool = False

    @property
    def type_name(self) -> str:
        return self.type.name

    def __getitem__(self, column: str) -> Column:
        return self.source.c[column]

    def expression(self, field: str) -> Column:
        """What a scalar field stands for, without its mask."""
        binding = self.type.members[field].binding
        assert isinstance(binding, Value)
        return binding.expression(self, {})

    def join_on(self, key: str, table: FromClause) -> FromClause:
        """The table joined on this row's column `key`, only once.

        If the key may be null, it is an outer join.
        """
        if key not in self.joins:
            joined = table.alias()
            optional = self.type.table is None or bool(self.type.table.c[key].nullable)
            self.joins[key] = (joined, self[key] == joined.c["id"], optional)
        return self.joins[key][0]

    def in_language(self, language: str) -> RowSource:
        """The same row, read in another language."""
        return replace(self, language=language)

    def as_correlated(self) -> RowSource:
        """The same row, looked at by itself: of alternatives that few rows come to, and of masks."""
        return self if self.correlated else replace(self, correlated=True)

    @property
    def from_clause(self) -> FromClause:
        """The FROM clause: the source and what was joined until now."""
        clause = self.source
        for joined, condition, optional in self.joins.values():
            clause = clause.join(joined, condition, isouter=optional)
        return clause

    @property
    def from_clauses(self) -> tuple[FromClause, ...]:
        return (self.source, *(joined for joined, _, _ in self.joins.values()))

    def visibility_conditions(self) -> list[Condition]:
        """The policy's row predicate for the viewer, as conditions; empty when every row is visible."""
        if not self.type.governed:
            return []
        condition = self.context.policy.rows(self, self.context.roles)
        return [] if condition is None else [condition]

    def policy_branches(self) -> Sequence[Callable[[RowSource], Condition]]:
        """What `visible` is made of, one by one, where few rows fulfil each of them."""
        return self.context.policy.branches(self.type.name, self.context.roles) if self.type.governed else ()

    def mask(self, name: str) -> Condition | None:
        """Where the viewer sees the field; None when everywhere."""
        if not self.type.governed:
            return None
        return self.context.policy.mask(self, name, self.context.roles)

    def mask_conditions(self, names: Collection[str]) -> list[Condition]:
        return [mask for mask in map(self.mask, names) if mask is not None]


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field that was selected: its declaration, its arguments, and the nodes that ask for it."""

    member: Member
    arguments: Arguments
    nodes: Sequence[FieldNode]


def masked_expression(
    row: RowSource, member: Member, arguments: Arguments | None = None, form: str = "expression"
) -> Column:
    """The one expression of a scalar field for this viewer: its mask included, in one of its stored forms."""
    binding = member.binding
    if not isinstance(binding, Value) or member.scalar_type is None:
        raise TypeError(f"{row.type.name}.{member.name} is no scalar")
    expression: Expression = getattr(binding, form) or binding.expression
    mask = row.mask(member.name)
    if mask is None:
        return expression(row, arguments or {})
    if isinstance(mask, False_):
        return cast(null(), member.scalar_type.sql)
    return case((mask, expression(row, arguments or {})))
