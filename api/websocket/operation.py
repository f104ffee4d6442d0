"""One operation of a socket: a query or mutation with one result, or a subscription."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from graphql import OperationType

from api.http.request import parse_params
from api.websocket.messages import Subscribe, complete_of, error_of, next_of

if TYPE_CHECKING:
    from api.websocket.connection import WebSocketConnection
    from delivery.subscriptions.sessions import OpenSubscription
    from planner.errors import RequestError


class WebSocketOperation:
    """What a client knows by an id, from `subscribe` until either side says that it is over."""

    __slots__ = ("_before", "_connection", "_open", "_subscription", "_task", "answers", "id", "writes")

    def __init__(self, connection: WebSocketConnection, id: str) -> None:
        self.id = id
        self.answers = False  # once, and then it is complete
        self.writes = False
        self._before = next_of(id)
        self._connection = connection
        self._open = True
        self._subscription: OpenSubscription | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, message: Subscribe) -> None:
        self._task = self._connection.begun(self._run(message))

    def next(self, payload: str, cursor: str | None = None) -> None:
        if self._open:
            self._connection.transport.write(b"%b%b}" % (self._before, payload.encode()))

    def end(self, error: RequestError | None) -> None:
        if not self._open:
            return
        self._open = False
        self._connection.ended(self, error)

    async def drained(self) -> None:
        await self._connection.transport.writable.wait()

    def stop(self) -> None:
        """Tell nothing more. What writes goes on to its end, all others don't."""
        self._open = False
        if self._subscription is not None:
            self._subscription.close()
        if self._task is not None and not self.writes:
            self._task.cancel()

    def final_message(self, error: RequestError | None) -> bytes:
        """The last message."""
        if error is None:
            return complete_of(self.id)
        return error_of(self.id, self._connection.entries(error))

    async def _run(self, message: Subscribe) -> None:
        """From the document to the result, or to the first event."""
        try:
            await self.drained()  # whoever does not read gets no more answers made
            await self._answer(message)
        except Exception as error:
            if self._open:
                self.end(await self._connection.failure(error))
        finally:
            self._task = None

    async def _answer(self, message: Subscribe) -> None:
        graphql = self._connection.graphql
        credential = await self._connection.credential_now()
        request = parse_params(message.payload, graphql.request_limits, safe=False)
        operation = graphql.choose(request, credential.viewer)
        self.answers = operation.operation_type is not OperationType.SUBSCRIPTION
        self.writes = operation.operation_type is OperationType.MUTATION
        variables = operation.coerce(request.variables, suggestions=graphql.may_introspect(credential.viewer))
        language = self._connection.language
        if self.answers:
            body = await graphql.execute(operation, request, variables, credential, language)
            self.next(body.decode())
            self.end(None)
            return
        assert graphql.subscriptions is not None
        subscription = await graphql.subscriptions.open(operation, variables, credential, language, self)
        if self._open:
            self._subscription = subscription
        else:
            subscription.close()  # it was completed while it started
