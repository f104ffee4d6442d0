"""The queue of new documents, which limits the time that they take.

A new document takes Python up to a tenth of a second to validate and plan. So one is planned at a time, in a
thread next to the event loop; waiting viewers and addresses take turns; and each has a budget of seconds per
minute. Cached documents skip the queue, and of several requests for the same document only one waits in it
(docs/decisions.md has the measurements).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from api.limits.rate_limiter import KEPT, MINUTE
from api.messages import message
from planner.errors import RateLimited

OWED = "owed "
"""The prefix of keys for work that the viewer or address didn't start."""

BURST = 1.0  # seconds of planning before the share of the process is enforced
SOON = 1  # seconds until it is worth trying a full queue again

Waiting: TypeAlias = "asyncio.Future[None]"
Result = TypeVar("Result")
ClientKind: TypeAlias = Literal["viewer", "address"]


@dataclass(frozen=True, slots=True)
class PlanningLimits:
    """Seconds per minute of a viewer and of an address (0: no limit); the share of a process's time for all;
    how many documents may wait, and how many seconds.
    """

    viewer_seconds: float
    address_seconds: float
    share: float
    waiting: int
    patience: float


@dataclass(slots=True)
class _PlanningRecord:
    """The work of the last minute: when each ended, and the seconds that it took."""

    done: deque[tuple[float, float]] = field(default_factory=deque)
    seconds: float = 0.0


