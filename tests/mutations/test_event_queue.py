"""Many at once for the places of an event: none is sold twice, and the queue keeps its order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from schema.grants import Principal
from tests.models.statements import rows, run
from tests.mutations.harness import MutationHarness, mutating
from tests.mutations.test_registrations import (
    KEY,
    breaches,
    cancel,
    open_event,
    participant_principal,
    register,
    set_capacity,
    statuses,
    student,
)


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await open_event(engine, 2)
    return harness


async def people(engine: AsyncEngine, number: int) -> list[Principal]:
    """So many people, made for it."""
    async with engine.begin() as connection:
        found = await connection.execute(
            text(
                "insert into person (given_name, family_names, is_synthetic)"
                " select 'Person', n::text, true from generate_series(1, :number) n returning id"
            ),
            {"number": number},
        )
        return [participant_principal(id) for (id,) in found.all()]


async def cancel_any(engine: AsyncEngine, harness: MutationHarness, number: int) -> None:
    """The organizers take a registration back, if it still is as it was."""
    found = await rows(
        engine,
        f"select id, version from registration where event_id = '{KEY}'"
        " and status in ('CONFIRMED', 'WAITLISTED')"
        f" order by md5(seq::text || '{number}') limit 1",
    )
    for id, version in found:
        await cancel(harness, "admin", {"id": f"registration_{id}", "version": version})


async def test_the_queue_keeps_its_order(engine: AsyncEngine, database_url: str) -> None:
    """People come and go, and the capacity rises and falls, all at once."""
    viewers = await people(engine, 40)
    await open_event(engine, 3)
    async with mutating(database_url, connections=20) as harness:
        acts: list[Coroutine[Any, Any, Any]] = [register(harness, one) for one in viewers]
        acts += [cancel_any(engine, harness, number) for number in range(25)]
        acts += [set_capacity(engine, harness, 2 + number % 7) for number in range(10)]
        random.Random(7).shuffle(acts)
        await asyncio.gather(*acts)
        assert await breaches(engine) == {}
        await set_capacity(engine, harness, 100)
        assert set(await statuses(engine)) <= {"CONFIRMED", "CANCELLED"}
    assert await breaches(engine) == {}


async def test_a_lowered_capacity_is_no_breach(engine: AsyncEngine, harness: MutationHarness) -> None:
    for n in (1, 2):
        await register(harness, student(n))
    await set_capacity(engine, harness, 1)
    assert await breaches(engine) == {}
    other = "(select id from person order by id limit 1)"
    moved = f"update registration set person_id = {other} where event_id = '{KEY}' and seq = "
    await run(engine, f"{moved} (select max(seq) from registration where event_id = '{KEY}')")
    assert await breaches(engine) == {}, "a record that is merged takes no place"
    await run(
        engine,
        "insert into registration (event_id, person_id, status)"
        f" select '{KEY}', id, 'CONFIRMED' from person order by id desc limit 1",
    )
    assert await breaches(engine) == {"event_places": f"event {KEY}"}
    await run(engine, f"delete from registration where event_id = '{KEY}'")
