"""Two records of one person become one: nothing of the one that goes is lost, and nothing is left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import models
from models.person_merge import LEFT, RULES, BothHave, MergedReference, references_to
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, mutating

MERGE = ACTIONS["mergePeople"]
KEPT, LOST, OTHER = (UUID(int=number) for number in (0xA1, 0xB2, 0xC3))
DUPLICATE = ["input", "duplicate"]
PERSON = """
    insert into person (id, given_name, family_names, is_synthetic)
    values ('{person}', 'Itzel', 'Núñez', true)"""
PROFILES = """
    with mentors as (
        insert into mentor (id, person_id, sector, capacity, available)
        values ('{mentor}', '{person}', 'ACADEMIC', 5, true)
    )
    insert into participant (id, person_id, institution_id, level)
    select '{participant}', '{person}', id, 'DOCTORAL' from institution where slug = 'uc-merced'"""
OVER = "(select id from event order by id limit 1)"
ROWS: Mapping[str, str] = {
    "access_grant": "insert into access_grant (issuer, subject, role, person_id)"
    " values ('https://id.example', '{person}', 'PARTICIPANT', '{person}')",
    "access_identity": "insert into access_identity (issuer, subject, person_id)"
    " values ('https://id.example', '{person}', '{person}')",
    "activity_participation": "insert into activity_participation (activity_id, participant_id, role)"
    " select id, '{participant}', 'MEMBER' from activity order by id limit 1",
    "award": "insert into award (kind, recipient_id, amount, currency, funder_side)"
    " values ('SEED', '{person}', 5, 'USD', 'UC')",
    "champion": "insert into champion (person_id, institution_id, counterpart_id)"
    " select '{person}', a.id, b.id from institution a, institution b"
    " where a.slug = 'uc-merced' and b.slug = 'unam'",
    "consent": "insert into consent (person_id, purpose, notice_version)"
    " values ('{person}', 'ATTRIBUTION', '1')",
    "mentorship": "insert into mentorship (mentor_id, participant_id, status, sessions)"
    " select '{mentor}', id, 'COMPLETED', 1 from participant"
    " where person_id <> '{person}' order by id limit 1",
    "mobility": "insert into mobility (participant_id, sending_institution_id, receiving_institution_id,"
    " activity, status) select '{participant}', a.id, b.id, 'STUDY', 'COMPLETED'"
    " from institution a, institution b where a.slug = 'uc-merced' and b.slug = 'unam'",
    "participation": "insert into participation (participant_id, cohort_id, status)"
    " select '{participant}', id, 'ACTIVE' from cohort order by id limit 1",
    "person_language": "insert into person_language (person_id, language, level)"
    " values ('{person}', 'es', 'NATIVE')",
    "person_merge": "insert into person_merge (person_id, duplicate_id)"
    " values ('{person}', gen_random_uuid())",
    "project_contributor": "insert into project_contributor (project_id, person_id, role)"
    " select id, '{person}', 'PI' from project order by id limit 1",
    "registration": f"insert into registration (event_id, person_id, status)"
    f" values ({OVER}, '{{person}}', 'CONFIRMED')",
    "attendance": "insert into attendance (registration_id, day)"
    " select id, date '2026-01-01' from registration where person_id = '{person}'",
    "mentorship_session": "insert into mentorship_session (mentorship_id, mentor_id, participant_id, held_on)"
    " select id, mentor_id, participant_id, date '2026-01-01' from mentorship"
    " where '{mentor}' = mentor_id or '{participant}' = participant_id",
    "notification": "insert into notification (person_id, kind, event_id, revision, language)"
    f" values ('{{person}}', 'EVENT_CANCELLED', {OVER}, 7, 'ES')",
    "notification_preference": "insert into notification_preference (person_id, kind, mailed)"
    " values ('{person}', 'EVENT_CANCELLED', true)",
}
"""A row of each table that refers to a person, or to a row that is merged with another's."""
MENTEE = (
    "insert into mentorship (mentor_id, participant_id, status, sessions)"
    " select id, '{participant}', 'COMPLETED', 1 from mentor"
    " where person_id <> '{person}' order by id limit 1"
)
ABOUT = (
    "insert into notification (person_id, kind, registration_id, revision, language)"
    " select person_id, 'REGISTRATION_CONFIRMED', id, 7, 'ES' from registration where person_id = '{person}'",
    "insert into notification (person_id, kind, participation_id, revision, language)"
    " select '{person}', 'PARTICIPATION_ACCEPTED', id, 7, 'ES' from participation"
    " where participant_id = '{participant}'",
)


