"""WebSocket `/graphql`: agrees on the subprotocol, and reads messages until the client is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send

from api.http.headers import read_headers
from api.limits import connection_limits
from api.limits.connection_limits import ConcurrencyLimit
from api.limits.rate_limiter import address_key
from api.websocket import close_codes
from api.websocket.connection import WebSocketConnection
from api.websocket.transport import EXTENSION, WebSocketTransport
from schema.grants import Principal

if TYPE_CHECKING:
    from api.graphql.endpoint import GraphQLEndpoint
    from api.settings.settings import Settings

PROTOCOL = "graphql-transport-ws"
HEARD = (b"authorization", b"accept-language")


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """How long a socket may take, and how much it may hold."""

    init_timeout: float
    operations: int
    queue_bytes: int
    stall_timeout: float
    idle_look: float


@dataclass
class WebSocketEndpoint:
    """The endpoint, and all sockets of this process."""

    graphql: GraphQLEndpoint
    bounds: SocketLimits
    viewers: ConcurrencyLimit
    addresses: ConcurrencyLimit
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
            while (message := await receive())["type"] == "websocket.receive":
                connection.on_frame(message.get("text"))
        finally:
            self.transports.discard(wire)
            self.slow_consumers += wire.slow
            connection.leave()

    @property
    def open(self) -> int:
        return len(self.transports)

    @property
    def queued(self) -> int:
        """Bytes that wait for clients to read, of all sockets."""
        return sum(wire.queued for wire in self.transports)

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that is kept until it has ended."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def limit_for(self, address: str, viewer: Principal | None) -> tuple[ConcurrencyLimit, str]:
        """One more socket of a viewer, or of the public at an address; raises TooManyConnections."""
        limit, key = (self.addresses, address) if viewer is None else (self.viewers, viewer.key)
        limit.acquire(key)
        return limit, key

    def _connection(self, scope: Scope, transport: WebSocketTransport) -> WebSocketConnection:
        headers = read_headers(scope)
        address = address_key(scope)
        transport.queue_bytes, transport.stall_timeout = self.bounds.queue_bytes, self.bounds.stall_timeout
        heard = {name: headers[name] for name in HEARD if name in headers}
        connection = WebSocketConnection(self, transport, heard, address)
        transport.on_shutdown = connection.drain
        return connection


def make_websocket_endpoint(settings: Settings, graphql: GraphQLEndpoint) -> WebSocketEndpoint:
    return WebSocketEndpoint(
        graphql,
        SocketLimits(
            init_timeout=settings.socket_init_timeout,
            operations=settings.socket_operations,
            queue_bytes=settings.socket_queue_bytes,
            stall_timeout=settings.socket_stall_timeout,
            idle_look=settings.socket_idle_look,
        ),
        connection_limits.viewers(settings.sockets_per_viewer, connection_limits.SOCKETS),
        connection_limits.addresses(settings.sockets_per_address, connection_limits.SOCKETS),
    )
