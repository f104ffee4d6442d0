"""Bugs that are planted one at a time: random acts find each, and nothing without it."""

from __future__ import annotations

import asyncpg
import pytest

from tests.mutations.model import (
    planted_access,
    planted_clock,
    planted_declarations,
    planted_merging,
    planted_newcomers,
    planted_people,
    planted_records,
)
from tests.mutations.model.planted import IN_DATABASE, IN_PYTHON
from tests.mutations.model.run import run
from tests.mutations.model.trial import trial
from tests.mutations.model.turning import Wrong
from tests.summary import tell
from tests.tiers import TIER

pytestmark = pytest.mark.proof
MODULES = (
    *(planted_declarations, planted_people, planted_records, planted_access),
    *(planted_merging, planted_newcomers, planted_clock),
)
PLANTED = {bug: plant for one in MODULES for bug, plant in one.PLANTED.items()}
OF_DATABASE = {
    **IN_DATABASE,
    **planted_people.IN_DATABASE,
    **planted_records.IN_DATABASE,
    **planted_newcomers.IN_DATABASE,
}


@pytest.mark.parametrize("bug", IN_PYTHON)
async def test_a_bug_in_python_is_found(planted_url: str, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    IN_PYTHON[bug](monkeypatch)
    await found(planted_url, bug)


@pytest.mark.parametrize("bug", PLANTED)
async def test_a_bug_in_a_declaration_is_found(
    planted_url: str, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    PLANTED[bug](monkeypatch)
    await found(planted_url, bug)


@pytest.mark.parametrize("bug", OF_DATABASE)
async def test_a_bug_in_the_database_is_found(planted_url: str, bug: str) -> None:
    connection = await asyncpg.connect(planted_url)
    await OF_DATABASE[bug].plant(connection)
    await connection.close()
    await found(planted_url, bug)


AMONG = {
    "references to hidden rows": ("updateAward", "updateProject", "updateEvent"),
    "a link's other fields cleared": ("updateProject", "updateEvent"),
    "a change of organizers not delivered": ("updateEvent",),
    "links that nobody could name are gone": ("updateProject",),
    **{bug: among for one in MODULES for bug, among in one.AMONG.items()},
}
"""The mutations that a bug shows in, where it shows in few of all."""


async def found(url: str, bug: str) -> None:
    async with trial(url) as one:
        one.acts.among = AMONG.get(bug, ())
        with pytest.raises(Wrong) as wrong:
            await run(one, TIER.random_acts)
    tell(f"planted in mutations and found after {len(one.log)} acts: {bug}")
    assert str(wrong.value)
