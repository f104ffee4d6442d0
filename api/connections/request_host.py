"""Checks a request's host (RFC 9112, 3.2): given once, and without contradiction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from api.messages import message
from planner.errors import NotWellFormed

LONGEST_HOST = 300  # bytes; a name has 253, and a port 5
HOST = re.compile(rb"(\[[\da-fA-F:.vV%~_-]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?", re.ASCII)
ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
PORTS = {b"http": b":80", b"https": b":443"}
ASTERISK = b"*"

HeaderLines = Sequence[tuple[bytes, bytes]]


def origin_form(target: bytes, lines: HeaderLines, version: Callable[[], str]) -> bytes:
    """The path and query of a request's target; raises NotWellFormed if its host is ambiguous.

    HTTP/1.0 needs no `Host`. A target in absolute form must name the same host.
    """
    hosts = [value for name, value in lines if name == b"host"]
    if len(hosts) > 1 or (not hosts and version() != "1.0"):
        raise NotWellFormed(message("http.one_host"))
    if hosts and not (len(hosts[0]) <= LONGEST_HOST and _is_host(hosts[0])):
        raise NotWellFormed(message("http.invalid_host"))
    if target.startswith(b"/") or target == ASTERISK:
        return target
    absolute = ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise NotWellFormed(message("http.invalid_target"))
    scheme, authority, rest = absolute.groups()
    if hosts and _named(authority, scheme) != _named(hosts[0], scheme):
        raise NotWellFormed(message("http.another_host"))
    return rest if rest.startswith(b"/") else b"/" + rest


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    return HOST.fullmatch(value) is not None


def _named(authority: bytes, scheme: bytes) -> bytes:
    """Normalized for comparison (RFC 9110): lower case, without the scheme's default port."""
    return authority.lower().removesuffix(PORTS[scheme.lower()])
