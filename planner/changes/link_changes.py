"""Lists of links whose values may change although no link does, since links have fields that may be hidden.

The row that a link refers to may be renamed, or it or its name may become visible or hidden. A change names
the renamed row: `<field>:<id>` among its fields has the id that the link refers to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import FromClause, Text, and_, any_, cast, literal_column, or_, true
from sqlalchemy.sql.elements import False_

from planner.changes.reference_visibility import hideable_references, leads_back, visible_key
from planner.declaration.bindings import FeedBinding, Member, ToMany, Value
from planner.sql import Column, Condition, exists
from planner.statement.context import PlanningContext, RowSource


def hideable_links(context: PlanningContext, feed: FeedBinding, name: str) -> Iterator[Member]:
    """A type's lists of links with something that may be hidden: a masked field or a reference."""
    owner = context.row(name)
    for member in owner.type.members.values():
        if isinstance(member.binding, ToMany) and member.binding.join is not None:
            target = context.catalog.types[member.target]
            if target.prefix is not None or member.name in feed.of_others.get(name, ()):
                continue
            link = context.row(target.name)
            if context.policy.entity(target.name).masks or list(link_references(owner, link, member)):
                yield member


def link_references(owner: RowSource, link: RowSource, member: Member) -> Iterator[Member]:
    """A link's references that may be null for the viewer, without the one to the list's owner."""
    for reference in hideable_references(link.context, link.type.name):
        if not leads_back(owner, link, member, reference):
            yield reference


def link_changed(
    context: PlanningContext,
    image: PlanningContext,
    name: str,
    member: Member,
    change: FromClause,
) -> Condition:
    """Whether a visible value of one of the entity's links differs from before."""
    assert isinstance(member.binding, ToMany)
    assert member.binding.join is not None
    owner, link = context.row(name), context.row(member.target)
    past = replace(link, context=image)
    references = list(link_references(owner, link, member))
    clause = owner.from_clause.join(link.source, member.binding.join(owner, link))
    unlike = or_(
        *_visibly_changed(link, image, member, change.c.fields),
        *(visible_key(past, one).is_distinct_from(visible_key(link, one)) for one in references),
    )
    wanted = [owner["id"] == change.c.entity_id, *link.visibility_conditions(), unlike]
    return exists([owner.source, link.source], clause, wanted)


def _visibly_changed(
    link: RowSource, image: PlanningContext, member: Member, fields: Column
) -> Iterator[Condition]:
    seen = []
    for name, mask in link.context.policy.entity(link.type.name).masks.items():
        now, before = link.mask(name), replace(link, context=image).mask(name)
        if isinstance(now, False_):
            continue
        for key in _referencing_columns(link, name):
            named = literal_column(f"'{member.name}:'", Text()).concat(cast(link[key], Text))
            yield and_(named == any_(fields), true() if now is None else now)
        if now is not None and before is not None and mask not in seen:
            seen.append(mask)  # fields share a mask
            yield now != before


def _referencing_columns(link: RowSource, name: str) -> Iterator[str]:
    """The link's columns that the field uses to look up its value in another table."""
    member = link.type.members[name]
    if isinstance(member.binding, Value):
        looked = replace(link, joins={})
        member.binding.expression(looked, {})
        yield from looked.joins
