"""uvicorn's WebSocket protocol, with operations that ASGI lacks.

A message is written at once, without a task, so the only queue is the transport's. It is limited by bytes,
and by the time that it stays full. A client that doesn't read gets a close code and is cut off shortly after:
a closing handshake would wait for it forever.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import OPEN

from api.connections import refusals
from api.connections.client_connections import ClientConnections
from api.websocket.close_codes import FULL, NO_TEXT, RESTARTING, SILENT, SLOW_READER, CloseFrame

EXTENSION = "puente.wire"
"""The key of the transport among the ASGI scope's extensions."""

PARTING = 5.0  # seconds for the client to acknowledge the close frame
UNSENT_BYTES = 131_072  # that the kernel takes beyond what the client has room for
MOST_FRAGMENTS = 1_000
LARGE_FRAME = 65_536  # bytes
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: discard unsent data


class WebSocketTransport(WebSocketsSansIOProtocol):
    """One connection. The endpoint sets its limits and callbacks."""

    queue_bytes = 8_388_608
    stall_timeout = 20.0
    on_shutdown: Callable[[], None] | None = None
    on_incoming: Callable[[int, int], None] | None = None
    slow = False
    _handshake: Request | None = None
    open_connections: ClientConnections | None = None
    acknowledged = False
    """Whether `connection_init` was acknowledged; until then the connection waits for its client."""
    _last_frame = 0  # its bytes, which the parser keeps until the next frame
    _incoming = 0
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._since = self.loop.time()
        self._set(socket.IPPROTO_TCP, getattr(socket, "TCP_NOTSENT_LOWAT", None), UNSENT_BYTES)

    def shake_hands(self, target: bytes, lines: Sequence[tuple[bytes, bytes]]) -> None:
        """Answer a handshake whose head was already parsed; the parser gets an empty one."""
        headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in lines)
        self._handshake = Request(target.decode("ascii"), headers)
        self.data_received(b"GET / HTTP/1.1\r\n\r\n")

    def handle_connect(self, event: Request) -> None:
        request, self._handshake = self._handshake or event, None
        if self.conn.accept(request).status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            super().handle_connect(request)
            return
        self.handshake_complete = self.close_sent = True
        assert self.open_connections is not None
        self.open_connections.ended["invalid"] += 1
        language, versions = self.open_connections.limits.language, [(b"sec-websocket-version", b"13")]
        error = refusals.invalid_handshake()
        self.transport.write(refusals.as_bytes(error, language, [*self.default_headers, *versions]))
        self.transport.close()

    async def run_asgi(self) -> None:
        extensions: dict[str, object] = self.scope["extensions"]  # type: ignore[assignment]
        extensions[EXTENSION] = self
        await super().run_asgi()

    def waiting_since(self, now: float) -> float | None:
        return None if self.acknowledged else self._since

    def expire(self, now: float) -> None:
        """Does nothing, since sockets have their own timers."""

    def cut(self) -> None:
        self.finish(FULL)
        self.abort()

    @property
    def ending(self) -> bool:
        return self.close_sent or self.conn.state is not OPEN or self.transport.is_closing()

    @property
    def queued(self) -> int:
        """The bytes that wait for the client to read."""
        return self.transport.get_write_buffer_size()

    def write(self, message: bytes) -> None:
        """Send a text message; does nothing after the end."""
        if self.ending:
            return
        self.transport.write(framed(message))
        if self.transport.get_write_buffer_size() > self.queue_bytes:
            self.finish(SLOW_READER)

    def finish(self, close_frame: CloseFrame) -> None:
        """Send the close code, wait briefly for the client's acknowledgement, and cut the connection."""
        if self.ending:
            return
        self.slow = close_frame is SLOW_READER
        self.conn.send_close(close_frame.code, close_frame.fitting)
        self._closed(close_frame)

    def abort(self) -> None:
        """Cut the connection, and discard unsent data."""
        self._set(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stall is None and not self.close_sent:
            self._stall = self.loop.call_later(self.stall_timeout, self.finish, SLOW_READER)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._no_stall()

    def data_received(self, data: bytes) -> None:
        """Report the bytes of incomplete messages; ping, so that the pong replaces a large last frame."""
        super().data_received(data)
        waiting = len(self.conn.reader.buffer) + sum(map(len, self.frames))
        incoming = waiting + self._last_frame
        if incoming < LARGE_FRAME and self._incoming < LARGE_FRAME:
            return
        if self._last_frame >= LARGE_FRAME and not waiting and not self.ending:
            self.conn.send_ping(b"")
            self.transport.write(b"".join(self.conn.data_to_send()))
        self._incoming = incoming
        if self.on_incoming is not None:
            self.on_incoming(waiting, self._last_frame)

    def handle_text(self, event: Frame) -> None:
        self._last_frame = len(event.data)
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        self._last_frame = len(event.data)
        super().handle_bytes(event)

    def handle_pong(self, event: Frame) -> None:
        self._last_frame = 0
        super().handle_pong(event)

    def keepalive_timeout(self) -> None:
        self.finish(SILENT)

    def send_receive_event_to_app(self) -> None:
        """Close the connection for invalid UTF-8, which uvicorn would log as a server error."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.finish(NO_TEXT)
                return
        super().send_receive_event_to_app()

    def handle_cont(self, event: Frame) -> None:
        self._last_frame = len(event.data)
        if len(self.frames) >= MOST_FRAGMENTS:
            self.finish(CloseFrame(1009, f"A message may come in {MOST_FRAGMENTS} fragments"))
            self.frames = []
        elif not self.close_sent:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer a ping; close the connection if too many pongs wait to be read."""
        self._last_frame = 0
        super().handle_ping()
        if self.transport.get_write_buffer_size() > self.queue_bytes:
            self.finish(SLOW_READER)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._part()

    def handle_parser_exception(self) -> None:
        """After a protocol violation, discard further data, so that the client can read the close code."""
        if self.close_sent or self.conn.close_sent is None:
            return
        self._closed(CloseFrame(self.conn.close_sent.code, self.conn.close_sent.reason))
        self.transport.write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_stall()
        if self.open_connections is not None:
            self.open_connections.leave(self)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """At a shutdown, ask the client to reconnect once its requests are answered."""
        if self.on_shutdown is not None:
            self.on_shutdown()
        elif self.handshake_complete:
            self.finish(RESTARTING)
        else:
            super().shutdown()

    def _closed(self, close_frame: CloseFrame) -> None:
        """Send the close frame and nothing after it; then only wait for the client's acknowledgement."""
        self.stop_keepalive()
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": close_frame.code, "reason": close_frame.fitting}
        )
        self.writable.set()  # release tasks that wait to write
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._part()

    def _part(self) -> None:
        """Abort after `PARTING`; uvicorn would wait forever until everything is sent."""
        self._no_stall()
        if self.close_timer is not None:
            self.close_timer.cancel()
        if not self.disconnected:
            self.close_timer = self.loop.call_later(PARTING, self.abort)

    def _no_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _set(self, level: int, option: int | None, value: int | bytes) -> None:
        if option is not None:
            with suppress(OSError):  # not TCP, or closed already
                self.transport.get_extra_info("socket").setsockopt(level, option, value)


def framed(message: bytes) -> bytes:
    """A text message in one unmasked frame (RFC 6455, 5.2)."""
    length = len(message)
    if length < 126:
        return bytes((0x81, length)) + message
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + message
    return b"\x81\x7f" + length.to_bytes(8, "big") + message
