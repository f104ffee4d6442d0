"""One socket: its state by `graphql-transport-ws`, and its operations."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from sys import getsizeof
from typing import Any, Protocol

from api.graphql.pipeline import OperationPipeline
from api.http.headers import Headers
from api.http.responses import error_entries
from api.limits.connection_limits import ConcurrencyLimit
from api.limits.held_bytes import HeldBytes, HeldPart
from api.messages import message
from api.websocket import close_codes, messages
from api.websocket.connection_init import authorization_of, language_of
from api.websocket.operation import WebSocketOperation
from api.websocket.transport import WebSocketTransport
from delivery.request_errors import as_request_error, may_pass
from delivery.subscriptions.sessions import Credential
from planner.errors import RequestError, TooManyConnections, Unauthenticated
from schema.grants import Principal

DRAINING = 4.0  # seconds for open queries and mutations when the server shuts down


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """Limits of a socket's times, operations and queue."""

    init_timeout: float
    operations: int
    queue_bytes: int
    stall_timeout: float
    idle_look: float


class ConnectionHost(Protocol):
    """The endpoint of a connection."""

    pipeline: OperationPipeline
    limits: SocketLimits

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task, and keep a reference until it ends."""

    def limit_for(self, address: str, viewer: Principal | None) -> tuple[ConcurrencyLimit, str]:
        """Count one more socket; returns the limit and its key, raises TooManyConnections."""

    def bytes_for(self, address: str, viewer: Principal | None) -> tuple[HeldBytes, str]:
        """The counter of a socket's held bytes, and its key."""


