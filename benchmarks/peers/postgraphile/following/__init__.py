"""PostGraphile's subscriptions: how they are prepared and started (README.md beside this folder's)."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from benchmarks.fanout.sockets import Subscribed
from benchmarks.peers.peer import Peer, python
from benchmarks.peers.postgraphile import FOLDER, missing, versions

PARTICIPANTS = """
    subscription Followed($institution: UUID!) {
        participantChanged(institution: $institution) {
            participant { rowId version level fieldOfStudy institution { slug } }
        }
    }
"""
PROJECTS = """
    subscription {
        projectChanged {
            project { rowId version title status startsOn endsOn institutions { role institution { slug } } }
        }
    }
"""


def participants(institution: UUID) -> Subscribed:
    """Somebody of an institution, who follows its participants."""
    followed_institution = {"institution": str(institution)}
    return Subscribed(followed_institution, {"query": PARTICIPANTS, "variables": followed_institution})


def projects(institution: UUID) -> Subscribed:
    return Subscribed({"institution": str(institution)}, {"query": PROJECTS})


async def prepare(url: str) -> None:
    connection = await asyncpg.connect(url, server_settings={"client_min_messages": "warning"})
    try:
        await connection.execute((FOLDER / "following" / "schema.sql").read_text())
    finally:
        await connection.close()


FOLLOWING = Peer("postgraphile", python(__name__), lambda _: None, missing, versions)
