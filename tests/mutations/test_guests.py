"""Guests at events: who registers and cancels them, as persons are, and what nobody else learns of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.graphql.mutations import actor_of
from models.loading.natural_keys import id_of
from models.unsolicited_mail import prune_unsolicited
from planner.messages import message
from schema.grants import Grant, Principal, make_principal
from schema.messages import message as domain_message
from schema.roles import COORDINATOR, INTEGRATION, PARTICIPANT, Scope
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import MutationHarness
from tests.mutations.test_registrations import (
    CALL_OFF,
    CANCEL,
    CHECK_IN,
    EVENT,
    KEY,
    REGISTER,
    begin_event,
    breaches,
    codes,
    open_event,
    register,
    set_capacity,
    statuses,
    student,
)
from tests.personas import being, grant_at, viewer_of

GUEST = ["input", "guest"]
FIELDS = """
    status position name displayName ticketCode
    guest { name email institution language } hiddenFields { field reason }"""
SYSTEM = "integration"
"""It holds every scope at uc-merced, which hosts the event."""


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await open_event(engine, 2)
    return harness


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "email": f"{name.lower()}@guests.example", **more}


def holding(*grants: Grant) -> Principal:
    return make_principal("PERSON", grants, epoch=None, key=repr(grants))


async def invite(
    harness: MutationHarness, sender: Principal | str, guest: dict[str, Any] | None, **options: Any
) -> dict[str, Any]:
    given = {"event": EVENT, "guest": guest}
    return await harness.send(sender, REGISTER, given, fields=FIELDS, **options)


async def take_back(harness: MutationHarness, sender: Principal | str, row: dict[str, Any]) -> dict[str, Any]:
    return await harness.send(
        sender, CANCEL, {"id": row["id"], "expectedVersion": row["version"]}, fields=FIELDS
    )


async def test_guests_and_persons_share_places_and_queue(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    ines = named("Ines", institution="City of Merced", language="ES")
    found = (await invite(harness, SYSTEM, ines))["registration"]
    assert (found["guest"], found["name"], found["displayName"]) == (ines, "Ines", "Ines")
    assert (found["status"], found["hiddenFields"]) == ("CONFIRMED", [])
    assert (await register(harness, student(1)))["registration"]["status"] == "CONFIRMED"
    waiting = (await invite(harness, "uc-coordinator", named("Ned")))["registration"]
    assert (waiting["status"], waiting["position"]) == ("WAITLISTED", 1)
    assert (await register(harness, student(2)))["registration"]["position"] == 2
    assert (await invite(harness, "admin", named("Ada")))["registration"]["position"] == 3
    assert (await take_back(harness, SYSTEM, found))["registration"]["status"] == "CANCELLED"
    assert await statuses(engine) == ["CANCELLED", "CONFIRMED", "CONFIRMED", "WAITLISTED", "WAITLISTED"]
    await set_capacity(engine, harness, 4)
    assert await statuses(engine) == ["CANCELLED"] + ["CONFIRMED"] * 4
    assert (await invite(harness, SYSTEM, ines))["registration"]["position"] == 1, "at the end of the queue"
    assert await breaches(engine) == {}


async def test_a_guest_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    """By the address without case, also with another name, and by another sender."""
    dry = await invite(harness, SYSTEM, named("Ines"), dry=True)
    assert (dry["userErrors"], dry["changed"], dry["registration"]) == ([], ["event", "guest"], None)
    first = await invite(harness, SYSTEM, named("Ines"), key="k")
    retry = await invite(harness, SYSTEM, named("Ines"), key="k")
    again = await invite(harness, "uc-coordinator", {"name": "I.", "email": "INES@guests.example"})
    assert (first["replayed"], retry["replayed"], again["replayed"], again["changed"]) == (
        False,
        True,
        True,
        [],
    )
    assert first["registration"] == retry["registration"]
    assert again["registration"] | {"availableActions": []} == first["registration"] | {
        "availableActions": []
    }
    assert codes(await invite(harness, SYSTEM, named("Ned"), key="k")) == [
        ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
    ]
    assert await statuses(engine) == ["CONFIRMED"]


async def test_how_many_mails_guests_get_is_bounded(engine: AsyncEngine, harness: MutationHarness) -> None:
    """3 to an address, whoever sends them; 20 from a person, more from a system. Nothing else is counted."""
    for _ in range(3):
        made = await invite(harness, SYSTEM, named("Ines"))
        assert (made["userErrors"], made["replayed"]) == ([], False)
        assert (await invite(harness, "admin", named("Ines")))["replayed"], "who is registered gets no mail"
        await take_back(harness, SYSTEM, made["registration"])
    for sender, language in (("uc-coordinator", "EN"), (SYSTEM, "ES")):
        for dry in (True, False):
            guest = {"name": "I.", "email": "INES@guests.example"}
            refused = await invite(harness, sender, guest, language=language, dry=dry)
            assert codes(refused) == [("TOO_MANY", GUEST)]
            words = domain_message("unsolicited.address_bound").read(language)
            assert refused["userErrors"][0]["message"] == words
    by = "insert into unsolicited_mail (sender, recipient) select '{}', '' from generate_series(1, {})"
    digest = "encode(sha256(convert_to('{}', 'UTF8')), 'hex')"
    for sender, bound in (("uc-coordinator", 20), (SYSTEM, 1_000)):
        actor = await scalar(engine, f"select {digest.format(actor_of(viewer_of(sender)))}")
        await run(engine, "delete from unsolicited_mail", by.format(actor, bound - 1))
        assert codes(await invite(harness, sender, named("Ned"), dry=True)) == []
        await run(engine, by.format(actor, 1))
        refused = await invite(harness, sender, named("Ned"), language="ES")
        assert codes(refused) == [("TOO_MANY", GUEST)]
        words = domain_message("unsolicited.sender_bound").read("ES")
        assert refused["userErrors"][0]["message"] == words
    assert codes(await register(harness, student(1))) == [], "nobody else has it sent"
    await run(engine, "update unsolicited_mail set sent_at = now() - interval '25 hours'")
    assert await prune_unsolicited(engine, 10_000) == 1_000
    assert codes(await invite(harness, SYSTEM, named("Ines"))) == []
    assert await scalar(engine, "select count(*) from unsolicited_mail") == 1


ANOTHER_SYSTEM = holding(grant_at(INTEGRATION, "uc-davis", Scope.REGISTRATIONS_WRITE))
AT_THE_DOOR = holding(grant_at(INTEGRATION, "uc-merced", Scope.ATTENDANCE_WRITE))
REGISTERING = holding(grant_at(INTEGRATION, "uc-merced", Scope.REGISTRATIONS_WRITE))


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_others_register_no_guest(engine: AsyncEngine, harness: MutationHarness, language: str) -> None:
    """And without a guest, a system registers nobody."""
    words = message("mutation.may_not_make").read(language)
    refused = [{"code": "FORBIDDEN", "path": ["input"], "message": words}]
    others = ("public", "mx-coordinator", "mentor", "two-systems", "system-without-scopes")
    for sender in (*others, student(1), ANOTHER_SYSTEM, AT_THE_DOOR):
        assert (await invite(harness, sender, named("Ines"), language=language))["userErrors"] == refused
    for sender in (SYSTEM, REGISTERING, "uc-coordinator", "admin"):
        assert (await invite(harness, sender, None, language=language))["userErrors"] == refused
    await run(engine, f"update event set status = 'DRAFT' where id = '{KEY}'")
    assert codes(await invite(harness, REGISTERING, named("Ines"))) == [
        ("REFERS_TO_NOTHING", ["input", "event"])
    ]
    assert codes(await invite(harness, "admin", named("Ines"))) == [("WRONG_STATE", ["input", "event"])]
    assert await statuses(engine) == []


async def test_a_coordinator_registers_themselves_as_anybody(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    both = holding(being(PARTICIPANT, "student-01"), grant_at(COORDINATOR, "uc-merced"))
    assert (await invite(harness, both, None))["registration"]["guest"] is None
    assert (await invite(harness, both, named("Ines")))["registration"]["name"] == "Ines"
    held = await scalar(engine, f"select count(person_id) from registration where event_id = '{KEY}'")
    assert (held, await statuses(engine)) == (1, ["CONFIRMED", "CONFIRMED"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " ", "email": "a@b.example"}, "REQUIRED"),
        ({"name": "A", "email": "nowhere"}, "INVALID"),
        ({"name": "A", "email": "a@b c"}, "INVALID"),
        ({"name": "A" * 201, "email": "a@b.example"}, "TOO_LONG"),
        ({"name": "A", "email": "a@" + "b" * 253}, "TOO_LONG"),
        ({"name": "A", "email": "a@b.example", "institution": " "}, "REQUIRED"),
    ],
)
async def test_what_a_guest_is_not(harness: MutationHarness, given: dict[str, Any], code: str) -> None:
    assert codes(await invite(harness, "admin", given)) == [(code, GUEST)]


async def test_what_a_system_sees_and_cancels(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Guests of its institution's events, and nothing of persons; at the door, codes without names."""
    guest = (await invite(harness, "admin", named("Ines")))["registration"]
    person = (await register(harness, student(1)))["registration"]
    for sender in (ANOTHER_SYSTEM, "two-systems", "mx-coordinator", "public"):
        assert codes(await take_back(harness, sender, guest)) == [("NOT_FOUND", ["input", "id"])]
    assert codes(await take_back(harness, REGISTERING, person)) == [("NOT_FOUND", ["input", "id"])]
    refused = await take_back(harness, AT_THE_DOOR, guest)
    assert codes(refused) == [("FORBIDDEN", ["input", "id"])]
    seen = refused["registration"]
    assert (seen["name"], seen["guest"], seen["ticketCode"]) == (None, None, guest["ticketCode"])
    assert [one["field"] for one in seen["hiddenFields"]] == ["guest", "name", "position"]
    assert (await take_back(harness, REGISTERING, guest))["registration"]["status"] == "CANCELLED"
    assert await statuses(engine) == ["CANCELLED", "CONFIRMED"]