def ids_of(person: UUID) -> dict[str, UUID]:
    return {"person": person, **{kind: uuid5(person, kind) for kind in ("mentor", "participant")}}


async def put(engine: AsyncEngine, person: UUID, *statements: str) -> None:
    await run(engine, *(one.format(**ids_of(person)) for one in statements))


async def everything_of(engine: AsyncEngine, person: UUID) -> None:
    """A person who has a row wherever one may have one."""
    await put(engine, person, PERSON, PROFILES, ROWS["mentorship"], MENTEE)
    await put(engine, person, *(ROWS[table] for table in ROWS if table != "mentorship"), *ABOUT)


def references() -> list[MergedReference]:
    """The references to people, and to what is merged with them."""
    found: dict[str, MergedReference] = {}
    tables = ["person"]
    for table in tables:
        for one in references_to(table):
            found[one.name] = one
            if one.rule is BothHave.MERGED and one.table not in tables:
                tables.append(one.table)
    return list(found.values())


async def counts(engine: AsyncEngine, person: UUID) -> dict[str, int]:
    """How many rows refer to the person, or to rows of theirs, by reference."""
    found = {}
    for one in references():
        target = next(iter(models.metadata.tables[one.table].c[one.column].foreign_keys)).column.table.name
        whose = {
            "person": f"'{person}'",
            "registration": f"(select id from registration where person_id = '{person}')",
            "participation": "(select id from participation where participant_id ="
            f" (select id from participant where person_id = '{person}'))",
        }.get(target, f"(select id from {target} where person_id = '{person}')")
        found[one.name] = await scalar(
            engine, f"select count(*) from {one.table} where {one.column} in ({whose})"
        )
    return found


@pytest.fixture
async def harness(engine: AsyncEngine, database_url: str) -> AsyncIterator[MutationHarness]:
    await run(engine, f"update event set starts_at = '2026-01-01', ends_at = '2026-01-02' where id = {OVER}")
    async with mutating(database_url) as made:
        yield made


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
    assert {one.name for one in references() if one.keys} == set(RULES)
    named = {
        f"{table.name}.{column.name}"
        for table in models.metadata.tables.values()
        for column in table.c
        if column.name == "person_id"
    }
    assert named - {one.name for one in references()} == set(LEFT)


async def test_what_only_the_other_has_is_moved(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Each row of the record that goes is one of the record that stays, which was nobody's before."""
    await put(engine, KEPT, PERSON)
    await everything_of(engine, LOST)
    before = await counts(engine, LOST)
    assert min(before.values()) > 0, "each reference has a row"
    assert codes(await merge(engine, harness)) == []
    assert set((await counts(engine, LOST)).values()) == {0}
    assert await counts(engine, KEPT) == {**before, "person_merge.person_id": 2}
    assert await scalar(engine, f"select count(*) from person where id = '{LOST}'") == 0


async def test_what_both_have_becomes_one_where_one_may_be(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    await everything_of(engine, KEPT)
    await everything_of(engine, LOST)
    before, other = await counts(engine, KEPT), await counts(engine, LOST)
    assert codes(await merge(engine, harness)) == []
    assert set((await counts(engine, LOST)).values()) == {0}
    expected = {
        one.name: before[one.name] + (0 if one.rule is BothHave.MERGED else other[one.name])
        for one in references()
    }
    assert await counts(engine, KEPT) == {**expected, "person_merge.person_id": 3}
