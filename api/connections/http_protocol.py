"""uvicorn's HTTP protocol with additional limits: for heads, for time, and for unanswered requests.

Data is parsed in pieces, so a head is refused as soon as it is too large, and pipelined requests wait as
bytes until earlier ones are answered. The usual request fits into one piece, and costs a few comparisons
more.

The parser joins all pieces of a line again with each new one, so the pieces of a large head grow with it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.connections import refusals
from api.connections.client_connections import CONNECTIONS, ClientConnections
from api.connections.limits import FREE_BYTES, HEADER_BYTES
from api.connections.request_host import origin_form
from api.connections.upgrades import head_without_upgrade, is_handshake, names_upgrade
from api.connections.waiting import ClientWait, Wait
from api.http.draining import CONNECTION, start_draining
from planner.errors import RequestError

PIECE = 4_096  # bytes


class HttpProtocol(ClientWait, HttpToolsProtocol):
    """One connection.

    It reports shutdowns, and gives each request its transport: ASGI can't abort a connection, and closing one
    waits for a client that doesn't read.
    """

    received = 0  # bytes since the newest request began
    in_head = False
    refusal: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self.unparsed = bytearray()
        self.open_connections = connections_of(self.app_state)
        self.limits = self.open_connections.limits
        self.begin_waiting(Wait.REQUEST, self.limits)
        try:
            self.open_connections.enter(self, self.client[0] if self.client else "")
        except RequestError as error:
            self.refusal = self._response(error)
            self.transport.write(self.refusal)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_connections.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if len(data) > PIECE or self.received > PIECE or self.pipeline or self.refusal is not None:
            self._receive(data)
        else:
            self._parse(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True
        self.received = 0
        self.scope["state"][CONNECTION] = self.transport

    def on_headers_complete(self) -> None:
        if len(self.headers) > self.limits.head.headers:
            raise refusals.too_many_headers(self.limits.head.headers, len(self.headers))
        self.url = origin_form(self.url, self.headers, self.parser.get_http_version)
        if self.parser.should_upgrade() and self._should_upgrade():
            if not self.url.isascii():
                raise refusals.invalid_request()
            return  # the parser stops here, and `_parse` goes on
        super().on_headers_complete()
        self.in_head = False
        self.headers = []  # trailers are not headers of the request
        if self.received > FREE_BYTES:
            self.cycle.keep_alive = False  # its head is kept as long as the connection

    def on_response_complete(self) -> None:
        all_answered = not self.pipeline
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self.pipeline:
            self.flow.pause_reading()
        elif all_answered and self.refusal is not None:
            self._part()
        elif self.unparsed:
            self._receive(b"")

    def _should_upgrade(self) -> bool:
        """Keeps uvicorn from handling a head that names other protocols; `_on_upgrade` does."""
        return names_upgrade(self.headers)

    def handle_websocket_upgrade(self) -> None:
        """Pass on the parsed head: websockets would parse it again, with other limits."""
        self.in_head = False
        self.connections.discard(self)
        protocol: Any = self.ws_protocol_class
        upgraded = protocol(config=self.config, server_state=self.server_state, app_state=self.app_state)
        upgraded.connection_made(self.transport)
        self.transport.set_protocol(upgraded)
        upgraded.open_connections = self.open_connections
        self.open_connections.replace(self, upgraded)
        upgraded.shake_hands(self.url, self.headers)

    def timeout_keep_alive_handler(self) -> None:
        """Ignores uvicorn's timer once a head has begun."""
        if not self.in_head:
            super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        start_draining(self.app_state)
        super().shutdown()

    def expired(self, wait: Wait) -> None:
        if wait is Wait.REQUEST and self.in_head:
            self._refuse(refusals.head_too_late(self.limits.head.seconds))
        else:
            self.cut()

    def _receive(self, data: bytes) -> None:
        """Parse the data piece by piece, as far as possible now."""
        if self.refusal is not None:
            return
        if self.unparsed:
            data = bytes(self.unparsed + data)
            self.unparsed = bytearray()
        start, view = 0, memoryview(data)
        while start < len(data) and not self.pipeline:
            size = self._piece(data, start)
            if not size:
                break
            if not self._parse(view[start : start + size]):
                return
            start += size
        self.unparsed += view[start:]
        if self.pipeline:
            self.flow.pause_reading()

    def _piece(self, data: bytes, start: int) -> int:
        """How many bytes to parse next; 0 until enough of a long line has arrived."""
        if not self.in_head or self.received <= FREE_BYTES:
            return PIECE
        size = min(max(PIECE, self.received // 4), self.limits.head.bytes + 1 - self.received)
        if end := data.find(b"\n", start + PIECE, start + size) + 1:
            return end - start
        if len(data) - start >= size or b"\n" in data[start:]:
            return size
        return 0

    def _parse(self, data: bytes | memoryview) -> bool:
        """Parse a piece; returns whether more may follow."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
            self.received += len(data)
            if self.received > PIECE:
                self._measure()
        except httptools.HttpParserUpgrade as upgrade:
            return self._on_upgrade(data[upgrade.args[0] :])
        except (httptools.HttpParserError, RequestError) as error:
            self.open_connections.ended["invalid"] += 1
            self._refuse(refusals.reason(error))
            return False
        return True

    def _on_upgrade(self, rest: bytes | memoryview) -> bool:
        """Handle a head that names other protocols; `rest` is the data after it."""
        request = self.parser.get_method(), self.url, self.parser.get_http_version()
        if is_handshake(request[0], request[2], self.headers):
            self.handle_websocket_upgrade()
            return False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        return self._parse(head_without_upgrade(*request, self.headers)) and (not rest or self._parse(rest))

    def _measure(self) -> None:
        """Raises HeadTooLarge, BodyTooLarge, or Unavailable."""
        limits = self.limits.head
        if len(self.headers) > limits.headers:
            raise refusals.too_many_headers(limits.headers, len(self.headers))
        if not self.in_head:
            if self.received > limits.request_bytes:
                raise refusals.request_too_large(limits.request_bytes, self.received)
            return
        size = self.received + HEADER_BYTES * len(self.headers)
        if size > limits.bytes:
            raise refusals.head_too_large(limits.bytes, size)
        if size > FREE_BYTES:
            self.open_connections.hold(self, size)

    def _refuse(self, error: RequestError) -> None:
        """Send the error once earlier requests are answered, and read no more requests."""
        self.refusal = self._response(error)
        cycle = self.cycle
        if cycle is None or (self.in_head and cycle.response_complete):
            self._part()
        elif self.in_head:
            return
        elif self.pipeline:
            self.pipeline.popleft()  # the newest
        elif cycle.response_started:
            self.cut()
        else:
            cycle.disconnected = True
            cycle.message_event.set()
            self._part()

    def _part(self) -> None:
        """Send the refusal, and keep reading, since a reset would destroy it before the client reads it."""
        assert self.refusal is not None
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.transport.write(self.refusal)
        self.transport.write_eof()
        self.begin_waiting(Wait.PART, self.limits)
        self.parser = None  # type: ignore[assignment]
        self.headers, self.url, self.unparsed = [], b"", bytearray()
        self.open_connections.release(self)
        self.flow.resume_reading()

    def _response(self, error: RequestError) -> bytes:
        return refusals.as_bytes(error, self.limits.language, self.server_state.default_headers)


def connections_of(state: dict[str, Any]) -> ClientConnections:
    """The application's connections."""
    known: ClientConnections = state[CONNECTIONS]
    return known
