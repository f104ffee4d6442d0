"""How many operations a viewer and an address may ask for in a minute; each process counts its own.

Whatever reaches GraphQL counts, also what is refused afterwards: tokens can be guessed no faster than that.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal, TypeAlias

from starlette.types import Scope

from api.messages import message
from planner.errors import RateLimited

MINUTE = 60.0
KEPT = 50_000
"""Counts of a minute that are kept; beyond, the one that began first is forgotten."""

Headers: TypeAlias = Mapping[bytes, bytes]
Address: TypeAlias = IPv4Address | IPv6Address


class Minute:
    """Counts by key within a minute, then from nothing again; 0 for `most` counts nothing."""

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
        self._ends = 0.0
        self._counts: OrderedDict[str, int] = OrderedDict()

    def count(self, key: str) -> None:
        """One more; raises RateLimited once there are more than may be."""
        if not self._most:
            return
        now = self._clock()
        if now >= self._ends:
            self._counts.clear()
            self._ends = now + MINUTE
        asked = self._counts.get(key, 0) + 1
        self._counts[key] = asked
        if asked == 1 and len(self._counts) > self._kept:
            self._counts.popitem(last=False)
        if asked > self._most:
            raise self._refused(asked, math.ceil(self._ends - now))

    def _refused(self, asked: int, seconds: int) -> RateLimited:
        refused = message(f"rate_limited.{self._whose}", limit=self._most, asked=asked, seconds=seconds)
        return RateLimited(refused, seconds, limit=self._most, asked=asked)

    def __len__(self) -> int:
        return len(self._counts)


@dataclass(frozen=True, slots=True)
class Rates:
    """What is counted for each request: its address, and who asks once that is known."""

    addresses: Minute
    viewers: Minute
    proxies: Sequence[str] = ()

    def admit(self, scope: Scope, headers: Headers) -> None:
        """Count an operation of the address that it comes from; raises RateLimited."""
        self.addresses.count(address_key(scope, headers, self.proxies))


def rates_of(viewer: int, address: int, proxies: Sequence[str]) -> Rates | None:
    """None where nothing is counted."""
    if not viewer and not address:
        return None
    return Rates(
        Minute(address, "address"),
        Minute(viewer, "viewer"),
        tuple(proxies),
    )


def address_key(scope: Scope, headers: Headers, proxies: Sequence[str]) -> str:
    """What the address that a request comes from is counted as."""
    host: str = scope["client"][0] if scope.get("client") else ""
    if proxies:
        host = behind_proxies(host, headers.get(b"x-forwarded-for", b"").decode("latin-1"), proxies)
    return network_of(host) if ":" in host else host


@lru_cache(maxsize=4096)
def network_of(host: str) -> str:
    """What an IPv6 address is counted as: one subscriber has 2^64 of them, so by its network."""
    address = address_of(host)
    if not isinstance(address, IPv6Address):
        return host if address is None else str(address)
    return str(IPv6Network((int(address), 64), strict=False))


def behind_proxies(host: str, forwarded: str, proxies: Sequence[str]) -> str:
    """The nearest address that is no trusted proxy: what stands before it in the header may be invented."""
    nearest = host
    for hop in reversed(forwarded.split(",")):
        if not is_trusted(nearest, tuple(proxies)):
            break
        address = address_of(hop.strip())
        if address is None:
            break
        nearest = str(address)
    return nearest


@lru_cache(maxsize=4096)
def is_trusted(host: str, proxies: tuple[str, ...]) -> bool:
    address = address_of(host)
    return address is not None and any(address in ip_network(proxy, strict=False) for proxy in proxies)


def address_of(text: str) -> Address | None:
    """An address as proxies write it, maybe with a port; IPv4 within IPv6 is IPv4. None for anything else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
