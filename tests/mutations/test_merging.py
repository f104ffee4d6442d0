"""Two records of one person become one: nothing of the one that goes is lost, and nothing is left."""

from __future__ import annotations

from math import inf
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import models
from api.auth.principals import TokenPrincipal
from models.person_merge import LEFT, RULES, MergeRule
from schema.grants import person_of
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.merged_rows import (
    KEPT,
    LOST,
    OF_GUESTS,
    OTHER,
    OVER,
    PERSON,
    PROFILES,
    REFUSED,
    ROWS,
    counts,
    everything_of,
    ids_of,
    insert_rows,
    references,
)
from tests.mutations.test_staff_access import database_of

MERGE = ACTIONS["mergePeople"]
DUPLICATE = ["input", "duplicate"]


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await run(engine, f"update event set starts_at = '2026-01-01', ends_at = '2026-01-02' where id = {OVER}")
    return harness


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def merge_input(engine: AsyncEngine, kept: UUID = KEPT, lost: UUID = LOST) -> dict[str, Any]:
    version = "select version from person where id = '{}'"
    return {
        "id": f"person_{kept}",
        "expectedVersion": await scalar(engine, version.format(kept)),
        "duplicate": f"person_{lost}",
        "duplicateVersion": await scalar(engine, version.format(lost)),
    }


async def merge(engine: AsyncEngine, harness: MutationHarness, **options: Any) -> dict[str, Any]:
    return await harness.send("admin", MERGE, await merge_input(engine), "name email", **options)


def test_each_reference_is_moved_or_declared_as_left() -> None:
    """Rules are for what is in a unique key; nothing else holds the ids of people."""
    assert {one.name for one in references() if one.keys} == set(RULES) - OF_GUESTS
    named = {
        f"{table.name}.{column.name}"
        for table in models.metadata.tables.values()
        for column in table.c
        if column.name == "person_id"
    }
    assert named - {one.name for one in references()} == set(LEFT)


