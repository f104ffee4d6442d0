"""Champions are named by their institution, with consent or at home there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from planner.messages import message
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_creations import INPUTS, MERCED
from tests.mutations.test_own_records import DAVIS, MX, UC, codes, update

KEY = id_of("person", "mentor-12")
FIELDS = "name person { ... on Mentor { id } } since until"


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    """The mentor works elsewhere, and consents to nothing."""
    await run(
        engine,
        f"update person set institution_id = '{DAVIS.partition('_')[2]}' where id = '{KEY}'",
        f"delete from consent where person_id = '{KEY}' and purpose = 'ATTRIBUTION'",
    )
    return harness


async def make(harness: MutationHarness, sender: str = UC, language: str = "EN", **values: Any) -> Any:
    given = {**INPUTS["createChampion"], **values}
    return await harness.send(sender, ACTIONS["createChampion"], given, FIELDS, language=language)


async def consent(engine: AsyncEngine) -> None:
    values = f"('{KEY}', 'ATTRIBUTION', '1')"
    await run(engine, f"insert into consent (person_id, purpose, notice_version) values {values}")


async def test_an_institution_names_its_champions_with_consent(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    words = message("mutation.hidden_by_consent")
    for language in ("EN", "ES"):
        refused = await make(harness, language=language)
        assert codes(refused) == [("CONSENT_MISSING", ["person"])]
        assert refused["userErrors"][0]["message"] == words.read(language)
    await consent(engine)
    made = await make(harness)
    assert (made["userErrors"], made["champion"]["version"]) == ([], 1)
    assert made["champion"]["person"]["id"] == INPUTS["createChampion"]["person"]
    changed = await update(harness, UC, made["champion"], since="2026-02-01", until="2026-12-31")
    assert (changed["userErrors"], changed["changed"]) == ([], ["since", "until"])
    champion = changed["champion"]
    assert codes(await update(harness, UC, made["champion"], since=None)) == [
        ("CONFLICT", ["expectedVersion"])
    ]
    assert codes(await update(harness, MX, champion, since=None)) == [("FORBIDDEN", ["id"])]
    assert codes(await update(harness, "mentor", champion, since=None)) == [("FORBIDDEN", ["id"])]
    assert codes(await update(harness, UC, champion, until="2026-01-01")) == [("OUT_OF_RANGE", ["until"])]


async def test_others_learn_nothing_of_a_champion_whose_name_is_hidden(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Not even that there is one, by a second of the same."""
    assert (await make(harness, "admin"))["userErrors"] == []
    assert codes(await make(harness)) == [("CONSENT_MISSING", ["person"])]
    await consent(engine)
    assert codes(await make(harness)) == [("NOT_UNIQUE", [])]
    assert await scalar(engine, f"select count(*) from champion where person_id = '{KEY}'") == 1


async def test_a_person_at_home_needs_no_consent(engine: AsyncEngine, harness: MutationHarness) -> None:
    await run(engine, f"update person set institution_id = '{MERCED.partition('_')[2]}' where id = '{KEY}'")
    made = await make(harness)
    assert (made["userErrors"], made["champion"]["name"] is not None) == ([], True)


async def test_what_is_wrong_is_told(engine: AsyncEngine, harness: MutationHarness) -> None:
    await consent(engine)
    for values, code, path in (
        ({"institution": DAVIS}, "FORBIDDEN", []),
        ({"counterpart": MERCED}, "INVALID", ["institution"]),
        ({"person": f"mentor_{KEY}"}, "REFERS_TO_NOTHING", ["person"]),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "OUT_OF_RANGE", ["until"]),
    ):
        refused = await make(harness, **values)
        assert (code, path) in codes(refused), values
        assert refused["champion"] is None
