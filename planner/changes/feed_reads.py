"""Which rows of which tables decide who sees an entity, and what it shows, derived from the declarations.

The policy's conditions and the fields' expressions are built as for a query, then recorded instead of
executed. They are built for a viewer who may have any id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLSchema
from sqlalchemy import func, literal_column

from models.base import Entity, metadata
from planner.changes.feed_recording import ANY_VIEWER, Path, Read, Recording, shortened
from planner.changes.link_changes import hideable_links, link_references
from planner.changes.read_columns import stored_reads
from planner.changes.reference_visibility import hideable_references, visible_key
from planner.declaration.access import EVERYTHING, Policy
from planner.declaration.bindings import Derived, FeedBinding, Member, ToMany, Value
from planner.declaration.catalog import Catalog
from planner.limits import UNBOUNDED
from planner.sql import FIRST_OF, Column, Condition
from planner.statement.context import PlanningContext, RowSource
from planner.statement.viewer_batch import ViewerBatch

UNSHOWN = frozenset(Entity.model_fields) - {"id"}
"""Columns of every table that no link returns."""


@dataclass(frozen=True, slots=True)
class FeedDeclaration:
    """The declarations that the feed's SQL is generated from, with the facts that can't be derived.

    `refined`: `Type.field` → an SQL function of the entity's id and the changed row, before and after:
    whether the field can have changed. `locked`: columns (`table.column`) whose referenced row another
    trigger locks. `figures`: tables without an entity that are noted for live queries.
    """

    schema: GraphQLSchema
    catalog: Catalog
    policy: Policy
    feed: FeedBinding
    refined: Mapping[str, str] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    figures: tuple[str, ...] = ()

    def table(self, type_name: str) -> str:
        return str(self.catalog.types[type_name].table.name)  # type: ignore[union-attr]

    def scope(self, roles: Iterable[str]) -> PlanningContext:
        """A planning context for a viewer with these roles and any ids."""
        names = frozenset(roles)
        return PlanningContext(
            self.schema, self.catalog, self.policy, UNBOUNDED, names, "EN", {}, {}, viewers=_AnyViewer()
        )


class _AnyViewer(ViewerBatch):
    def has_attribute(self, column: Column, attribute: str, *, single: bool) -> Condition:
        return getattr(func, ANY_VIEWER)(column)  # type: ignore[no-any-return]


def policy_reads(declared: FeedDeclaration, type_name: str) -> list[Read]:
    """The reads that decide who sees the entity, its masked fields and its references, for any roles."""
    policy = declared.policy
    ruled = {role for entity in policy.entities.values() for role in entity.rows}
    ruled |= {role for e in policy.entities.values() for mask in e.masks.values() for role in mask.roles}
    bounded = ruled - policy.unbounded
    found: list[Read] = []
    for roles in [*({role} for role in sorted(bounded)), bounded, policy.unbounded]:
        scope = declared.scope(roles)
        row = scope.row(type_name)
        conditions: list[Any] = [
            row["id"].is_not(None),
            *row.visibility_conditions(),
            *row.mask_conditions(list(policy.entity(type_name).masks)),
            *(visible_key(row, reference) for reference in hideable_references(scope, type_name)),
        ]
        if type_name in declared.feed.concerns:
            institution: Column = literal_column("institution")
            conditions.append(declared.feed.concerns[type_name](row, institution))
        found += Recording(row.source).reads(conditions)
        for member in hideable_links(scope, declared.feed, type_name):
            found += _hideable_of_links(scope, type_name, member)
    return _merged(found)


def _hideable_of_links(context: PlanningContext, type_name: str, member: Member) -> list[Read]:
    owner, link = context.row(type_name), context.row(member.target)
    conditions: list[Any] = [
        *link.mask_conditions(list(context.policy.entity(link.type.name).masks)),
        *(visible_key(link, reference) for reference in link_references(owner, link, member)),
    ]
    reading = Recording(owner.source, [_join(member, owner, link)])
    beyond = 1  # the links themselves are read from their table, so no image needs them
    return [read for read in reading.reads(conditions) if len(read.path) > beyond]


def field_reads(declared: FeedDeclaration, type_name: str) -> list[Read]:
    """The reads of other tables that the entity's fields return, except references and lists of entities."""
    scope = declared.scope(EVERYTHING)
    found: list[Read] = []
    for member in scope.catalog.types[type_name].members.values():
        if member.name in declared.feed.of_others.get(type_name, ()):
            continue
        row = scope.row(type_name)
        if _is_list_of_links(scope, member):
            found += _links(declared, row, member)
        else:
            found += [
                replace(read, field=member.name) for read in _field_expression_reads(row, member) if read.path
            ]
    return found


def _is_list_of_links(context: PlanningContext, member: Member) -> bool:
    return (
        isinstance(member.binding, ToMany)
        and member.binding.join is not None
        and context.catalog.types[member.target].prefix is None
    )


def _field_expression_reads(row: RowSource, member: Member, joins: Iterable[Condition] = ()) -> list[Read]:
    match member.binding:
        case Value(repeats=True):
            return []
        case Value():
            expression: Any = member.binding.expression(row, {})
        case Derived():
            expression = member.binding.source(row, {}, row.context)
        case _:
            return []
    via = [condition for _, condition, _ in row.joins.values()]
    root = row.source
    return Recording(root, [*joins, *via]).reads([expression])


def _links(declared: FeedDeclaration, row: RowSource, member: Member) -> Iterator[Read]:
    link = row.context.row(member.target)
    join = _join(member, row, link)
    (path,) = {read.path for read in Recording(row.source, [join]).reads([join]) if read.path}
    table = metadata.tables[path[-1].table]
    columns = frozenset(c.name for c in table.c if c.computed is None) - UNSHOWN
    yield Read(path, columns, columns, field=member.name)
    masked = declared.policy.entity(link.type.name).masks
    for one in link.type.members.values():
        fresh = replace(link, joins={})
        for read in _field_expression_reads(fresh, one):
            if read.path:
                keyed = one.name in masked and len(read.path) == 1
                yield replace(read, path=shortened((*path, *read.path)), field=member.name, keyed=keyed)


def _join(member: Member, owner: RowSource, link: RowSource) -> Condition:
    assert isinstance(member.binding, ToMany)
    assert member.binding.join is not None
    return member.binding.join(owner, link)


def _merged(reads: Iterable[Read]) -> list[Read]:
    """Reads of the same rows merged; a path that is read without a filter anywhere needs no filter."""
    reads = list(reads)
    unfiltered = {read.path for read in reads if not read.filter}
    found: dict[tuple[Path, str], Read] = {}
    for read in reads:
        plain = read.path in unfiltered
        key = read.path, "" if plain else read.filter
        compared = read.columns if plain else read.compared
        other = found.get(key, Read(read.path, frozenset(), frozenset(), key[1]))
        found[key] = replace(other, columns=other.columns | read.columns, compared=other.compared | compared)
    return sorted(found.values(), key=lambda read: (read.path, read.filter))


def written(table: str, columns: Iterable[str]) -> list[str]:
    """The written columns, in the table's order; a generated column is replaced by those it is made from.

    Columns of which only the first that isn't null counts are joined: `one or other` (`FIRST_OF`).
    """
    known = metadata.tables[table].c
    found: set[str] = set()
    for name in columns:
        if name in known and known[name].computed is not None:
            found |= {FIRST_OF.join(read.columns) for read in stored_reads(table, name)}
        else:
            found.add(name)
    order = [column.name for column in known]
    return sorted(found, key=lambda name: (order.index(name.split(FIRST_OF)[0]), name))
