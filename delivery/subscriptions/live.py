"""Live queries: results that are sent anew when the feed says that they may have changed, and they have."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from api.auth.auth_errors import MOST_LOOKS, grants_unsettled
from api.http.responses import written
from delivery.subscriptions.feed_poller import Feed
from delivery.subscriptions.sessions import (
    Session,
    Sessions,
    Subscription,
    current_task,
    failure_of,
    sees_alike,
)
from models.database.client import Database, DatabaseError
from models.feed import FeedState
from planner.document.arguments import Variables
from planner.plan.query_plan import Plan

logger = logging.getLogger("puente")

PAUSE = 0.2  # seconds until a statement that failed is sent again
TOUCHED = """
    select array(select distinct touched from change, unnest(tables) as touched
        where number > $1 and number <= $2) as tables, floor from feed
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched: a plan with variables, for those who see the same; `key` is the same for them."""

    plan: Plan
    variables: Variables
    key: Hashable


@dataclass(slots=True)
class Scene:
    """One result that is watched, and by whom; `shown` is what they have got."""

    watched: Watched
    members: list[Subscription] = field(default_factory=list)
    fresh: list[Subscription] = field(default_factory=list)
    shown: str | None = None
    touched: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def sessions(self) -> list[Session]:
        return [one.session for one in (*self.members, *self.fresh)]


class Live:
    """All live queries of this process. `debounce` seconds pass before a result is read again."""

    def __init__(
        self, feed: Feed, sessions: Sessions, database: Callable[[], Database], debounce: float
    ) -> None:
        self._feed = feed
        self._sessions = sessions
        self._database = database
        self._debounce = debounce
        self._scenes: dict[Hashable, Scene] = {}
        self._position: tuple[str, int] | None = None
        self.delivered = 0
        self.read = 0

    @property
    def scenes(self) -> int:
        return len(self._scenes)

    @property
    def watching(self) -> int:
        """How many subscriptions are live queries."""
        return sum(len(scene.members) + len(scene.fresh) for scene in self._scenes.values())

    def start(self, subscription: Subscription, watched: Watched) -> None:
        """Send the result of now, and whatever it becomes."""
        scene = self._scenes.get(watched.key)
        if scene is None:
            scene = self._scenes[watched.key] = Scene(watched)
            scene.task = asyncio.create_task(self._run(scene))
        scene.fresh.append(subscription)
        scene.touched.set()
        subscription.leave = _Leave(self, scene, subscription)

    async def tick(self, state: FeedState) -> None:
        """Have those read again that stand on tables in which something changed since the last time."""
        before, now = self._position, (state.epoch, state.last)
        if not self._scenes or before == now:
            self._position = now
            return
        if before is None or before[0] != state.epoch:
            tables = None
        else:
            tables, floor = await self._database().fetch(TOUCHED, (before[1], state.last))
            tables = tables if before[1] >= floor else None  # some of it is no longer kept
        for scene in self._scenes.values():
            if tables is None or not scene.watched.plan.tables.isdisjoint(tables):
                scene.touched.set()
        self._position = now

    async def _run(self, scene: Scene) -> None:
        while scene.members or scene.fresh:
            await scene.touched.wait()
            if not scene.fresh:
                await asyncio.sleep(self._debounce)
            scene.touched.clear()
            try:
                await self._show(scene)
            except DatabaseError as error:
                logger.warning("live queries wait: %s", error)
                scene.touched.set()
                await asyncio.sleep(PAUSE)
            except Exception as error:
                for member in (*scene.members, *scene.fresh):
                    member.end(failure_of(error))

    async def _show(self, scene: Scene) -> None:
        """Read the result; those who have it already get it only if it is another."""
        await self._sessions.require_current()
        fresh = list(scene.fresh)
        sessions = scene.sessions()
        if not sessions:
            return
        payload = await self._read(scene.watched, sessions[0])
        if payload is None:
            scene.touched.set()
            return
        if payload != scene.shown:
            self._tell(scene.members, payload)
        self._tell([one for one in fresh if one in scene.fresh], payload)
        scene.shown = payload
        scene.members += [one for one in fresh if one in scene.fresh]
        scene.fresh = [one for one in scene.fresh if one not in fresh]

    async def _read(self, watched: Watched, session: Session) -> str | None:
        """The result, by what was granted at that moment; None where whom it is read for sees another now."""
        plan = watched.plan
        for _ in range(MOST_LOOKS):
            self.read += 1
            row = await self._fetch(plan, watched.variables, session)
            if session.viewer.epoch is None:
                return written(plan.keys, row).decode()
            if self._sessions.hold(row[-1]):
                return written(plan.keys, row[:-1]).decode()
            known = session.viewer
            await self._sessions.look_again(row[-1])
            if not sees_alike(known, session.viewer) or not session.subscriptions:
                return None
        raise grants_unsettled()

    async def _fetch(self, plan: Plan, variables: Variables, session: Session) -> Any:
        parameters = plan.parameters(variables, session.viewer)
        return await self._database().fetch(plan.sql, parameters, by_values=plan.decisive)

    def _tell(self, members: list[Subscription], payload: str) -> None:
        for member in tuple(members):
            if not member.ended:
                member.subscriber.next(payload, None)
                self.delivered += 1

    def dissolve(self, scene: Scene) -> None:
        """Nobody is left who watches it."""
        if self._scenes.get(scene.watched.key) is scene:
            del self._scenes[scene.watched.key]
        if scene.task is not None and scene.task is not current_task():
            scene.task.cancel()


@dataclass(frozen=True, slots=True)
class _Leave:
    live: Live
    scene: Scene
    subscription: Subscription

    def __call__(self) -> None:
        for listed in (self.scene.members, self.scene.fresh):
            if self.subscription in listed:
                listed.remove(self.subscription)
        if not self.scene.members and not self.scene.fresh:
            self.live.dissolve(self.scene)
