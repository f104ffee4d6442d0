"""Many at the same moment: nothing is given twice, out of turn or overwritten; without its gate, it is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.conftest import CopyOf, correcting
from tests.engines import default_engine
from tests.mutations.archive_races import ARCHIVE_RACES
from tests.mutations.guest_races import GUEST_RACES
from tests.mutations.harness import mutating
from tests.mutations.races import CLIENTS, RACES, run_round
from tests.summary import tell
from tests.tiers import TIER

pytestmark = pytest.mark.sized
ALL = {**RACES, **GUEST_RACES, **ARCHIVE_RACES}
ROUNDS = int(os.environ.get("ROUNDS", TIER.race_rounds))


@pytest.mark.parametrize("name", ALL)
async def test_what_must_hold_holds(engine: AsyncEngine, database_url: str, name: str) -> None:
    async with mutating(database_url, connections=CLIENTS) as harness:
        for _ in range(ROUNDS):
            assert await run_round(ALL[name], engine, harness) == []
    tell(f"{name}: {ROUNDS} rounds of {CLIENTS} clients, 0 wrong")


@pytest.fixture
async def unguarded_url(copy_of: CopyOf, template: str) -> AsyncIterator[str]:
    """The demo, for a race without its gate, after which nothing need hold."""
    async with copy_of(template) as url:
        yield url


@pytest.mark.proof
@pytest.mark.parametrize("name", ALL)
async def test_without_its_gate_it_breaks(unguarded_url: str, name: str) -> None:
    race, engine = ALL[name], engine_for(correcting(unguarded_url))
    async with race.without_gate(engine), mutating(unguarded_url, default_engine(), CLIENTS) as harness:
        faults = await run_round(race, engine, harness)
    await engine.dispose()
    tell(f"{name}, without its gate: {', '.join(faults)}")
    assert faults
