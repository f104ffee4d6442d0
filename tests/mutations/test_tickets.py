"""Tickets: their codes, who sees them, and checking people in by them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from models.registration import TICKET_CODE, ticket_code
from planner.messages import message
from schema.grants import Grant, Principal, make_principal
from schema.roles import COORDINATOR, INTEGRATION, PARTICIPANT, Scope
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import run, scalar
from tests.mutations.harness import MutationHarness, mutating
from tests.mutations.test_registrations import (
    CANCEL,
    CHECK_IN,
    EVENT,
    REGISTER,
    UNDO,
    begin_event,
    codes,
    open_event,
    register,
    student,
)
from tests.personas import being, grant_at

CODE, FIELDS = ["input", "code"], "day device registration { status name ticketCode attendedOn }"
MISSING = "2222-3333-4444-5555"


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await open_event(engine, 2)
    return harness


async def tickets(engine: AsyncEngine, harness: MutationHarness, *numbers: int) -> list[tuple[str, str]]:
    """Of students, the id of the registration and the code, as they are answered; the event has begun."""
    found = []
    for number in numbers:
        payload = await harness.send(
            student(number), REGISTER, {"event": EVENT}, fields="ticketCode hiddenFields { field }"
        )
        assert payload["registration"]["hiddenFields"] == []
        found.append((payload["registration"]["id"], payload["registration"]["ticketCode"]))
    await begin_event(engine)
    return found


async def at_the_door(
    harness: MutationHarness, sender: Principal | str, code: str | None, **more: Any
) -> dict[str, Any]:
    language = more.pop("language", "EN")
    given = {"code": code, **more}
    return await harness.send(sender, CHECK_IN, given, fields=FIELDS, language=language)


def holding(*grants: Grant) -> Principal:
    return make_principal("PERSON", grants, epoch=None, key=repr(grants))


async def test_codes_are_random_and_readable(engine: AsyncEngine) -> None:
    drawn = await scalar(engine, "select array_agg(puente_ticket_code()) from generate_series(1, 2000)")
    assert len(set(drawn)) == 2000
    assert all(re.fullmatch(TICKET_CODE, one) for one in drawn)
    positions = list(zip(*(one.replace("-", "") for one in drawn), strict=True))
    assert [len(set(letters)) for letters in positions] == [32] * 16, "five bits at each position"
    assert {
        ticket_code(typed) for typed in (drawn[0], drawn[0].lower(), f" {drawn[0].replace('-', ' ')}")
    } == {drawn[0]}


async def test_a_code_is_the_registration(engine: AsyncEngine, harness: MutationHarness) -> None:
    """However it is typed, and whoever was checked in by the registration is not so twice."""
    (id, code), (_, other), (_, waiting) = await tickets(engine, harness, 1, 2, 3)
    dry = await harness.send("uc-coordinator", CHECK_IN, {"code": code}, dry=True)
    assert (dry["userErrors"], dry["changed"]) == ([], ["registration"])
    first = await at_the_door(harness, "uc-coordinator", code.lower().replace("-", " "), device="Door")
    assert (first["userErrors"], first["replayed"]) == ([], False)
    assert first["changed"] == ["device", "registration"]
    assert first["attendance"]["registration"]["ticketCode"] == code
    for again in ({"code": code}, {"registration": id}, {"registration": id, "code": None}):
        found = await harness.send("admin", CHECK_IN, again, fields=FIELDS)
        assert (found["replayed"], found["attendance"]) == (True, first["attendance"])
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    earlier = await at_the_door(harness, "uc-coordinator", code, clientAt=yesterday)
    assert len(earlier["attendance"]["registration"]["attendedOn"]) == 2
    assert codes(await at_the_door(harness, "admin", waiting)) == [("WRONG_STATE", CODE)]
    early = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    assert codes(await at_the_door(harness, "admin", other, clientAt=early)) == [("NOT_YET_OPEN", CODE)]
    assert await scalar(engine, f"select count(*) from audit_value x where x::text like '%{code}%'") == 0


async def test_one_of_the_two(engine: AsyncEngine, harness: MutationHarness) -> None:
    (id, code), *_ = await tickets(engine, harness, 1)
    for language in ("EN", "ES"):
        words = message("mutation.one_way", first="registration", second="code").read(language)
        for given, refused in (({}, "REQUIRED"), ({"registration": id, "code": code}, "INVALID")):
            payload = await harness.send("uc-coordinator", CHECK_IN, given, language=language)
            assert payload["userErrors"] == [{"code": refused, "path": CODE, "message": words}]
    early = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    given = {"registration": id, "code": MISSING, "clientAt": early}
    assert codes(await harness.send("uc-coordinator", CHECK_IN, given)) == [("NOT_FOUND", CODE)]
    assert await scalar(engine, "select count(*) from attendance") == 0


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_a_code_of_others_is_as_none(
    engine: AsyncEngine, harness: MutationHarness, language: str
) -> None:
    """For who sees nothing of it, for who sees the registration, and for whose ticket it is."""
    person, davis = id_of("person", "student-01"), id_of("institution", "uc-davis")
    await run(engine, f"update person set institution_id = '{davis}' where id = '{person}'")
    (_, code), *_ = await tickets(engine, harness, 1)
    elsewhere = grant_at(COORDINATOR, "uc-davis")
    guest_writer = grant_at(INTEGRATION, "uc-davis", Scope.ATTENDANCE_WRITE)
    for sender in (
        holding(elsewhere),
        holding(elsewhere, being(PARTICIPANT, "student-01")),
        holding(guest_writer),
        "mx-coordinator",
        "two-systems",
        "system-without-scopes",
    ):
        found = await at_the_door(harness, sender, code, language=language)
        assert found == await at_the_door(harness, sender, MISSING, language=language)
        assert codes(found) == [("NOT_FOUND", CODE)]
    for sender in (student(1), "public"):
        found = await at_the_door(harness, sender, code, language=language)
        assert found == await at_the_door(harness, sender, MISSING, language=language)
        assert codes(found) == [("FORBIDDEN", ["input"])]
    assert codes(await at_the_door(harness, "admin", MISSING)) == [("NOT_FOUND", CODE)]
    assert codes(await at_the_door(harness, "admin", "no ticket")) == [("NOT_FOUND", CODE)]
    assert await scalar(engine, "select count(*) from attendance") == 0


async def test_a_system_at_the_door(engine: AsyncEngine, harness: MutationHarness) -> None:
    """By its scope, at events of its institution; it sees no name."""
    (id, code), *_ = await tickets(engine, harness, 1)
    system = holding(grant_at(INTEGRATION, "uc-merced", Scope.ATTENDANCE_WRITE))
    seen = {"ticketCode": code, "name": None, "status": "ATTENDED"}
    found = await at_the_door(harness, system, code)
    assert (found["userErrors"], found["replayed"]) == ([], False)
    assert seen.items() <= found["attendance"]["registration"].items()
    version = await scalar(engine, f"select version from registration where id = '{id.partition('_')[2]}'")
    undone = await harness.send(system, UNDO, {"id": id, "expectedVersion": version}, fields="status")
    assert undone["registration"]["status"] == "CONFIRMED"
    cancelled = await harness.send(system, CANCEL, {"id": id, "expectedVersion": version + 2})
    assert [one["code"] for one in cancelled["userErrors"]] == ["FORBIDDEN"]
    assert codes(await register(harness, system)) == [("FORBIDDEN", ["input"])]


async def test_a_list_of_codes(engine: AsyncEngine, database_url: str) -> None:
    """By HTTP: two devices' lists of codes and of registrations merge."""
    await open_event(engine, 2)
    async with mutating(database_url) as harness:
        (id, code), (_, other) = await tickets(engine, harness, 1, 2)
    document = """mutation ($items: [CheckInInput!]!) { checkInMany(input: { items: $items }) {
        results { attendance { device } replayed userErrors { code path } } userErrors { code } } }"""
    items = [
        {"code": code, "device": "Door"},
        {"registration": id, "device": "Window"},
        {"code": MISSING},
        {"code": other, "device": "Window"},
    ]
    async with reached(database_url) as client:
        answer = await ask(client, document, {"items": items}, signed_in("integration"))
    results = answer.json()["data"]["checkInMany"]["results"]
    assert [one["replayed"] for one in results] == [False, True, False, False]
    assert [(one["attendance"] or {}).get("device") for one in results] == ["Door", "Door", None, "Window"]
    assert results[2]["userErrors"] == [{"code": "NOT_FOUND", "path": ["input", "items", "2", "code"]}]
