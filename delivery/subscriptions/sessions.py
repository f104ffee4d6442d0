"""Sessions: credentials with their open subscriptions, on any transport.

A transport opens a subscription for a `Subscriber`, which receives its results. Equal subscriptions share
statements: changes are read once for all viewers of a group (`fanout.py`), a live query once for all viewers
who see the same (`live.py`). Nothing is delivered before the credentials are known to be valid.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from delivery.request_errors import as_request_error
from models.database.client import DatabaseError
from models.feed import FeedState
from planner.changes.feed_position import cursor_expired
from planner.errors import RequestError, Unauthenticated
from schema.grants import ANONYMOUS, Principal

logger = logging.getLogger("puente")


class Viewers(Protocol):
    """Viewers by their `Authorization` header."""

    async def refresh(self, authorization: bytes) -> Principal:
        """The viewer with its current grants; raises Unauthenticated, Unavailable."""

    async def refresh_many(self, authorizations: Iterable[bytes]) -> dict[bytes, Principal | Unauthenticated]:
        """`refresh` for many in one statement, without those whose token must be verified again."""

    def expires_at(self, authorization: bytes | None) -> float:
        """When the viewer must be revalidated, in seconds since the Unix epoch."""

    def forget(self) -> None:
        """Discard all cached grants: the database may have been replaced."""


class Subscriber(Protocol):
    """Receives results: an operation of a WebSocket, or a response of server-sent events."""

    def next(self, payload: str, cursor: str | None) -> None:
        """Take an execution result as JSON text, without blocking; `cursor` is that of its change."""

    def end(self, error: RequestError | None) -> None:
        """Take the end of the operation: its error, or None if it is complete."""

    async def drained(self) -> None:
        """Return when the results taken so far are nearly sent; catching up waits for this."""


@dataclass(frozen=True, slots=True)
class Credential:
    """The `Authorization` header as it was sent, and its viewer."""

    authorization: bytes | None = None
    viewer: Principal = ANONYMOUS


@dataclass(eq=False, slots=True)
class Session:
    """A credential with open subscriptions: revalidated when grants change, and when it expires."""

    authorization: bytes | None
    viewer: Principal
    expires_at: float
    validated_at: float
    subscriptions: set[OpenSubscription] = field(default_factory=set)


class OpenSubscription:
    """One open operation. `leave` takes it out of the group or shared result that serves it."""

    __slots__ = ("_sessions", "ended", "leave", "reopen", "session", "since", "subscriber", "task")

    def __init__(self, sessions: Sessions, session: Session, subscriber: Subscriber) -> None:
        self._sessions = sessions
        self.session = session
        self.subscriber = subscriber
        self.since = 0
        self.ended = False
        self.task: asyncio.Task[None] | None = None
        self.leave: Leave = _nothing
        self.reopen: Reopen | None = None

    def close(self) -> None:
        """Send nothing more; idempotent."""
        if self.ended:
            return
        self.ended = True
        self.leave()
        self.leave, self.reopen = _nothing, None  # breaks the reference cycles with its plan
        if self.task is not None and self.task is not current_task():
            self.task.cancel()
        self.task = None
        self._sessions.remove(self)

    def end(self, error: RequestError | None) -> None:
        if not self.ended:
            self.close()
            self.subscriber.end(error)


class Leave(Protocol):
    def __call__(self) -> None: ...


class Reopen(Protocol):
    def __call__(self) -> None:
        """Called, instead of ending the subscription, when its viewer's rights have changed."""


def _nothing() -> None:
    pass


def current_task() -> asyncio.Task[object] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


REVALIDATION_BATCH = 200  # stale sessions that are revalidated at a time
REVALIDATION_INTERVAL = 1.0  # seconds between two batches
STALE_AFTER = 60.0  # seconds


