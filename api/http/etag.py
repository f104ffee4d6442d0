"""Entity tags: content that a client already has isn't sent again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request


def make_etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches_etag(tag: str, request: Request) -> bool:
    """Whether the client already has the content with this tag."""
    given = request.headers.get("if-none-match", "")
    known = [one.strip().removeprefix("W/") for one in given.split(",")]
    return tag in known or "*" in known
