"""Limits the operations of a viewer and an address in a minute; each process counts its own.

Everything that reaches GraphQL counts, including what is refused later, so tokens can't be guessed any
faster. Who has a valid credential is counted as a viewer alone: what others do at their address takes nothing
from them.
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
LONGEST_ADDRESS = 64  # characters, a zone included
KEPT = 50_000
"""The most keys; beyond, the least recently active is dropped."""

Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(slots=True)
class _Requests:
    """When those of the last minute were admitted, and how many were refused since the last of them."""

    admitted: deque[float] = field(default_factory=deque)
    refused: int = 0


class SlidingWindow:
    """Admits at most `most` requests of a key in any 60 seconds; 0 for any number.

    It keeps a time for each request that was admitted in the last minute, and none for longer.
    """

    def __init__(
        self,
        most: int,
        whose: Literal["viewer", "address"],
        *,
        clock: Callable[[], float] = time.monotonic,
        kept: int = KEPT,
    ) -> None:
        self._most = most
        self._whose = whose
        self._clock = clock
        self._kept = kept
        self._requests: OrderedDict[str, _Requests] = OrderedDict()  # the last admitted are at the end

    def count(self, key: str) -> None:
        """Admit one more; raises RateLimited where the last minute has as many as there may be."""
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
        """Raises RateLimited where the last minute has as many as there may be, and counts nothing."""
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
        """Drop the keys of which nothing was admitted in the last minute."""
        while self._requests:
            quietest = next(iter(self._requests.values()))
            if quietest.admitted and now - quietest.admitted[-1] < MINUTE:
                return
            self._requests.popitem(last=False)

    def _refused(self, count: int, seconds: int) -> RateLimited:
        refused = message(f"rate_limited.{self._whose}", limit=self._most, asked=count, seconds=seconds)
        return RateLimited(refused, seconds, limit=self._most, asked=count)

    def __len__(self) -> int:
        return len(self._requests)


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """What is counted: requests without a valid credential by address, all others by viewer.

    `failures` are invalid credentials, which count among an address's requests too. They have a window of
    their own so that the public's requests keep nobody at the same address from being recognized.
    """

    addresses: SlidingWindow
    viewers: SlidingWindow
    failures: SlidingWindow

    def require_fewer_failures(self, address: str) -> None:
        """Before a credential is verified, which takes time; raises RateLimited."""
        self.failures.require_fewer(address)

    def count_failure(self, address: str) -> None:
        """An invalid credential; raises RateLimited."""
        self.failures.count(address)
        self.addresses.count(address)


def make_rate_limiter(viewer: int, address: int) -> RateLimiter | None:
    """None where nothing is counted."""
    if not viewer and not address:
        return None
    return RateLimiter(
        SlidingWindow(address, "address"),
        SlidingWindow(viewer, "viewer"),
        SlidingWindow(address, "address"),
    )


def address_key(scope: Scope) -> str:
    """What the address that a request comes from is counted as; what is no address is one and the same."""
    host: str = scope["client"][0] if scope.get("client") else ""
    return network_of(host[:LONGEST_ADDRESS])


@lru_cache(maxsize=4096)
def network_of(host: str) -> str:
    """What an IPv6 address is counted as: one subscriber has 2^64 of them, so by its network."""
    address = address_of(host)
    if not isinstance(address, IPv6Address):
        return "" if address is None else str(address)
    return str(IPv6Network((int(address), 64), strict=False))


def address_of(text: str) -> Address | None:
    """IPv4 within IPv6 is IPv4. None for what is no address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
