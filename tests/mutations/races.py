"""Races: what many do at the same moment, what must hold afterwards, and the gate that sees to it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from math import inf
from typing import Any, TypeAlias
from unittest.mock import patch
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

import planner.engine
from api.auth.principals import TokenPrincipal
from models.consent import ConsentPurpose
from models.grant_queries import ClaimedGrants
from planner.mutation.write_statement import WriteStatement, write_statement
from schema.grants import Principal
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_mentorships import key_of, mentor
from tests.mutations.test_registrations import (
    KEY,
    breaches,
    cancel,
    open_event,
    participant_principal,
    register,
    statuses,
)
from tests.mutations.test_upserts import HEAT, SYSTEM

UPSERT = ACTIONS["upsertProjectByExternalId"]
CLIENTS, PLACES = 50, 5
WAITING = """
    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%puente_write%'
"""
Acts: TypeAlias = Sequence[Coroutine[Any, Any, dict[str, Any]]]
Payloads: TypeAlias = Sequence[dict[str, Any]]
Gate: TypeAlias = "Callable[[AsyncEngine], Any]"


@dataclass(frozen=True)
class Heat:
    """One round: while `held` locks rows, each stage begins once all before it are done, or wait."""

    stages: Sequence[Acts]
    held: Sequence[str] = ()


@dataclass(frozen=True)
class Race:
    """`prepare` makes a round, `faults` says what is wrong after it, and `without_gate` removes the gate."""

    prepare: Callable[[AsyncEngine, MutationHarness], Awaitable[Heat]]
    faults: Callable[[AsyncEngine, Payloads], Awaitable[list[str]]]
    without_gate: Gate


async def run_round(race: Race, engine: AsyncEngine, harness: MutationHarness) -> list[str]:
    """What is wrong after one round."""
    heat = await race.prepare(engine, harness)
    sent: list[asyncio.Task[dict[str, Any]]] = []
    async with engine.begin() as holder:
        for statement in heat.held:
            await holder.exec_driver_sql(statement)
        for acts in heat.stages:
            sent += [asyncio.create_task(one) for one in acts]
            if heat.held:
                await _until_none_goes_on(engine, sent)
    return await race.faults(engine, await asyncio.gather(*sent))


async def _until_none_goes_on(engine: AsyncEngine, sent: Sequence[asyncio.Task[Any]]) -> None:
    """All are done, or wait for a lock."""
    async with asyncio.timeout(300):
        while await scalar(engine, WAITING) + sum(one.done() for one in sent) < len(sent):
            await asyncio.sleep(0.02)


def without_lock_of(*tables: str) -> Gate:
    """Writes without the locks of these tables' rows, or by these functions."""
    lock_of = re.compile(rf"(from|select) ({'|'.join(tables)})\b")

    def unlocked(*given: Any, **more: Any) -> WriteStatement:
        made = write_statement(*given, **more)
        return replace(made, locks=tuple(lock for lock in made.locks if not lock_of.search(lock)))

    @asynccontextmanager
    async def removed(engine: AsyncEngine) -> AsyncIterator[None]:
        with patch.object(planner.engine, "write_statement", unlocked):
            yield

    return removed


@asynccontextmanager
async def without_keys(engine: AsyncEngine) -> AsyncIterator[None]:
    """Nobody looks up whether a key was used."""
    defined = await scalar(
        engine, "select pg_get_functiondef(oid) from pg_proc where proname = 'puente_write'"
    )
    looked_up = "if given ? 'key' then\n            insert"
    assert defined.count(looked_up) == 1
    await run(engine, defined.replace(looked_up, "if false then\n            insert"))
    yield


async def people(engine: AsyncEngine, number: int) -> list[Principal]:
    """So many people, made once."""
    made = "insert into person (given_name, family_names, is_synthetic) select 'Racer', n::text, true"
    missing = f"where {number} > (select count(*) from person where given_name = 'Racer')"
    await run(engine, f"{made} from generate_series(1, {number}) n {missing}")
    found = await rows(engine, f"select id from person where given_name = 'Racer' order by id limit {number}")
    return [participant_principal(id) for (id,) in found]


