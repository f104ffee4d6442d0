"""Random cases: what is refused is done once its reasons are undone; and bugs that the cases find."""

from __future__ import annotations

import asyncpg
import pytest

from tests.mutations.harness import OF_ROWS
from tests.mutations.way_out.planted import IN_DATABASE, IN_PYTHON
from tests.mutations.way_out.trial import NoWayOut, ways
from tests.mutations.way_out.ways import GUARDS, out_of_the_archive
from tests.personas import CAST, CLIENTS
from tests.summary import tell
from tests.tiers import TIER

FEW = ("admin", "uc-coordinator", "participant")
"""Who tries what `make test` does: what the same roles do is planned once."""
VIEWERS = FEW if TIER.ways_out < 1_000 else (*CAST, *CLIENTS)
MOST = 3_000
"""Cases within which a planted bug is found."""


def test_each_guard_has_a_way_out() -> None:
    """A new guard needs an entry in `ways.py`; of those of a given field see the tests of its mutation."""
    guards = {name: [one for one in action.guards if not one.is_of_input] for name, action in OF_ROWS.items()}
    declared = {name: [one.code for one in found] for name, found in guards.items() if found}
    webhooks = {name: codes for name, codes in declared.items() if OF_ROWS[name].type_name == "Webhook"}
    known = {
        name: [way.code for way in (*out_of_the_archive(name, one.type_name), *GUARDS.get(name, ()))]
        for name, one in OF_ROWS.items()
    }
    assert {name: codes for name, codes in known.items() if codes} | webhooks == declared
    assert {way.code for found in GUARDS.values() for way in found if way.by_time} == {"DEADLINE_PASSED"}


@pytest.mark.sized
async def test_every_no_has_a_way_out(hard_url: str) -> None:
    async with ways(hard_url, 1, VIEWERS) as tried:
        await tried.run(TIER.ways_out)
    assert tried.met["done"] == TIER.ways_out
    assert min(tried.met[code] for code in ("NOT_FOUND", "FORBIDDEN", "WRONG_STATE", "DEADLINE_PASSED")) > 0
    tell(f"{TIER.ways_out:,} ways out: {', '.join(f'{n} {kind}' for kind, n in tried.met.most_common())}")


@pytest.mark.proof
@pytest.mark.parametrize("bug", IN_PYTHON)
async def test_a_bug_in_python_is_found(hard_url: str, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    IN_PYTHON[bug](monkeypatch)
    await found(hard_url, bug)


@pytest.mark.proof
@pytest.mark.parametrize("bug", IN_DATABASE)
async def test_a_bug_in_the_database_is_found(planted_url: str, bug: str) -> None:
    connection = await asyncpg.connect(planted_url)
    await IN_DATABASE[bug].plant(connection)
    await connection.close()
    await found(planted_url, bug)


async def found(url: str, bug: str) -> None:
    async with ways(url, 2, FEW) as tried:
        with pytest.raises(NoWayOut):
            await tried.run(MOST)
    tell(f"planted in ways out and found after {tried.tried} cases: {bug}")
