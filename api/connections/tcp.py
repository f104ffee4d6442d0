"""Options of a client's TCP connection (None under a server that does not expose it)."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what was not taken is not kept for it


def expect_life(connection: asyncio.Transport | None, seconds: float) -> None:
    """Have it closed when the other side takes nothing for so long: it may be gone without a word."""
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        _set(connection, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def reset(connection: asyncio.Transport | None) -> None:
    """Close it without waiting for the other side to take anything."""
    if connection is None:
        return
    if not connection.is_closing():  # else its number may be another's by now
        _set(connection, socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    connection.abort()


def _set(connection: asyncio.Transport, level: int, option: int, value: int | bytes) -> None:
    with suppress(OSError, ValueError):  # it may be closed already, or no TCP connection
        connection.get_extra_info("socket").setsockopt(level, option, value)