TELL_NOBODY = (
    "delete from notification_mail",
    "delete from notification",
    "delete from secret_link where registration_id is not null",
    "delete from unsolicited_mail",
)


async def last_places(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """All register at once for an event with few places, half of them as guests."""
    viewers = await people(engine, CLIENTS // 2)
    guests = [{"name": f"{n}", "email": f"{n}@guests.example"} for n in range(CLIENTS - len(viewers))]
    await run(engine, *TELL_NOBODY, f"delete from registration where event_id = '{KEY}'")
    await open_event(engine, PLACES)
    held = f"select from event where id = '{KEY}' for no key update"
    invited = [register(harness, "integration", guest=one) for one in guests]
    own = [register(harness, one) for one in viewers]
    return Heat([[act for two in zip(own, invited, strict=True) for act in two]], [held])


async def places_sold(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    right = ["CONFIRMED"] * PLACES + ["WAITLISTED"] * (CLIENTS - PLACES)
    found = await statuses(engine)
    return [] if found == right else [str(Counter(found))]


async def one_guest(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """The same guest is registered many times at once, by an address in different cases."""
    await run(engine, *TELL_NOBODY, f"delete from registration where event_id = '{KEY}'")
    await open_event(engine, PLACES)
    addresses = [("ines@guests.example", "INES@guests.example")[n % 2] for n in range(CLIENTS)]
    given = [{"name": "Inés", "email": address} for address in addresses]
    held = f"select from event where id = '{KEY}' for no key update"
    return Heat([[register(harness, "integration", guest=one) for one in given]], [held])


async def invited_twice(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    found = Counter(
        one["userErrors"][0]["code"] if one["userErrors"] else one["replayed"] for one in payloads
    )
    right = found == {False: 1, True: CLIENTS - 1} and await statuses(engine) == ["CONFIRMED"]
    return [] if right else [str(found)]


async def order_of_the_queue(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """All places of an event become free while others queue for them."""
    viewers = await people(engine, CLIENTS)
    await run(engine, *TELL_NOBODY, f"delete from registration where event_id = '{KEY}'")
    await open_event(engine, PLACES)
    placed = [(await register(harness, one))["registration"] for one in viewers[:PLACES]]
    leaving = [cancel(harness, "admin", one) for one in placed]
    coming = [register(harness, one) for one in viewers[PLACES:]]
    return Heat([leaving, coming], [f"select from event where id = '{KEY}' for no key update"])


async def queue_broken(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    """Whoever came first has the places; nobody waits while one is free."""
    left = [one for one in await statuses(engine) if one != "CANCELLED"]
    right = ["CONFIRMED"] * PLACES + ["WAITLISTED"] * (CLIENTS - 2 * PLACES)
    return [] if left == right else [*sorted(await breaches(engine)), str(Counter(left))]


MENTOR = key_of("mentor", 5)
REQUESTS = f"""
    with people as (
        insert into person (given_name, family_names, is_synthetic)
        select 'Mentee', n::text, true from generate_series(1, {CLIENTS}) n
        where not exists (select from person where given_name = 'Mentee') returning id
    ), consents as (
        insert into consent (person_id, purpose, notice_version) select id, 'PARTNER_ACCESS', '1' from people
    )
    insert into participant (person_id, institution_id, level)
    select p.id, i.id, 'DOCTORAL' from people p, institution i where i.slug = 'unam'
"""
PROPOSED = f"""
    insert into mentorship (mentor_id, participant_id, status, requested_by)
    select '{MENTOR}', t.id, 'PROPOSED', 'PARTICIPANT'
    from participant t join person p on p.id = t.person_id where p.given_name = 'Mentee'
"""
OF_MENTEES = f"select participant_id from mentorship where mentor_id = '{MENTOR}'"


async def places_of_a_mentor(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """All requests to a mentor are accepted at once."""
    await run(
        engine,
        *TELL_NOBODY,
        f"delete from mentorship where mentor_id = '{MENTOR}'",
        f"update mentor set capacity = {PLACES} where id = '{MENTOR}'",
        REQUESTS,
        PROPOSED,
    )
    listed = await rows(engine, f"select id, version from mentorship where mentor_id = '{MENTOR}'")
    inputs = [{"id": f"mentorship_{id}", "expectedVersion": version} for id, version in listed]
    held = (
        f"select from mentor where id = '{MENTOR}' for no key update",
        f"select from participant where id in ({OF_MENTEES}) for no key update",
    )
    return Heat([[harness.send(mentor(5), ACTIONS["acceptMentorship"], one) for one in inputs]], held)


async def mentor_overbooked(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in payloads)
    return [] if counts == {"": PLACES, "CAPACITY_REACHED": CLIENTS - PLACES} else [str(counts)]


async def one_key(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """One creation is sent many times at once under its key."""
    await run(engine, "delete from venue where name_en = 'Raced'", "delete from idempotency_key")
    given = {"names": {"en": "Raced"}, "country": "MX", "timeZone": "America/Tijuana"}
    send = ACTIONS["createVenue"]
    return Heat([[harness.send("admin", send, given, key="raced") for _ in range(CLIENTS)]])


async def made_twice(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    made = await scalar(engine, "select count(*) from venue where name_en = 'Raced'")
    replayed = Counter(one["replayed"] for one in payloads)
    right = (made, replayed) == (1, {False: 1, True: CLIENTS - 1})
    return [] if right else [f"{made} rows, replayed {replayed}"]


async def one_version(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """All change the row that they read, which has one version."""
    found = await rows(engine, "select id, version from project order by id limit 1")
    ((id, version),) = found
    inputs = [
        {"id": f"project_{id}", "expectedVersion": version, "titles": {"en": f"{version}, {number}"}}
        for number in range(CLIENTS)
    ]
    held = f"select from project where id = '{id}' for no key update"
    return Heat([[harness.send("admin", ACTIONS["updateProject"], one) for one in inputs]], [held])


async def overwritten(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in payloads)
    return [] if counts == {"": 1, "CONFLICT": CLIENTS - 1} else [str(counts)]


TWO = """
    insert into person (id, given_name, family_names, is_synthetic)
    values ('{kept}', 'Kept', 'Merged', true), ('{lost}', 'Lost', 'Merged', true)"""
SPEAKS = "insert into person_language (person_id, language, level) values ('{lost}', 'es', 'B2')"
MOVED_LATE = "select from person_language where person_id = '{}' for update"


async def a_record_that_goes(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """Whoever a record is of gives consents and registers while it is joined with another one."""
    kept, lost = uuid4(), uuid4()
    await open_event(engine, None)
    await run(engine, TWO.format(kept=kept, lost=lost), SPEAKS.format(lost=lost))
    given = {
        "id": f"person_{kept}",
        "expectedVersion": 1,
        "duplicate": f"person_{lost}",
        "duplicateVersion": 1,
    }
    agree = [
        harness.send(
            participant_principal(lost),
            ACTIONS["setConsent"],
            {"purpose": one.value, "given": True, "noticeVersion": "1"},
        )
        for one in ConsentPurpose
    ]
    merge = harness.send("admin", ACTIONS["mergePeople"], given)
    return Heat(
        [[merge], [*agree, register(harness, participant_principal(lost))]], [MOVED_LATE.format(lost)]
    )


async def left_behind(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    """The records are one, and whoever came too late is told so."""
    merged, *late = payloads
    codes = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in late)
    right = not merged["userErrors"] and "" not in codes
    return [] if right else [f"{merged['userErrors']}, then {codes}"]


INVITED = """
    insert into person (id, given_name, family_names, email)
    values ('{person}', 'Invited', 'Racer', '{person}@example.org')"""
LINK = """
    with made as (
        insert into secret_link (purpose, person_id, email, expires_at)
        values ('INVITATION', '{person}', '{person}@example.org', now() + interval '1 day') returning id)
    insert into link_secret select sha256('{secret}'), id from made"""


def claims_of_links(number: int) -> Callable[[AsyncEngine, MutationHarness], Awaitable[Heat]]:
    """Many accounts claim one record at once, by so many links."""

    async def claims(engine: AsyncEngine, harness: MutationHarness) -> Heat:
        person = uuid4()
        secrets = [f"{person} {link}" for link in range(number)]
        links = [LINK.format(person=person, secret=one) for one in secrets]
        await run(engine, INVITED.format(person=person), *links)
        accounts = [TokenPrincipal("https://id.example", str(uuid4()), inf) for _ in range(CLIENTS)]
        claim = ACTIONS["claimInvitation"]
        sent = [
            harness.send(one, claim, {"link": secrets[index % number]}) for index, one in enumerate(accounts)
        ]
        return Heat([sent], [f"select from secret_link where person_id = '{person}' for update"])

    return claims


async def records_claimed(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """Many accounts with one ORCID iD sign in at once for the first time; a new record would be refused."""
    orcid, person = "0000-0002-1825-0097", uuid4()
    await run(
        engine,
        f"update person set orcid = null where orcid = '{orcid}'",
        f"insert into person (id, given_name, family_names, orcid, institution_id)"
        f" select '{person}', 'Claimed', 'Racer', '{orcid}', id from institution where slug = 'uc-merced'",
    )
    claims = ClaimedGrants(institution="uc-merced", orcid=orcid)
    accounts = [TokenPrincipal("https://id.example", str(uuid4()), inf, claims) for _ in range(CLIENTS)]
    home = await scalar(engine, f"select institution_id from person where id = '{person}'")
    taken = await scalar(engine, "select min(email) from person")
    own = {"givenName": "Own", "familyNames": "Racer", "institution": f"institution_{home}", "email": taken}
    sent = [harness.send(one, ACTIONS["createMyProfile"], own) for one in accounts]
    return Heat([sent], [f"select from person where id = '{person}' for update"])


async def claimed_by_many(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    counts = Counter((one["replayed"], *(error["code"] for error in one["userErrors"])) for one in payloads)
    return [] if counts == {(True,): 1, (False, "POSSIBLE_DUPLICATE"): CLIENTS - 1} else [str(counts)]


async def claimed_twice(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in payloads)
    return [] if counts == {"": 1, "LINK_EXPIRED": CLIENTS - 1} else [str(counts)]


async def one_external_id(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """Systems of an institution send a project under one new id; all have looked it up before one is done."""
    given = {**HEAT, "value": str(uuid4())}
    sent = [harness.send(SYSTEM, UPSERT, given) for _ in range(CLIENTS)]
    return Heat([sent], ["lock table project_external_id in share mode"])


async def created_twice(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    created = Counter("failed" if one["userErrors"] else str(one["created"]) for one in payloads)
    ids = {one["project"]["id"] for one in payloads if one["project"]}
    right = (created, len(ids)) == ({"True": 1, "False": CLIENTS - 1}, 1)
    return [] if right else [f"{len(ids)} rows, created {created}"]


@asynccontextmanager
async def without_unique_ids(engine: AsyncEngine) -> AsyncIterator[None]:
    constraint = "uq_project_external_id_institution_id_scheme_value"
    await run(engine, f"alter table project_external_id drop constraint {constraint}")
    yield


RACES: Mapping[str, Race] = {
    "one external id at once": Race(one_external_id, created_twice, without_unique_ids),
    "the last places of an event": Race(last_places, places_sold, without_lock_of("event")),
    "one guest at once": Race(
        one_guest, invited_twice, without_lock_of("event", "puente_unsolicited_in_turn")
    ),
    "the order of a queue": Race(order_of_the_queue, queue_broken, without_lock_of("event")),
    "the last places of a mentor": Race(places_of_a_mentor, mentor_overbooked, without_lock_of("mentor")),
    "one key at once": Race(one_key, made_twice, without_keys),
    "a record that goes": Race(a_record_that_goes, left_behind, without_lock_of("person")),
    "one invitation": Race(claims_of_links(1), claimed_twice, without_lock_of("secret_link")),
    "two invitations of one person": Race(claims_of_links(2), claimed_twice, without_lock_of("secret_link")),
    "one record by its ORCID iD": Race(records_claimed, claimed_by_many, without_lock_of("person p")),
    "one version at once": Race(one_version, overwritten, without_lock_of("project")),
}
