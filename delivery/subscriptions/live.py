"""Live queries: read again when the feed reports a change of their tables, sent if the result differs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from delivery.request_errors import grants_unsettled, may_pass
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.sessions import (
    OpenSubscription,
    Session,
    Sessions,
    current_task,
    same_visibility,
    subscriber_error,
)
from models.database.client import Database
from models.feed import FeedState
from planner.document.arguments import Variables
from planner.plan.query_plan import Plan
from planner.plan.response_body import data_body

logger = logging.getLogger("puente")

PAUSE = 0.2  # seconds until a failed statement is sent again
TOUCHED = """
    select array(select distinct touched from change, unnest(tables) as touched
        where number > $1 and number <= $2) as tables, puente_feed_tag($1) as tag from feed
"""


@dataclass(frozen=True, slots=True)
class LiveQuery:
    """A plan with its variables; queries with an equal `key` have the same result and share it."""

    plan: Plan
    variables: Variables
    key: Hashable


@dataclass(slots=True)
class SharedResult:
    """One result and its subscribers: `fresh` ones wait for their first result.

    `last_result` is the SHA-256 digest of what the members received last.
    """

    query: LiveQuery
    members: list[OpenSubscription] = field(default_factory=list)
    fresh: list[OpenSubscription] = field(default_factory=list)
    last_result: bytes | None = None
    touched: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def sessions(self) -> list[Session]:
        return [one.session for one in (*self.members, *self.fresh)]


class LiveQueries:
    """All live queries of this process. A result is read again `debounce` seconds after a change."""

    def __init__(
        self, poller: FeedPoller, sessions: Sessions, database: Callable[[], Database], debounce: float
    ) -> None:
        self._feed = poller
        self._sessions = sessions
        self._database = database
        self._debounce = debounce
        self._scenes: dict[Hashable, SharedResult] = {}
        self._seen: FeedState | None = None
        self.delivered = 0
        self.read = 0

    @property
    def results(self) -> int:
        return len(self._scenes)

    @property
    def watching(self) -> int:
        """The number of subscriptions to live queries."""
        return sum(len(scene.members) + len(scene.fresh) for scene in self._scenes.values())

    def start(self, subscription: OpenSubscription, query: LiveQuery) -> None:
        """Send the current result, and each later one."""
        scene = self._scenes.get(query.key)
        if scene is None:
            scene = self._scenes[query.key] = SharedResult(query)
            scene.task = asyncio.create_task(self._run(scene))
        scene.fresh.append(subscription)
        scene.touched.set()
        subscription.leave = _LeaveResult(self, scene, subscription)

    async def tick(self, state: FeedState) -> None:
        """Have results read again whose tables have changed since the last tick."""
        before = self._seen
        moved = before is None or (before.history, before.last) != (state.history, state.last)
        if self._scenes and moved:
            tables = await self._touched(before, state)
            for scene in self._scenes.values():
                if tables is None or not scene.query.plan.tables.isdisjoint(tables):
                    scene.touched.set()
        self._seen = state

    async def _touched(self, before: FeedState | None, state: FeedState) -> Sequence[str] | None:
        """Tables that changed between two states; None if unknown."""
        if before is None or before.history != state.history:
            return None
        tables, tag = await self._database().fetch(TOUCHED, (before.last, state.last))
        return tables if tag == before.tag else None

    async def _run(self, result: SharedResult) -> None:
        while result.members or result.fresh:
            await result.touched.wait()
            if not result.fresh:
                await asyncio.sleep(self._debounce)
            result.touched.clear()
            try:
                await self._refresh(result)
            except Exception as error:
                if may_pass(error):
                    logger.warning("live queries wait: %s", error)
                    result.touched.set()
                    await asyncio.sleep(PAUSE)
                    continue
                for member in (*result.members, *result.fresh):
                    member.end(subscriber_error(error))

    async def _refresh(self, result: SharedResult) -> None:
        """Read the result; send it to fresh subscribers, and to the others if it has changed."""
        await self._sessions.expire_due()
        fresh = list(result.fresh)
        sessions = result.sessions()
        if not sessions:
            return
        payload = await self._read(result.query, sessions[0])
        if payload is None:
            result.touched.set()
            return
        digest = sha256(payload.encode()).digest()
        if digest != result.last_result:
            self._deliver(result.members, payload)
        self._deliver([one for one in fresh if one in result.fresh], payload)
        result.last_result = digest
        result.members += [one for one in fresh if one in result.fresh]
        result.fresh = [one for one in result.fresh if one not in fresh]

    async def _read(self, query: LiveQuery, session: Session) -> str | None:
        """The response body, by the grants of the snapshot read; None if the viewer's rights changed."""
        plan, known = query.plan, session.viewer
        self.read += 1
        row = await self._fetch(plan, query.variables, session)
        if known.grants_epoch is None:
            return data_body(plan.keys, row).decode()
        if not self._sessions.is_current(row[-1]):
            is_later = await self._sessions.revalidate_all(row[-1])
            if not same_visibility(known, session.viewer) or not session.subscriptions:
                return None
            if not is_later:
                raise grants_unsettled()
        return data_body(plan.keys, row[:-1]).decode()

    async def _fetch(self, plan: Plan, variables: Variables, session: Session) -> Any:
        parameters = plan.parameters(variables, session.viewer)
        return await self._database().fetch(plan.sql, parameters, by_values=plan.needs_custom_plan)

    def _deliver(self, members: list[OpenSubscription], payload: str) -> None:
        for member in tuple(members):
            if not member.ended:
                member.subscriber.next(payload, None)
                self.delivered += 1

    def dissolve(self, result: SharedResult) -> None:
        """Remove a result that has no subscribers left."""
        if self._scenes.get(result.query.key) is result:
            del self._scenes[result.query.key]
        task, result.task = result.task, None  # its exception refers to its frame, and so to the result
        if task is not None and task is not current_task():
            task.cancel()


@dataclass(frozen=True, slots=True)
class _LeaveResult:
    live: LiveQueries
    result: SharedResult
    subscription: OpenSubscription

    def __call__(self) -> None:
        for listed in (self.result.members, self.result.fresh):
            if self.subscription in listed:
                listed.remove(self.subscription)
        if not self.result.members and not self.result.fresh:
            self.live.dissolve(self.result)
