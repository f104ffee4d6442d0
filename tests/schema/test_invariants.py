"""What must hold of a database: each invariant finds a breach that is planted, and nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for
from models.invariants import breaches_on, find_breaches
from schema.invariants import INVARIANTS, QUERIES
from tests.conftest import sibling_url
from tests.invariants import InvariantBroken, assert_invariants

UNSEEN = "set local session_replication_role = 'replica'"
"""No trigger and no foreign key looks at what follows."""
VENUE = "(select id from venue order by id limit 1)"
UPCOMING = "(select id from event order by slug limit 1)"
EVENT = (
    "set local puente.correction = 'a breach'",
    "delete from attendance where registration_id in"
    f" (select id from registration where event_id = {UPCOMING})",
    f"delete from registration where event_id = {UPCOMING}",
    "update event set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days',"
    f" capacity = 2, status = 'PUBLISHED' where id = {UPCOMING}",
)
REGISTERED = f"insert into registration (event_id, person_id, status) select {UPCOMING}, id"
INVITED = (
    "insert into registration (event_id, guest_name, guest_email, status)"
    f" select {UPCOMING}, 'Guest', 'guest-' || n || '@guests.example'"
)
PLANTED: Mapping[str, Sequence[str]] = {
    "known_statuses": (
        "alter table project drop constraint ck_project_status_known",
        "set local puente.correction = 'a breach'",
        "update project set status = 'UNHEARD' where id = (select id from project order by id limit 1)",
    ),
    "versions": (
        UNSEEN,
        f"update venue set updated_at = created_at - interval '1 second' where id = {VENUE}",
    ),
    "references": (
        UNSEEN,
        "update cohort set program_id = gen_random_uuid()"
        " where id = (select id from cohort order by id limit 1)",
    ),
    "names": (
        UNSEEN,
        "update mentor set name = 'Nobody' where id = (select id from mentor order by id limit 1)",
    ),
    "copies": (
        UNSEEN,
        "insert into mentor_preference (participation_id, participant_id, cohort_id, mentor_id, avoid)"
        " select p.id, o.id, p.cohort_id, m.id, true from participation p"
        " join participant o on o.id <> p.participant_id cross join mentor m order by 1, 2, 4 limit 1",
    ),
    "triggers": ("alter table event disable trigger event_audit_update",),
    "audited_statuses": (
        UNSEEN,
        "update event set status = 'DRAFT' where id ="
        " (select id from event where status = 'PUBLISHED' order by id limit 1)",
    ),
    "audited_columns": (
        UNSEEN,
        "delete from audit_value where (entry, column_name) ="
        " (select entry, column_name from audit_value order by 1, 2 limit 1)",
    ),
    "keys": (
        "insert into idempotency_key (viewer, mutation, key, input_hash, entity_id)"
        " values ('v', 'updateVenue', 'k', 'h', gen_random_uuid())",
    ),
    "stored_forms": (
        "update person set phone = '+52 55' where id = (select id from person order by id limit 1)",
    ),
    "mentorship_open": (
        "select set_config('puente.act', '{\"mutation\": \"inviteMentee\"}', true)",
        "insert into mentorship (mentor_id, participant_id, cohort_id, status)"
        " select mentor_id, participant_id, cohort_id, 'PROPOSED' from mentorship"
        " where status = 'ACTIVE' order by id limit 1",
    ),
    "mentor_places": (
        "select set_config('puente.act', '{\"mutation\": \"acceptMentorship\"}', true)",
        "insert into mentorship (mentor_id, participant_id, status)"
        " select m.id, p.id, 'ACCEPTED' from participant p, (select id from mentor m where not exists ("
        " select from mentorship s where s.mentor_id = m.id and s.status in ('ACCEPTED', 'ACTIVE'))"
        " order by id limit 1) m order by p.id limit 10",
    ),
    "mentorship_sessions": (
        UNSEEN,
        "insert into mentorship_session (mentorship_id, mentor_id, participant_id, held_on)"
        " select id, mentor_id, participant_id, current_date from mentorship m where sessions = 0"
        " order by id limit 1",
    ),
    "event_places": (*EVENT, f"{REGISTERED}, 'CONFIRMED' from person order by person.id limit 3"),
    "event_queue": (*EVENT, f"{REGISTERED}, 'WAITLISTED' from person order by person.id limit 1"),
    "event_queue_order": (
        *EVENT,
        f"{REGISTERED}, 'WAITLISTED' from person order by person.id limit 1",
        f"{REGISTERED}, 'CONFIRMED' from person order by person.id desc limit 2",
    ),
    "event_cancelled": (
        *EVENT,
        f"{REGISTERED}, 'CONFIRMED' from person order by person.id limit 1",
        f"update event set status = 'CANCELLED' where id = {UPCOMING}",
    ),
    "change_numbers": (
        "select puente_number_changes(100)",
        "delete from change where number = (select last - 1 from feed)",
    ),
    "change_versions": (UNSEEN, f"update venue set version = version + 1 where id = {VENUE}"),
}
"""For each invariant the statements that break it in one row, as the superuser sends them."""
OTHERS: Mapping[str, Sequence[str]] = {
    "versions": (
        UNSEEN,
        f"update change_note set version = 0 where entity_id = {VENUE}",
        f"update change set version = 0 where entity_id = {VENUE}",
        f"update venue set version = 0 where id = {VENUE}",
    ),
    "copies": (
        UNSEEN,
        "insert into mentorship_session (mentorship_id, mentor_id, participant_id, held_on)"
        " select s.id, m.id, s.participant_id, current_date from mentorship s"
        " join mentor m on m.id <> s.mentor_id order by s.id, m.id limit 1",
        "update mentorship m set sessions = sessions + 1 from mentorship_session s"
        " where s.mentorship_id = m.id and s.mentor_id <> m.mentor_id",
    ),
    "triggers": ("drop trigger project_status_step on project",),
    "audited_statuses": (
        UNSEEN,
        "insert into audit_entry (actor, entity, entity_id, operation, columns, salt)"
        f" select 'x', 'venue', {VENUE}, 'DELETE', '{{}}', ''",
    ),
    "keys": (
        "insert into idempotency_key (viewer, mutation, key, input_hash)"
        " values ('v', 'cancelEvent', 'k', 'h')",
    ),
    "change_numbers": ("update feed set last = last + 1",),
    "event_places": (
        *EVENT,
        f"{REGISTERED}, 'CONFIRMED' from person order by person.id limit 2",
        f"{INVITED}, 'CONFIRMED' from generate_series(1, 1) n",
    ),
    "event_queue": (*EVENT, f"{INVITED}, 'WAITLISTED' from generate_series(1, 1) n"),
    "event_queue_order": (
        *EVENT,
        f"{REGISTERED}, 'WAITLISTED' from person order by person.id limit 1",
        f"{INVITED}, 'CONFIRMED' from generate_series(1, 2) n",
    ),
    "event_cancelled": (
        *EVENT,
        f"{INVITED}, 'CONFIRMED' from generate_series(1, 1) n",
        f"update event set status = 'CANCELLED' where id = {UPCOMING}",
    ),
}
"""Other ways to break some of them."""
CASES = [
    *((name, statements) for name, statements in PLANTED.items()),
    *((name, statements) for name, statements in OTHERS.items()),
]


@pytest.fixture
async def connection(seeded_url: str, cluster_url: str) -> AsyncIterator[AsyncConnection]:
    """A superuser's, in a transaction that is rolled back."""
    engine = engine_for(sibling_url("seeded", cluster_url, "postgres"))
    async with engine.connect() as opened:
        yield opened
        await opened.rollback()
    await engine.dispose()


