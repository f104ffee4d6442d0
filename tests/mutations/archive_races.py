"""Races of people who are archived while something new of theirs begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.races import (
    CLIENTS,
    MENTOR,
    REQUESTS,
    TELL_NOBODY,
    Heat,
    Payloads,
    Race,
    without_lock_of,
)
from tests.mutations.test_mentorships import key_of
from tests.mutations.test_registrations import participant_principal

PARTICIPANT = key_of("participant", 31)
LATE = CLIENTS - 1
"""One of the clients archives."""
MENTEES = f"select id from person where given_name = 'Mentee' order by id limit {LATE}"
OF_PARTICIPANT = tuple(
    f"delete from {table} where participant_id = '{PARTICIPANT}'"
    for table in ("mentorship_session", "mentorship", "mobility", "mentor_preference", "participation")
)
COHORTS = f"""
    insert into cohort (program_id, slug, name_en, starts_on)
    select min(p.id::text)::uuid, 'raced-' || n, 'Raced', '2027-09-01'
    from program p, generate_series(1, {LATE}) n group by n on conflict do nothing"""


async def archiving(engine: AsyncEngine, harness: MutationHarness, type_: str, key: object) -> Heat:
    """The archiving of a row, which waits for its lock."""
    table, action = type_.lower(), ACTIONS[f"archive{type_}"]
    await run(engine, f"update {table} set archived_at = null where id = '{key}'")
    version = await scalar(engine, f"select version from {table} where id = '{key}'")
    archive = harness.send("admin", action, given(action, f"{table}_{key}", version))
    return Heat([[archive]], [f"select from {table} where id = '{key}' for update"])


async def mentor_archived(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """Many ask a mentor who is being archived."""
    await run(
        engine,
        *TELL_NOBODY,
        f"delete from mentorship_session where mentor_id = '{MENTOR}'",
        f"delete from mentorship where mentor_id = '{MENTOR}'",
        f"update mentor set available = true where id = '{MENTOR}'",
        REQUESTS,
    )
    request = ACTIONS["requestMentorship"]
    requests = [
        harness.send(participant_principal(id), request, {"mentor": f"mentor_{MENTOR}"})
        for (id,) in await rows(engine, MENTEES)
    ]
    begun = await archiving(engine, harness, "Mentor", MENTOR)
    return Heat([*begun.stages, requests], begun.held)


async def participant_archived(engine: AsyncEngine, harness: MutationHarness) -> Heat:
    """A participant is nominated for many cohorts while being archived."""
    await run(engine, *TELL_NOBODY, *OF_PARTICIPANT, COHORTS)
    nominate, wanted = ACTIONS["nominateParticipant"], {"participant": f"participant_{PARTICIPANT}"}
    nominations = [
        harness.send("admin", nominate, {**wanted, "cohort": f"cohort_{id}"})
        for (id,) in await rows(engine, "select id from cohort where slug like 'raced-%'")
    ]
    begun = await archiving(engine, harness, "Participant", PARTICIPANT)
    return Heat([*begun.stages, nominations], begun.held)


async def archived_with_something_new(engine: AsyncEngine, payloads: Payloads) -> list[str]:
    """Whoever came too late is told that the record is archived."""
    archived, *late = payloads
    counts = Counter(one["userErrors"][0]["code"] if one["userErrors"] else "" for one in late)
    right = not archived["userErrors"] and counts == {"WRONG_STATE": LATE}
    return [] if right else [f"{archived['userErrors']}, then {counts}"]


ARCHIVE_RACES: Mapping[str, Race] = {
    "a mentor archived while asked": Race(
        mentor_archived, archived_with_something_new, without_lock_of("mentor")
    ),
    "a participant archived while nominated": Race(
        participant_archived, archived_with_something_new, without_lock_of("participant")
    ),
}
