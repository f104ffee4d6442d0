"""One operation of a socket: a query or mutation with one result, or a subscription."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from graphql import OperationType

from api.graphql.pipeline import OperationPipeline, Requester
from api.http.request import GraphQLParams, exact_params, parse_params
from api.limits.held_bytes import HeldPart
from api.websocket.messages import Subscribe, complete_of, error_of, next_of
from api.websocket.transport import WebSocketTransport
from delivery.request_errors import may_pass
from delivery.subscriptions.sessions import Credential, OpenSubscription
from planner.errors import RequestError
from schema.grants import ANONYMOUS


class OperationHost(Protocol):
    """The connection of an operation."""

    transport: WebSocketTransport
    language: str
    address: str

    @property
    def pipeline(self) -> OperationPipeline: ...

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task, and keep a reference until it ends."""

    def holding(self, size: int) -> HeldPart:
        """Hold bytes for the connection's viewer or address; raises TooManyConnections."""

    async def credential_now(self) -> Credential:
        """The credential with its current viewer; counts the operation for viewer or address."""

    def ended(self, operation: WebSocketOperation, error: RequestError | None) -> None:
        """The operation has ended: send its last message, and free its id."""

    async def failure(self, error: Exception) -> RequestError:
        """The error for the client."""

    def entries(self, error: RequestError) -> Sequence[Mapping[str, Any]]:
        """The entries of `errors`, in the connection's language."""


class WebSocketOperation:
    """An operation by its id, from `subscribe` until either side completes it."""

    __slots__ = (
        "_before",
        "_connection",
        "_held",
        "_open",
        "_subscription",
        "_task",
        "answers",
        "follows",
        "id",
        "writes",
    )

    def __init__(self, connection: OperationHost, id: str) -> None:
        self.id = id
        self.answers = False  # a query or mutation, with a single result
        self.follows = False  # a subscription
        self.writes = False
        self._before = next_of(id)
        self._connection = connection
        self._held: HeldPart | None = None
        self._open = True
        self._subscription: OpenSubscription | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, message: Subscribe, size: int) -> None:
        """Start, holding the message's bytes until it is answered; raises TooManyConnections."""
        self._held = self._connection.holding(size)
        request: GraphQLParams | RequestError
        limits = self._connection.pipeline.request_limits
        try:
            params = parse_params(message.payload, limits, safe=False)
            if params.rounded:
                params = exact_params(params, limits, message.text, "payload", "variables")
            request = params
        except RequestError as error:
            request = error
        self._task = self._connection.begun(self._run([request]))
        self._task.add_done_callback(self._on_done)

    def next(self, payload: str, cursor: str | None = None) -> None:
        if self._open:
            self._connection.transport.write(b"%b%b}" % (self._before, payload.encode()))

    def end(self, error: RequestError | None) -> None:
        if not self._open:
            return
        self._open = False
        self._connection.ended(self, error)
        if self._task is None:
            self._release()

    async def drained(self) -> None:
        await self._connection.transport.writable.wait()

    def stop(self) -> None:
        """Send nothing more. A mutation is finished, all else is cancelled."""
        self._open = False
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None
        if self._task is None:
            self._release()
        elif not self.writes:
            self._task.cancel()

    def final_message(self, error: RequestError | None) -> bytes:
        """The last message."""
        if error is None:
            return complete_of(self.id)
        return error_of(self.id, self._connection.entries(error))

    def _on_done(self, _: asyncio.Task[None]) -> None:
        """Release the held bytes, unless a subscription is open."""
        if not self._open or self._subscription is None:
            self._release()

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None

    async def _run(self, request: list[GraphQLParams | RequestError]) -> None:
        """Run the request up to its result or open subscription; takes the request out of its list."""
        try:
            await self.drained()  # no more responses for a client that doesn't read
            await self._answer(request)
        except Exception as error:
            if self._open:
                request_error = await self._connection.failure(error)
                self.follows = self.follows or (
                    may_pass(request_error) and await self._is_subscription(request)
                )
                self.end(request_error)
        finally:
            self._task = None

    async def _answer(self, request: list[GraphQLParams | RequestError]) -> None:
        pipeline = self._connection.pipeline
        credential = await self._connection.credential_now()
        params = request.pop()
        if isinstance(params, RequestError):
            raise params
        prepared = await pipeline.prepare(params, credential.viewer, lambda: self._connection.address)
        del params
        self.follows = prepared.operation.operation_type is OperationType.SUBSCRIPTION
        self.answers = not self.follows
        self.writes = prepared.operation.operation_type is OperationType.MUTATION
        requester = Requester(credential.authorization, credential.viewer, self._connection.language)
        if self.answers:
            body, _ = await pipeline.execute(prepared, requester)
            self.next(body.decode())
            self.end(None)
            return
        if self._held is not None:
            self._held.keep(prepared.operation, prepared.variables)
        subscription = await pipeline.subscribe(prepared, requester, self)
        if self._open:
            self._subscription = subscription
        else:
            subscription.close()  # the client completed it while it started

    async def _is_subscription(self, request: list[GraphQLParams | RequestError]) -> bool:
        """Whether an operation that failed before it was prepared is a subscription."""
        if not request or isinstance(request[0], RequestError):
            return False
        address = self._connection.address
        try:
            prepared = await self._connection.pipeline.prepare(request[0], ANONYMOUS, lambda: address)
        except RequestError:
            return False
        return prepared.operation.operation_type is OperationType.SUBSCRIPTION
