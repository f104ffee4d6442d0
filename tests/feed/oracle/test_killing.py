"""Nothing is lost, out of order or leaked, though servers and their database are killed.

`make feed-proof COUNT=…` makes more changes, for everyone.
"""

from __future__ import annotations

import pytest

from tests import summary
from tests.feed.oracle.clusters import logging_cluster
from tests.feed.oracle.killer import WAYS, prove
from tests.feed.oracle.report import report_lines
from tests.feed.oracle.run import Load
from tests.feed.oracle.servers import Disturbances
from tests.invariants import BY_MUTATIONS, assert_invariants
from tests.tiers import TIER

FOLLOWING = (
    ("admin", "poll"),
    ("public", "stream"),
    ("uc-coordinator", "socket"),
    ("mentor-and-coordinator", "stream"),
    ("participant", "socket"),
    ("integration", "poll"),
    ("two-systems", "stream"),
    ("mentor", "socket"),
)[: TIER.followers]


@pytest.mark.lifecycle
@pytest.mark.sized
async def test_every_copy_ends_with_what_its_viewer_may_see() -> None:
    assert {way for _, way in FOLLOWING} == set(WAYS)
    async with logging_cluster(durable=True, template=False) as cluster:
        disturbances = Disturbances(TIER.kill_every, TIER.kills, TIER.commands)
        verdict, figures, kills = await prove(cluster, FOLLOWING, Load(TIER.feed_changes), disturbances)
        await assert_invariants(cluster.url, BY_MUTATIONS)
    for line in report_lines(verdict, figures, kills):
        summary.tell(line)
    assert not verdict, str(verdict)
    assert figures.changes >= TIER.feed_changes
    assert kills.servers
    assert kills.databases
    assert figures.deeds.rolled_back
    assert figures.deeds.late
