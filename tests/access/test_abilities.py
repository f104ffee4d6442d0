"""`viewer { abilities }` says what the oracle finds by looking at every row."""

from __future__ import annotations

import pytest

from schema.abilities import Extent, abilities_of
from tests.personas import CAST, viewer_of
from tests.random_queries.running import Court
from tests.random_queries.viewers import viewers_of
from tests.reference.meaning import TABLE

WRITES = {
    "Institution": {"COORDINATOR"},
    "Project": {"COORDINATOR", "INTEGRATION"},
    "Event": {"COORDINATOR", "INTEGRATION"},
    "Mentor": {"MENTOR"},
    "Participant": {"PARTICIPANT"},
    "Mentorship": {"MENTOR"},
    "Mobility": {"COORDINATOR"},
    "Consent": {"PARTICIPANT"},
}
"""Who may write some rows of a type, by the matrix; ADMIN all, but of consents none."""


@pytest.mark.parametrize("name", CAST)
def test_what_one_may_read(sound: Court, name: str) -> None:
    """`NONE` sees no row, `ALL` every one; a column that may be left out is hidden in every row."""
    world = sound.judge.world
    sight = world.sight_of(viewers_of(name)[0])
    for ability in abilities_of(viewer_of(name).roles):
        rows = world.rows.all(TABLE[ability.type])
        seen = [row for row in rows if sight.sees(ability.type, row)]
        assert ability.read is not Extent.NONE or not seen, ability.type
        assert ability.read is not Extent.ALL or len(seen) == len(rows), ability.type
        for field in ability.hidden:
            assert all(field in sight.hidden(ability.type, row) for row in seen), (ability.type, field)


@pytest.mark.parametrize("name", CAST)
def test_what_one_may_write(name: str) -> None:
    roles = viewer_of(name).roles
    for ability in abilities_of(roles):
        some = bool(WRITES.get(ability.type, set()) & roles)
        expected = Extent.SOME if some else Extent.NONE
        if "ADMIN" in roles:
            expected = Extent.NONE if ability.type == "Consent" else Extent.ALL
        assert ability.write is expected, ability.type
