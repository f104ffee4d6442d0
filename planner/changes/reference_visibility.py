"""References as a viewer sees them: the id of a row that is visible to them, or null.

A reference is null while its target is hidden, so whatever decides who sees the target decides its value.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Uuid, and_, case, cast, null, true
from sqlalchemy.sql.elements import ColumnClause

from planner.declaration.bindings import Member, ToMany, ToOne, ToOneOf
from planner.sql import Column, Condition, exists, is_false
from planner.statement.context import PlanningContext, RowSource


def hideable_references(context: PlanningContext, type_name: str) -> Iterator[Member]:
    """The references that may be null for the viewer although the row refers to something.

    A reference with a computed key always counts, since other rows decide its value.
    """
    row = context.row(type_name)
    for member in row.type.members.values():
        keys = _keys(row, member)
        if keys and (row.mask(member.name) is not None or any(_hideable(row, *key) for key in keys)):
            yield member


def visible_key(row: RowSource, member: Member) -> Column:
    """The id that the reference has for the viewer; null if there is none that they see."""
    mask = row.mask_conditions([member.name])
    found = [(key, and_(true(), *mask, _sees(row, target, key))) for target, key in _keys(row, member)]
    nothing: Column = cast(null(), Uuid())
    if all(is_false(seen) for _, seen in found):
        return nothing
    return case(*((key.is_not(None), case((seen, key))) for key, seen in found), else_=nothing)


def leads_back(owner: RowSource, link: RowSource, member: Member, reference: Member) -> bool:
    """Whether a link's reference is the one to the owner of the list, whose row is visible."""
    assert isinstance(member.binding, ToMany)
    assert member.binding.join is not None
    if not isinstance(reference.binding, ToOne) or reference.target != owner.type.name:
        return False
    join = member.binding.join(owner, link)
    return join.compare(link[reference.binding.key] == owner["id"])


def _keys(row: RowSource, member: Member) -> list[tuple[str, Column]]:
    """The types that a field may refer to, each with the key expression; empty if it is no reference."""
    match member.binding:
        case ToOne():
            return [(member.target, row[member.binding.key])]
        case ToOneOf(apart=False):
            return [(target, expression(row, {})) for target, expression in member.binding.keys.items()]
    return []


def _hideable(row: RowSource, target: str, key: Column) -> bool:
    return not _is_column(key) or bool(row.context.row(target).visibility_conditions())


def _sees(row: RowSource, target: str, key: Column) -> Condition:
    if not _is_column(key):
        return true()  # a computed key already is that of a visible row
    other = row.context.row(target)
    visible = and_(true(), *other.visibility_conditions())
    if is_false(visible) or not other.visibility_conditions():
        return visible
    wanted = [other["id"] == key, visible]
    return exists(other.from_clauses, other.from_clause, wanted, correlated=True)


def _is_column(key: Column) -> bool:
    return isinstance(key, ColumnClause)
