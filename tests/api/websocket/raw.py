"""A client without a library, which reads only when a test says so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.frames import Frame, Opcode

UPGRADE = (
    "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Raw:
    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain

    async def begin(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", port))
        await loop.sock_sendall(self.socket, UPGRADE.encode())
        await self.until(b"\r\n\r\n")

    async def send_frame(self, text: str, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> None:
        await self.send(Frame(opcode, text.encode(), fin=fin).serialize(mask=True))

    async def send(self, raw: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, raw)

    async def until(self, end: bytes) -> bytes:
        """All that comes until something does; raises ConnectionError if it ends before."""
        received = b""
        async with asyncio.timeout(20):
            while end not in received:
                some = await asyncio.get_running_loop().sock_recv(self.socket, 65_536)
                if not some:
                    raise ConnectionError("it ended")
                received += some
        return received

    async def is_cut(self) -> bool:
        """Whether the connection was reset, rather than ended in order, once what had come was read."""
        async with asyncio.timeout(20):
            while True:
                try:
                    some = await asyncio.get_running_loop().sock_recv(self.socket, 1_048_576)
                except ConnectionResetError:
                    return True
                if not some:
                    return False


@contextmanager
def raw() -> Iterator[Raw]:
    """A client with little room for what it has not read."""
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        plain.setblocking(False)
        yield Raw(plain)
