"""Opens subscriptions for transports: plans them, and starts a fan-out or a live query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TypeVar

import orjson
from graphql import OperationType

from delivery.messages import message
from delivery.planning import Planning
from delivery.request_errors import too_costly
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
from planner.errors import bad_input
from planner.plan.query_plan import Plan
from planner.plan.subscription_plan import SubscriptionPlan
from planner.viewer import Viewer

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A subscription to open.

    `after` is a cursor from the transport (`Last-Event-ID`) that overrides the operation's own argument.
    `address` is charged for planning if the viewer is anonymous.
    """

    operation: Operation
    variables: Variables
    credential: Credential
    language: str
    after: str | None = None
    address: str = ""

    def sharing_key(self, visible: Hashable) -> Hashable:
        """Equal for equal operations, variables and languages of viewers with an equal `visible`."""
        variables = orjson.dumps(self.variables, default=str, option=orjson.OPT_SORT_KEYS)
        return self.operation, sha256(variables).digest(), visible, self.language


@dataclass
class Subscriptions:
    """All subscriptions of this process. `draining` is set when clients should reconnect elsewhere."""

    engine: Engine
    poller: FeedPoller
    sessions: Sessions
    fanout: ChangeFanout
    live_queries: LiveQueries
    turns: Planning
    database: Callable[[], Database]
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    opened: int = 0

    def start(self) -> None:
        """Follow the feed until `close`."""
        self.poller.on_tick += [self.sessions.tick, self.live_queries.tick]
        self.poller.start()

    async def open(self, request: SubscriptionRequest, subscriber: Subscriber) -> OpenSubscription:
        """Send the subscriber results from now on, or changes after a cursor.

        Raises RequestError, and DatabaseError while the database is unreachable.
        """
        operation, variables = request.operation, request.variables
        if operation.operation_type is not OperationType.SUBSCRIPTION:
            raise bad_input(message("subscription.not_a_subscription"))
        is_change_subscription = self.engine.is_change_subscription(operation, variables)
        await self._planned_once(request, self._change_plan if is_change_subscription else self._live_plan)
        await self.poller.require_reached()
        subscription = self.sessions.enter(request.credential, subscriber)
        try:
            if is_change_subscription:
                viewer = subscription.session.viewer
                query = await self._planned(self.turns.run_owed, request, viewer, self._change_query)
                start = request.after or query.plan.start(variables)
                await self.fanout.start(subscription, query, start, self.database())
            else:
                subscription.reopen = starting = _RestartLiveQuery(self, request, subscription)
                await starting.start()
        except BaseException:
            subscription.close()
            raise
        self.opened += 1
        return subscription

    async def planned_live_query(self, request: SubscriptionRequest, viewer: Viewer) -> LiveQuery:
        """Plan for the session's current viewer, whose rights may differ from those at the request."""
        return await self._planned(self.turns.run_owed, request, viewer, self._live_query)

    async def _planned_once(
        self, request: SubscriptionRequest, make: Callable[[SubscriptionRequest, Viewer], Made]
    ) -> Made:
        """Plan for a client; if several requests need the same plan, only one waits for a turn."""
        operation, variables, language = request.operation, request.variables, request.language
        viewer = request.credential.viewer

        def known() -> Made | None:
            is_planned = self.engine.is_subscription_planned(operation, variables, viewer, language)
            return make(request, viewer) if is_planned else None

        return await self.turns.run_once(
            ("subscription", self.engine.plan_key(operation, variables, viewer, language)),
            known,
            lambda: self._planned(self.turns.run, request, viewer, make),
        )

    async def _planned(
        self,
        run: Callable[[str, str, Callable[[], Made]], Awaitable[Made]],
        request: SubscriptionRequest,
        viewer: Viewer,
        make: Callable[[SubscriptionRequest, Viewer], Made],
    ) -> Made:
        """At once if the plan is cached, otherwise in turn; raises RequestError."""
        work = partial(make, request, viewer)
        language = request.language
        if self.engine.is_subscription_planned(request.operation, request.variables, viewer, language):
            return work()
        try:
            return await run(viewer.key, request.address, work)
        except RecursionError as error:
            raise too_costly() from error

    def _change_plan(self, request: SubscriptionRequest, viewer: Viewer) -> SubscriptionPlan:
        return self.engine.plan_subscription(request.operation, request.variables, viewer, request.language)

    def _live_plan(self, request: SubscriptionRequest, viewer: Viewer) -> Plan:
        plan, split = self.engine.plan(request.operation, request.variables, viewer, request.language)
        if split.cost.total.parts:
            split.cost.check(request.variables, self.engine.max_cost)
        assert plan is not None
        return plan

    def _change_query(self, request: SubscriptionRequest, viewer: Viewer) -> ChangeQuery:
        plan = self._change_plan(request, viewer)
        return ChangeQuery(plan, request.variables, request.sharing_key(viewer.plan_key))

    def _live_query(self, request: SubscriptionRequest, viewer: Viewer) -> LiveQuery:
        plan = self._live_plan(request, viewer)
        return LiveQuery(plan, request.variables, request.sharing_key((viewer.plan_key, viewer.fingerprint)))

    async def close(self) -> None:
        """Close all subscriptions and stop following the feed."""
        self.sessions.close()
        await self.poller.close()


@dataclass(slots=True)
class _RestartLiveQuery:
    """Starts a live query, and restarts it when its viewer's rights change; one start at a time."""

    subscriptions: Subscriptions
    request: SubscriptionRequest
    subscription: OpenSubscription
    starting: bool = False

    async def start(self) -> None:
        """Start for the session's viewer, planning again if it changed meanwhile; raises RequestError."""
        self.starting = True
        viewer, query = None, None
        try:
            while query is None or viewer is not self.subscription.session.viewer:
                viewer = self.subscription.session.viewer
                query = await self.subscriptions.planned_live_query(self.request, viewer)
        finally:
            self.starting = False
        if not self.subscription.ended:
            self.subscriptions.live_queries.start(self.subscription, query)

    def __call__(self) -> None:
        self.subscription.leave()
        if not self.starting:
            self.starting = True
            self.subscription.task = asyncio.create_task(self._restart())

    async def _restart(self) -> None:
        try:
            await self.start()
        except Exception as error:
            self.subscription.end(subscriber_error(error))
        finally:
            self.subscription.task = None  # its exception would keep its frame alive
