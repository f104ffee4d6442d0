"""Notifies the application of a shutdown, and gives it access to clients' connections.

ASGI sends `lifespan.shutdown` after the last connection has closed, but streams only close if they are
notified. uvicorn first calls each connection's protocol, which has the application's lifespan state, so the
event is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

DRAINING = "draining"
CONNECTION = "connection"


def draining_state(draining: asyncio.Event) -> Mapping[str, Any]:
    """The part of the lifespan state in which protocols find the event."""
    return {DRAINING: draining}


def start_draining(state: Mapping[str, Any]) -> None:
    """Ask everything open to end; called by a protocol's `shutdown`."""
    draining: asyncio.Event | None = state.get(DRAINING)
    if draining is not None:
        draining.set()
