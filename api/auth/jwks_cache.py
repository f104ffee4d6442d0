"""Caches an issuer's keys: for a while, and longer while the issuer is down."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from api.auth.auth_errors import keys_unavailable
from api.auth.json_client import FetchFailed
from api.auth.jwt import VerificationKey

logger = logging.getLogger("puente")

Fetch = Callable[[], Awaitable["FetchedKeys"]]


@dataclass(frozen=True, slots=True)
class FetchedKeys:
    """Keys, and for how many seconds they may be cached."""

    keys: Sequence[VerificationKey]
    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """Seconds: how long keys are fresh, how much longer they are used while fetches fail, and the minimum
    between two fetches."""

    lifetime: float
    stale: float
    apart: float


class JwksCache:
    """At most one fetch at a time, which all callers share.

    Keys past half of their lifetime are refreshed in the background. Once they are no longer fresh, a fetch
    is awaited; if it fails, the stale keys are used while it is retried.
    """

    def __init__(
        self, fetch: Fetch, policy: CachePolicy, name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._keeping = policy
        self._name = name
        self._clock = clock
        self._keys: Sequence[VerificationKey] = ()
        self._got = self._tried = -float("inf")
        self._fresh_for = 0.0
        self._failed = False
        self._fetching: asyncio.Task[None] | None = None

    async def get(self) -> Sequence[VerificationKey]:
        """The keys; raises Unavailable if there are none."""
        age = self._clock() - self._got
        if age >= self._fresh_for + self._keeping.stale:
            self._keys = ()
        if not self._keys or (age >= self._fresh_for and not self._failed):
            await self._fetched_again()
        elif age >= self._fresh_for / 2:
            self._start()
        if not self._keys:
            raise keys_unavailable()
        return self._keys

    async def refresh(self) -> Sequence[VerificationKey]:
        """The keys, fetched again unless that was done just now; raises Unavailable if it failed."""
        await self._fetched_again()
        if self._failed:
            raise keys_unavailable()
        return self._keys

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    async def _fetched_again(self) -> None:
        """Wait for a fetch; a caller's cancellation doesn't end it, since others may wait too."""
        task = self._start()
        if task is not None:
            await asyncio.shield(task)

    def _start(self) -> asyncio.Task[None] | None:
        """The fetch under way, or a new one; None if the last one is too recent for another."""
        if self._fetching is not None:
            return self._fetching
        if self._clock() - self._tried < self._keeping.apart:
            return None
        self._tried = self._clock()
        self._fetching = asyncio.create_task(self._get())
        return self._fetching

    async def _get(self) -> None:
        try:
            fetched = await self._fetch()
        except FetchFailed as error:
            self._failed = True
            logger.warning("the keys of %s could not be fetched: %s", self._name, error)
        except Exception:
            self._failed = True
            logger.exception("the keys of %s could not be fetched", self._name)
        else:
            self._keys, self._got, self._failed = fetched.keys, self._clock(), False
            self._fresh_for = self._life(fetched.max_age)
        finally:
            self._tried = self._clock()
            self._fetching = None

    def _life(self, max_age: float | None) -> float:
        """The server's `max-age`, within our limits."""
        longest, shortest = self._keeping.lifetime, self._keeping.apart
        return longest if max_age is None else min(longest, max(shortest, max_age))
