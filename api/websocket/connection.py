"""What has been said on one socket, and what may be said next: the states of `graphql-transport-ws`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api.http.errors import as_request_error
from api.http.headers import Headers
from api.http.responses import error_entries
from api.messages import message
from api.websocket import close_codes, messages
from api.websocket.connection_init import authorization_of, language_of
from api.websocket.operation import Operation
from delivery.subscriptions.sessions import Credential
from planner.errors import RequestError, TooManyOpen, Unauthenticated

if TYPE_CHECKING:
    from api.graphql.endpoint import GraphQL
    from api.limits.connection_limits import Places
    from api.websocket.endpoint import Sockets
    from api.websocket.transport import Wire

DRAINING = 4.0  # seconds to answer what is being answered when the server ends


class Connection:
    """A socket whose subprotocol was agreed; `credential` is there once `connection_init` is acknowledged."""

    __slots__ = (
        "_address",
        "_draining",
        "_greeted",
        "_headers",
        "_operations",
        "_place",
        "_sockets",
        "_timer",
        "credential",
        "language",
        "wire",
    )

    def __init__(self, sockets: Sockets, wire: Wire, headers: Headers, address: str) -> None:
        self.wire = wire
        self.credential: Credential | None = None
        self.language = language_of({}, headers, sockets.graphql.default_language)
        self._sockets = sockets
        self._headers: Headers = headers
        self._address = address
        self._greeted = False
        self._draining = False
        self._operations: dict[str, Operation] = {}
        self._place: tuple[Places, str] | None = None
        self._timer = wire.loop.call_later(sockets.bounds.init_timeout, wire.finish, close_codes.INIT_TIMEOUT)

    @property
    def graphql(self) -> GraphQL:
        return self._sockets.graphql

    def hear(self, text: str | None) -> None:
        """Act on a frame; None is one that is not text."""
        if self.wire.ending:
            return
        if text is None:
            self.wire.finish(close_codes.BINARY)
            return
        try:
            self._act(messages.read_message(text))
        except messages.Malformed as malformed:
            self.wire.finish(close_codes.malformed(str(malformed)))
        except Exception as error:
            self.wire.finish(close_codes.refused(as_request_error(error), self.language))

    def _act(self, message: messages.Message) -> None:
        match message:
            case messages.Subscribe():
                self._subscribe(message)
            case messages.Complete(id):
                if (operation := self._operations.pop(id, None)) is not None:
                    operation.stop()
                    self._end_if_drained()
            case messages.Ping(payload):
                self.wire.write(messages.pong(payload))
            case messages.ConnectionInit(payload):
                self._greet(payload)

    def drain(self) -> None:
        """The server ends: what is being answered is answered, and then the client is told to reconnect."""
        self._draining = True
        for operation in [one for one in self._operations.values() if not one.answers]:
            del self._operations[operation.id]
            operation.stop()
        self._timer.cancel()
        self._timer = self.wire.loop.call_later(DRAINING, self.wire.finish, close_codes.RESTARTING)
        self._end_if_drained()

    def leave(self) -> None:
        """The socket is closed: nothing of it goes on."""
        self._timer.cancel()
        for operation in self._operations.values():
            operation.stop()
        self._operations.clear()
        if self._place is not None:
            places, key = self._place
            places.leave(key)
            self._place = None

    def begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._sockets.begun(work)

    async def credential_now(self) -> Credential:
        """The credential of this moment; the operation counts for its address and its viewer."""
        known = self.credential
        assert known is not None
        viewer = await self.graphql.viewer_at(self._address, known.authorization)
        if viewer is not known.viewer:
            self.credential = Credential(known.authorization, viewer)
        return self.credential or known

    def ended(self, operation: Operation, error: RequestError | None) -> None:
        """The last message of an operation; its id is free. A credential that is over ends the socket too."""
        if self._operations.get(operation.id) is operation:
            del self._operations[operation.id]
        self.wire.write(operation.told(error))
        if isinstance(error, Unauthenticated) and not self._operations:
            self.wire.finish(close_codes.ended(error, self.language))
        self._end_if_drained()

    async def failure(self, error: Exception) -> RequestError:
        """What is told of a failure: that the credential was revoked, before what else is wrong."""
        assert self.credential is not None
        authorization = self.credential.authorization
        known = {} if authorization is None else {b"authorization": authorization}
        try:
            return await self.graphql.told(error, known)
        except Exception as unknown:  # nobody can look at the credential now
            return as_request_error(unknown)

    def entries(self, error: RequestError) -> Sequence[Mapping[str, Any]]:
        return error_entries(error, self.language)

    def _greet(self, payload: messages.Object) -> None:
        if self._greeted:
            self.wire.finish(close_codes.TOO_MANY_INITS)
            return
        self._greeted = True
        self._timer.cancel()
        headers, self._headers = self._headers, {}
        self.language = language_of(payload, headers, self.graphql.default_language)
        self.begun(self._identify(payload, headers))

    async def _identify(self, payload: messages.Object, headers: Headers) -> None:
        """Acknowledge who it is; a guess at a credential counts for the address that it comes from."""
        try:
            authorization = authorization_of(payload, headers)
            viewer = await self.graphql.viewer_at(self._address, authorization, counted=False)
            if self.wire.ending:
                return
            place = self._sockets.place_of(self._address, viewer if authorization else None)
        except Exception as error:
            self.wire.finish(close_codes.refused(as_request_error(error), self.language))
            return
        self._place = place
        self.credential = Credential(authorization, viewer)
        self.wire.write(messages.ACKNOWLEDGED)
        if authorization is not None:
            self._look_later()

    def _look_later(self) -> None:
        if self._draining:
            return
        look = lambda: self.begun(self._look())  # noqa: E731
        self._timer = self.wire.loop.call_later(self._sockets.bounds.idle_look, look)

    async def _look(self) -> None:
        """Who has nothing open is told by no operation that their credential is over."""
        assert self.credential is not None
        authorization = self.credential.authorization
        assert authorization is not None
        try:
            if not self._operations:
                await self.graphql.viewers.now(authorization)
        except Unauthenticated as error:
            self.wire.finish(close_codes.ended(error, self.language))
            return
        except Exception as error:  # it can't be known now: another look will tell
            as_request_error(error)
        if not self.wire.ending:
            self._look_later()

    def _subscribe(self, message: messages.Subscribe) -> None:
        if self.credential is None:
            self.wire.finish(close_codes.UNAUTHORIZED)
            return
        if message.id in self._operations:
            self.wire.finish(close_codes.already_exists(message.id))
            return
        if self._draining:
            return
        operation = Operation(self, message.id)
        most = self._sockets.bounds.operations
        if len(self._operations) >= most:
            self.wire.write(operation.told(_too_many(most)))
            return
        self._operations[message.id] = operation
        operation.start(message)

    def _end_if_drained(self) -> None:
        if self._draining and not self._operations:
            self.wire.finish(close_codes.RESTARTING)


def _too_many(most: int) -> TooManyOpen:
    return TooManyOpen(
        message("too_many_open.socket_operations", limit=most),
        limit=most,
        asked=most + 1,
    )
