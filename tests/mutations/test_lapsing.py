"""What time does to mentorships: what nobody answers lapses."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from models.timed_steps import take_timed_steps
from schema.workflows import timed_steps
from tests.models.statements import rows, run
from tests.mutations.test_mentorships import key_of

MENTOR = key_of("mentor", 5)


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
