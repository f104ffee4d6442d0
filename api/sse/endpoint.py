"""The endpoint /graphql/stream: one operation, its results as events.

Errors of the request or its credential are statuses, as at /graphql. Errors of the operation are events, as
graphql-sse's protocol requires: its clients, and EventSource, take another status for a network failure, and
never show its body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from api.connections.tcp import expect_life
from api.graphql.pipeline import (
    UNREAD_STATUSES,
    OperationPipeline,
    PreparedOperation,
    Requester,
)
from api.http.draining import CONNECTION
from api.http.errors import ClientGone
from api.http.headers import Headers, read_headers
from api.http.negotiation import accepts_events, negotiate
from api.http.request import read_request
from api.limits.connection_limits import ConcurrencyLimit
from api.limits.freed_memory import FreedMemory
from api.limits.held_bytes import HeldBytes
from api.limits.rate_limiter import address_key
from api.messages import message
from api.sse.events import COMPLETE, next_event
from api.sse.response import EventStreamResponse
from api.sse.writer import EventStreamWriter, WriterLimits
from delivery.background import running_task
from delivery.subscriptions.sessions import OpenSubscription
from delivery.subscriptions.subscriptions import Subscriptions
from planner.errors import NotAcceptable, RequestError, Unauthenticated
from schema.grants import Principal


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """A request: its viewer, parameters and address."""

    viewer: Principal
    headers: Headers
    address: str
    receive: Receive
    connection: asyncio.Transport | None

    @property
    def authorization(self) -> bytes | None:
        return self.headers.get(b"authorization")

    @property
    def after(self) -> str | None:
        """The last event that a reconnecting client has received."""
        return self.headers.get(b"last-event-id", b"").decode("latin-1").strip() or None


@dataclass
class SseEndpoint:
    """The ASGI application at /graphql/stream."""

    pipeline: OperationPipeline
    pace: WriterLimits
    viewers: ConcurrencyLimit
    addresses: ConcurrencyLimit
    held_viewers: HeldBytes
    held_addresses: HeldBytes
    freed_memory: FreedMemory
    _open: set[EventStreamWriter] = field(default_factory=set)
    slow_consumers: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, or respond with an error; a client that has disconnected gets no response."""
        headers = read_headers(scope)
        language = negotiate(None, headers.get(b"accept-language"), self.pipeline.default_language).language
        response = EventStreamResponse(send, language, b"authorization" in headers)
        try:
            await self.answer(scope, headers, receive, response)
        except ClientGone:
            return
        except Exception as error:
            if response.started:
                raise
            await response.refuse(await self.pipeline.client_error(error, headers))

    async def answer(
        self, scope: Scope, headers: Headers, receive: Receive, response: EventStreamResponse
    ) -> None:
        """A stream's stages: authenticate, read, prepare, then execute or follow."""
        viewer = await self.pipeline.authenticate(scope, headers)
        require_acceptable(headers.get(b"accept"))
        params = await read_request(scope, headers, receive, self.pipeline.request_limits)
        address = address_key(scope)
        request = StreamRequest(viewer, headers, address, receive, scope.get("state", {}).get(CONNECTION))
        try:
            prepared = await self.pipeline.prepare(params, viewer, lambda: address)
            del params  # a stream lives long, and no longer needs them
            if prepared.operation.operation_type is OperationType.SUBSCRIPTION:
                await self.follow(prepared, request, response)
            else:
                await self.execute(prepared, request, response)
        except RequestError as error:
            client_error = await self.pipeline.client_error(error, headers)
            if client_error.status not in UNREAD_STATUSES:
                raise client_error from error
            await response.error(client_error)

    async def execute(
        self, prepared: PreparedOperation, request: StreamRequest, response: EventStreamResponse
    ) -> None:
        """Execute a query or mutation; a failure is a result too, since clients retry error statuses."""
        requester = Requester(request.authorization, request.viewer, response.language)
        try:
            body, _ = await self.pipeline.execute(prepared, requester, request.receive)
        except (ClientGone, Unauthenticated):
            raise
        except Exception as error:
            client_error = await self.pipeline.client_error(error, request.headers)
            if isinstance(client_error, Unauthenticated):
                raise client_error from error
            await response.error(client_error)
        else:
            await response.events(next_event(body.decode()) + COMPLETE)

    async def follow(
        self, prepared: PreparedOperation, request: StreamRequest, response: EventStreamResponse
    ) -> None:
        """Run a subscription until it ends, its client disconnects, or the server shuts down."""
        with self.limit_for(request), self.holding(prepared, request):
            writer = EventStreamWriter(response.send, request.connection, response.language, self.pace)
            subscription = await self.opened(prepared, request, writer)
            leaving = asyncio.create_task(_left(request.receive, writer))
            self._open.add(writer)
            try:
                expect_life(request.connection, self.pace.seconds)
                await response.start()
                if self.subscriptions.draining.is_set():
                    writer.drain()
                await writer.run()
            finally:
                self._open.discard(writer)
                self.slow_consumers += writer.slow
                subscription.close()
                leaving.cancel()
                self.freed_memory.connection_closed()

    def limit_for(self, request: StreamRequest) -> AbstractContextManager[None]:
        """Count the stream for its viewer, or if anonymous for its address; raises TooManyConnections."""
        if request.viewer.key:
            return self.viewers.acquired(request.viewer.key)
        return self.addresses.acquired(request.address)

    @contextmanager
    def holding(self, prepared: PreparedOperation, request: StreamRequest) -> Iterator[None]:
        """Count the subscription's held bytes during the block; raises TooManyConnections."""
        held_bytes, key = (
            (self.held_viewers, request.viewer.key)
            if request.viewer.key
            else (self.held_addresses, request.address)
        )
        held = held_bytes.hold(key, 0)
        try:
            held.keep(prepared.operation, prepared.variables)
            yield
        finally:
            held.release()

    async def opened(
        self, prepared: PreparedOperation, request: StreamRequest, writer: EventStreamWriter
    ) -> OpenSubscription:
        """Open the subscription for the viewer's current grants, which its cursors must match."""
        authorization, viewer = request.authorization, request.viewer
        if authorization is not None:
            viewer = await self.pipeline.viewers.current(authorization)
        requester = Requester(authorization, viewer, writer.language)
        return await self.pipeline.subscribe(prepared, requester, writer, request.after)

    def draining(self) -> AbstractAsyncContextManager[None]:
        """Notify open streams of a shutdown, during the block."""
        return running_task(self._drain())

    async def _drain(self) -> None:
        await self.subscriptions.draining.wait()
        for writer in tuple(self._open):
            writer.drain()

    def __len__(self) -> int:
        """The number of open streams."""
        return len(self._open)

    @property
    def queued(self) -> int:
        """The bytes that wait to be sent, on all streams."""
        return sum(writer.queued for writer in self._open)

    @property
    def subscriptions(self) -> Subscriptions:
        assert self.pipeline.subscriptions is not None
        return self.pipeline.subscriptions


def require_acceptable(accept: bytes | None) -> None:
    if not accepts_events(accept):
        raise NotAcceptable(message("http.accept_event_stream"))


async def _left(receive: Receive, writer: EventStreamWriter) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    writer.leave()
