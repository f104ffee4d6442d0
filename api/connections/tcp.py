"""Options of a client's TCP connection (None under a server that doesn't expose it)."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: discard unsent data


def expect_life(connection: asyncio.Transport | None, seconds: float) -> None:
    """Close it if the other side acknowledges nothing for this long: it may be gone without notice."""
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        _set(connection, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def reset(connection: asyncio.Transport | None) -> None:
    """Close it at once, discarding unsent data."""
    if connection is None:
        return
    if not connection.is_closing():  # else its descriptor may belong to another connection by now
        _set(connection, socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    connection.abort()


def _set(connection: asyncio.Transport, level: int, option: int, value: int | bytes) -> None:
    with suppress(OSError, ValueError):  # closed already, or not TCP
        connection.get_extra_info("socket").setsockopt(level, option, value)
