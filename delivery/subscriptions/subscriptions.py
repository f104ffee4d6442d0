"""What transports open subscriptions with: it finds out what is followed, and hands it to those who tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import orjson
from graphql import OperationType

from api.messages import message
from delivery.subscriptions.fanout import Followed, Followers
from delivery.subscriptions.feed_poller import Feed
from delivery.subscriptions.live import Live, Watched
from delivery.subscriptions.sessions import Credential, Sessions, Subscriber, Subscription, failure_of
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
    feed: Feed
    sessions: Sessions
    followers: Followers
    live: Live
    database: Callable[[], Database]
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    opened: int = 0

    def begin(self) -> None:
        """Follow the feed, from now until it is closed."""
        self.feed.on_tick += [self.sessions.tick, self.live.tick]
        self.feed.start()

    async def open(
        self,
        operation: Operation,
        variables: Variables,
        credential: Credential,
        language: str,
        subscriber: Subscriber,
        *,
        after: str | None = None,
    ) -> Subscription:
        """Tell the subscriber from now on, or from what came after a cursor; raises RequestError.

        `after` counts before the operation's own argument: it is where the transport was before.
        """
        if operation.kind is not OperationType.SUBSCRIPTION:
            raise bad_input(message("subscription.not_a_subscription"))
        plan_it = self._followed if self.engine.follows(operation, variables) else self._watched
        subscription = self.sessions.enter(credential, subscriber)
        try:
            plan = plan_it(operation, variables, subscription.session.viewer, language)
            if isinstance(plan, Followed):
                start = after or plan.plan.start(variables)
                await self.followers.start(subscription, plan, start, self.database())
            else:
                subscription.reopen = _Again(self, operation, variables, language, subscription)
                self.live.start(subscription, plan)
        except BaseException:
            subscription.close()
            raise
        self.opened += 1
        return subscription

    def watch(
        self, operation: Operation, variables: Variables, language: str, subscription: Subscription
    ) -> None:
        """Follow a live query as the viewer that its session has now."""
        watched = self._watched(operation, variables, subscription.session.viewer, language)
        self.live.start(subscription, watched)

    def _followed(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> Followed:
        plan = self.engine.follow(operation, variables, viewer, language)
        return Followed(plan, variables, _key(operation, variables, viewer.shape, language))

    def _watched(self, operation: Operation, variables: Variables, viewer: Viewer, language: str) -> Watched:
        plan, split = self.engine.plan(operation, variables, viewer, language)
        if split.cost.total.parts:
            split.cost.check(variables, self.engine.max_cost)
        assert plan is not None
        seen = (viewer.shape, viewer.fingerprint)
        return Watched(plan, variables, _key(operation, variables, seen, language))

    async def close(self) -> None:
        """Tell nobody anything more."""
        self.sessions.close()
        await self.feed.close()


@dataclass(frozen=True, slots=True)
class _Again:
    """Goes on with a live query as somebody who now sees something else."""

    subscriptions: Subscriptions
    operation: Operation
    variables: Variables
    language: str
    subscription: Subscription

    def __call__(self) -> None:
        self.subscription.leave()
        try:
            self.subscriptions.watch(self.operation, self.variables, self.language, self.subscription)
        except RequestError as error:
            self.subscription.end(failure_of(error))


def _key(operation: Operation, variables: Variables, seen: Hashable, language: str) -> Hashable:
    return operation, orjson.dumps(variables, default=str, option=orjson.OPT_SORT_KEYS), seen, language
