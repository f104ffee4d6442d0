"""Each mutation is done once; and without what recognizes a repetition or a stale version, it is not."""

from __future__ import annotations

import pytest

from tests.feed.oracle.clusters import logging_cluster
from tests.feed.oracle.servers import Disturbances
from tests.invariants import assert_invariants
from tests.mutations.exactly_once.run import prove
from tests.mutations.model.planted import InDatabase
from tests.summary import tell
from tests.tiers import TIER

pytestmark = [pytest.mark.proof, pytest.mark.lifecycle]


async def test_each_mutation_is_done_once() -> None:
    async with logging_cluster(durable=True, template=False) as cluster:
        proved = await prove(cluster, TIER.sent_mutations, Disturbances(every=5.0, kills=TIER.mutation_kills))
        await assert_invariants(cluster.url)
    tell(str(proved))
    assert not proved.faults, "\n".join(proved.faults[:10])
    assert proved.kills.servers
    assert proved.kills.databases


PLANTED = {
    "a key that nobody looks up": InDatabase(
        "puente_write", "if given ? 'key' then\n            insert", "if false then\n            insert"
    ),
    "a version that nobody looks at": InDatabase(
        "puente_write",
        "execute puente_prepared(act, given) into outcome using given;",
        "execute puente_prepared(replace(act, $v$j.version = ($1 ->> 'version')::int$v$, 'true'), given)"
        " into outcome using given;",
    ),
}


@pytest.mark.parametrize("bug", PLANTED)
async def test_a_bug_is_found(bug: str) -> None:
    async with logging_cluster(durable=False, template=False) as cluster:
        proved = await prove(cluster, 300, Disturbances(every=1.0, kills=0), plant=PLANTED[bug].plant)
    tell(f"planted in repetitions and found in {len(proved.attempts)} mutations: {bug}")
    assert proved.faults