class WebSocketConnection:
    """A socket with an agreed subprotocol; `credential` is set once `connection_init` is acknowledged."""

    __slots__ = (
        "_acquired_limit",
        "_draining",
        "_greeted",
        "_headers",
        "_incoming",
        "_operations",
        "_sockets",
        "_timer",
        "address",
        "credential",
        "language",
        "transport",
    )

    def __init__(
        self, sockets: ConnectionHost, transport: WebSocketTransport, headers: Headers, address: str
    ) -> None:
        self.transport = transport
        self.credential: Credential | None = None
        self.language = language_of({}, headers, sockets.pipeline.default_language)
        self._sockets = sockets
        self._headers: Headers = headers
        self.address = address
        self._greeted = False
        self._draining: close_codes.CloseFrame | None = None
        self._incoming: HeldPart | None = None
        self._operations: dict[str, WebSocketOperation] = {}
        self._acquired_limit: tuple[ConcurrencyLimit, str] | None = None
        self._timer = transport.loop.call_later(
            sockets.limits.init_timeout, transport.finish, close_codes.INIT_TIMEOUT
        )

    @property
    def pipeline(self) -> OperationPipeline:
        return self._sockets.pipeline

    def on_frame(self, text: str | None) -> None:
        """Handle a frame; None is one that isn't text."""
        if self.transport.ending:
            return
        if text is None:
            self.transport.finish(close_codes.BINARY)
            return
        try:
            self._dispatch(messages.read_message(text), getsizeof(text))
        except messages.Malformed as malformed:
            self.transport.finish(close_codes.malformed(str(malformed)))
        except Exception as error:
            self.transport.finish(close_codes.refused(as_request_error(error), self.language))

    def on_incoming(self, waiting: int, kept: int) -> None:
        """Count the bytes of an incomplete message, and those that the parser keeps."""
        if self.transport.ending:
            return
        try:
            if self._incoming is None:
                self._incoming = self.holding(0)
            self._incoming.resize(waiting + kept, bounded=waiting > 0)
        except TooManyConnections as error:
            self.transport.finish(close_codes.refused(error, self.language))

    def _dispatch(self, message: messages.Message, size: int) -> None:
        match message:
            case messages.Subscribe():
                self._subscribe(message, size)
            case messages.Complete(id):
                if (operation := self._operations.pop(id, None)) is not None:
                    operation.stop()
                    self._end_if_drained()
            case messages.Ping(payload):
                self.transport.write(messages.pong(payload))
            case messages.ConnectionInit(payload):
                self._on_init(payload)

    def drain(self, reason: close_codes.CloseFrame = close_codes.RESTARTING) -> None:
        """Finish open requests, then ask the client to reconnect, as at a shutdown."""
        if self._draining is not None:
            return
        self._draining = reason
        for operation in [one for one in self._operations.values() if not one.answers]:
            del self._operations[operation.id]
            operation.stop()
        self._timer.cancel()
        self._timer = self.transport.loop.call_later(DRAINING, self.transport.finish, reason)
        self._end_if_drained()

    def leave(self) -> None:
        """Stop everything, since the socket is closed."""
        self._timer.cancel()
        for operation in self._operations.values():
            operation.stop()
        self._operations.clear()
        if self._incoming is not None:
            self._incoming.release()
            self._incoming = None
        if self._acquired_limit is not None:
            limit, key = self._acquired_limit
            limit.release(key)
            self._acquired_limit = None

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._sockets.begun(work)

    def holding(self, size: int) -> HeldPart:
        """Hold bytes for the viewer or the address; raises TooManyConnections."""
        credential = self.credential
        signed_in = credential is not None and credential.authorization is not None
        held_bytes, key = self._sockets.bytes_for(
            self.address, credential.viewer if credential is not None and signed_in else None
        )
        return held_bytes.hold(key, size)

    async def credential_now(self) -> Credential:
        """The credential with its current viewer; counts the operation for viewer or address."""
        known = self.credential
        assert known is not None
        viewer = await self.pipeline.viewer_at(lambda: self.address, known.authorization)
        if viewer is not known.viewer:
            self.credential = Credential(known.authorization, viewer)
        return self.credential or known

    def ended(self, operation: WebSocketOperation, error: RequestError | None) -> None:
        """Send an operation's last message and free its id; an invalid credential also ends the socket.

        So does an error of a subscription that may pass: clients reconnect after a close, not after an error.
        """
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]
        if error is not None and may_pass(error) and operation.follows:
            self.drain(close_codes.refused(error, self.language))
            return
        self.transport.write(operation.final_message(error))
        if isinstance(error, Unauthenticated) and not self._operations:
            self.transport.finish(close_codes.ended(error, self.language))
        self._end_if_drained()

    async def failure(self, error: Exception) -> RequestError:
        """The error for the client; a revoked credential takes precedence."""
        assert self.credential is not None
        authorization = self.credential.authorization
        known = {} if authorization is None else {b"authorization": authorization}
        try:
            return await self.pipeline.client_error(error, known)
        except Exception as unknown:  # the credential can't be checked now
            return as_request_error(unknown)

    def entries(self, error: RequestError) -> Sequence[Mapping[str, Any]]:
        return error_entries(error, self.language)

    def _on_init(self, payload: messages.Object) -> None:
        if self._greeted:
            self.transport.finish(close_codes.TOO_MANY_INITS)
            return
        self._greeted = True
        self._timer.cancel()
        headers, self._headers = self._headers, {}
        self.language = language_of(payload, headers, self.pipeline.default_language)
        self.begun(self._identify(authorization_of(payload, headers)))

    async def _identify(self, authorization: bytes | None) -> None:
        """Authenticate and acknowledge; an invalid credential counts as a failure of the address."""
        try:
            viewer = await self.pipeline.viewer_at(lambda: self.address, authorization, counted=False)
            if self.transport.ending:
                return
            acquired = self._sockets.limit_for(self.address, viewer if authorization else None)
        except Exception as error:
            self.transport.finish(close_codes.refused(as_request_error(error), self.language))
            return
        self._acquired_limit = acquired
        self.transport.acknowledged = True
        self.credential = Credential(authorization, viewer)
        self.transport.write(messages.ACKNOWLEDGED)
        if authorization is not None:
            self._schedule_revalidation()

    def _schedule_revalidation(self) -> None:
        if self._draining:
            return
        look = lambda: self.begun(self._revalidate())  # noqa: E731
        self._timer = self.transport.loop.call_later(self._sockets.limits.idle_look, look)

    async def _revalidate(self) -> None:
        """Close an idle socket whose credential has expired, which no operation would report."""
        assert self.credential is not None
        authorization = self.credential.authorization
        assert authorization is not None
        try:
            if not self._operations:
                await self.pipeline.viewers.current(authorization)
        except Unauthenticated as error:
            self.transport.finish(close_codes.ended(error, self.language))
            return
        except Exception as error:  # it can't be checked now: the next check will
            as_request_error(error)
        if not self.transport.ending:
            self._schedule_revalidation()

    def _subscribe(self, message: messages.Subscribe, size: int) -> None:
        if self.credential is None:
            self.transport.finish(close_codes.UNAUTHORIZED)
            return
        if message.id in self._operations:
            self.transport.finish(close_codes.already_exists(message.id))
            return
        if self._draining:
            return
        operation = WebSocketOperation(self, message.id)
        most = self._sockets.limits.operations
        if len(self._operations) >= most:
            self.transport.write(operation.final_message(_too_many(most)))
            return
        try:
            operation.start(message, size)
        except TooManyConnections as error:
            self.transport.write(operation.final_message(error))
            return
        self._operations[message.id] = operation

    def _end_if_drained(self) -> None:
        if self._draining is not None and not self._operations:
            self.transport.finish(self._draining)


def _too_many(most: int) -> TooManyConnections:
    return TooManyConnections(
        message("too_many_open.socket_operations", limit=most),
        limit=most,
        asked=most + 1,
    )
