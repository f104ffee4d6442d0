"""Fan-out of changes: subscribers that have caught up share a group, which one statement serves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
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
from models.database.client import Database, DatabaseError, DatabaseUnavailable
from models.feed import FeedState
from planner.changes.feed_position import (
    BatchId,
    FeedPosition,
    cursor_expired,
    parse_batch_id,
    parse_cursor,
)
from planner.document.arguments import Variables
from planner.errors import CursorExpired, RequestError
from planner.plan.subscription_plan import (
    CHANGE_TAG,
    CONTINUED,
    FEED_EPOCH,
    FLOOR,
    GRANTED,
    LAST_BATCH,
    SubscriptionPlan,
)

logger = logging.getLogger("puente")

MAX_PAIRS = 20_000  # changes times viewers in one statement; after an outage there may be many of both
DELIVERIES_PER_TURN = 250  # deliveries before other tasks of the process get a turn
PAUSE = 0.2  # seconds until a failed statement is sent again


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """A plan for changes with its variables; subscriptions with an equal `key` can share it."""

    plan: SubscriptionPlan
    variables: Variables
    key: Hashable


@dataclass(slots=True)
class SubscriptionPosition:
    """A subscription that is catching up: its position, and the history of the feed that it belongs to."""

    subscription: OpenSubscription
    query: ChangeQuery
    history: int
    position: FeedPosition


@dataclass(slots=True)
class SubscriberGroup:
    """Subscribers to one query that have received all changes up to `position`, by viewers' fingerprint.

    Changes up to `reaching` are being read, so a new member must have received those already. The next
    statement checks that the feed still has the last `batch`; `history` is that of the state then.
    """

    query: ChangeQuery
    history: int
    epoch: str
    position: int
    batch: BatchId
    reaching: int
    members: dict[str, list[OpenSubscription]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def end(self, error: RequestError) -> None:
        for member in [one for members in self.members.values() for one in members]:
            member.end(error)


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """Changes of an epoch, numbered above `after` and up to `upto`, for readers who have seen the batch."""

    epoch: str
    after: int
    upto: int
    batch: BatchId


@dataclass(frozen=True, slots=True)
class ReadChanges:
    """The rows of a statement, and the last batch in its snapshot."""

    rows: Sequence[Sequence[Any]]
    batch: BatchId


class ChangeFanout:
    """All subscribers to changes in this process. A statement covers at most `page` numbers of the feed."""

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
        """How many numbers the slowest group is behind the feed."""
        last = self._feed.state.last if self._feed.state else 0
        return max((max(0, last - group.position) for group in self._groups.values()), default=0)

    async def start(
        self, subscription: OpenSubscription, query: ChangeQuery, after: str | None, database: Database
    ) -> None:
        """Start after a cursor, or now; raises CursorExpired, BadUserInput, DatabaseError.

        The first page is read before this returns, so that a client learns that the database is unreachable.
        """
        state = await self._feed.poll()
        start = FeedPosition(state.epoch, state.last, "", BatchId(state.last, state.tag))
        if after is not None:
            viewer = subscription.session.viewer
            start = parse_cursor(after, viewer.fingerprint, viewer.granted_since)
            if start.batch.number > state.last:
                state = await self._feed.fresh()
            require_kept(start, state)
        subscription.since = start.number
        joining = SubscriptionPosition(subscription, query, state.history, start)
        if start.number >= state.last:
            self._join(joining, database)
        else:
            await self._next_page(joining, database)
            subscription.task = asyncio.create_task(self._catch_up(joining, database))

    async def _catch_up(self, joining: SubscriptionPosition, database: Database) -> None:
        """Deliver page by page, as fast as the subscriber reads, until it can join a group."""
        subscription = joining.subscription
        while not subscription.ended:
            try:
                await subscription.subscriber.drained()
                if not await self._next_page(joining, database):
                    break
            except (RequestError, DatabaseError) as error:
                if not may_pass(error):
                    subscription.end(subscriber_error(error))
                    return
                logger.warning("subscribers wait: %s", error)
                await asyncio.sleep(PAUSE)
        subscription.task = None
        self._join(joining, database)

    async def _next_page(self, joining: SubscriptionPosition, database: Database) -> bool:
        """Deliver the subscriber's next page; False if there is none, and a group can take over."""
        subscription, query, at = joining.subscription, joining.query, joining.position
        state, group = await self._feed.poll(), self._groups.get(query.key)
        if at.number >= (group.reaching if group else state.last):
            return False
        upto = min(at.number + self._page, state.last)
        window = ChangeWindow(at.epoch, at.number, upto, at.batch)
        read = await self._read(query, [subscription.session], window, database)
        if read is not None:
            for row in read.rows:
                await self._deliver([subscription], at.epoch, row)
            subscription.since = upto
            joining.position = replace(at, number=upto, batch=read.batch)
        return True

    def _join(self, joining: SubscriptionPosition, database: Database) -> None:
        subscription, query, at = joining.subscription, joining.query, joining.position
        if subscription.ended:  # during an await: nothing would take it out of the group again
            return
        group = self._groups.get(query.key)
        if group is None or (group.epoch, group.history) != (at.epoch, joining.history):
            group = SubscriberGroup(query, joining.history, at.epoch, at.number, at.batch, at.number)
            self._groups[query.key] = group
            group.task = asyncio.create_task(self._run(group, database))
        fingerprint = subscription.session.viewer.fingerprint
        group.members.setdefault(fingerprint, []).append(subscription)
        subscription.leave = _LeaveGroup(self, group, fingerprint, subscription)

    async def _run(self, group: SubscriberGroup, database: Database) -> None:
        """Deliver changes to the group while it has members."""
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
        state = await self._feed.wait_beyond(group.history, group.position)
        await self._sessions.expire_due()
        page = max(1, min(self._page, MAX_PAIRS // max(len(group.members), 1)))
        upto = group.reaching = max(group.position, min(state.last, group.position + page))
        recipients = list(group.members)
        sessions = [group.members[fingerprint][0].session for fingerprint in recipients]
        if not sessions:
            return
        window = ChangeWindow(group.epoch, group.position, upto, group.batch)
        read = await self._read(group.query, sessions, window, database)
        if read is None:
            return
        for row in read.rows:
            await self._deliver(group.members.get(recipients[row[1] - 1], ()), group.epoch, row)
        group.position, group.batch, group.history = upto, read.batch, state.history

    async def _read(
        self,
        query: ChangeQuery,
        sessions: Sequence[Session],
        window: ChangeWindow,
        database: Database,
    ) -> ReadChanges | None:
        """The changes for the sessions' viewers, by their grants at the statement's snapshot.

        None if what a session sees has changed meanwhile. Raises CursorExpired if changes of the window were
        deleted, or the feed has another history.
        """
        viewers = [session.viewer for session in sessions]
        bounds = window.after, window.upto, window.batch
        self.read += 1
        rows = await database.fetch_all(
            query.plan.sql, query.plan.parameters(query.variables, viewers, *bounds)
        )
        read = ReadChanges(rows, require_continued(window, rows[0]))
        if rows[0][0] is None:
            return ReadChanges((), read.batch)
        if query.plan.reads_grants_epoch and not self._sessions.is_current(rows[0][GRANTED]):
            is_later = await self._sessions.revalidate_all(rows[0][GRANTED])
            seeing = [session.viewer for session in sessions]
            if not all(map(same_visibility, viewers, seeing)) or not all(
                one.subscriptions for one in sessions
            ):
                return None  # a session that stands for others has changed or ended: read again
            if not is_later:
                raise grants_unsettled()
        return read

    async def _deliver(self, members: Sequence[OpenSubscription], epoch: str, row: Sequence[Any]) -> None:
        """Deliver a change to subscribers whose viewers see the same."""
        number, payload, cursor = row[0], f'{{"data":{row[2]}}}', ""
        batch = BatchId(number, row[CHANGE_TAG])
        for member in tuple(members):
            if number > member.since and not member.ended:
                fingerprint = member.session.viewer.fingerprint
                cursor = cursor or str(FeedPosition(epoch, number, fingerprint, batch))
                member.subscriber.next(payload, cursor)
                self.delivered += 1
                if self.delivered % DELIVERIES_PER_TURN == 0:
                    await asyncio.sleep(0)

    def dissolve(self, group: SubscriberGroup) -> None:
        """Remove a group that has no members left."""
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
    """Raises CursorExpired unless all changes after a position are still kept, as far as the state shows.

    The first statement checks a batch that is older than the feed's last batch.
    """
    if position.epoch != state.epoch or position.batch.number > state.last:
        raise cursor_expired("EPOCH")
    if position.number < state.floor:
        raise cursor_expired("AGE")
    if position.batch.number == state.last and position.batch.tag != state.tag:
        raise cursor_expired("EPOCH")


def require_continued(window: ChangeWindow, row: Sequence[Any]) -> BatchId:
    """The last batch of a statement's snapshot; raises CursorExpired unless it had the whole window.

    Raises DatabaseUnavailable if the server that was read lags behind the one that numbers, as in a failover.
    """
    if row[FEED_EPOCH] != window.epoch:
        raise cursor_expired("EPOCH")
    if window.after < row[FLOOR]:
        raise cursor_expired("AGE")
    if not row[CONTINUED]:
        raise cursor_expired("EPOCH")
    batch = parse_batch_id(row[LAST_BATCH])
    if batch.number < window.upto:
        raise DatabaseUnavailable("the server that was read lags behind the one that numbers changes")
    return batch
