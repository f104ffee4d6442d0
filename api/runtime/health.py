"""Health checks: whether the process lives, and whether it can serve."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse

from delivery.subscriptions.feed_poller import FeedPoller
from models.database.client import DatabaseError
from models.database.ready_check import ReadyCheck
from models.migrations import head_revision, is_compatible

logger = logging.getLogger("puente")

PATIENCE = 5.0  # seconds
UNCACHED = {"cache-control": "no-store"}


async def live(_: Request) -> JSONResponse:
    """The process lives; the database isn't checked."""
    return JSONResponse({"live": True}, headers=UNCACHED)


async def ready(check: ReadyCheck, poller: FeedPoller) -> JSONResponse:
    """Whether requests can be served: the database answers, with a compatible revision. 200 or 503.

    Temporary conditions that all servers of a database share don't make them unready together: locks, long
    queues, the feed, and a migration by the next version, which keeps what this one reads.
    """
    wanted = head_revision()
    try:
        revision = await check.revision()
    except DatabaseError as error:
        logger.warning("not ready: %s", error)
        return JSONResponse({"ready": False, "database": "unavailable"}, 503, UNCACHED)
    state = {"database": "available", "revision": revision}
    if revision != wanted:
        state["needed"] = wanted
    if not is_compatible(revision):
        return JSONResponse({"ready": False, **state}, 503, UNCACHED)
    following = "listening" if poller.listening and poller.state is not None else "waiting"
    return JSONResponse({"ready": True, **state, "feed": following}, 200, UNCACHED)
