"""The headers of a request."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Scope

Headers = Mapping[bytes, bytes]


def read_headers(scope: Scope) -> Headers:
    """The headers by name, in lower case; lines of one name joined by commas."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) < len(lines):
        for name in headers:
            headers[name] = b", ".join(value for other, value in lines if other == name)
    return headers