class Sessions:
    """The credentials with open subscriptions: one session each."""

    def __init__(self, viewers: Viewers) -> None:
        self._viewers = viewers
        self._known: dict[bytes | None, Session] = {}
        self._revalidating = asyncio.Lock()
        self._epoch: int | None = None
        self._connections = 0
        self._soonest = math.inf  # no session expires earlier
        self._ticked = 0.0

    def __len__(self) -> int:
        return len(self._known)

    @property
    def subscriptions(self) -> int:
        """The number of open subscriptions."""
        return sum(len(session.subscriptions) for session in self._known.values())

    def enter(self, credential: Credential, subscriber: Subscriber) -> OpenSubscription:
        """Open a subscription for the credential's viewer, with the latest known grants."""
        session = self._known.get(credential.authorization)
        if session is None:
            ends = self._viewers.expires_at(credential.authorization)
            self._soonest = min(self._soonest, ends)
            session = Session(credential.authorization, credential.viewer, ends, time.time())
            if credential.authorization is not None:
                alone = not any(key is not None for key in self._known)
                self._epoch = (
                    credential.viewer.grants_epoch
                    if alone or self.is_current(credential.viewer.grants_epoch)
                    else None
                )
            self._known[credential.authorization] = session
        elif (session.viewer.grants_epoch or 0) < (credential.viewer.grants_epoch or 0):
            self._renew(session, credential.viewer)  # first ends or restarts what its old grants opened
            self._known[credential.authorization] = session
            if not self.is_current(credential.viewer.grants_epoch):
                self._epoch = None
        subscription = OpenSubscription(self, session, subscriber)
        session.subscriptions.add(subscription)
        return subscription

    def remove(self, subscription: OpenSubscription) -> None:
        session = subscription.session
        session.subscriptions.discard(subscription)
        if not session.subscriptions and self._known.get(session.authorization) is session:
            del self._known[session.authorization]

    def close(self) -> None:
        """Close every subscription, as the process ends."""
        for session in list(self._known.values()):
            for subscription in list(session.subscriptions):
                subscription.close()

    async def tick(self, state: FeedState) -> None:
        """Revalidate sessions whose grants may have changed, that expire, or that are stale."""
        if state.connections != self._connections:  # a restored database counts its own grants epochs
            self._viewers.forget()
            self._epoch, self._connections = None, state.connections
        await self.revalidate_all(state.access)
        await self.expire_due()
        now = time.time()
        if abs(now - self._ticked) < REVALIDATION_INTERVAL:
            return
        self._ticked = now
        stale = [one for one in self._known.values() if one.validated_at < now - STALE_AFTER][
            :REVALIDATION_BATCH
        ]
        await self._revalidate_many(stale)

    def is_current(self, epoch: int | None) -> bool:
        """Whether all sessions' grants were read at this grants epoch."""
        return epoch == self._epoch

    async def revalidate_all(self, epoch: int) -> bool:
        """Refresh all sessions' grants unless they are of this epoch; one statement reads many.

        Returns whether those that there were are of it or of a later one now. What was read at `epoch` then
        holds for each that sees the same as before.
        """
        async with self._revalidating:
            if self.is_current(epoch):
                return True
            before = list(self._known.values())
            await self._revalidate_many(before)
            epochs = epochs_of(self._known.values())
            self._epoch = epoch if epochs <= {epoch} else epochs.pop() if len(epochs) == 1 else None
            return min(epochs_of(before), default=epoch) >= epoch

    async def expire_due(self) -> None:
        """Revalidate the sessions whose credential or grant has expired, before anything is delivered."""
        now = time.time()
        if now < self._soonest:
            return
        for session in [one for one in self._known.values() if one.expires_at <= now]:
            await self._revalidate(session)
        self._soonest = min((one.expires_at for one in self._known.values()), default=math.inf)

    async def _revalidate_many(self, sessions: Sequence[Session]) -> None:
        keys = [one.authorization for one in sessions if one.authorization is not None]
        together = await self._viewers.refresh_many(keys)
        for session in sessions:
            match together.get(session.authorization or b""):
                case None:
                    await self._revalidate(session)
                case Unauthenticated() as refused:
                    self._end(session, refused)
                case viewer:
                    self._renew(session, viewer)

    async def _revalidate(self, session: Session) -> None:
        if session.authorization is None:
            session.validated_at = time.time()
            return
        try:
            viewer = await self._viewers.refresh(session.authorization)
        except Unauthenticated as refused:
            self._end(session, refused)
            return
        except RequestError as error:  # an issuer's keys can't be fetched: the next tick tries again
            logger.warning("a subscriber could not be revalidated: %s", error)
            if session.expires_at <= time.time():
                self._end(session, error)
            return
        self._renew(session, viewer)

    def _renew(self, session: Session, viewer: Principal) -> None:
        changed = not same_visibility(viewer, session.viewer)
        session.viewer, session.validated_at = viewer, time.time()
        session.expires_at = self._viewers.expires_at(session.authorization)
        self._soonest = min(self._soonest, session.expires_at)
        if changed:
            for subscription in list(session.subscriptions):
                if subscription.reopen is not None:
                    subscription.reopen()
                else:
                    subscription.end(cursor_expired("GRANTS"))

    def _end(self, session: Session, error: RequestError) -> None:
        for subscription in list(session.subscriptions):
            subscription.end(error)


def epochs_of(sessions: Iterable[Session]) -> set[int]:
    """The epochs at which the grants of open sessions were read."""
    opened = (one.viewer.grants_epoch for one in sessions if one.authorization and one.subscriptions)
    return {epoch or 0 for epoch in opened}


def same_visibility(one: Principal, other: Principal) -> bool:
    """Whether plans and results are the same for both, with no change of grants in between."""
    same_rows = one.fingerprint == other.fingerprint and one.plan_key == other.plan_key
    return same_rows and one.granted_since == other.granted_since


def subscriber_error(error: Exception) -> RequestError:
    """The error for subscribers after a failure of ours; unexpected ones are logged with traceback."""
    if not isinstance(error, DatabaseError | RequestError):
        logger.error("a subscription failed", exc_info=error)
    return as_request_error(error)