def test_each_has_a_planted_breach() -> None:
    assert PLANTED.keys() == QUERIES.keys()
    assert len(INVARIANTS) == len(QUERIES), "two have the same name"


@pytest.mark.parametrize(("name", "statements"), CASES, ids=[name for name, _ in CASES])
async def test_a_breach_is_found(connection: AsyncConnection, name: str, statements: Sequence[str]) -> None:
    assert await breaches_on(connection, QUERIES, 10) == {}
    for statement in statements:
        await connection.execute(text(statement))
    found = await breaches_on(connection, QUERIES, 10)
    assert found.keys() == {name}
    assert (found[name].count, len(found[name].first)) == (1, 1)


async def test_the_first_breaches_are_listed_and_all_are_counted(connection: AsyncConnection) -> None:
    await connection.execute(text(UNSEEN))
    await connection.execute(text("update mentor set name = 'Nobody'"))
    mentors = (await connection.execute(text("select count(*) from mentor"))).scalar_one()
    found = (await breaches_on(connection, QUERIES, 10))["names"]
    assert (found.count, len(found.first)) == (mentors, 10)
    assert all(one.startswith("mentor ") for one in found.first)


async def test_what_tests_begin_with_is_sound(seeded_url: str, hard_url: str) -> None:
    await assert_invariants(seeded_url)
    await assert_invariants(hard_url)


async def test_the_helper_names_what_it_finds(database_url: str) -> None:
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("drop trigger event_status_step on event"))
    await engine.dispose()
    with pytest.raises(InvariantBroken, match="triggers: 1, trigger event_status_step"):
        await assert_invariants(database_url)


async def test_nothing_is_written(seeded_url: str) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await find_breaches(seeded_url, {"one": "select nextval('audit_entry_number_seq')::text"})
