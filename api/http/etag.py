"""Entity tags: what a client has already is not sent again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request


def make_etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches_etag(tag: str, request: Request) -> bool:
    """Whether the client has what bears this tag."""
    given = request.headers.get("if-none-match", "")
    known = [one.strip().removeprefix("W/") for one in given.split(",")]
    return tag in known or "*" in known