async def test_what_only_the_other_has_is_moved(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Each row of the record that goes is one of the record that stays, which was nobody's before."""
    await insert_rows(engine, KEPT, PERSON)
    await everything_of(engine, LOST)
    before = await counts(engine, LOST)
    assert min(before.values()) > 0, "each reference has a row"
    assert codes(await merge(engine, harness)) == []
    assert set((await counts(engine, LOST)).values()) == {0}
    assert await counts(engine, KEPT) == {**before, "person_merge.person_id": 2}
    assert await scalar(engine, f"select count(*) from person where id = '{LOST}'") == 0


REPEATED = {"mentor_preference.participant_id"}
"""Columns that repeat those of a row which is merged, so they go with it."""


async def test_what_both_have_becomes_one_where_one_may_be(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    await everything_of(engine, KEPT)
    await everything_of(engine, LOST)
    before, other = await counts(engine, KEPT), await counts(engine, LOST)
    assert codes(await merge(engine, harness)) == []
    assert set((await counts(engine, LOST)).values()) == {0}
    expected = {
        one.name: before[one.name]
        + (0 if one.rule is MergeRule.MERGED or one.name in REPEATED else other[one.name])
        for one in references()
    }
    assert await counts(engine, KEPT) == {**expected, "person_merge.person_id": 3}


WITHOUT = (
    *(f"delete from {table}" for table in ("mentorship_session", "mentorship", "mobility")),
    f"delete from registration where person_id in ('{KEPT}', '{LOST}')",
)


async def test_what_cannot_be_one_persons_is_refused_until_it_is_put_right(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """All at once, and each by itself; the second ORCID iD, for one, is then taken over."""
    for one in (KEPT, LOST):
        await insert_rows(engine, one, PERSON, PROFILES)
    for reason, (code, comes, goes) in REFUSED.items():
        await run(engine, *comes.split(";"))
        for dry in (True, False):
            assert codes(await merge(engine, harness, dry=dry)) == [(code, DUPLICATE)], reason
        await run(engine, goes)
        assert codes(await merge(engine, harness, dry=True)) == [], reason
    itself = {**await merge_input(engine, KEPT, KEPT), "expectedVersion": 99, "duplicateVersion": 98}
    assert codes(await harness.send("admin", MERGE, itself)) == [
        ("CONFLICT", ["input", "expectedVersion"]),
        ("INVALID", DUPLICATE),
        ("CONFLICT", ["input", "duplicateVersion"]),
    ]
    for duplicate in (f"person_{OTHER}", f"mentor_{OTHER}", f"institution_{KEPT}", "person_x", ""):
        unknown = {**await merge_input(engine, KEPT, KEPT), "duplicate": duplicate}
        assert codes(await harness.send("admin", MERGE, unknown)) == [("REFERS_TO_NOTHING", DUPLICATE)]
    await run(engine, *WITHOUT)
    for _, comes, _ in REFUSED.values():
        await run(engine, *comes.split(";"))
    assert sorted(codes(await merge(engine, harness))) == sorted(
        (code, DUPLICATE) for code, *_ in REFUSED.values()
    )
    await run(engine, *WITHOUT)


async def test_what_either_withdrew_stays_withdrawn(engine: AsyncEngine, harness: MutationHarness) -> None:
    """What one of the two never was asked counts as the other said it; of two in force the newer one does."""
    for one in (KEPT, LOST):
        await insert_rows(engine, one, PERSON)
    given = "insert into consent (person_id, purpose, notice_version, granted_at, withdrawn_at) values"
    ended, recent, older = "'2026-02-01'", "'2026-01-02'", "'2026-01-01'"
    await run(
        engine,
        f"{given} ('{KEPT}', 'ATTRIBUTION', 'kept', {older}, null),"
        f" ('{LOST}', 'ATTRIBUTION', 'lost', {recent}, null),"
        f" ('{KEPT}', 'PARTNER_ACCESS', 'kept', {older}, null),"
        f" ('{LOST}', 'PARTNER_ACCESS', 'lost', {older}, {ended}),"
        f" ('{KEPT}', 'PUBLIC_PROFILE', 'kept', {older}, {ended}),"
        f" ('{LOST}', 'PUBLIC_PROFILE', 'lost', {recent}, null),"
        f" ('{LOST}', 'SYSTEM_TRANSFER', 'lost', {older}, null)",
    )
    assert codes(await merge(engine, harness)) == []
    found = await rows(
        engine,
        "select purpose, notice_version from consent"
        f" where person_id = '{KEPT}' and withdrawn_at is null order by 1",
    )
    assert found == [("ATTRIBUTION", "lost"), ("SYSTEM_TRANSFER", "lost")]
    assert await scalar(engine, f"select count(*) from consent where person_id = '{KEPT}'") == 7


async def test_the_one_that_is_further_stays(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Of a participation and a registration; nobody is mailed what either did not want, nor meets whom."""
    participant, avoiding = (ids_of(one)["participant"] for one in (KEPT, LOST))
    for one in (KEPT, LOST):
        await everything_of(engine, one)
    await run(
        engine,
        f"update participation set status = 'WITHDRAWN' where participant_id = '{participant}'",
        f"update registration set status = 'ATTENDED' where person_id = '{LOST}'",
        f"update attendance set day = '2026-01-02' where registration_id ="
        f" (select id from registration where person_id = '{LOST}')",
        f"update notification_preference set mailed = false where person_id = '{LOST}'",
        f"update mentor_preference set rank = null, avoid = true where participant_id = '{avoiding}'",
        f"update mentor set expertise = '{{CLIMATE}}', biography_en = 'Water.' where person_id = '{LOST}'",
    )
    assert codes(await merge(engine, harness)) == []
    assert await rows(engine, f"select status from participation where participant_id = '{participant}'") == [
        ("ACTIVE",)
    ]
    assert await rows(
        engine,
        "select r.status, count(*) from registration r join attendance a on a.registration_id = r.id"
        f" where r.person_id = '{KEPT}' group by r.id",
    ) == [("ATTENDED", 2)]
    mailed = f"select mailed from notification_preference where person_id = '{KEPT}'"
    assert await rows(engine, mailed) == [(False,)]
    known = f"select expertise, biography_en from mentor where person_id = '{KEPT}'"
    assert await rows(engine, known) == [(["CLIMATE"], "Water.")], "an empty list is no value"
    wanted = f"select rank, avoid from mentor_preference where participant_id = '{participant}'"
    assert await rows(engine, wanted) == [(None, True)]


SENT = """
    insert into idempotency_key (viewer, mutation, key, input_hash, entity_id)
    values ('person {0}', 'updateMyProfile', 'sent before', '', '{0}')"""


async def test_fields_and_logins_of_the_other_are_taken_over(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """What both have stays as it is; links change their owners, and a repetition does nothing more."""
    await insert_rows(engine, KEPT, PERSON, ROWS["access_identity"])
    await insert_rows(engine, LOST, PERSON, PROFILES, ROWS["access_identity"], ROWS["access_grant"])
    await insert_rows(engine, LOST, ROWS["project_contributor"])
    await run(
        engine,
        f"update person set phone = '+12', language_preference = 'ES' where id = '{KEPT}'",
        f"update person set phone = '+22', email = 'itzel@example.org', home_confirmed = false,"
        f" institution_id = (select id from institution where slug = 'unam') where id = '{LOST}'",
    )
    project = "select version from project order by id limit 1"
    version = await scalar(engine, project)
    await run(engine, SENT.format(LOST))
    given = await merge_input(engine)
    done = await harness.send("admin", MERGE, given, key="once")
    assert (codes(done), done["changed"]) == ([], ["email", "institution"])
    assert done["person"]["version"] == given["expectedVersion"] + 1
    again = await harness.send("admin", MERGE, given, key="once")
    assert (codes(again), again["replayed"], again["person"]) == ([], True, done["person"])
    assert await rows(
        engine,
        f"select phone, email, language_preference, home_confirmed from person where id = '{KEPT}'",
    ) == [("+12", "itzel@example.org", "ES", False)]
    assert await scalar(engine, project) == version + 1
    sent = "select viewer from idempotency_key where key = 'sent before'"
    assert await scalar(engine, sent) == f"person {KEPT}", "to send it again does nothing more"
    for subject in (KEPT, LOST):
        viewer = await TokenPrincipal("https://id.example", str(subject), inf).viewer(database_of(harness))
        assert person_of(viewer) == KEPT
        assert "PARTICIPANT" in viewer.roles


async def test_who_merged_what_is_known_and_both_histories_are_erased(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    for one in (KEPT, LOST, OTHER):
        await insert_rows(engine, one, PERSON)
    first = await merge_input(engine, LOST, OTHER)
    assert codes(await harness.send("admin", MERGE, first)) == []
    assert codes(await merge(engine, harness)) == []
    acts = await rows(
        engine,
        "select e.mutation, e.role, v.after #>> '{}' from audit_entry e"
        " join audit_value v on v.entry = e.number"
        f" where e.entity_id = '{KEPT}' and e.operation = 'INSERT' and v.column_name = 'duplicate_id'",
    )
    assert acts == [("mergePeople", "ADMIN,PUBLIC", str(LOST))]
    about = f"select count(*) from audit_value where person_id in ('{KEPT}', '{LOST}', '{OTHER}')"
    assert await scalar(engine, about) > 0
    await run(engine, f"select puente_erase('{KEPT}')")
    assert await scalar(engine, about) == 0