async def test_a_guest_is_checked_in(engine: AsyncEngine, harness: MutationHarness) -> None:
    guest = (await invite(harness, REGISTERING, named("Ines")))["registration"]
    await begin_event(engine)
    given = {"code": guest["ticketCode"]}
    assert codes(await harness.send(REGISTERING, CHECK_IN, given)) == [("NOT_FOUND", ["input", "code"])]
    found = await harness.send(AT_THE_DOOR, CHECK_IN, given, fields="registration { status name }")
    assert found["attendance"]["registration"] == {"status": "ATTENDED", "name": None}


async def test_no_log_knows_a_guest(engine: AsyncEngine, harness: MutationHarness) -> None:
    """What is known of one is in the row alone, so nothing of them stays when it goes."""
    guest = named("Inesita", institution="City of Merced", language="ES")
    row = (await invite(harness, SYSTEM, guest, key="k"))["registration"]
    await take_back(harness, SYSTEM, row)
    assert await scalar(engine, "select count(*) from notification") > 0
    for table in ("audit_entry", "audit_value", "change_note", "change", "idempotency_key", "notification"):
        found = await scalar(engine, f"select count(*) from {table} x where x::text ilike '%inesita%'")
        assert found == 0, table
    id = row["id"].partition("_")[2]
    columns = await scalar(
        engine, f"select columns from audit_entry where entity_id = '{id}' and operation = 'INSERT'"
    )
    assert "event_id" in columns
    assert not any(column.startswith("guest") for column in columns)


