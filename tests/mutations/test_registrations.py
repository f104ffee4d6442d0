"""Registrations for events: places, the queue in order of arrival, and what follows once one is free."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from models.timed_steps import take_timed_steps
from schema.event_places import INVARIANTS
from schema.grants import Grant, Principal, make_principal
from schema.roles import PARTICIPANT
from schema.workflows import timed_steps
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, mutating

REGISTER, CANCEL = ACTIONS["registerForEvent"], ACTIONS["cancelRegistration"]
CHECK_IN, UNDO = ACTIONS["checkIn"], ACTIONS["undoCheckIn"]
CAPACITY, CALL_OFF = ACTIONS["setEventCapacity"], ACTIONS["cancelEvent"]
FIELDS = "status position mode event { placesLeft myRegistration { id } }"
EVENT = "event_" + str(id_of("event", "demo-casa-lecture-november"))
KEY = EVENT.partition("_")[2]


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await open_event(engine, 2)
    return harness


async def open_event(engine: AsyncEngine, capacity: int | None, mode: str = "HYBRID") -> None:
    """An event to come, of the host uc-merced, with so many places."""
    await run(
        engine,
        f"update event set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days',"
        f" status = 'PUBLISHED', mode = '{mode}', capacity = {'null' if capacity is None else capacity}"
        f" where id = '{KEY}'",
        f"delete from event_organizer where event_id = '{KEY}'",
        "insert into event_organizer (event_id, institution_id, role)"
        f" values ('{KEY}', '{id_of('institution', 'uc-merced')}', 'HOST')",
    )


def student(number: int) -> Principal:
    """A student of the demo, who holds nothing else."""
    return participant_principal(id_of("person", f"student-{number:02d}"))


def participant_principal(person: UUID) -> Principal:
    return make_principal("PERSON", [Grant(PARTICIPANT, person=person)], epoch=None, key=str(person))


async def register(harness: MutationHarness, sender: Principal | str, **more: Any) -> dict[str, Any]:
    return await harness.send(sender, REGISTER, {"event": EVENT, **more}, fields=FIELDS)


async def cancel(harness: MutationHarness, sender: Principal | str, row: dict[str, Any]) -> dict[str, Any]:
    given = {"id": row["id"], "expectedVersion": row["version"]}
    return await harness.send(sender, CANCEL, given, fields=FIELDS)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def breaches(engine: AsyncEngine) -> dict[str, str]:
    """What each invariant finds, by name; of what finds nothing nothing."""
    found = {
        name: await scalar(engine, f"select min(q) from ({query}) x (q)")
        for name, query in INVARIANTS.items()
    }
    return {name: breach for name, breach in found.items() if breach is not None}


async def statuses(engine: AsyncEngine) -> list[str]:
    """The statuses of the event's registrations, in order of arrival."""
    listed = f"select array_agg(status order by seq) from registration where event_id = '{KEY}'"
    return list(await scalar(engine, listed) or [])


async def test_places_then_the_queue(engine: AsyncEngine, harness: MutationHarness) -> None:
    found = [(await register(harness, student(n)))["registration"] for n in range(1, 5)]
    assert [(one["status"], one["position"]) for one in found] == [
        ("CONFIRMED", None),
        ("CONFIRMED", None),
        ("WAITLISTED", 1),
        ("WAITLISTED", 2),
    ]
    assert [one["event"]["placesLeft"] for one in found] == [1, 0, 0, 0]
    assert [one["event"]["myRegistration"]["id"] for one in found] == [one["id"] for one in found]
    entry = f"select actor from audit_entry where entity_id = '{found[0]['id'].partition('_')[2]}'"
    assert await scalar(engine, entry) == f"person {id_of('person', 'student-01')}"


async def test_twice_is_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    first = await register(harness, student(1))
    again = await register(harness, student(1), mode="ONLINE")
    assert (first["replayed"], again["replayed"], again["changed"]) == (False, True, [])
    assert again["registration"] == first["registration"]
    assert await statuses(engine) == ["CONFIRMED"]


async def test_after_a_cancellation_one_queues_anew(engine: AsyncEngine, harness: MutationHarness) -> None:
    await open_event(engine, 1)
    first, second = [(await register(harness, student(n)))["registration"] for n in (1, 2)]
    gone = (await cancel(harness, student(1), first))["registration"]
    assert (gone["status"], gone["event"]["myRegistration"], gone["event"]["placesLeft"]) == (
        "CANCELLED",
        None,
        0,
    )
    registered_again = (await register(harness, student(1)))["registration"]
    assert (
        registered_again["status"],
        registered_again["position"],
        registered_again["id"] == first["id"],
    ) == ("WAITLISTED", 1, False)
    assert await statuses(engine) == ["CANCELLED", "CONFIRMED", "WAITLISTED"]
    assert second["status"] == "WAITLISTED"


