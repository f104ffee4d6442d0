"""Fan-out of changes: subscribers that have caught up are in a group, which one statement serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from delivery.request_errors import MAX_REFRESHES, grants_unsettled, may_pass
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.sessions import (
    OpenSubscription,
    Session,
    Sessions,
    current_task,
    same_visibility,
    subscriber_error,
)
from models.database.client import Database, DatabaseError
from models.feed import FeedState
from planner.changes.feed_position import FeedPosition, cursor_expired, parse_cursor
from planner.document.arguments import Variables
from planner.errors import CursorExpired, RequestError
from planner.plan.subscription_plan import FEED_EPOCH, FLOOR, GRANTED, SubscriptionPlan

logger = logging.getLogger("puente")

MAX_PAIRS = 20_000  # changes times viewers in one statement: after an outage both may be many
DELIVERIES_PER_TURN = 250  # subscribers that are told before others of the process get their turn
PAUSE = 0.2  # seconds until a statement that failed is sent again


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """A query for changes: a plan with variables; `key` is equal for equal queries."""

    plan: SubscriptionPlan
    variables: Variables
    key: Hashable


@dataclass(slots=True)
class SubscriberGroup:
    """Subscribers to the same query that have received all changes up to `position`, by fingerprint.

    Changes up to `reaching` are being read: a new member must have received those.
    """

    query: ChangeQuery
    epoch: str
    position: int
    reaching: int
    members: dict[str, list[OpenSubscription]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def end(self, error: RequestError) -> None:
        for member in [one for members in self.members.values() for one in members]:
            member.end(error)


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """The changes of an epoch after one number, up to another."""

    epoch: str
    after: int
    upto: int


class ChangeFanout:
    """All subscribers to changes in this process. `page` limits how many numbers a statement looks at."""

    def __init__(self, poller: FeedPoller, sessions: Sessions, page: int) -> None:
        self._feed = poller
        self._sessions = sessions
        self._page = page
        self._groups: dict[Hashable, SubscriberGroup] = {}
        self.delivered = 0
        self.read = 0

    @property
    def groups(self) -> int:
        return len(self._groups)

    def lag(self) -> int:
        """By how many numbers the slowest group is behind the feed."""
        last = self._feed.state.last if self._feed.state else 0
        return max((last - group.position for group in self._groups.values()), default=0)

    async def start(
        self, subscription: OpenSubscription, query: ChangeQuery, after: str | None, database: Database
    ) -> None:
        """Start after a cursor, or now; raises CursorExpired, BadUserInput, DatabaseError.

        The first page is read before anything is promised: whoever comes while the database is away is told.
        """
        state = await self._feed.poll()
        start = FeedPosition(state.epoch, state.last, "")
        if after is not None:
            start = parse_cursor(after, subscription.session.viewer.fingerprint)
            if start.number > state.last:
                state = await self._feed.fresh()
            require_kept(start, state)
        subscription.since = start.number
        if start.number >= state.last:
            self._join(subscription, query, state.epoch, start.number, database)
        else:
            await self._next_page(subscription, query, start.epoch, database)
            catching = self._catch_up(subscription, query, start.epoch, database)
            subscription.task = asyncio.create_task(catching)

    async def _catch_up(
        self, subscription: OpenSubscription, query: ChangeQuery, epoch: str, database: Database
    ) -> None:
        """Page by page, as fast as the subscriber reads, until a group is no further ahead."""
        while not subscription.ended:
            try:
                await subscription.subscriber.drained()
                if not await self._next_page(subscription, query, epoch, database):
                    break
            except (RequestError, DatabaseError) as error:
                if not may_pass(error):
                    subscription.end(subscriber_error(error))
                    return
                logger.warning("subscribers wait: %s", error)
                await asyncio.sleep(PAUSE)
        subscription.task = None
        self._join(subscription, query, epoch, subscription.since, database)

    async def _next_page(
        self, subscription: OpenSubscription, query: ChangeQuery, epoch: str, database: Database
    ) -> bool:
        """Deliver the page after what the subscriber has; false if a group can take it over."""
        state, group, position = await self._feed.poll(), self._groups.get(query.key), subscription.since
        if position >= (group.reaching if group else state.last):
            return False
        upto = min(position + self._page, state.last)
        rows = await self._read(query, [subscription.session], ChangeWindow(epoch, position, upto), database)
        if rows is not None:
            for row in rows:
                await self._deliver([subscription], epoch, row)
            subscription.since = upto
        return True

    def _join(
        self,
        subscription: OpenSubscription,
        query: ChangeQuery,
        epoch: str,
        position: int,
        database: Database,
    ) -> None:
        if subscription.ended:  # while the feed was waited for: nobody would take it out of a group
            return
        group = self._groups.get(query.key)
        if group is None or group.epoch != epoch:
            group = self._groups[query.key] = SubscriberGroup(query, epoch, position, position)
            group.task = asyncio.create_task(self._run(group, database))
        fingerprint = subscription.session.viewer.fingerprint
        group.members.setdefault(fingerprint, []).append(subscription)
        subscription.leave = _LeaveGroup(self, group, fingerprint, subscription)

    async def _run(self, group: SubscriberGroup, database: Database) -> None:
        """Deliver each change to the group, as long as it has members."""
        while group.members:
            try:
                await self._advance(group, database)
            except CursorExpired as gone:
                group.end(gone)
            except Exception as error:
                if not may_pass(error):
                    group.end(subscriber_error(error))
                    return
                logger.warning("subscribers wait: %s", error)
                await asyncio.sleep(PAUSE)

    async def _advance(self, group: SubscriberGroup, database: Database) -> None:
        state = await self._feed.wait_beyond(group.epoch, group.position)
        await self._sessions.expire_due()
        page = max(1, min(self._page, MAX_PAIRS // max(len(group.members), 1)))
        upto = group.reaching = min(state.last, group.position + page)
        recipients = list(group.members)
        sessions = [group.members[fingerprint][0].session for fingerprint in recipients]
        if not sessions:
            return
        window = ChangeWindow(group.epoch, group.position, upto)
        rows = await self._read(group.query, sessions, window, database)
        if rows is None:
            return
        for row in rows:
            await self._deliver(group.members.get(recipients[row[1] - 1], ()), group.epoch, row)
        group.position = upto

    async def _read(
        self,
        query: ChangeQuery,
        sessions: Sequence[Session],
        window: ChangeWindow,
        database: Database,
    ) -> Sequence[Sequence[Any]] | None:
        """The changes for viewers, by their grants at the moment of the statement.

        Raises CursorExpired if some of them were no longer kept at that moment.
        """
        viewers = [session.viewer for session in sessions]
        for _ in range(MAX_REFRESHES):
            parameters = query.plan.parameters(query.variables, viewers, window.after, window.upto)
            self.read += 1
            rows = await database.fetch_all(query.plan.sql, parameters)
            if rows[0][FEED_EPOCH] != window.epoch:
                raise cursor_expired("EPOCH")
            if window.after < rows[0][FLOOR]:
                raise cursor_expired("AGE")
            if rows[0][0] is None:
                return ()
            if not query.plan.reads_grants_epoch or self._sessions.is_current(rows[0][GRANTED]):
                return rows
            await self._sessions.revalidate_all(rows[0][GRANTED])
            known, viewers = viewers, [session.viewer for session in sessions]
            if not all(map(same_visibility, known, viewers)) or not all(
                one.subscriptions for one in sessions
            ):
                return None  # who stood for others sees something else now, or was ended: it is read anew
        raise grants_unsettled()

    async def _deliver(self, members: Sequence[OpenSubscription], epoch: str, row: Sequence[Any]) -> None:
        """Deliver a change to subscribers who see the same."""
        number, payload, cursor = row[0], f'{{"data":{row[2]}}}', ""
        for member in tuple(members):
            if number > member.since and not member.ended:
                cursor = cursor or f"{epoch}.{number}.{member.session.viewer.fingerprint}"
                member.subscriber.next(payload, cursor)
                self.delivered += 1
                if self.delivered % DELIVERIES_PER_TURN == 0:
                    await asyncio.sleep(0)

    def dissolve(self, group: SubscriberGroup) -> None:
        """Nobody is left in the group."""
        if self._groups.get(group.query.key) is group:
            del self._groups[group.query.key]
        if group.task is not None and group.task is not current_task():
            group.task.cancel()


@dataclass(frozen=True, slots=True)
class _LeaveGroup:
    followers: ChangeFanout
    group: SubscriberGroup
    fingerprint: str
    subscription: OpenSubscription

    def __call__(self) -> None:
        members = self.group.members.get(self.fingerprint, [])
        if self.subscription in members:
            members.remove(self.subscription)
        if not members:
            self.group.members.pop(self.fingerprint, None)
        if not self.group.members:
            self.followers.dissolve(self.group)


def require_kept(position: FeedPosition, state: FeedState) -> None:
    """All changes after a position are still there; raises CursorExpired."""
    if position.epoch != state.epoch or position.number > state.last:
        raise cursor_expired("EPOCH")
    if position.number < state.floor:
        raise cursor_expired("AGE")
