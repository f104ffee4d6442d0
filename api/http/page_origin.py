"""Requests from this server's own page, opened by a developer: only they get tokens and mails.

The request must come from this machine, not through a proxy; from other machines only if the server listens
beyond this one, for which PUENTE_DEVELOPMENT must be set. Three checks keep other sites out: `Sec-Fetch-Site`
and `Origin` reveal pages of other sites, and `Host` a page whose name resolves to this machine (DNS
rebinding). Only names and addresses that can't belong to another site are accepted.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response

from api.http.negotiation import JSON, ResponseFormat, negotiate
from api.http.proxies import is_forwarded
from api.http.responses import error_response
from api.settings.settings import Settings
from planner.errors import Forbidden
from planner.message_catalog import LocalizedMessage

HOST = re.compile(r"(?:(?P<name>[\w.-]+)|\[(?P<number>[\da-f:.]+)\])(?::\d+)?")
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def is_from_own_page(settings: Settings, request: Request) -> bool:
    direct = not is_forwarded(request.headers) and (_is_from_here(request) or not settings.local)
    return direct and _is_from_our_page(request) and is_our_name(_name(request), settings.host)


def refusal(settings: Settings, request: Request, words: LocalizedMessage) -> Response:
    """403 with the words in the reader's language."""
    error = Forbidden(words)
    accept_language = request.headers.get("accept-language", "").encode("latin-1")
    language = negotiate(None, accept_language, settings.default_language).language
    answer = error_response(error, ResponseFormat(language, JSON), private=True)
    return Response(answer.body, answer.status, {k.decode(): v.decode() for k, v in answer.headers} | HEADERS)


def is_our_name(name: str, host: str) -> bool:
    """Whether no other site can have this name in `Host` (without port); `host` is what we listen on."""
    if name == host.lower() or is_loopback(name):
        return True
    listening = _address(host)
    return listening is not None and listening.is_unspecified and _address(name) is not None


def is_loopback(name: str) -> bool:
    """Whether a name or an address can only be this machine."""
    address = _address(name)
    return address.is_loopback if address else f".{name}".endswith(".localhost")


def _is_from_here(request: Request) -> bool:
    return request.client is not None and is_loopback(request.client.host)


def _is_from_our_page(request: Request) -> bool:
    """Whether no other site's page sent it; browsers always send one of these headers."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower()):
        return False
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _name(request: Request) -> str:
    """The name in `Host`, in lower case; empty if it is missing or invalid."""
    found = HOST.fullmatch(request.headers.get("host", "").lower())
    return found["name"] or found["number"] if found else ""


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