async def test_a_free_place_goes_to_whoever_came_first(engine: AsyncEngine, harness: MutationHarness) -> None:
    rows = [(await register(harness, student(n)))["registration"] for n in range(1, 6)]
    await cancel(harness, student(4), rows[3])
    await cancel(harness, student(1), rows[0])
    assert await statuses(engine) == ["CANCELLED", "CONFIRMED", "CONFIRMED", "CANCELLED", "WAITLISTED"]
    promoted = f"select mutation from audit_entry where entity_id = '{rows[2]['id'].partition('_')[2]}'"
    assert await scalar(engine, f"{promoted} and status_to = 'CONFIRMED'") == "cancelRegistration"


async def set_capacity(
    engine: AsyncEngine, harness: MutationHarness, capacity: int | None, sender: str = "uc-coordinator"
) -> dict[str, Any]:
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    given = {"id": EVENT, "expectedVersion": version, "capacity": capacity}
    return await harness.send(sender, CAPACITY, given, fields="capacity placesLeft")


async def test_capacity(engine: AsyncEngine, harness: MutationHarness) -> None:
    """More places go to the queue; fewer take nobody's; none but those who wait come before others."""
    for n in range(1, 7):
        await register(harness, student(n))
    assert (await set_capacity(engine, harness, 4))["event"]["placesLeft"] == 0
    assert await statuses(engine) == ["CONFIRMED"] * 4 + ["WAITLISTED"] * 2
    lowered = await set_capacity(engine, harness, 1)
    assert (lowered["userErrors"], lowered["event"]["placesLeft"]) == ([], 0)
    assert await statuses(engine) == ["CONFIRMED"] * 4 + ["WAITLISTED"] * 2
    assert (await set_capacity(engine, harness, 8))["event"]["placesLeft"] == 2
    assert await statuses(engine) == ["CONFIRMED"] * 6
    assert (await set_capacity(engine, harness, 6))["event"]["placesLeft"] == 0
    assert (await register(harness, student(7)))["registration"]["status"] == "WAITLISTED"
    unbounded = await set_capacity(engine, harness, None)
    assert (unbounded["event"]["capacity"], unbounded["event"]["placesLeft"]) == (None, None)
    assert await statuses(engine) == ["CONFIRMED"] * 7
    assert codes(await set_capacity(engine, harness, 0)) == [("OUT_OF_RANGE", ["input", "capacity"])]
    assert codes(await set_capacity(engine, harness, 9, "mx-coordinator")) == [("FORBIDDEN", ["input", "id"])]


