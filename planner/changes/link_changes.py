"""Lists of ties whose fields are masked: when what they show has changed though no tie has.

Who stands behind a tie may get another name, or be named or not. The change says of whom: `<field>:<id>`
among its fields is the row that the tie refers to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Text, and_, any_, cast, literal_column, or_, true
from sqlalchemy.sql.elements import False_

from planner.declaration.bindings import Many, Member, Value
from planner.sql import Column, Condition, exists
from planner.statement.context import Row, Scope


def masked_ties(scope: Scope, name: str) -> Iterator[Member]:
    """The lists of ties of a type of which the policy masks a field."""
    for member in scope.catalog.types[name].members.values():
        if isinstance(member.binding, Many) and member.binding.join is not None:
            target = scope.catalog.types[member.target]
            if target.prefix is None and scope.policy.entity(target.name).masks:
                yield member


def tie_changed(
    scope: Scope, past: Scope, name: str, member: Member, entity: Column, fields: Column
) -> Condition:
    """Whether a tie of the entity shows something else than before, or no longer does."""
    assert isinstance(member.binding, Many)
    assert member.binding.join is not None
    owner, tie = scope.row(name), scope.row(member.target)
    clause = owner.clause.join(tie.source, member.binding.join(owner, tie))
    unlike = or_(*_unlike(tie, past, member, fields))
    return exists([owner.source, tie.source], clause, [owner["id"] == entity, *tie.visible(), unlike])


def _unlike(tie: Row, past: Scope, member: Member, fields: Column) -> Iterator[Condition]:
    seen = []
    for name, mask in tie.scope.policy.entity(tie.type.name).masks.items():
        now, before = tie.mask(name), replace(tie, scope=past).mask(name)
        if isinstance(now, False_):
            continue
        for key in _keys(tie, name):
            named = literal_column(f"'{member.name}:'", Text()).concat(cast(tie[key], Text))
            yield and_(named == any_(fields), true() if now is None else now)
        if now is not None and before is not None and mask not in seen:
            seen.append(mask)  # fields share a mask
            yield now != before


def _keys(tie: Row, name: str) -> Iterator[str]:
    """The columns by which the field finds what it shows in another table."""
    member = tie.type.members[name]
    if isinstance(member.binding, Value):
        looked = replace(tie, joins={})
        member.binding.expression(looked, {})
        yield from looked.joins
