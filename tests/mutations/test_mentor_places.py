"""Many requests accepted at once: no mentor has more participants than places; and what time does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import planner.engine
from models.timed_steps import take_timed_steps
from planner.mutation.write_statement import WriteStatement, write_statement
from schema.workflows import timed_steps
from tests.invariants import InvariantBroken, assert_invariants
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, mutating
from tests.mutations.test_mentorships import key_of, mentor
from tests.summary import tell

CLIENTS, PLACES = 50, 5
MENTOR = key_of("mentor", 5)
REQUESTS = f"""
    with people as (
        insert into person (given_name, family_names, is_synthetic)
        select 'Person', n::text, true from generate_series(1, {CLIENTS}) n returning id
    ), consents as (
        insert into consent (person_id, purpose, notice_version) select id, 'PARTNER_ACCESS', '1' from people
    ), participants as (
        insert into participant (person_id, institution_id, level)
        select p.id, i.id, 'DOCTORAL' from people p, institution i where i.slug = 'unam' returning id
    )
    insert into mentorship (mentor_id, participant_id, status, requested_by)
    select '{MENTOR}', id, 'PROPOSED', 'PARTICIPANT' from participants
"""
HELD = (
    f"select from mentor where id = '{MENTOR}' for no key update",
    "select from participant where id in (select participant_id from mentorship"
    f" where mentor_id = '{MENTOR}') for no key update",
)
WAITING = """
    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%puente_write%'
"""
TAKEN = f"""
    select count(*) from mentorship where mentor_id = '{MENTOR}' and status in ('ACCEPTED', 'ACTIVE')
"""


def ungated(*given: Any, **more: Any) -> WriteStatement:
    """The statements of a write, without the lock of the mentor's row."""
    made = write_statement(*given, **more)
    return replace(made, locks=tuple(lock for lock in made.locks if "from mentor " not in lock))


async def accept(harness: MutationHarness, id: str, version: int) -> dict[str, Any]:
    given = {"id": f"mentorship_{id}", "expectedVersion": version}
    return await harness.send(mentor(5), ACTIONS["acceptMentorship"], given)


async def rush(engine: AsyncEngine, url: str) -> list[dict[str, Any]]:
    """All are accepted at once: somebody holds the rows that are locked until all wait."""
    await run(
        engine,
        f"delete from mentorship where mentor_id = '{MENTOR}'",
        f"update mentor set capacity = {PLACES} where id = '{MENTOR}'",
        REQUESTS,
    )
    listed = await rows(engine, f"select id, version from mentorship where mentor_id = '{MENTOR}'")
    async with mutating(url, connections=CLIENTS) as harness:
        async with engine.begin() as holder:
            for statement in HELD:
                await holder.exec_driver_sql(statement)
            sent = [asyncio.create_task(accept(harness, *one)) for one in listed]
            async with asyncio.timeout(120):
                while await scalar(engine, WAITING) < CLIENTS:
                    await asyncio.sleep(0.02)
        return await asyncio.gather(*sent)


async def test_the_last_places_of_a_mentor(engine: AsyncEngine, database_url: str) -> None:
    answers = await rush(engine, database_url)
    refused = [one["userErrors"][0]["code"] for one in answers if one["userErrors"]]
    assert refused == ["CAPACITY_REACHED"] * (CLIENTS - PLACES)
    assert await scalar(engine, TAKEN) == PLACES


async def test_without_the_gate_a_mentor_has_too_many(engine: AsyncEngine, database_url: str) -> None:
    with patch.object(planner.engine, "write_statement", ungated):
        await rush(engine, database_url)
    taken = await scalar(engine, TAKEN)
    assert taken > PLACES
    with pytest.raises(InvariantBroken, match=f"mentor_places: 1, mentor {MENTOR}"):
        await assert_invariants(database_url)
    tell(f"{CLIENTS} acceptances of a mentor with {PLACES} places: {PLACES}; without the gate {taken}")
    await run(engine, f"update mentor set capacity = {CLIENTS} where id = '{MENTOR}'")


async def test_what_nobody_answers_lapses(engine: AsyncEngine) -> None:
    last_day = "(now() at time zone 'Etc/GMT+12')::date"
    made = (
        "insert into mentorship (mentor_id, participant_id, status, respond_by)"
        f" values ('{MENTOR}', '{key_of('participant', 31)}', '{{}}', {last_day} - {{}})"
    )
    await run(
        engine,
        "delete from mentorship",
        *(made.format(status, days) for status, days in (("PROPOSED", 1), ("PROPOSED", 0), ("DECLINED", 9))),
    )
    assert await take_timed_steps(engine, timed_steps()) == 1
    found = await rows(engine, f"select status, {last_day} - respond_by from mentorship order by 2")
    assert [tuple(row) for row in found] == [("PROPOSED", 0), ("LAPSED", 1), ("DECLINED", 9)]
    assert await take_timed_steps(engine, timed_steps()) == 0


async def test_one_server_at_a_time(engine: AsyncEngine) -> None:
    async with engine.begin() as other:
        await other.exec_driver_sql("select pg_advisory_xact_lock(7368658)")
        assert await take_timed_steps(engine, ["update institution set acronym = acronym"]) == 0
