"""Opens subscriptions for transports: plans them, and starts a fan-out or a live query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import orjson
from graphql import OperationType

from api.messages import message
from delivery.subscriptions.fanout import ChangeFanout, ChangeQuery
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.live import LiveQueries, LiveQuery
from delivery.subscriptions.sessions import (
    Credential,
    OpenSubscription,
    Sessions,
    Subscriber,
    subscriber_error,
)
from models.database.client import Database
from planner.document.arguments import Variables
from planner.document.operations import Operation
from planner.engine import Engine
from planner.errors import RequestError, bad_input
from planner.statement.context import Viewer


@dataclass
class Subscriptions:
    """All subscriptions of this process. `draining` is set when clients are to reconnect elsewhere."""

    engine: Engine
    poller: FeedPoller
    sessions: Sessions
    fanout: ChangeFanout
    live_queries: LiveQueries
    database: Callable[[], Database]
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    opened: int = 0

    def start(self) -> None:
        """Follow the feed, from now until it is closed."""
        self.poller.on_tick += [self.sessions.tick, self.live_queries.tick]
        self.poller.start()

    async def open(
        self,
        operation: Operation,
        variables: Variables,
        credential: Credential,
        language: str,
        subscriber: Subscriber,
        *,
        after: str | None = None,
    ) -> OpenSubscription:
        """Tell the subscriber from now on, or from what came after a cursor; raises RequestError.

        `after` counts before the operation's own argument: it is where the transport was before.
        """
        if operation.operation_type is not OperationType.SUBSCRIPTION:
            raise bad_input(message("subscription.not_a_subscription"))
        plan_it = (
            self._change_query
            if self.engine.is_change_subscription(operation, variables)
            else self._live_query
        )
        subscription = self.sessions.enter(credential, subscriber)
        try:
            plan = plan_it(operation, variables, subscription.session.viewer, language)
            if isinstance(plan, ChangeQuery):
                start = after or plan.plan.start(variables)
                await self.fanout.start(subscription, plan, start, self.database())
            else:
                subscription.reopen = _RestartLiveQuery(self, operation, variables, language, subscription)
                self.live_queries.start(subscription, plan)
        except BaseException:
            subscription.close()
            raise
        self.opened += 1
        return subscription

    def start_live_query(
        self, operation: Operation, variables: Variables, language: str, subscription: OpenSubscription
    ) -> None:
        """Follow a live query as the viewer that its session has now."""
        watched = self._live_query(operation, variables, subscription.session.viewer, language)
        self.live_queries.start(subscription, watched)

    def _change_query(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> ChangeQuery:
        plan = self.engine.plan_subscription(operation, variables, viewer, language)
        return ChangeQuery(plan, variables, _sharing_key(operation, variables, viewer.plan_key, language))

    def _live_query(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> LiveQuery:
        plan, split = self.engine.plan(operation, variables, viewer, language)
        if split.cost.total.parts:
            split.cost.check(variables, self.engine.max_cost)
        assert plan is not None
        seen = (viewer.plan_key, viewer.fingerprint)
        return LiveQuery(plan, variables, _sharing_key(operation, variables, seen, language))

    async def close(self) -> None:
        """Tell nobody anything more."""
        self.sessions.close()
        await self.poller.close()


@dataclass(frozen=True, slots=True)
class _RestartLiveQuery:
    """Goes on with a live query as somebody who now sees something else."""

    subscriptions: Subscriptions
    operation: Operation
    variables: Variables
    language: str
    subscription: OpenSubscription

    def __call__(self) -> None:
        self.subscription.leave()
        try:
            self.subscriptions.start_live_query(
                self.operation, self.variables, self.language, self.subscription
            )
        except RequestError as error:
            self.subscription.end(subscriber_error(error))


def _sharing_key(operation: Operation, variables: Variables, seen: Hashable, language: str) -> Hashable:
    return operation, orjson.dumps(variables, default=str, option=orjson.OPT_SORT_KEYS), seen, language
