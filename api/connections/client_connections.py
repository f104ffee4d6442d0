"""All clients' connections of a process. At the limit, waiting ones are closed to make room.

A connection waits while it is its client's turn: to send a request or the rest of one, or to read. Those that
have waited longest are closed first, so silent connections keep nobody out, not even from their own address.
A new one is refused only if none waits.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Protocol

from api.connections.limits import ConnectionLimits
from api.connections.open_files import can_open, file_limit
from api.limits.rate_limiter import address_of, network_of
from api.messages import message
from planner.errors import Problem, TooManyConnections, Unavailable

logger = logging.getLogger("puente")

CONNECTIONS = "connections"
"""The key of the connections in the application's lifespan state, for uvicorn's protocols."""

REASONS = ("head", "idle", "unread", "invalid", "room", "full")
"""Why the server ends connections: the client was late with a head, with the next request, or with reading;
it sent an invalid or too large request; others needed the room; or there was none.
"""

MINUTE = 60.0
AT_ONCE = 50  # one in this many is closed at a time, since finding those that wait takes longer than closing


class ClientConnection(Protocol):
    """A connection, with either protocol. Times are the event loop's."""

    def waiting_since(self, now: float) -> float | None:
        """Since when it has waited for its client; None while the client waits for us."""

    def expire(self, now: float) -> None:
        """End it if its client took too long."""

    def cut(self) -> None:
        """End it now."""


class ClientConnections:
    """The open connections by the key of their address; None for trusted proxies."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.ended: Counter[str] = Counter()
        """The number of connections that the server ended, by reason."""
        self._keys: dict[ClientConnection, str | None] = {}
        self._of_address: dict[str, dict[ClientConnection, None]] = {}
        self._heads: dict[ClientConnection, int] = {}
        self._head_bytes = 0
        self._warned = -MINUTE
        self._key_of = lru_cache(maxsize=4_096)(self._key)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def head_bytes(self) -> int:
        """The bytes of all large heads."""
        return self._head_bytes

    def enter(self, connection: ClientConnection, host: str) -> None:
        """Add a connection; raises TooManyConnections or Unavailable."""
        key, limits = self._key_of(host), self.limits
        of = self._of_address.get(key, {}) if key is not None and limits.per_client else {}
        if of and len(of) >= limits.per_client:
            self._make_room(of, limits.per_client, f"of the address {key}")
            if len(of) >= limits.per_client:
                raise self._refused(_too_many(limits.per_client))
        if len(self._keys) >= limits.most:
            self._make_room(self._keys, limits.most, "of all addresses")
            if len(self._keys) >= limits.most:
                raise self._refused(Unavailable(Problem(message("too_many_open.connections"))))
        self._add(connection, key)

    def replace(self, old: ClientConnection, new: ClientConnection) -> None:
        """Replace a connection by the same one with another protocol."""
        if old not in self._keys:
            return
        key, held = self._keys[old], self._heads.get(old, 0)
        self.leave(old)
        self._add(new, key)
        if held:
            self.hold(new, held)

    def leave(self, connection: ClientConnection) -> None:
        """Remove a connection that is closed or about to be."""
        key = self._keys.pop(connection, None)
        if key is not None and (of := self._of_address.get(key)) is not None:
            of.pop(connection, None)
            if not of:
                del self._of_address[key]
        self.release(connection)

    def release(self, connection: ClientConnection) -> None:
        """Stop counting its head."""
        self._head_bytes -= self._heads.pop(connection, 0)

    def hold(self, connection: ClientConnection, size: int) -> None:
        """Count a large head of this size until the connection leaves; raises Unavailable."""
        self._head_bytes += size - self._heads.get(connection, 0)
        self._heads[connection] = size
        if self._head_bytes > self.limits.head.total_bytes:
            self._warn("requests with large heads hold %s bytes (PUENTE_HEADS_BYTES)", self._head_bytes)
            raise Unavailable(Problem(message("http.heads_too_large")))

    async def watch(self) -> None:
        """End connections whose clients take too long, while the application runs."""
        limits = self.limits
        shortest = min(limits.head.seconds, limits.idle, limits.stalled)
        while True:
            await asyncio.sleep(min(1.0, shortest / 4))
            now = asyncio.get_running_loop().time()
            if not can_open():
                self._free_files(now)
            for connection in list(self._keys):
                try:
                    connection.expire(now)
                except Exception:  # the others are still checked
                    logger.exception("a connection could not be ended")

    def _add(self, connection: ClientConnection, key: str | None) -> None:
        self._keys[connection] = key
        if key is not None:
            self._of_address.setdefault(key, {})[connection] = None

    def _make_room(self, among: Collection[ClientConnection], most: int, counted: str) -> None:
        """Close some of those that have waited longest."""
        self._warn("the limit of %s connections %s is reached", most, counted)
        self._cut_waiting(among, max(1, most // AT_ONCE), asyncio.get_running_loop().time())

    def _free_files(self, now: float) -> None:
        """While no file can be opened, libuv rejects new clients by means of a spare file.

        At least two are freed: one for the next client, and the spare one, without which libuv would loop.
        """
        text = (
            "no file can be opened (limit %s): new clients are rejected, and some of %s connections are ended"
        )
        self._warn(text, file_limit(), len(self._keys))
        self._cut_waiting(self._keys, max(2, len(self._keys) // AT_ONCE), now)

    def _cut_waiting(self, among: Collection[ClientConnection], count: int, now: float) -> None:
        ages = ((one.waiting_since(now), number, one) for number, one in enumerate(among))
        waiting = ((since, number, one) for since, number, one in ages if since is not None)
        for _, _, connection in heapq.nsmallest(count, waiting):
            self.ended["room"] += 1
            self.leave(connection)
            connection.cut()

    def _refused(self, error: TooManyConnections | Unavailable) -> TooManyConnections | Unavailable:
        self.ended["full"] += 1
        return error

    def _warn(self, text: str, *details: object) -> None:
        """At most once a minute, so that the log doesn't fill the disk."""
        now = time.monotonic()
        if now - self._warned >= MINUTE:
            self._warned = now
            counts = ", ".join(f"{reason} {count}" for reason, count in sorted(self.ended.items()))
            logger.warning(f"{text}; ended so far: {counts or 'none'}", *details)

    def _key(self, host: str) -> str | None:
        address = address_of(host)
        if address is not None and any(address in network for network in self.limits.proxies):
            return None
        return network_of(host)


def _too_many(most: int) -> TooManyConnections:
    refused = message("too_many_open.address_connections", limit=most)
    return TooManyConnections(refused, limit=most, asked=most + 1)
