"""Which sites' pages may send requests, and the CORS protocol (Fetch).

A browser sends the page's `Origin` (scheme, host and port) and, even without an `Origin` as for an `<img>` or
a link, `Sec-Fetch-Site`. Only our own pages and those of the allow-list may execute operations, whatever
token they send; this is checked before the request is read. Clients other than browsers send neither header,
and pass.

WebSockets have neither preflight nor CORS, only the `Origin` of their handshake.
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

SAME = (b"same-origin", b"none")  # `none`: no page, but a URL that the user entered
SCHEMES = {"http": b"http", "https": b"https", "ws": b"http", "wss": b"https"}
EXECUTES = "/graphql"
PROBES = ("/live", "/ready")
OF_LOOPBACK = re.compile(
    rb"https?://(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?"
)
MAX_AGE = 7200  # seconds that a browser may cache a preflight's response, Chromium's maximum

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
"""Headers that pages of the allow-list may send: those that the API reads, and clients' and tracing's."""
PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-max-age", str(MAX_AGE).encode()),
    (b"vary", b"Origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose pages may send requests, and this server's host names (empty: any).

    `loopback`: pages from this machine may too, such as those of development servers. `headers` are those
    that pages may send.
    """

    allowed: frozenset[bytes] = frozenset()
    hosts: frozenset[bytes] = frozenset()
    loopback: bool = False
    headers: bytes = ", ".join(HEADERS).encode()

    def admit(self, scope: Scope, headers: Headers) -> bytes | None:
        """The origin if it is on the allow-list, None for other allowed requests; raises Forbidden."""
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
    """The origins of the settings."""
    names = () if "*" in settings.allowed_hosts else settings.allowed_hosts
    return Origins(
        frozenset(map(str.encode, settings.allowed_origins)),
        frozenset(map(str.encode, names)),
        loopback=bool(settings.development),
        headers=", ".join([*HEADERS, *settings.allowed_headers]).encode(),
    )


def same_origin(scope: Scope, headers: Headers) -> bytes:
    """The origin of our own pages, from this request's scheme and host."""
    return SCHEMES[scope.get("scheme", "http")] + b"://" + headers.get(b"host", b"").lower()


def executes(scope: Scope) -> bool:
    """Whether requests to this path, or to one that may be routed to it, execute operations.

    All other paths return the same to everyone.
    """
    path: str = scope["path"]
    return scope["type"] == "websocket" or path.startswith(EXECUTES)


def probes(scope: Scope) -> bool:
    """Whether it is a health check: load balancers use any host name or address."""
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
    """A `send` that adds headers that let the origin's pages read the response, including errors."""

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
