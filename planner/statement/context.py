"""The context in which a statement is planned, and its row sources."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import FieldNode, FragmentDefinitionNode, GraphQLSchema
from sqlalchemy import FromClause, Text, Uuid, any_, case, cast, null
from sqlalchemy.dialects.postgresql import JSONB
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
    """What planning an operation needs; `reads_grants_epoch`: the statement also returns the grants epoch.

    `single_attributes` names the attributes with one id, for which PostgreSQL can estimate rows better.
    `tracks_tables`: the plan lists its tables. `viewers`: the statement is for several viewers. `image`: rows
    are read from this image of the past. `held` are attributes that the statement reads.
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
    held: Mapping[str, Column] = field(default_factory=dict)

    def holding(self, role: str, id: Column) -> PlanningContext:
        """The context of the viewer with a role more, whose attribute has an id that the statement reads."""
        return replace(self, roles=self.roles | {role}, held={**self.held, role: id})

    def table(self, table: FromClause) -> FromClause:
        """The table to read from: as it is now, or as the image has it."""
        return bare_table(table).alias() if self.image is None else image_rows(self.image, table)

    def row(self, type_name: str) -> RowSource:
        """A new row source of a type with a table."""
        type_ = self.catalog.types[type_name]
        if type_.table is None:
            raise TypeError(f"{type_name} has no table")
        return RowSource(type_, self.table(type_.table), self, self.language)

    def bind(
        self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Converter = lambda value: value
    ) -> Column:
        return self.parameters.bind(leaf, type_, convert)

    def has_attribute(self, column: Column, attribute: str) -> Condition:
        """Whether the column is one of the ids in an attribute of the viewer."""
        if attribute in self.held:
            return column == self.held[attribute]
        if self.viewers is not None:
            return self.viewers.has_attribute(column, attribute, single=attribute in self.single_attributes)
        if attribute in self.single_attributes:
            return column == self.parameters.single_attribute(attribute)
        return column == any_(self.parameters.attribute(attribute))

    def of_viewer(self, name: str, read: Callable[[Any], Any]) -> Column:
        """The JSON of something of the viewer, as a parameter with this name."""
        json = self.parameters.computed(
            f"of_viewer_{name}", Text(), lambda _, viewer: orjson.dumps(read(viewer)).decode()
        )
        return cast(json, JSONB())

    def single_attribute(self, attribute: str) -> Column:
        """The id that the viewer has under a name; null where there is none, or more than one."""
        if attribute in self.held:
            return self.held[attribute]
        if attribute not in self.single_attributes:
            return cast(null(), Uuid())
        return self.parameters.single_attribute(attribute)


@dataclass(slots=True)
class RowSource:
    """A row of a type within a statement: the source of its columns, and what is joined to it.

    `correlated`: related rows are probed row by row, instead of joined for all rows.
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
        """The expression of a scalar field, without its mask."""
        binding = self.type.members[field].binding
        assert isinstance(binding, Value)
        return binding.expression(self, {})

    def join_on(self, key: str, table: FromClause) -> FromClause:
        """The table joined on this row's column `key`, only once; an outer join if the key is nullable."""
        if key not in self.joins:
            joined = table.alias()
            optional = self.type.table is None or bool(self.type.table.c[key].nullable)
            self.joins[key] = (joined, self[key] == joined.c["id"], optional)
        return self.joins[key][0]

    def in_language(self, language: str) -> RowSource:
        """The same row in another language."""
        return replace(self, language=language)

    def as_correlated(self) -> RowSource:
        """The same row with related rows probed row by row, as for masks and for alternatives of rules."""
        return self if self.correlated else replace(self, correlated=True)

    @property
    def from_clause(self) -> FromClause:
        """The FROM clause: the source and the joins so far."""
        clause = self.source
        for joined, condition, optional in self.joins.values():
            clause = clause.join(joined, condition, isouter=optional)
        return clause

    @property
    def from_clauses(self) -> tuple[FromClause, ...]:
        return (self.source, *(joined for joined, _, _ in self.joins.values()))

    def visibility_conditions(self) -> list[Condition]:
        """The policy's row predicate for the viewer; empty if every row is visible."""
        if not self.type.governed:
            return []
        condition = self.context.policy.rows(self, self.context.roles)
        return [] if condition is None else [condition]

    def policy_branches(self) -> Sequence[Callable[[RowSource], Condition]]:
        """The alternatives of the row predicate, if all of them are selective; otherwise none."""
        return self.context.policy.branches(self.type.name, self.context.roles) if self.type.governed else ()

    def mask(self, name: str) -> Condition | None:
        """The condition for rows on which the viewer sees the field; None if on all visible rows."""
        if not self.type.governed:
            return None
        return self.context.policy.mask(self, name, self.context.roles)

    def mask_conditions(self, names: Collection[str]) -> list[Condition]:
        return [mask for mask in map(self.mask, names) if mask is not None]


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A selected field: its declaration, its arguments, and its nodes in the document."""

    member: Member
    arguments: Arguments
    nodes: Sequence[FieldNode]


def masked_expression(
    row: RowSource, member: Member, arguments: Arguments | None = None, form: str = "expression"
) -> Column:
    """A scalar field's expression with its mask; `form` is `expression`, `folded` or `sorted`."""
    binding = member.binding
    if not isinstance(binding, Value) or member.scalar_type is None:
        raise TypeError(f"{row.type.name}.{member.name} is not a scalar")
    expression: Expression = getattr(binding, form) or binding.expression
    mask = row.mask(member.name)
    if mask is None:
        return expression(row, arguments or {})
    if isinstance(mask, False_):
        return cast(null(), member.scalar_type.sql)
    return case((mask, expression(row, arguments or {})))
