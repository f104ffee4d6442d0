"""The headers of a request."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Scope

Headers = Mapping[bytes, bytes]


def read_headers(scope: Scope) -> Headers:
    """The headers by lower-case name; lines with the same name are joined by commas."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) < len(lines):
        values: dict[bytes, list[bytes]] = {}
        for name, value in lines:
            values.setdefault(name, []).append(value)
        return {name: b", ".join(several) for name, several in values.items()}
    return headers
