"""Server-sent events (WHATWG HTML) as bytes, with the events of graphql-sse's protocol.

event: next
id: <cursor>
data: <execution result>
"""

from __future__ import annotations

import random

import orjson

from api.http.responses import error_entries
from planner.errors import RequestError

HEARTBEAT = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"  # without `data` an EventSource would not dispatch it
SOONEST, LATEST = 1_000, 5_000  # milliseconds


def next_event(payload: str, cursor: str | None = None) -> bytes:
    """An execution result; line breaks, which JSON only has between tokens, would end the field."""
    if "\n" in payload or "\r" in payload:
        payload = payload.replace("\n", " ").replace("\r", " ")
    id_line = f"id: {cursor}\n" if cursor is not None else ""
    return f"event: next\n{id_line}data: {payload}\n\n".encode()


def error_event(error: RequestError, language: str) -> bytes:
    return next_event(orjson.dumps({"errors": error_entries(error, language)}).decode())


def retry_hint() -> bytes:
    """The pause before reconnecting, random so that clients don't reconnect all at once."""
    return f"retry: {random.randint(SOONEST, LATEST)}\n\n".encode()  # noqa: S311
