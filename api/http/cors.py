"""Other sites' pages: which of them may send requests, and Fetch's CORS protocol.

A browser sends the page's `Origin` (scheme, host and port), and `Sec-Fetch-Site`, its relation to us, also
where there is no `Origin`, as for an `<img>` or a link. Whatever executes is only for our own pages and those
of the allow-list, whatever token comes with it; this is checked before anything of the request is read.
Clients other than browsers send neither header, and pass.

WebSockets have no preflight and no CORS: the `Origin` of their handshake is all there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.types import Message, Scope, Send

from api.http.headers import Headers
from api.http.responses import HttpResponse
from api.messages import message
from api.settings.settings import Settings
from planner.errors import Forbidden

SAME = (b"same-origin", b"none")  # `none`: nobody's page, but an address that somebody typed
SCHEMES = {"http": b"http", "https": b"https", "ws": b"http", "wss": b"https"}
EXECUTES = "/graphql"
PROBES = ("/live", "/ready")
OF_LOOPBACK = re.compile(
    rb"https?://(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?"
)
MAX_AGE = 7200  # seconds that a browser may keep a preflight's answer; Chromium keeps none longer

SHARED = (
    (b"access-control-expose-headers", b"Content-Language, Retry-After, Server-Timing, WWW-Authenticate"),
)
HEADERS = (
    "Accept",
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Last-Event-ID",
    "apollographql-client-name",
    "apollographql-client-version",
    "baggage",
    "Idempotency-Key",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "X-Request-Id",
)
"""What a page of the allow-list may send: what the API reads, and what clients and their tracing add."""
PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-max-age", str(MAX_AGE).encode()),
    (b"vary", b"Origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose pages may ask, and the names that this server is reached by: none means any.

    `loopback`: so may every page that this machine itself serves, as development servers do. `headers` are
    what pages may send.
    """

    allowed: frozenset[bytes] = frozenset()
    hosts: frozenset[bytes] = frozenset()
    loopback: bool = False
    headers: bytes = ", ".join(HEADERS).encode()

    def admit(self, scope: Scope, headers: Headers) -> bytes | None:
        """The origin if it is of the allow-list, None for all others that may; raises Forbidden."""
        if self.hosts and name_of(headers.get(b"host", b"")) not in self.hosts and not probes(scope):
            raise _unknown_host()
        origin = headers.get(b"origin")
        if origin is None:
            if headers.get(b"sec-fetch-site", b"none") in SAME or not executes(scope):
                return None
            raise _another_site()
        if origin in self.allowed or (self.loopback and OF_LOOPBACK.fullmatch(origin)):
            return origin
        if origin == same_origin(scope, headers) or not executes(scope):
            return None
        raise _another_site()


def origins(settings: Settings) -> Origins:
    """As the settings have them."""
    names = () if "*" in settings.allowed_hosts else settings.allowed_hosts
    return Origins(
        frozenset(map(str.encode, settings.allowed_origins)),
        frozenset(map(str.encode, names)),
        loopback=bool(settings.development),
        headers=", ".join([*HEADERS, *settings.allowed_headers]).encode(),
    )


def same_origin(scope: Scope, headers: Headers) -> bytes:
    """The origin of our pages, as this request reached us."""
    return SCHEMES[scope.get("scheme", "http")] + b"://" + headers.get(b"host", b"").lower()


def executes(scope: Scope) -> bool:
    """Whether requests to this address, or to one that is taken for it, do something.

    All others give everyone the same.
    """
    path: str = scope["path"]
    return scope["type"] == "websocket" or path.startswith(EXECUTES)


def probes(scope: Scope) -> bool:
    """Load balancers ask by whatever name or number they have."""
    return scope["path"] in PROBES


def name_of(host: bytes) -> bytes:
    """The name in a `Host` header, without the port."""
    name, _, port = host.lower().rpartition(b":")
    return name if port.isdigit() else host.lower()


def is_preflight(scope: Scope, headers: Headers) -> bool:
    asks = b"access-control-request-method" in headers
    return asks and scope["type"] == "http" and scope["method"] == "OPTIONS"


def preflight(origin: bytes, headers: bytes) -> HttpResponse:
    allowed = ((b"access-control-allow-origin", origin), (b"access-control-allow-headers", headers))
    return HttpResponse(200, (*allowed, *PREFLIGHT), b"")


def shared(send: Send, origin: bytes) -> Send:
    """Sends what it is given so that the origin's pages may read it, errors too."""

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"access-control-allow-origin", origin), *SHARED]
            message = {**message, "headers": headers}
        await send(message)

    return send_shared


def _another_site() -> Forbidden:
    return Forbidden(message("http.another_site"))


def _unknown_host() -> Forbidden:
    return Forbidden(message("http.unknown_host"))
