"""How the application is notified of a shutdown, and how it reaches a client's connection.

ASGI's `lifespan.shutdown` comes after the last connection has closed, but a stream closes only when it is
told to. uvicorn notifies each connection first, in whichever process it runs; its protocols have the state
that the application's lifespan gave, so the switch is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

DRAINING = "draining"
CONNECTION = "connection"


def draining_state(draining: asyncio.Event) -> Mapping[str, Any]:
    """What a lifespan yields, so that protocols find the switch."""
    return {DRAINING: draining}


def start_draining(state: Mapping[str, Any]) -> None:
    """Tell all that is open to end; for the `shutdown` of a protocol."""
    draining: asyncio.Event | None = state.get(DRAINING)
    if draining is not None:
        draining.set()
