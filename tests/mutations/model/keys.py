"""Idempotency keys: which are wrong, whose they are, and what was sent with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.mutations.model.fields import Field, Problem
from tests.reference.viewers import Viewer

MOST_KEY = 200


def key_problems(key: str | None) -> Iterator[Problem]:
    if key is None:
        return
    if not key.strip() or "\0" in key:
        yield Problem("INVALID", ("idempotencyKey",))
    elif len(key) > MOST_KEY:
        yield Problem("TOO_LONG", ("idempotencyKey",))


def text_of(input: Mapping[str, Any], fields: Sequence[Field]) -> str:
    plain = {one.name: one.plain(input[one.name]) for one in fields if one.name in input}
    return json.dumps({**input, **plain}, sort_keys=True)


def actor(viewer: Viewer) -> str:
    """Whose keys they are: a person's or client's, whatever else they hold."""
    if viewer.self_ is not None:
        return f"person {viewer.self_}"
    clients = list(viewer.clients())
    return f"client {clients[0]}" if clients else viewer.name