class PlanningBudget:
    """Limits the seconds of work of a key in any 60 seconds; `most` 0 means no limit."""

    def __init__(
        self, most: float, client_kind: ClientKind, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._client_kind = client_kind
        self._clock = clock
        self._work: OrderedDict[str, _PlanningRecord] = OrderedDict()  # most recent last

    def require_left(self, key: str) -> None:
        """Raises RateLimited if the budget of the last minute is spent."""
        work, now = self._work.get(key), self._clock()
        if work is None or not self._most:
            return
        _forget(work, now)
        if work.seconds < self._most:
            return
        left = work.seconds
        for at, seconds in work.done:
            left -= seconds
            if left < self._most:
                raise self._spent(work.seconds, math.ceil(at + MINUTE - now))

    def add(self, key: str, seconds: float) -> None:
        if not self._most:
            return
        work, now = self._work.setdefault(key, _PlanningRecord()), self._clock()
        _forget(work, now)
        work.done.append((now, seconds))
        work.seconds += seconds
        self._work.move_to_end(key)
        while len(self._work) > KEPT or now - next(iter(self._work.values())).done[-1][0] >= MINUTE:
            self._work.popitem(last=False)

    def _spent(self, spent: float, seconds: int) -> RateLimited:
        refused = message(f"planning.{self._client_kind}", limit=self._most, seconds=max(seconds, 1))
        return RateLimited(refused, max(seconds, 1), limit=self._most, asked=round(spent, 3))

    def __len__(self) -> int:
        return len(self._work)


def _forget(work: _PlanningRecord, now: float) -> None:
    while work.done and now - work.done[0][0] >= MINUTE:
        work.seconds -= work.done.popleft()[1]
    if not work.done:
        work.seconds = 0.0


@dataclass(slots=True)
class _Timed(Generic[Result]):
    """Work with the seconds that it took, and its processor time."""

    work: Callable[[], Result]
    clock: Callable[[], float]
    took: float = 0.0
    busy: float = 0.0
    result: Result | None = None
    error: Exception | None = None

    def run(self) -> None:
        began, busy = self.clock(), time.thread_time()
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error
        self.took, self.busy = self.clock() - began, time.thread_time() - busy

    def outcome(self) -> Result:
        """The result; drops the error, whose traceback would keep this object and the request."""
        error, self.error = self.error, None
        try:
            if error is not None:
                raise error
            return self.result  # type: ignore[return-value]
        finally:
            del error


class PlanningQueue:
    """Runs work on new documents, one at a time."""

    def __init__(self, limits: PlanningLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._viewers = PlanningBudget(limits.viewer_seconds, "viewer")
        self._addresses = PlanningBudget(limits.address_seconds, "address")
        self._waiting: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._under_way: dict[Hashable, Waiting] = {}
        self.executor: Executor = ThreadPoolExecutor(1, "planning")
        self._working = False
        self._saved = BURST
        self._since = clock()
        self.seconds = 0.0
        self.refused = 0

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    async def run_once(
        self, key: Hashable, known: Callable[[], Result | None], run: Callable[[], Awaitable[Result]]
    ) -> Result:
        """The cached result for the key; the first caller's `run` makes it, and the others wait for it.

        If that fails, the next caller runs its own. Raises what `run` does, and RateLimited after too long.
        """
        try:
            async with asyncio.timeout(self._limits.patience) as waiting:
                while (found := known()) is None:
                    under_way = self._under_way.get(key)
                    if under_way is None:
                        waiting.reschedule(None)  # planning has its own timeout
                        return await self._run_for_all(key, run)
                    await asyncio.shield(under_way)
                return found
        except TimeoutError:
            if not waiting.expired():
                raise
            self.refused += 1
            raise self._too_late() from None

    async def _run_for_all(self, key: Hashable, run: Callable[[], Awaitable[Result]]) -> Result:
        over = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            return await run()
        finally:
            del self._under_way[key]
            over.set_result(None)

    async def run(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """Do work for the viewer, or else for the address; it may not touch the event loop.

        Raises what the work does, and RateLimited if the budget is spent, too many wait, or its turn didn't
        come in time.
        """
        budget, key = self._budget(viewer, address)
        try:
            budget.require_left(key)
            if self._working:
                self._require_room(key)
                await self._turn_of(key, self._limits.patience)
        except RateLimited:
            self.refused += 1
            raise
        return await self._work(budget, key, work)

    async def run_owed(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """Do work without a waiting request, such as replanning a subscription when grants change.

        It counts, takes turns with its viewer's or address's requests, and waits as long as necessary.
        """
        if self._working:
            await self._turn_of(OWED + (viewer or address), None)
        return await self._work(*self._budget(viewer, address), work)

    def _budget(self, viewer: str, address: str) -> tuple[PlanningBudget, str]:
        return (self._viewers, viewer) if viewer else (self._addresses, address)

    async def _work(self, budget: PlanningBudget, key: str, work: Callable[[], Result]) -> Result:
        self._working = True
        timed = _Timed(work, self._clock)
        done = asyncio.get_running_loop().run_in_executor(self.executor, timed.run)
        done.add_done_callback(lambda _: self._done(budget, key, timed))
        await asyncio.shield(done)
        return timed.outcome()

    def _done(self, budget: PlanningBudget, key: str, timed: _Timed[Any]) -> None:
        budget.add(key, timed.busy)
        self.seconds += timed.busy
        asyncio.get_running_loop().call_later(self._rest(timed.took), self._next)

    def _require_room(self, key: str) -> None:
        most = self._limits.waiting
        of_key = len(self._waiting.get(key, ()))
        requested = sum(len(queue) for key, queue in self._waiting.items() if not key.startswith(OWED))
        if of_key >= max(1, most // 2) or requested >= most:
            raise RateLimited(message("planning.queue_full", limit=most), SOON, limit=most)

    async def _turn_of(self, key: str, seconds: float | None) -> None:
        """Wait for a turn of this key, at most this long; first come, first served within a key."""
        turn: Waiting = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except TimeoutError:
            self._leave(key, turn)
            raise self._too_late() from None
        except asyncio.CancelledError:
            self._leave(key, turn)
            raise

    def _too_late(self) -> RateLimited:
        seconds = self._limits.patience
        return RateLimited(message("planning.too_late", limit=seconds), SOON, limit=seconds)

    def _leave(self, key: str, turn: Waiting) -> None:
        """Stop waiting; passes on a turn that was given meanwhile."""
        if turn.done() and not turn.cancelled():
            self._next()
            return
        turn.cancel()
        queue = self._waiting.get(key, deque())
        if turn in queue:
            queue.remove(turn)
        if not queue:
            self._waiting.pop(key, None)

    def _next(self) -> None:
        """Give the turn to the first waiting of the key that has waited longest."""
        while self._waiting:
            key, queue = self._waiting.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._waiting[key] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._working = False

    def _rest(self, seconds: float) -> float:
        """How long to pause after work that took this long, so that the share is kept."""
        now, share = self._clock(), self._limits.share
        self._saved = min(BURST, self._saved + (now - self._since) * share) - seconds
        self._since = now
        return max(0.0, -self._saved / share)
