"""The demo's events to come: with places, full with a queue, and made anew once they are over."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.demo.upcoming import EVENTS, keep_upcoming
from schema.event_places import INVARIANTS
from tests.models.statements import rows, run, scalar


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
    ("demo-upcoming-webinar", 2, 0),
    ("demo-upcoming-workshop", 4, 0),
]


async def test_they_are_made_once(engine: AsyncEngine) -> None:
    assert await keep_upcoming(engine, today()) == len(EVENTS)
    assert await rows(engine, WAITING) == EXPECTED
    assert await scalar(engine, "select count(*) from registration where not is_synthetic") == 0
    for query in INVARIANTS.values():
        assert await rows(engine, query) == []
    assert await keep_upcoming(engine, today() + timedelta(days=1)) == 0


async def test_what_is_over_begins_anew(engine: AsyncEngine) -> None:
    await keep_upcoming(engine, today() - timedelta(days=12))  # the first of them is over
    assert (
        await scalar(
            engine, "select count(*) from event where slug like 'demo-upcoming%' and ends_at > now()"
        )
        == 2
    )
    await run(engine, "update registration set status = 'CANCELLED'")
    assert await keep_upcoming(engine, today()) == 1
    assert (await rows(engine, WAITING))[0] == EXPECTED[0]
    assert await keep_upcoming(engine, today()) == 0
