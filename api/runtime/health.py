"""Health checks: whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse

from delivery.subscriptions.feed_poller import FeedPoller
from models.database.client import REVISION, Database
from models.migrations import head_revision

logger = logging.getLogger("puente")

PATIENCE = 5.0  # seconds
UNCACHED = {"cache-control": "no-store"}


async def live(_: Request) -> JSONResponse:
    """The process lives; nothing is said of the database."""
    return JSONResponse({"live": True}, headers=UNCACHED)


async def ready(database: Database, poller: FeedPoller) -> JSONResponse:
    """Whether the database answers, is migrated for this code, and the feed was reached: 200 or 503.

    If the feed falls behind later, that is reported without a 503: it would be the same at every server of
    the database, and queries don't need it.
    """
    wanted = head_revision()
    try:
        async with asyncio.timeout(PATIENCE):
            (revision,) = await database.fetch(REVISION)
    except Exception as error:  # whatever the reason is, it is not ready, and the log has the reason
        logger.warning("not ready: %s", error)
        return JSONResponse({"ready": False, "database": "unavailable"}, 503, UNCACHED)
    if revision != wanted:
        state = {"ready": False, "database": "available", "revision": revision, "needed": wanted}
        return JSONResponse(state, 503, UNCACHED)
    following = {"database": "available", "revision": revision, "feed": "listening"}
    if not poller.listening:
        following["feed"] = "waiting"
    reached = poller.state is not None
    return JSONResponse({"ready": reached, **following}, 200 if reached else 503, UNCACHED)