async def test_a_cancelled_event_takes_all_registrations_back(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    for n in range(1, 4):
        await register(harness, student(n))
    await run(engine, f"update registration set status = 'ATTENDED' where event_id = '{KEY}' and seq = 1")
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    given = {"id": EVENT, "expectedVersion": version, "reason": "Smoke."}
    assert (await harness.send("uc-coordinator", CALL_OFF, given))["userErrors"] == []
    assert await statuses(engine) == ["ATTENDED", "CANCELLED", "CANCELLED"], "who was there was there"
    assert codes(await register(harness, student(4))) == [("WRONG_STATE", ["input", "event"])]


async def test_what_is_over_or_hidden(engine: AsyncEngine, harness: MutationHarness) -> None:
    row = (await register(harness, student(1)))["registration"]
    over = "update event set starts_at = now() - interval '2 days', ends_at = now() - interval '1 hour'"
    await run(engine, f"{over} where id = '{KEY}'")
    assert codes(await register(harness, student(2))) == [("DEADLINE_PASSED", ["input", "event"])]
    again = await register(harness, student(1), mode="ONLINE")
    assert (again["userErrors"], again["replayed"], again["registration"]["id"]) == ([], True, row["id"])
    assert codes(await cancel(harness, student(1), row)) == [("DEADLINE_PASSED", ["input", "id"])]
    await open_event(engine, 2)
    await run(engine, f"update event set status = 'DRAFT' where id = '{KEY}'")
    assert codes(await register(harness, student(2))) == [("REFERS_TO_NOTHING", ["input", "event"])]
    assert await statuses(engine) == ["CONFIRMED"]


async def test_a_queue_is_served_when_an_event_is_later_than_planned(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Places that became free while it was over."""
    for n in range(1, 5):
        await register(harness, student(n))
    over = "starts_at = now() - interval '2 days', ends_at = now() - interval '1 hour'"
    await run(engine, f"update event set {over} where id = '{KEY}'")
    assert (await set_capacity(engine, harness, 3))["event"]["placesLeft"] == 0
    assert await statuses(engine) == ["CONFIRMED"] * 2 + ["WAITLISTED"] * 2
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    given = {"id": EVENT, "expectedVersion": version, "localEnd": "2099-01-01T10:00"}
    moved = await harness.send("uc-coordinator", ACTIONS["updateEvent"], given)
    assert (moved["userErrors"], moved["changed"]) == ([], ["localEnd"])
    assert await statuses(engine) == ["CONFIRMED"] * 3 + ["WAITLISTED"]
    assert await breaches(engine) == {}


@pytest.mark.parametrize(
    ("mode", "given", "stored"),
    [
        ("HYBRID", None, None),
        ("HYBRID", "ONLINE", "ONLINE"),
        ("ONLINE", None, "ONLINE"),
        ("IN_PERSON", "IN_PERSON", "IN_PERSON"),
    ],
)
async def test_mode(
    engine: AsyncEngine, harness: MutationHarness, mode: str, given: str | None, stored: str | None
) -> None:
    await open_event(engine, 2, mode)
    assert (await register(harness, student(1), mode=given))["registration"]["mode"] == stored
    if mode == "ONLINE":
        assert codes(await register(harness, student(2), mode="IN_PERSON")) == [
            ("INVALID", ["input", "mode"])
        ]


@pytest.mark.parametrize("sender", ["public", "uc-coordinator", "integration", "admin", "two-systems"])
async def test_nobody_registers_who_is_not_known(
    engine: AsyncEngine, harness: MutationHarness, sender: str
) -> None:
    assert codes(await register(harness, sender)) == [("FORBIDDEN", ["input"])]
    assert await statuses(engine) == []


async def test_who_cancels_for_others(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Organizers and staff; not the person's home, which sees it, and nobody who does not."""
    await run(engine, f"update event set capacity = 9 where id = '{KEY}'")
    merced, davis = (f"'{id_of('institution', one)}'" for one in ("uc-merced", "uc-davis"))
    await run(engine, f"update event_organizer set institution_id = {davis} where event_id = '{KEY}'")
    await run(
        engine, f"update person set institution_id = {merced} where id = '{id_of('person', 'student-01')}'"
    )
    row = (await register(harness, student(1)))["registration"]
    assert codes(await cancel(harness, "uc-coordinator", row)) == [("FORBIDDEN", ["input", "id"])]
    for sender in ("mx-coordinator", "two-systems", student(2), "public"):
        assert codes(await cancel(harness, sender, row)) == [("NOT_FOUND", ["input", "id"])]
    assert (await cancel(harness, "two-campuses", row))["userErrors"] == []
    row = (await register(harness, student(1)))["registration"]
    assert (await cancel(harness, "admin", row))["registration"]["status"] == "CANCELLED"


async def check_in(harness: MutationHarness, sender: Principal | str, id: str, **more: Any) -> dict[str, Any]:
    fields = "day device clientAt registration { status attendedOn }"
    return await harness.send(sender, CHECK_IN, {"registration": id, **more}, fields=fields)


async def begin_event(engine: AsyncEngine) -> None:
    """It began yesterday, and ends tomorrow."""
    began = "starts_at = now() - interval '1 day', ends_at = now() + interval '1 day'"
    await run(engine, f"update event set {began} where id = '{KEY}'")


async def test_checking_in(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Once a day, whoever does it again, also from a list that was kept offline."""
    ids = [(await register(harness, student(n)))["registration"]["id"] for n in range(1, 4)]
    assert codes(await check_in(harness, "admin", ids[0])) == [("NOT_YET_OPEN", ["input", "registration"])]
    await begin_event(engine)
    first = await check_in(harness, "uc-coordinator", ids[0], device="Door")
    assert (first["userErrors"], first["replayed"]) == ([], False)
    assert first["attendance"]["registration"]["status"] == "ATTENDED"
    again = await check_in(harness, "uc-coordinator", ids[0], device="Window")
    assert (again["replayed"], again["attendance"]) == (True, first["attendance"])
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    other = await check_in(harness, "uc-coordinator", ids[0], clientAt=yesterday)
    assert (other["replayed"], len(other["attendance"]["registration"]["attendedOn"])) == (False, 2)
    assert codes(await check_in(harness, "admin", ids[2])) == [("WRONG_STATE", ["input", "registration"])]
    early = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    assert codes(await check_in(harness, "admin", ids[1], clientAt=early)) == [
        ("NOT_YET_OPEN", ["input", "registration"])
    ]
    for sender in (student(1), "public", "mx-coordinator", "two-systems"):
        found = codes(await check_in(harness, sender, ids[1]))
        assert found in ([("FORBIDDEN", ["input"])], [("REFERS_TO_NOTHING", ["input", "registration"])])
    assert await statuses(engine) == ["ATTENDED", "CONFIRMED", "WAITLISTED"]
    assert await scalar(engine, "select count(*) from attendance") == 2
    assert await breaches(engine) == {}


async def undo(
    engine: AsyncEngine, harness: MutationHarness, sender: Principal | str, id: str
) -> dict[str, Any]:
    version = await scalar(engine, f"select version from registration where id = '{id.partition('_')[2]}'")
    return await harness.send(sender, UNDO, {"id": id, "expectedVersion": version}, fields=FIELDS)


async def test_a_check_in_is_undone_on_its_day(engine: AsyncEngine, harness: MutationHarness) -> None:
    await begin_event(engine)
    id = (await register(harness, student(1)))["registration"]["id"]
    await check_in(harness, "admin", id)
    assert codes(await undo(engine, harness, student(1), id)) == [("FORBIDDEN", ["input", "id"])]
    assert (await undo(engine, harness, "uc-coordinator", id))["registration"]["status"] == "CONFIRMED"
    assert await scalar(engine, "select count(*) from attendance") == 0
    await check_in(harness, "admin", id)
    await run(engine, "update attendance set day = day - 1")
    assert codes(await undo(engine, harness, "admin", id)) == [("DEADLINE_PASSED", ["input", "id"])]
    came = (await check_in(harness, "admin", id))["attendance"]["registration"]
    assert len(came["attendedOn"]) == 2
    undone = await undo(engine, harness, "admin", id)
    assert (undone["registration"]["status"], undone["changed"]) == ("ATTENDED", []), "on the other day"
    steps = "select array_agg(status_to order by number) from audit_entry where entity = 'registration'"
    assert await scalar(engine, f"{steps} and entity_id = '{id.partition('_')[2]}'") == [
        *("CONFIRMED", "ATTENDED", "CONFIRMED", "ATTENDED")
    ]


async def test_a_check_in_is_undone_at_a_cancelled_event(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Nobody has a place there."""
    await begin_event(engine)
    id = (await register(harness, student(1)))["registration"]["id"]
    await check_in(harness, "admin", id)
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    given = {"id": EVENT, "expectedVersion": version, "reason": "Smoke."}
    assert (await harness.send("uc-coordinator", CALL_OFF, given))["userErrors"] == []
    undone = await undo(engine, harness, "uc-coordinator", id)
    assert (undone["registration"]["status"], undone["changed"]) == ("CANCELLED", ["status"])
    assert await breaches(engine) == {}


async def test_an_attendance_once(engine: AsyncEngine, database_url: str) -> None:
    """Two phones at the door."""
    await open_event(engine, 2)
    async with mutating(database_url) as harness:
        id = (await register(harness, student(1)))["registration"]["id"]
        await begin_event(engine)
        answers = await asyncio.gather(*(check_in(harness, "admin", id, device=f"{n}") for n in range(8)))
    assert sorted(one["replayed"] for one in answers) == [False] + [True] * 7
    assert len({one["attendance"]["id"] for one in answers}) == 1


async def test_who_did_not_come_is_noted_a_day_after(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Whoever had a place and was not there; nobody before a day has passed, nor who waited or came."""
    await open_event(engine, 2)
    found = [(await register(harness, student(number)))["registration"] for number in (1, 2, 3)]
    ids = [row["id"].partition("_")[2] for row in found]
    await run(engine, f"update registration set status = 'ATTENDED' where id = '{ids[1]}'")
    for ago, status in ((23, "CONFIRMED"), (25, "NO_SHOW")):
        await run(
            engine,
            f"update event set starts_at = now() - interval '{ago + 2} hours',"
            f" ends_at = now() - interval '{ago} hours' where id = '{KEY}'",
        )
        await take_timed_steps(engine, timed_steps())
        statuses = [await scalar(engine, f"select status from registration where id = '{id}'") for id in ids]
        assert statuses == [status, "ATTENDED", "WAITLISTED"]
