"""Consents: each person's own to give and to withdraw, one in force for a purpose."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.consent import ConsentPurpose
from models.loading.natural_keys import id_of
from tests.invariants import assert_invariants
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, mutating
from tests.personas import CAST, CLIENTS, granted, viewer_of

ACTION = ACTIONS["setConsent"]
FIELDS = "purpose status noticeVersion"


async def set_consent(harness: MutationHarness, sender: str, *, given: bool, **more: Any) -> dict[str, Any]:
    """The payload of `setConsent`, without the actions that a consent has none of."""
    wanted = {"purpose": "ATTRIBUTION", "given": given, **more.pop("input", {})}
    return await harness.send(sender, ACTION, wanted, fields=FIELDS, **more)


def in_force(person: Any) -> str:
    return (
        f"select string_agg(notice_version, ',') from consent where person_id = '{person}'"
        " and purpose = 'ATTRIBUTION' and withdrawn_at is null"
    )


@pytest.mark.parametrize("sender", ["mentor", "participant"])
async def test_a_consent_is_given_replaced_and_withdrawn(
    engine: AsyncEngine, harness: MutationHarness, sender: str
) -> None:
    (grant,) = granted(sender)
    await run(engine, f"delete from consent where person_id = '{grant.person}'")
    nothing = await set_consent(harness, sender, given=False)
    assert (nothing["consent"], nothing["changed"], nothing["userErrors"]) == (None, [], [])
    first = await set_consent(harness, sender, given=True, input={"noticeVersion": "2026-01"})
    assert (first["userErrors"], first["changed"]) == ([], ["purpose", "noticeVersion"])
    assert first["consent"]["status"] == "GRANTED"
    again = await set_consent(harness, sender, given=True, input={"noticeVersion": "2026-01"})
    assert (again["replayed"], again["changed"], again["consent"]) == (True, [], first["consent"])
    newer = await set_consent(harness, sender, given=True, input={"noticeVersion": "2026-02"})
    assert newer["consent"]["id"] != first["consent"]["id"]
    assert await scalar(engine, in_force(grant.person)) == "2026-02"
    gone = await set_consent(harness, sender, given=False)
    assert (gone["userErrors"], gone["changed"]) == ([], ["status", "withdrawnAt"])
    assert gone["consent"] == {**newer["consent"], "version": 2, "status": "WITHDRAWN"}
    assert await scalar(engine, in_force(grant.person)) is None
    entries = (
        "select count(*) from audit_value v join audit_entry e on e.number = v.entry"
        f" where e.mutation = 'setConsent' and v.person_id = '{grant.person}'"
        " and column_name = 'withdrawn_at'"
    )
    assert await scalar(engine, entries) == 2, "the first was ended by the second"


@pytest.mark.parametrize("sender", [*CAST, *CLIENTS])
async def test_it_is_for_the_person_alone(harness: MutationHarness, sender: str) -> None:
    """Staff, coordinators and systems read whether somebody consented, and never say it for them."""
    payload = await set_consent(harness, sender, given=True, input={"noticeVersion": "2026-01"}, dry=True)
    known = any(grant.person for grant in granted(sender))
    assert [one["code"] for one in payload["userErrors"]] == ([] if known else ["FORBIDDEN"])
    assert (payload["changed"] != []) is known


async def test_who_agrees_says_to_what(engine: AsyncEngine, harness: MutationHarness) -> None:
    before = await scalar(engine, "select count(*) from consent")
    for version, code in ((None, "REQUIRED"), ("two words", "INVALID"), ("a\0b", "INVALID")):
        refused = await set_consent(harness, "mentor", given=True, input={"noticeVersion": version})
        found = [(one["code"], one["path"]) for one in refused["userErrors"]]
        assert found[:1] == [(code, ["input", "noticeVersion"])]
    assert await scalar(engine, "select count(*) from consent") == before


async def test_nothing_to_withdraw_is_done_once(
    engine: AsyncEngine, harness: MutationHarness, database_url: str
) -> None:
    """A repetition of it leaves a consent alone that was given since."""
    (grant,) = granted("mentor")
    await run(engine, f"delete from consent where person_id = '{grant.person}'")
    for replayed in (False, True):
        done = await set_consent(harness, "mentor", given=False, key="nothing")
        assert (done["consent"], done["replayed"], done["userErrors"]) == (None, replayed, [])
        await set_consent(harness, "mentor", given=True, input={"noticeVersion": "2026-01"})
    assert await scalar(engine, in_force(grant.person)) == "2026-01"
    await assert_invariants(database_url)


async def test_of_many_at_once_one_is_in_force(engine: AsyncEngine, database_url: str) -> None:
    (grant,) = granted("mentor")
    async with mutating(database_url) as harness:
        payloads = await asyncio.gather(
            *(
                set_consent(harness, "mentor", given=True, input={"noticeVersion": f"v{n % 3}"})
                for n in range(9)
            ),
            *(set_consent(harness, "mentor", given=False) for _ in range(4)),
        )
    assert [one["userErrors"] for one in payloads] == [[]] * len(payloads)
    count = f"select count(*) from consent where person_id = '{grant.person}' and withdrawn_at is null"
    assert await scalar(engine, f"{count} and purpose = 'ATTRIBUTION'") <= 1


async def test_what_is_agreed_to_holds_at_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    """The public sees a mentor's profile from then on, and the feed tells of the mentor."""
    (grant,) = granted("mentor")
    id = await scalar(engine, f"select id from mentor where person_id = '{grant.person}'")
    for given in (False, True):
        before = await scalar(engine, "select coalesce(max(id), 0) from change_note")
        wanted = {"purpose": ConsentPurpose.PUBLIC_PROFILE, "given": given, "noticeVersion": "2027-01"}
        done = await harness.send("mentor", ACTION, wanted)
        assert done["userErrors"] == []
        notes = f"select count(*) from change_note where id > {before} and entity_id = '{id}'"
        assert await scalar(engine, notes) >= 1


async def test_who_was_recorded_twice_speaks_for_the_first(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    done = await set_consent(
        harness, "participant-and-mentor", given=True, input={"noticeVersion": "2027-01"}
    )
    assert done["userErrors"] == []
    assert await scalar(engine, in_force(id_of("person", "student-22"))) == "2027-01"
    assert viewer_of("participant-and-mentor").attributes["SELF"] == [id_of("person", "student-22")]
