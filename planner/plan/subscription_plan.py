"""The plan of a subscription to changes: one statement for all viewers with the same plan key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, cast, select, true

from planner.changes.change_objects import change_object, requested_entity_types
from planner.changes.change_visibility import ChangeVisibility
from planner.changes.cursor_sql import is_known, last_batch
from planner.changes.feed_position import NO_BATCH, BatchId
from planner.declaration.bindings import Changes
from planner.document.arguments import ArgumentValue, Variables, non_null
from planner.document.selection import Fields, argument_values
from planner.plan.query_plan import compile_statement
from planner.plan.root_fields import QUERY_TYPE
from planner.sql import JsonObject, literal_text
from planner.statement.context import PlanningContext
from planner.statement.parameters import ParameterReader
from planner.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SubscriptionPlan:
    """An SQL statement that returns a row for each change and viewer who receives it, ordered by number.

    A row has the change's number, the viewer's position (from 1), the data as JSON text, the feed's epoch,
    floor and last batch, whether the given batch is known, the tag of the change's batch and, for
    authenticated viewers, the grants epoch. Without changes there is one row whose number is null, so that
    the feed's state is always read in the same snapshot.
    """

    sql: str
    parameter_readers: tuple[ParameterReader, ...]
    reads_grants_epoch: bool
    after: ArgumentValue | None

    def start(self, variables: Variables) -> str | None:
        """The cursor in the operation's argument `after`."""
        if self.after is None or self.after.read is None:
            return None if self.after is None else self.after.value
        cursor: str | None = self.after.read(variables)
        return cursor

    def parameters(
        self,
        variables: Variables,
        viewers: Sequence[Viewer],
        after: int,
        upto: int,
        batch: BatchId = NO_BATCH,
    ) -> list[Any]:
        """The statement's parameters for changes numbered above `after`, up to `upto`."""
        bounds = {**variables, AFTER: after, UPTO: upto, SEEN: batch.number, TAG: batch.tag}
        return [read(bounds, viewers) for read in self.parameter_readers]


FEED_EPOCH, FLOOR, LAST_BATCH, CONTINUED, CHANGE_TAG, GRANTED = 3, 4, 5, 6, 7, 8
"""Indexes of a row's columns."""
AFTER, UPTO, SEEN, TAG = " after", " upto", " seen", " tag"
"""Names of further values, which no variable can have."""


def make_subscription_plan(context: PlanningContext, fields: Fields) -> SubscriptionPlan:
    """The plan for a subscription's one root field, `changes`."""
    ((key, nodes),) = fields.items()
    member = context.catalog.types[QUERY_TYPE].members[nodes[0].name.value]
    assert isinstance(member.binding, Changes)
    assert context.viewers is not None
    feed = member.binding.feed
    arguments = argument_values(context, SUBSCRIPTION_TYPE, nodes[0])
    change = feed.changes.alias("change")
    bound = context.parameters.computed
    types = requested_entity_types(feed, arguments)
    visibility = ChangeVisibility(context, feed, change, types, non_null(arguments, "institution"))
    visible = visibility.visibility
    change_json = change_object(
        visibility, visible.c.before, visible.c.now, context.viewers.fingerprint, nodes
    )
    data = cast(JsonObject([(key, change_json)]), Text).label("data")
    wanted = [
        change.c.number > bound("after_number", BigInteger(), _NumberBound(AFTER)),
        change.c.number <= bound("upto_number", BigInteger(), _NumberBound(UPTO)),
        change.c.type.in_([literal_text(value) for value in types]),
        visibility.concerns_viewer(),
    ]
    viewers = context.viewers.viewers(context.parameters)
    found = (
        select(change.c.number, change.c.tag, context.viewers.position.label("position"), data)
        .select_from(change.join(viewers, true()).join(visible, true()))
        .where(*wanted)
        .subquery("found")
    )
    columns: list[Any] = [
        found.c.number,
        found.c.position,
        found.c.data,
        feed.state.c.epoch,
        feed.state.c.floor,
        last_batch(feed).label("last_batch"),
        is_known(
            feed,
            bound("seen_number", BigInteger(), _NumberBound(SEEN)),
            bound("seen_tag", Text(), _NumberBound(TAG)),
        ).label("continued"),
        found.c.tag,
    ]
    if context.reads_grants_epoch:
        columns.append(context.policy.epoch().label("granted"))
    statement = select(*columns).select_from(feed.state.outerjoin(found, true())).order_by(found.c.number)
    sql, names = compile_statement(statement)
    reads = tuple(context.parameters.readers[name] for name in names)
    return SubscriptionPlan(sql, reads, context.reads_grants_epoch, non_null(arguments, "after"))


SUBSCRIPTION_TYPE = "Subscription"


@dataclass(frozen=True, slots=True)
class _NumberBound:
    name: str

    def __call__(self, bounds: Mapping[str, Any], _: object) -> Any:
        return bounds[self.name]
