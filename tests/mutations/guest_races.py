"""Races of guests: the mails to them, and their links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from schema.grants import Grant, Principal, make_principal
from schema.roles import COORDINATOR
from tests.engines import SETTINGS
from tests.models.statements import rows, run
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.races import CLIENTS, TELL_NOBODY, Heat, Payloads, Race, without_lock_of
from tests.mutations.test_registrations import KEY, open_event, register, statuses
from tests.personas import grant_at


def holding(key: str, *grants: Grant) -> Principal:
    return make_principal("PERSON", grants, epoch=None, key=key)


EVENTS = f"""
    with made as (
        insert into event (slug, title_en, starts_at, ends_at, time_zone, date_precision, mode, languages,
            topics, status)
        select 'raced-' || n, 'Raced', starts_at, ends_at, time_zone, date_precision, mode, languages, topics,
            status
        from event, generate_series(1, {CLIENTS}) n where id = '{KEY}' on conflict do nothing returning id)
    insert into event_organizer (event_id, institution_id, role)
    select made.id, o.institution_id, o.role from made, event_organizer o where o.event_id = '{KEY}'"""
RACED = "event where slug like 'raced-%'"


def guests_invited(senders: int, addresses: int) -> Callable[[AsyncEngine, MutationHarness], Awaitable[Heat]]:
    """Guests are registered for an event each, by so many senders and with so many addresses."""

    async def invited(engine: AsyncEngine, harness: MutationHarness) -> Heat:
        await open_event(engine, None)
        await run(engine, EVENTS, *TELL_NOBODY)
        await run(engine, f"delete from registration where event_id in (select id from {RACED})")
        by = [holding(str(number), grant_at(COORDINATOR, "uc-merced")) for number in range(senders)]
        acts = [
            harness.send(
                by[index % senders],
                ACTIONS["registerForEvent"],
                {
                    "event": f"event_{id}",
                    "guest": {"name": "G", "email": f"g{index % addresses}@guests.example"},
                },
            )
            for index, (id,) in enumerate(await rows(engine, f"select id from {RACED}"))
        ]
        return Heat([acts], [f"select from {RACED} for no key update"])

    return invited


async def cancels_by_link(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """A guest cancels many times at once, while another waits for the place."""
    await run(engine, *TELL_NOBODY)
    await run(engine, f"delete from registration where event_id = '{KEY}'")
    await open_event(engine, 1)
    guests = [{"name": f"{n}", "email": f"{n}@guests.example"} for n in range(2)]
    first, _ = [(await register(harness, "integration", guest=one))["registration"] for one in guests]
    link, id = str(uuid4()), first["id"].partition("_")[2]
    kept = f"select sha256('{link}'), id from secret_link where registration_id = '{id}'"
    await run(engine, f"insert into link_secret {kept}")
    cancel_guest = ACTIONS["cancelGuestRegistration"]
    sent = [harness.send("public", cancel_guest, {"link": link}) for _ in range(CLIENTS)]
    return Heat([sent], [f"select from registration where id = '{id}' for update"])


async def cancelled_twice(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in payloads)
    uses = await rows(engine, "select uses from secret_link where registration_id is not null order by uses")
    right = counts == {"": 1, "WRONG_STATE": CLIENTS - 1} and uses == [(0,), (1,)]
    return [] if right and await statuses(engine) == ["CANCELLED", "CONFIRMED"] else [f"{counts}, {uses}"]


def bounded_by(bound: int) -> Callable[[AsyncEngine, Payloads], Awaitable[list[str]]]:
    async def exceeded(engine: AsyncEngine, payloads: Payloads) -> list[str]:
        counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in payloads)
        return [] if counts == {"": bound, "TOO_MANY": CLIENTS - bound} else [str(counts)]

    return exceeded


GUEST_RACES: Mapping[str, Race] = {
    "one guest's link": Race(cancels_by_link, cancelled_twice, without_lock_of("registration")),
    "mails to one address": Race(
        guests_invited(CLIENTS, 1),
        bounded_by(SETTINGS.unsolicited_per_address),
        without_lock_of("puente_unsolicited_in_turn"),
    ),
    "mails by one person": Race(
        guests_invited(1, CLIENTS),
        bounded_by(SETTINGS.unsolicited_per_person),
        without_lock_of("puente_unsolicited_in_turn"),
    ),
}
