"""How many operations a viewer and an address may ask for in a minute; each process counts its own.

Whatever reaches GraphQL counts, also what is refused afterwards: tokens can be guessed no faster than that.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.types import Scope

from planner.errors import RateLimited

MINUTE = 60.0
KEPT = 50_000
"""Keys whose requests are kept; beyond, the one that was quiet for longest is forgotten."""

Headers: TypeAlias = Mapping[bytes, bytes]
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
        whose: tuple[str, str],
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
        admitted = requests.admitted
        while admitted and now - admitted[0] >= MINUTE:
            admitted.popleft()
        if len(admitted) >= self._most:
            requests.refused += 1
            raise self._refused(len(admitted) + requests.refused, math.ceil(admitted[0] + MINUTE - now))
        admitted.append(now)
        requests.refused = 0
        self._requests[key] = requests
        self._requests.move_to_end(key)
        if len(self._requests) > self._kept:
            self._requests.popitem(last=False)

    def _forget(self, now: float) -> None:
        """Drop the keys of which nothing was admitted in the last minute."""
        while self._requests:
            quietest = next(iter(self._requests.values()))
            if now - quietest.admitted[-1] < MINUTE:
                return
            self._requests.popitem(last=False)

    def _refused(self, asked: int, seconds: int) -> RateLimited:
        en, es = self._whose
        return RateLimited(
            f"{en} may ask for {self._most} operations a minute; this is number {asked}. "
            f"Try again in {seconds} seconds.",
            f"{es} puede pedir {self._most} operaciones por minuto; esta es la número {asked}. "
            f"Intente de nuevo en {seconds} segundos.",
            seconds,
            limit=self._most,
            asked=asked,
        )

    def __len__(self) -> int:
        return len(self._requests)


@dataclass(frozen=True, slots=True)
class Rates:
    """What is counted for each request: its address, and who asks once that is known."""

    addresses: SlidingWindow
    viewers: SlidingWindow
    proxies: Sequence[str] = ()

    def admit(self, scope: Scope, headers: Headers) -> None:
        """Count an operation of the address that it comes from; raises RateLimited."""
        self.addresses.count(address_key(scope, headers, self.proxies))


def rates_of(viewer: int, address: int, proxies: Sequence[str]) -> Rates | None:
    """None where nothing is counted."""
    if not viewer and not address:
        return None
    return Rates(
        SlidingWindow(address, ("An address", "Una dirección")),
        SlidingWindow(viewer, ("A viewer", "Quien consulta")),
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
