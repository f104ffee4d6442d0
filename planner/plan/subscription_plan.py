"""The plan of a subscription to changes: one statement tells all viewers of a shape what they may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, cast, select, true

from planner.changes.change_objects import change_object, types_of
from planner.changes.change_visibility import Told
from planner.declaration.bindings import Changes
from planner.document.arguments import Leaf, Variables, given
from planner.document.selection import Fields
from planner.document.subfields import arguments_of
from planner.plan.query_plan import compiled
from planner.plan.root_fields import QUERY
from planner.sql import JsonObject, quoted
from planner.statement.context import Read, Scope, Viewer


@dataclass(frozen=True, slots=True)
class Following:
    """An SQL statement that yields a row for each change that a viewer is told, by number.

    A row is the change's number, the viewer's place (from 1), the data as JSON text, the feed's epoch and
    floor and, for those who are known, the policy's epoch. Where nobody is told anything there is one row
    without a number: what is kept is known of the same moment as what is told.
    """

    sql: str
    reads: tuple[Read, ...]
    guarded: bool
    after: Leaf | None

    def start(self, variables: Variables) -> str | None:
        """The cursor that the operation begins after."""
        if self.after is None or self.after.read is None:
            return None if self.after is None else self.after.value
        cursor: str | None = self.after.read(variables)
        return cursor

    def parameters(self, variables: Variables, viewers: Sequence[Viewer], after: int, upto: int) -> list[Any]:
        """The statement's parameters for the changes after one number, up to another."""
        bounds = {**variables, AFTER: after, UPTO: upto}
        return [read(bounds, viewers) for read in self.reads]


FEED_EPOCH, FLOOR, GRANTED = 3, 4, 5
"""Where they are in a row."""
AFTER, UPTO = " after", " upto"
"""Names that no variable has."""


def make_following(scope: Scope, fields: Fields) -> Following:
    """The plan for the one root field, `changes`."""
    ((key, nodes),) = fields.items()
    member = scope.catalog.types[QUERY].members[nodes[0].name.value]
    assert isinstance(member.binding, Changes)
    assert scope.crowd is not None
    feed = member.binding.feed
    arguments = arguments_of(scope, SUBSCRIPTION, nodes[0])
    change = feed.changes.alias("change")
    types = types_of(feed, arguments)
    told = Told(scope, feed, change, types, given(arguments, "institution"))
    judged = told.judged
    told_of = change_object(told, judged.c.before, judged.c.now, scope.crowd.fingerprint, nodes)
    data = cast(JsonObject([(key, told_of)]), Text).label("data")
    wanted = [
        change.c.number > scope.parameters.read("after_number", BigInteger(), _Bound(AFTER)),
        change.c.number <= scope.parameters.read("upto_number", BigInteger(), _Bound(UPTO)),
        change.c.type.in_([quoted(value) for value in types]),
        told.is_told(),
    ]
    viewers = scope.crowd.viewers(scope.parameters)
    found = (
        select(change.c.number, scope.crowd.place.label("place"), data)
        .select_from(change.join(viewers, true()).join(judged, true()))
        .where(*wanted)
        .subquery("found")
    )
    columns: list[Any] = [found.c.number, found.c.place, found.c.data, feed.state.c.epoch, feed.state.c.floor]
    if scope.guarded:
        columns.append(scope.policy.epoch().label("granted"))
    statement = select(*columns).select_from(feed.state.outerjoin(found, true())).order_by(found.c.number)
    sql, names = compiled(statement)
    reads = tuple(scope.parameters.reads[name] for name in names)
    return Following(sql, reads, scope.guarded, given(arguments, "after"))


SUBSCRIPTION = "Subscription"


@dataclass(frozen=True, slots=True)
class _Bound:
    name: str

    def __call__(self, bounds: Mapping[str, Any], _: object) -> Any:
        return bounds[self.name]