async def test_an_erased_guest_is_nowhere(engine: AsyncEngine, harness: MutationHarness) -> None:
    """But the registration stays; not while the guest has or awaits a place at an event to come."""
    row = (await invite(harness, SYSTEM, named("Inesita", institution="Inesita's")))["registration"]
    erase = "select puente_erase_guest('INESITA@guests.example')"
    with pytest.raises(DBAPIError, match="not over"):
        await scalar(engine, erase)
    await take_back(harness, SYSTEM, row)
    async with engine.begin() as connection:
        assert (await connection.exec_driver_sql(erase)).scalar_one() == 1
        assert (await connection.exec_driver_sql(erase)).scalar_one() == 0
    listed = "select quote_ident(table_name) from information_schema.tables where table_type = 'BASE TABLE'"
    for (table,) in await rows(engine, f"{listed} and table_schema = 'public'"):
        found = await scalar(engine, f"select count(*) from {table} x where x::text ilike '%inesita%'")
        assert found == 0, table
    assert await statuses(engine) == ["CANCELLED"]
    id = row["id"].partition("_")[2]
    erased = f"select count(*) from audit_entry where entity_id = '{id}' and operation = 'ERASE'"
    assert await scalar(engine, erased) == 1


async def test_whom_it_notifies(engine: AsyncEngine, harness: MutationHarness) -> None:
    """A guest when registered and once a place is free, and all guests of an event that is cancelled."""
    await open_event(engine, 1)
    for name, language in (("Ines", "ES"), ("Ned", None), ("Ada", "ES")):
        await invite(harness, SYSTEM, named(name, language=language))
    notified = f"""select g.guest_name, n.kind, n.language from notification n
        join registration g on g.id = n.guest_id where g.event_id = '{KEY}' order by n.created_at, n.id"""
    registered = [("Ines", "CONFIRMED", "ES"), ("Ned", "WAITLISTED", "EN"), ("Ada", "WAITLISTED", "ES")]
    arrived = [(name, f"GUEST_{status}", language) for name, status, language in registered]
    assert await rows(engine, notified) == arrived
    await set_capacity(engine, harness, 2)
    assert await rows(engine, notified) == [*arrived, ("Ned", "REGISTRATION_CONFIRMED", "EN")]
    side = "update institution set side = 'MEXICO' where id = '{}'"
    await run(engine, side.format(id_of("institution", "uc-merced")))
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    given = {"id": EVENT, "expectedVersion": version, "reason": "Smoke."}
    assert (await harness.send("uc-coordinator", CALL_OFF, given))["userErrors"] == []
    cancelled = [one for one in await rows(engine, notified) if one[1] == "EVENT_CANCELLED"]
    assert sorted(cancelled) == [(name, "EVENT_CANCELLED", "ES") for name in ("Ada", "Ines", "Ned")]
