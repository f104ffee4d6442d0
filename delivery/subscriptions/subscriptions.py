"""Opens subscriptions for transports: plans them, and starts a fan-out or a live query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import sha256

import orjson
from graphql import OperationType

from delivery.messages import message
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
from planner.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A subscription to open, and for whom.

    `after` is a cursor that counts before the operation's own argument: where the transport was before.
    """

    operation: Operation
    variables: Variables
    credential: Credential
    language: str
    after: str | None = None

    def sharing_key(self, visible: Hashable) -> Hashable:
        """The same for all who ask the same and see the same, as `visible` says."""
        variables = orjson.dumps(self.variables, default=str, option=orjson.OPT_SORT_KEYS)
        return self.operation, sha256(variables).digest(), visible, self.language


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

    def is_planned(self, request: SubscriptionRequest) -> bool:
        """Whether it opens without planning anything."""
        viewer, language = request.credential.viewer, request.language
        return self.engine.is_subscription_planned(request.operation, request.variables, viewer, language)

    def plan(self, request: SubscriptionRequest) -> None:
        """Plan it, so that it is known when it is opened; raises RequestError."""
        viewer = request.credential.viewer
        if self.engine.is_change_subscription(request.operation, request.variables):
            self._change_query(request, viewer)
        else:
            self._live_query(request, viewer)

    async def open(self, request: SubscriptionRequest, subscriber: Subscriber) -> OpenSubscription:
        """Send the subscriber what comes from now on, or after a cursor.

        Raises RequestError, and DatabaseError while the database is away.
        """
        operation, variables = request.operation, request.variables
        if operation.operation_type is not OperationType.SUBSCRIPTION:
            raise bad_input(message("subscription.not_a_subscription"))
        is_change_subscription = self.engine.is_change_subscription(operation, variables)
        await self.poller.require_reached()
        subscription = self.sessions.enter(request.credential, subscriber)
        try:
            if is_change_subscription:
                query = self._change_query(request, subscription.session.viewer)
                start = request.after or query.plan.start(variables)
                await self.fanout.start(subscription, query, start, self.database())
            else:
                subscription.reopen = _RestartLiveQuery(self, request, subscription)
                self.start_live_query(request, subscription)
        except BaseException:
            subscription.close()
            raise
        self.opened += 1
        return subscription

    def start_live_query(self, request: SubscriptionRequest, subscription: OpenSubscription) -> None:
        """Follow a live query as the viewer that its session has now."""
        self.live_queries.start(subscription, self._live_query(request, subscription.session.viewer))

    def _change_query(self, request: SubscriptionRequest, viewer: Viewer) -> ChangeQuery:
        plan = self.engine.plan_subscription(request.operation, request.variables, viewer, request.language)
        return ChangeQuery(plan, request.variables, request.sharing_key(viewer.plan_key))

    def _live_query(self, request: SubscriptionRequest, viewer: Viewer) -> LiveQuery:
        plan, split = self.engine.plan(request.operation, request.variables, viewer, request.language)
        if split.cost.total.parts:
            split.cost.check(request.variables, self.engine.max_cost)
        assert plan is not None
        return LiveQuery(plan, request.variables, request.sharing_key((viewer.plan_key, viewer.fingerprint)))

    async def close(self) -> None:
        """Tell nobody anything more."""
        self.sessions.close()
        await self.poller.close()


@dataclass(frozen=True, slots=True)
class _RestartLiveQuery:
    """Goes on with a live query as somebody who now sees something else."""

    subscriptions: Subscriptions
    request: SubscriptionRequest
    subscription: OpenSubscription

    def __call__(self) -> None:
        self.subscription.leave()
        try:
            self.subscriptions.start_live_query(self.request, self.subscription)
        except RequestError as error:
            self.subscription.end(subscriber_error(error))
