"""The WebSocket endpoint /graphql: agrees on the subprotocol, and reads messages until the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from api.graphql.pipeline import OperationPipeline
from api.http.headers import read_headers
from api.limits.connection_limits import ConcurrencyLimit
from api.limits.freed_memory import FreedMemory
from api.limits.held_bytes import HeldBytes
from api.limits.rate_limiter import address_key
from api.websocket import close_codes
from api.websocket.connection import SocketLimits, WebSocketConnection
from api.websocket.transport import EXTENSION, WebSocketTransport
from schema.grants import Principal

PROTOCOL = "graphql-transport-ws"
INIT_HEADERS = (b"authorization", b"accept-language")


@dataclass
class WebSocketEndpoint:
    """The endpoint, and all sockets of this process."""

    pipeline: OperationPipeline
    limits: SocketLimits
    viewers: ConcurrencyLimit
    addresses: ConcurrencyLimit
    held_viewers: HeldBytes
    held_addresses: HeldBytes
    freed_memory: FreedMemory
    transports: set[WebSocketTransport] = field(default_factory=set)
    slow_consumers: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        wire: WebSocketTransport = scope["extensions"][EXTENSION]
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            wire.finish(close_codes.SUBPROTOCOL)
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = self._connection(scope, wire)
        self.transports.add(wire)
        try:
            while await _on_message(receive, connection):
                pass
        finally:
            self.transports.discard(wire)
            self.slow_consumers += wire.slow
            connection.leave()
            self.freed_memory.connection_closed()

    @property
    def open(self) -> int:
        return len(self.transports)

    @property
    def queued(self) -> int:
        """The bytes that wait for clients to read, on all sockets."""
        return sum(wire.queued for wire in self.transports)

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task, and keep a reference until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def limit_for(self, address: str, viewer: Principal | None) -> tuple[ConcurrencyLimit, str]:
        """Count one more socket of a viewer, or anonymous at an address; raises TooManyConnections."""
        limit, key = (self.addresses, address) if viewer is None else (self.viewers, viewer.key)
        limit.acquire(key)
        return limit, key

    def bytes_for(self, address: str, viewer: Principal | None) -> tuple[HeldBytes, str]:
        """The counter of a socket's held bytes, for a viewer or an anonymous client's address."""
        return (self.held_addresses, address) if viewer is None else (self.held_viewers, viewer.key)

    def _connection(self, scope: Scope, transport: WebSocketTransport) -> WebSocketConnection:
        headers = read_headers(scope)
        address = address_key(scope)
        transport.queue_bytes, transport.stall_timeout = self.limits.queue_bytes, self.limits.stall_timeout
        init_headers = {name: headers[name] for name in INIT_HEADERS if name in headers}
        connection = WebSocketConnection(self, transport, init_headers, address)
        transport.on_shutdown = connection.drain
        transport.on_incoming = connection.on_incoming
        return connection


async def _on_message(receive: Receive, connection: WebSocketConnection) -> bool:
    """Handle the next message; False at the end. A function, so that nothing keeps the last message."""
    message = await receive()
    if message["type"] != "websocket.receive":
        return False
    connection.on_frame(message.get("text"))
    return True
