"""Limits the operations of a viewer or address per minute; each process counts its own.

Everything that reaches GraphQL counts, including requests that are refused later, so tokens can't be guessed
faster. A request with a valid credential counts only for its viewer, so others at the same address take
nothing from them.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Literal, TypeAlias

from starlette.types import Scope

from api.messages import message
from planner.errors import RateLimited

MINUTE = 60.0
LONGEST_ADDRESS = 64  # characters, including a zone
KEPT = 50_000
"""Maximum number of keys; beyond it the least recently active is dropped."""

Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(slots=True)
class _Requests:
    """When requests of the last minute were admitted, and how many were refused since the last one."""

    admitted: deque[float] = field(default_factory=deque)
    refused: int = 0


class SlidingWindow:
    """Admits at most `most` requests of a key in any 60 seconds; 0 means no limit.

    It keeps the time of each request that was admitted in the last minute.
    """

    def __init__(
        self,
        most: int,
        client_kind: Literal["viewer", "address"],
        *,
        clock: Callable[[], float] = time.monotonic,
        kept: int = KEPT,
    ) -> None:
        self._most = most
        self._client_kind = client_kind
        self._clock = clock
        self._kept = kept
        self._requests: OrderedDict[str, _Requests] = OrderedDict()  # most recent last

    def count(self, key: str) -> None:
        """Admit one more; raises RateLimited if the last minute is full."""
        if not self._most:
            return
        now = self._clock()
        self._forget(now)
        requests = self._requests.get(key) or _Requests()
        self._require_fewer(requests, now)
        requests.admitted.append(now)
        requests.refused = 0
        self._requests[key] = requests
        self._requests.move_to_end(key)
        if len(self._requests) > self._kept:
            self._requests.popitem(last=False)

    def require_fewer(self, key: str) -> None:
        """Raises RateLimited if the last minute is full; counts nothing."""
        if (requests := self._requests.get(key)) is not None:
            self._require_fewer(requests, self._clock())

    def _require_fewer(self, requests: _Requests, now: float) -> None:
        admitted = requests.admitted
        while admitted and now - admitted[0] >= MINUTE:
            admitted.popleft()
        if len(admitted) >= self._most:
            requests.refused += 1
            raise self._refused(len(admitted) + requests.refused, math.ceil(admitted[0] + MINUTE - now))

    def _forget(self, now: float) -> None:
        """Drop the keys without admitted requests in the last minute."""
        while self._requests:
            quietest = next(iter(self._requests.values()))
            if quietest.admitted and now - quietest.admitted[-1] < MINUTE:
                return
            self._requests.popitem(last=False)

    def _refused(self, count: int, seconds: int) -> RateLimited:
        refused = message(f"rate_limited.{self._client_kind}", limit=self._most, asked=count, seconds=seconds)
        return RateLimited(refused, seconds, limit=self._most, asked=count)

    def __len__(self) -> int:
        return len(self._requests)


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """Counts requests without a valid credential by address, all others by viewer.

    `failures` are invalid credentials, which also count as requests of the address. They have a window of
    their own so that anonymous requests don't keep others at the address from being authenticated.
    """

    addresses: SlidingWindow
    viewers: SlidingWindow
    failures: SlidingWindow

    def require_fewer_failures(self, address: str) -> None:
        """Checked before a credential is verified, which takes time; raises RateLimited."""
        self.failures.require_fewer(address)

    def count_failure(self, address: str) -> None:
        """Count an invalid credential; raises RateLimited."""
        self.failures.count(address)
        self.addresses.count(address)


def make_rate_limiter(viewer: int, address: int) -> RateLimiter | None:
    """The limiter; None if both limits are 0."""
    if not viewer and not address:
        return None
    return RateLimiter(
        SlidingWindow(address, "address"),
        SlidingWindow(viewer, "viewer"),
        SlidingWindow(address, "address"),
    )


def address_key(scope: Scope) -> str:
    """The key of a request's address; invalid addresses share one."""
    host: str = scope["client"][0] if scope.get("client") else ""
    return network_of(host[:LONGEST_ADDRESS])


@lru_cache(maxsize=4096)
def network_of(host: str) -> str:
    """An address's key; for IPv6 its /64 network, since one subscriber has 2^64 addresses."""
    address = address_of(host)
    if not isinstance(address, IPv6Address):
        return "" if address is None else str(address)
    return str(IPv6Network((int(address), 64), strict=False))


def address_of(text: str) -> Address | None:
    """The address; IPv4-mapped IPv6 as IPv4. None if it is invalid."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
