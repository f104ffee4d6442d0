"""Which changes a viewer is told of: what they see now, saw before, or see another way.

Whether they see the entity now is asked of the tables; whether they saw it before, of the image that the
change keeps of it. Both by the policy's one row predicate, and masks likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import FromClause, Uuid, and_, any_, case, false, literal_column, or_, select
from sqlalchemy.sql.elements import False_

from planner.changes.column_dependencies import columns_within
from planner.changes.link_changes import masked_ties, tie_changed
from planner.declaration.bindings import Feed, Member
from planner.declaration.scalar_types import id_kind
from planner.document.arguments import Leaf
from planner.sql import Column, Condition, exists, overlaps, quoted
from planner.statement.context import Row, Scope


@dataclass(frozen=True)
class Told:
    """The changes of a statement: a FROM clause with the columns of a change, and how it is judged."""

    scope: Scope
    feed: Feed
    change: FromClause
    types: Sequence[str]
    institution: Leaf | None = None

    def by_type(self, part: Callable[[str], Column], otherwise: Column) -> Column:
        """Something that each type has its own expression for."""
        cases = [(self.change.c.type == quoted(value), part(self.feed.types[value])) for value in self.types]
        return case(*cases, else_=otherwise) if cases else otherwise

    def seen_now(self, name: str) -> Condition:
        return self._seen(self.scope.row(name))

    def seen_before(self, name: str) -> Condition:
        """By the image: there was such a row, and the policy let the viewer see it."""
        past = replace(self.scope, past=self.change.c.was)
        row = past.row(name)
        if not row.visible() and self.institution is None:
            return self.change.c.was.is_not(None)
        return self._seen(row)

    def _seen(self, row: Row) -> Condition:
        wanted = [row["id"] == self.change.c.entity_id, *row.visible()]
        if self.institution is not None:
            wanted.append(self._concerned(row, self.institution))
        return exists(row.own, row.clause, wanted)

    def _concerned(self, row: Row, institution: Leaf) -> Condition:
        concerns = self.feed.concerns.get(row.type.name)
        if concerns is None:
            return false()
        kind = id_kind("institution", frozenset(self.scope.catalog.prefixes))
        return concerns(row, self.scope.bind(institution, Uuid(), kind.convert))

    def unlike(self, name: str) -> Condition:
        """A field that changed with other rows is one that the viewer sees; or one is shown or hidden now."""
        masked = self.masked(name)
        plain = [m for m in self.scope.catalog.types[name].members if m not in masked]
        shown = [overlaps(self.change.c.fields, plain)] if plain else []
        for member in masked:
            if (shows := self.shows(name, member)) is not None:
                before, now = shows
                changed = quoted(member) == any_(self.change.c.fields)
                shown.append(or_(and_(changed, now), before != now))
        shown += [self.tie_unlike(name, member) for member in masked_ties(self.scope, name)]
        return or_(*shown) if shown else false()

    def tie_unlike(self, name: str, member: Member) -> Condition:
        """A list of ties shows something else, though none of them changed."""
        past = replace(self.scope, past=self.change.c.was)
        return tie_changed(self.scope, past, name, member, self.change.c.entity_id, self.change.c.fields)

    def masked(self, name: str) -> Sequence[str]:
        """The fields that the viewer does not see wherever they see the row."""
        policy = self.scope.policy
        return () if policy.is_unbounded(self.scope.roles) else tuple(policy.entity(name).masks)

    def may_flip(self, name: str, member: str) -> Condition:
        """The change is of a kind that may show or hide a masked field; most are not, and need no look."""
        row = self.scope.row(name)
        columns = columns_within(row, row.masks([member]))
        own = [overlaps(self.change.c.columns, columns)] if columns else []
        return or_(self.beyond(name), *own)

    def beyond(self, name: str) -> Condition:
        """Rows of other tables changed, too."""
        table = str(self.scope.catalog.types[name].table.name)  # type: ignore[union-attr]
        return self.change.c.tables != literal_column(f"'{{{table}}}'::text[]")

    def shows(self, name: str, member: str) -> tuple[Condition, Condition] | None:
        """Whether a masked field was shown, and is; None where it never is."""
        past = replace(self.scope, past=self.change.c.was)
        rows = [past.row(name), self.scope.row(name)]
        if any(isinstance(row.mask(member), False_) for row in rows):
            return None
        before, now = (self._shows(row, member) for row in rows)
        return before, now

    def _shows(self, row: Row, member: str) -> Condition:
        mask = row.masks([member])
        return exists(row.own, row.clause, [row["id"] == self.change.c.entity_id, *mask])

    @cached_property
    def judged(self) -> FromClause:
        """For each change: whether the viewer sees the entity now, and saw it before."""
        before = self.by_type(self.seen_before, literal_column("false"))
        now = self.by_type(self.seen_now, literal_column("false"))
        both = select(before.label("before"), now.label("now")).offset(literal_column("0"))
        return both.correlate(self.change).lateral("judged")

    def is_told(self) -> Condition:
        """The viewer sees the entity, or no longer does; what changed of it is theirs to know."""
        before, now = self.judged.c.before, self.judged.c.now
        unlike = self.by_type(self.unlike, literal_column("false"))
        return or_(before != now, and_(before, now, or_(self.change.c.own, unlike)))
