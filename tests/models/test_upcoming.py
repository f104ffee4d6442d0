"""The demo's upcoming events and tasks: made once, and again after their day has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.demo.grants import PERSONAS
from models.loading.demo.upcoming import LAST_DAY, keep_upcoming, upcoming
from schema.invariants import QUERIES
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import rows, run, scalar
from tests.reference.tasks import KINDS


def today() -> date:
    return datetime.now(UTC).date()


WAITING = """
    select e.slug, count(*) filter (where r.status = 'CONFIRMED'),
        count(*) filter (where r.status = 'WAITLISTED')
    from event e join registration r on r.event_id = e.id where e.ends_at > now()
    group by e.slug order by e.slug
"""
EXPECTED = [
    ("demo-upcoming-lecture", 4, 3),
    ("demo-upcoming-webinar", 3, 0),
    ("demo-upcoming-workshop", 6, 0),
]
HAVE_NO_TASKS = {"admin"}
"""Who may do everything has nothing to do for that alone."""
VIEW = """
    { viewer { unread } tasks(first: 100) { kind entity { id } }
      mentors(first: 100) {
        nodes { mentorships(filter: { status: { eq: PROPOSED } }) { nodes { requestedBy } } }
      }
      registrations(filter: { status: { eq: WAITLISTED } }) { nodes { status } } }
"""


async def test_they_are_made_once(engine: AsyncEngine) -> None:
    assert await keep_upcoming(engine, today()) == len(upcoming(today()))
    assert await rows(engine, WAITING) == EXPECTED
    assert await scalar(engine, "select count(*) from registration where not is_synthetic") == 0
    for query in QUERIES.values():
        assert await rows(engine, query) == []
    assert await keep_upcoming(engine, today() + timedelta(days=1)) == 0


OVER = " union all ".join(
    f"select id from {table} where id = any(:ids) and {column} < now()" for table, column in LAST_DAY.items()
)
SESSIONS_OF_REQUESTS = """
    select count(*) from mentorship_session s join mentorship m on m.id = s.mentorship_id
    where m.respond_by is not null
"""
MEANWHILE = (
    "select set_config('puente.correction', 'What its people did.', true)",
    "update registration set status = 'CANCELLED'",
    "update mentorship set status = 'ACTIVE' where respond_by < now()",
    """
    insert into mentorship_session (id, mentorship_id, mentor_id, participant_id, held_on)
    select gen_random_uuid(), id, mentor_id, participant_id, current_date
    from mentorship where respond_by < now()
    """,
)


async def test_what_is_over_begins_anew(engine: AsyncEngine) -> None:
    """Rows that refer to it are deleted, however it has changed."""
    await keep_upcoming(engine, today() - timedelta(days=12))
    over = await rows(engine, OVER, ids=[group[0].id for group in upcoming(today())])
    assert 1 < len(over) < len(upcoming(today()))
    await run(engine, *MEANWHILE)
    assert await scalar(engine, SESSIONS_OF_REQUESTS) > 0
    assert await keep_upcoming(engine, today()) == len(over)
    assert (await rows(engine, WAITING))[0] == EXPECTED[0]
    assert await scalar(engine, SESSIONS_OF_REQUESTS) == 0
    assert await keep_upcoming(engine, today()) == 0


CHANGES = """
    select type || entity_id, array_agg(version order by number) from change group by 1
"""
OPEN_HOUSE = "slug = 'demo-upcoming-open-house'"
DELETED = (
    f"delete from event_organizer where event_id = (select id from event where {OPEN_HOUSE})",
    f"delete from event where {OPEN_HOUSE}",
)


async def test_what_is_made_again_has_a_later_version(engine: AsyncEngine) -> None:
    """Subscribers get the versions of an entity in order, even if it was deleted in between."""
    await keep_upcoming(engine, today() - timedelta(days=12))
    await run(engine, f"update event set capacity = 7 where {OPEN_HOUSE}")
    await run(engine, *DELETED)
    await run(engine, "select puente_number_changes()")
    await keep_upcoming(engine, today())
    await run(engine, "select puente_number_changes()")
    changes = await rows(engine, CHANGES)
    assert [versions for _, versions in changes if versions != sorted(versions)] == []
    assert sum(len(versions) > 2 for _, versions in changes) > 5


@pytest.fixture
async def answers(database_url: str, engine: AsyncEngine) -> dict[str, Any]:
    """What each persona of the demo is data as it starts."""
    await keep_upcoming(engine, today())
    async with reached(database_url) as client:
        return {name: (await ask(client, VIEW, headers=signed_in(name))).json()["data"] for name in PERSONAS}


async def test_each_persona_has_something_to_do(answers: dict[str, Any]) -> None:
    for name, data in answers.items():
        assert bool(data["tasks"]) is (name not in HAVE_NO_TASKS), name
        assert all(task["entity"] for task in data["tasks"])
    kinds = {name: {task["kind"] for task in data["tasks"]} for name, data in answers.items()}
    assert set().union(*kinds.values()) == {kind for kind, _ in KINDS.values()}
    assert kinds["integration"] == {"PUBLISH_PROJECT"}  # drafts, mentorships and stays are not for systems


async def test_each_person_has_something_unread(answers: dict[str, Any]) -> None:
    for name, persona in PERSONAS.items():
        assert bool(answers[name]["viewer"]["unread"]) is (persona.person is not None), name
    for name in ("mentor", "participant"):
        mentors = answers[name]["mentors"]["nodes"]
        waiting = [one["requestedBy"] for mentor in mentors for one in mentor["mentorships"]["nodes"]]
        assert len(waiting) == 2
    assert [one["status"] for one in answers["participant"]["registrations"]["nodes"]] == ["WAITLISTED"]
