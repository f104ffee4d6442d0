"""The check of a request's origin, before anything else is read."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Scope, Send

from api.http.cors import Origins, is_preflight, preflight, shared
from api.http.headers import Headers, read_headers
from api.http.negotiation import negotiate
from api.http.responses import error_response
from planner.errors import Forbidden


@dataclass(frozen=True, slots=True)
class OriginCheck:
    """Admits allowed requests, and responds to all others."""

    origins: Origins
    default_language: str

    async def admit(self, scope: Scope, send: Send) -> Send | None:
        """The `send` for an admitted request; None if it was answered here."""
        names = dict(scope["headers"])
        if not self.origins.hosts and b"origin" not in names and b"sec-fetch-site" not in names:
            return send  # no browser
        headers = read_headers(scope)
        try:
            origin = self.origins.admit(scope, headers)
        except Forbidden as refused:
            await self._refuse(refused, scope, headers, send)
            return None
        if origin is None:
            return send
        if is_preflight(scope, headers):
            await preflight(origin, self.origins.headers).send(send)
            return None
        return shared(send, origin)

    async def _refuse(self, refused: Forbidden, scope: Scope, headers: Headers, send: Send) -> None:
        """Respond with 403; closing a WebSocket before it is accepted has the same effect."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        reader = negotiate(headers.get(b"accept"), headers.get(b"accept-language"), self.default_language)
        await error_response(refused, reader, private=True).send(send)
