"""Which changes a viewer receives: of entities that they see now, saw before, or see differently.

Whether they see an entity now is read from the tables; whether they saw it before, from the change's image.
Both use the same row predicate and masks of the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import FromClause, Uuid, and_, any_, case, false, literal_column, or_, select, true
from sqlalchemy.sql.elements import False_

from planner.changes.column_dependencies import columns_read, reads_others_of_its_table
from planner.changes.link_changes import hideable_links, link_changed
from planner.changes.reference_visibility import hideable_references, visible_key
from planner.declaration.bindings import FeedBinding, Member
from planner.declaration.scalar_types import global_id_type
from planner.document.arguments import ArgumentValue
from planner.sql import Column, Condition, exists, literal_text, overlaps, scalar_subquery
from planner.statement.context import PlanningContext, RowSource


@dataclass(frozen=True)
class ChangeVisibility:
    """The changes of a statement, `change` (a FROM clause), with the viewer's conditions on them."""

    context: PlanningContext
    feed: FeedBinding
    change: FromClause
    types: Sequence[str]
    institution: ArgumentValue | None = None

    def by_type(self, part: Callable[[str], Column], otherwise: Column) -> Column:
        """A CASE on the change's type, with the expression of each type."""
        cases = [
            (self.change.c.type == literal_text(value), part(self.feed.types[value])) for value in self.types
        ]
        return case(*cases, else_=otherwise) if cases else otherwise

    def visible_now(self, name: str) -> Condition:
        return self._visible(self.context.row(name))

    def visible_before(self, name: str) -> Condition:
        """Whether the image has the row, and the policy let the viewer see it."""
        past = replace(self.context, image=self.change.c.was)
        row = past.row(name)
        if not row.visibility_conditions() and self.institution is None:
            return self.change.c.was.is_not(None)
        return self._visible(row)

    def _visible(self, row: RowSource) -> Condition:
        wanted = [row["id"] == self.change.c.entity_id, *row.visibility_conditions()]
        if self.institution is not None:
            wanted.append(self._concerns_institution(row, self.institution))
        return exists(row.from_clauses, row.from_clause, wanted)

    def _concerns_institution(self, row: RowSource, institution: ArgumentValue) -> Condition:
        concerns = self.feed.concerns.get(row.type.name)
        if concerns is None:
            return false()
        kind = global_id_type("institution", frozenset(self.context.catalog.prefixes))
        return concerns(row, self.context.bind(institution, Uuid(), kind.convert))

    def visibly_changed(self, name: str) -> Condition:
        """A visible field changed, or the value of a field or reference became visible or hidden."""
        masked, references = self.masked_fields(name), self.references(name)
        plain = [m for m in self.context.catalog.types[name].members if m not in masked]
        conditions = [overlaps(self.change.c.fields, plain)] if plain else []
        for member in masked:
            if (shows := self.mask_before_and_now(name, member)) is not None:
                before, now = shows
                changed = literal_text(member) == any_(self.change.c.fields)
                conditions.append(or_(and_(changed, now), before != now))
        conditions += [self.reference_changed(name, member) for member in references]
        conditions += [self.links_visibly_changed(name, member) for member in self.links(name)]
        return or_(*conditions) if conditions else false()

    def references(self, name: str) -> Sequence[Member]:
        """The references that may be null for the viewer."""
        return self._hideable[name][0]

    def links(self, name: str) -> Sequence[Member]:
        """The lists of links with a masked field, or a reference that may be hidden from the viewer."""
        return self._hideable[name][1]

    @cached_property
    def _hideable(self) -> Mapping[str, tuple[Sequence[Member], Sequence[Member]]]:
        names = {self.feed.types[value] for value in self.types}
        return {
            name: (
                list(hideable_references(self.context, name)),
                list(hideable_links(self.context, self.feed, name)),
            )
            for name in names
        }

    def reference_changed(self, name: str, member: Member) -> Condition:
        """The reference's visible target is another one than before, or became visible or hidden."""
        past = replace(self.context, image=self.change.c.was)
        before, now = (self._visible_key(context.row(name), member) for context in (past, self.context))
        row = self.context.row(name)
        return and_(self._may_change(row, [visible_key(row, member)]), before.is_distinct_from(now))

    def _visible_key(self, row: RowSource, member: Member) -> Column:
        key = select(visible_key(row, member)).select_from(row.from_clause)
        return scalar_subquery(key.where(row["id"] == self.change.c.entity_id), *row.from_clauses)

    def links_visibly_changed(self, name: str, member: Member) -> Condition:
        """A list of links has other values in a field that may be hidden, although no link changed."""
        past = replace(self.context, image=self.change.c.was)
        return link_changed(self.context, past, name, member, self.change)

    def masked_fields(self, name: str) -> Sequence[str]:
        """The fields that may be hidden from the viewer on a visible row."""
        policy = self.context.policy
        masks = policy.entity(name).masks
        return tuple(m for m, mask in masks.items() if not policy.sees_all(mask.roles, self.context.roles))

    def mask_may_change(self, name: str, member: str) -> Condition:
        """The change may show or hide a masked field; a cheap test that most changes fail."""
        row = self.context.row(name)
        return self._may_change(row, row.mask_conditions([member]))

    def _may_change(self, row: RowSource, parts: Sequence[Column]) -> Condition:
        """Another table changed, or a column of the entity's row that the expressions read."""
        if reads_others_of_its_table(row, parts):
            return true()
        columns = columns_read(row, parts)
        own = [overlaps(self.change.c.columns, columns)] if columns else []
        return or_(self.other_tables_changed(row.type.name), *own)

    def other_tables_changed(self, name: str) -> Condition:
        """Rows of other tables changed too."""
        table = str(self.context.catalog.types[name].table.name)  # type: ignore[union-attr]
        return self.change.c.tables != literal_column(f"'{{{table}}}'::text[]")

    def mask_before_and_now(self, name: str, member: str) -> tuple[Condition, Condition] | None:
        """Whether a masked field was visible before and is now; None if it never is."""
        past = replace(self.context, image=self.change.c.was)
        rows = [past.row(name), self.context.row(name)]
        if any(isinstance(row.mask(member), False_) for row in rows):
            return None
        before, now = (self._mask_allows(row, member) for row in rows)
        return before, now

    def _mask_allows(self, row: RowSource, member: str) -> Condition:
        mask = row.mask_conditions([member])
        return exists(row.from_clauses, row.from_clause, [row["id"] == self.change.c.entity_id, *mask])

    @cached_property
    def visibility(self) -> FromClause:
        """For each change: whether the viewer sees the entity now, and saw it before."""
        before = self.by_type(self.visible_before, literal_column("false"))
        now = self.by_type(self.visible_now, literal_column("false"))
        both = select(before.label("before"), now.label("now")).offset(literal_column("0"))
        return both.correlate(self.change).lateral("judged")

    def concerns_viewer(self) -> Condition:
        """The viewer began or ceased to see the entity, or sees it and its row or a visible field changed."""
        before, now = self.visibility.c.before, self.visibility.c.now
        unlike = self.by_type(self.visibly_changed, literal_column("false"))
        return or_(before != now, and_(before, now, or_(self.change.c.own, unlike)))
