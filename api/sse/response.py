"""The response at /graphql/stream: an event stream, or an error before it has started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import Send

from api.http.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, ResponseFormat
from api.http.responses import VARY, Header, error_response
from api.sse.events import COMPLETE, error_event
from planner.errors import RequestError


@dataclass
class EventStreamResponse:
    """The response to one client; `private`: the request had a credential."""

    send: Send
    language: str
    private: bool
    started: bool = False

    async def start(self) -> None:
        self.started = True
        await self.send({"type": "http.response.start", "status": 200, "headers": self._headers()})

    async def events(self, body: bytes) -> None:
        """Send all events, and end."""
        await self.start()
        await self.send({"type": "http.response.body", "body": body})

    async def error(self, error: RequestError) -> None:
        """Send an error of the operation, as its result."""
        await self.events(error_event(error, self.language) + COMPLETE)

    async def refuse(self, error: RequestError) -> None:
        """Send an error of the request, as a status."""
        await error_response(error, ResponseFormat(self.language, GRAPHQL_RESPONSE), self.private).send(
            self.send
        )

    def _headers(self) -> Sequence[Header]:
        return (
            (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
            (b"content-language", self.language.lower().encode()),
            (b"vary", VARY),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),  # makes nginx pass on each event at once
            (b"x-content-type-options", b"nosniff"),
        )
