"""Health checks: whether the process lives, and whether it can serve."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse

from delivery.subscriptions.feed_poller import FeedPoller
from models.database.client import DatabaseError
from models.database.ready_check import MigrationState, ReadyCheck
from models.migrations import is_compatible
from models.migrations.repeatable import has_run

logger = logging.getLogger("puente")

PATIENCE = 5.0  # seconds
UNCACHED = {"cache-control": "no-store"}


async def live(_: Request) -> JSONResponse:
    """The process lives; the database isn't checked."""
    return JSONResponse({"live": True}, headers=UNCACHED)


async def ready(check: ReadyCheck, poller: FeedPoller, needed: MigrationState) -> JSONResponse:
    """Whether requests can be served: the database answers, and its version is `needed` or newer. 200 or 503.

    Temporary conditions that all servers of a database share don't make them unready together: locks, long
    queues, the feed, and a migration by the next version, which keeps what this one reads.
    """
    try:
        version = await check.version()
    except DatabaseError as error:
        logger.warning("not ready: %s", error)
        return JSONResponse({"ready": False, "database": "unavailable"}, 503, UNCACHED)
    state = {"database": "available", "revision": version.revision}
    if version.revision != needed.revision:
        state["needed"] = needed.revision
    if version.revision == needed.revision and not has_run(version.functions, needed.functions):
        state["functions"] = "outdated"
        logger.warning("not ready: the database has not run this version's functions: run puente migrate")
    if "functions" in state or not is_compatible(version.revision):
        return JSONResponse({"ready": False, **state}, 503, UNCACHED)
    following = "listening" if poller.listening and poller.state is not None else "waiting"
    return JSONResponse({"ready": True, **state, "feed": following}, 200, UNCACHED)
