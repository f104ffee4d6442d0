"""Whom a step notifies: in its transaction, once, and nobody where nothing was done."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from planner.mutation.workflow_sql import workflows
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_registrations import EVENT, KEY, open_event, register, set_capacity, student
from tests.mutations.test_registrations import cancel as cancel_registration

TELLS: Mapping[str, tuple[str, str]] = {
    "publishProject": ("PROJECT_PUBLISHED", "contributors"),
    "completeProject": ("PROJECT_COMPLETED", "contributors"),
    "cancelProject": ("PROJECT_CANCELLED", "contributors"),
    "cancelEvent": ("EVENT_CANCELLED", "registered, participants"),
    "registerForEvent": ("GUEST_CONFIRMED GUEST_WAITLISTED", "a guest, with a place or waiting for one"),
    "requestMentorship": ("MENTORSHIP_REQUESTED", "the mentor"),
    "inviteMentee": ("MENTORSHIP_OFFERED", "the participant"),
    "acceptMentorship": ("MENTORSHIP_ACCEPTED", "who asked"),
    "declineMentorship": ("MENTORSHIP_DECLINED", "who asked, staff of the program"),
    "startMentorship": ("MENTORSHIP_STARTED", "the two"),
    "completeMentorship": ("MENTORSHIP_COMPLETED", "the two"),
    "endMentorship": ("MENTORSHIP_ENDED", "the two"),
    "createMobility": ("MOBILITY_PLANNED", "the participant, both institutions"),
    "confirmArrival": ("MOBILITY_STARTED", "the participant, both institutions"),
    "confirmDeparture": ("MOBILITY_COMPLETED", "the participant, both institutions"),
    "cancelMobility": ("MOBILITY_CANCELLED", "the participant, both institutions"),
    "nominateParticipant": ("PARTICIPATION_NOMINATED", "the participant, who runs the program"),
    "acceptParticipation": ("PARTICIPATION_ACCEPTED", "the participant, their institution"),
    "withdrawParticipation": ("PARTICIPATION_WITHDRAWN", "the participant, their institution"),
}
"""Written from the design: the kind, and who is notified."""
PROJECT = "demo-renewable-grids"
CONTRIBUTORS = ["mentor-02", "mentor-13", "mentor-40", "student-04"]
NEW = """
    select split_part(p.email, '@', 1), n.kind, n.revision, n.language, n.state, n.read_at,
        coalesce(n.project_id, n.event_id)
    from notification n join person p on p.id = n.person_id where n.revision > 1 order by 1
"""
QUEUED = "select count(*) from notification_mail"


async def project(engine: AsyncEngine, slug: str = PROJECT) -> tuple[str, int]:
    ((id, version),) = await rows(engine, f"select id, version from project where slug = '{slug}'")
    return f"project_{id}", version


async def cancel(harness: MutationHarness, engine: AsyncEngine, **options: Any) -> dict[str, Any]:
    action = ACTIONS["cancelProject"]
    id, version = await project(engine)
    payload = await harness.send("admin", action, given(action, id, version), **options)
    assert payload["userErrors"] == []
    return payload


def test_which_steps_tell_is_what_the_design_says() -> None:
    found = {
        name: {tell.kind for tell in action.act.tells}
        for name, action in ACTIONS.items()
        if action.act is not None and action.act.tells
    }
    assert found == {name: {*kinds.split()} for name, (kinds, _) in TELLS.items()}
    found_by_time = [
        (table, one.source, one.target, *(tell.kind for tell in one.tells))
        for table, workflow in workflows(schema.catalog).items()
        for one in workflow.consequences
        if one.tells
    ]
    assert found_by_time == [
        ("mentorship", "PROPOSED", "LAPSED", "MENTORSHIP_LAPSED"),
        ("registration", "WAITLISTED", "CONFIRMED", "REGISTRATION_CONFIRMED"),
    ]


@pytest.mark.parametrize(
    ("mutation", "before"),
    [("publishProject", "PROPOSED"), ("completeProject", "ACTIVE"), ("cancelProject", "ACTIVE")],
)
async def test_contributors_are_notified(
    engine: AsyncEngine, harness: MutationHarness, mutation: str, before: str
) -> None:
    await run(engine, f"update project set status = '{before}' where slug = '{PROJECT}'")
    await run(
        engine,
        "insert into project_contributor (project_id, person_id, role, until) select p.id, s.id,"
        f" 'STUDENT', '2020-01-01' from project p, person s where p.slug = '{PROJECT}'"
        " and s.email = 'student-09@example.edu'",
    )
    await run(
        engine,
        "insert into project_contributor (project_id, person_id, role) select p.id, s.id, 'RESEARCHER'"
        f" from project p, person s where p.slug = '{PROJECT}' and s.email = 'student-04@example.edu'",
    )
    action = ACTIONS[mutation]
    id, version = await project(engine)
    payload = await harness.send("admin", action, given(action, id, version))
    assert payload["userErrors"] == []
    found = await rows(engine, NEW)
    assert [row[0] for row in found] == CONTRIBUTORS, "each once, in whatever roles; not who was one"
    assert {row[1:3] for row in found} == {(TELLS[mutation][0], version + 1)}
    assert {row[0]: row[3] for row in found} == {**dict.fromkeys(CONTRIBUTORS, "EN"), "mentor-13": "ES"}
    assert {tuple(map(str, row[4:])) for row in found} == {("QUEUED", "None", id.partition("_")[2])}
    assert await scalar(engine, QUEUED) == len(CONTRIBUTORS)


async def test_participants_of_an_events_program_are_notified(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    await run(
        engine,
        "update event set status = 'PUBLISHED', starts_at = now(), ends_at = now() + interval '1 day',"
        " program_id = (select program_id from cohort where slug = 'mobility-grants-demo')"
        " where slug = 'demo-mentors-online'",
    )
    ((id, version),) = await rows(engine, "select id, version from event where slug = 'demo-mentors-online'")
    action = ACTIONS["cancelEvent"]
    assert (await harness.send("admin", action, given(action, f"event_{id}", version)))["userErrors"] == []
    expected = await rows(
        engine,
        """
        select split_part(p.email, '@', 1) from participation s join cohort c on c.id = s.cohort_id
            join participant t on t.id = s.participant_id join person p on p.id = t.person_id
        where c.slug = 'mobility-grants-demo' and s.status in ('ACCEPTED', 'ACTIVE') order by 1""",
    )
    assert [row[0] for row in await rows(engine, NEW)] == [row[0] for row in expected] != []


RECIPIENTS = """
    select split_part(p.email, '@', 1), n.kind, coalesce(n.event_id, n.registration_id), n.revision
    from notification n join person p on p.id = n.person_id where n.revision > 1
    order by n.created_at, p.email
"""


async def test_whoever_is_registered_learns_of_a_cancellation(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Who has a place and who waits; not who took the registration back."""
    await open_event(engine, 1)
    first = (await register(harness, student(1)))["registration"]
    await register(harness, student(2))
    await registered_and_cancelled(harness, 3)
    version = await scalar(engine, f"select version from event where id = '{KEY}'")
    payload = await harness.send(
        "admin", ACTIONS["cancelEvent"], given(ACTIONS["cancelEvent"], EVENT, version)
    )
    assert payload["userErrors"] == []
    assert first["status"] == "CONFIRMED"
    found_rows = [
        (recipient, kind, str(row), revision)
        for recipient, kind, row, revision in await rows(engine, RECIPIENTS)
    ]
    assert found_rows == [(f"student-0{n}", "EVENT_CANCELLED", KEY, version + 1) for n in (1, 2)]


async def registered_and_cancelled(harness: MutationHarness, number: int) -> None:
    row = (await register(harness, student(number)))["registration"]
    assert (await cancel_registration(harness, student(number), row))["userErrors"] == []


async def test_whoever_gets_a_place_learns_it(engine: AsyncEngine, harness: MutationHarness) -> None:
    """By a cancellation the first who waits, by a greater capacity all who find a place."""
    await open_event(engine, 1)
    found = [(await register(harness, student(n)))["registration"] for n in range(1, 6)]
    assert await rows(engine, RECIPIENTS) == []
    await cancel_registration(harness, student(1), found[0])
    await set_capacity(engine, harness, 3)
    found_rows = [
        (recipient, kind, f"registration_{row}", version)
        for recipient, kind, row, version in await rows(engine, RECIPIENTS)
    ]
    assert found_rows == [
        (f"student-0{n}", "REGISTRATION_CONFIRMED", found[n - 1]["id"], 2) for n in (2, 3, 4)
    ]
    assert await scalar(engine, QUEUED) == 3


async def test_nobody_is_notified_of_what_was_not_done(engine: AsyncEngine, harness: MutationHarness) -> None:
    """A dry run, a stale version, a wrong state, a hidden row, a repetition under the same key."""
    await cancel(harness, engine, dry=True)
    action = ACTIONS["cancelProject"]
    id, version = await project(engine)
    for viewer, input in (
        ("admin", given(action, id, version + 7)),
        ("public", given(action, id, version)),
        ("admin", {**given(action, id, version), "reason": " "}),
        ("admin", given(ACTIONS["publishProject"], id, version)),
    ):
        mutation = action if "reason" in input else ACTIONS["publishProject"]
        assert (await harness.send(viewer, mutation, input))["userErrors"] != []
    assert await rows(engine, NEW) == []
    assert await scalar(engine, QUEUED) == 0
    input = given(action, id, version)
    first = await harness.send("admin", action, input, key="one")
    again = await harness.send("admin", action, input, key="one")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert [row[0] for row in await rows(engine, NEW)] == CONTRIBUTORS


async def test_a_later_step_of_the_same_kind_is_news(engine: AsyncEngine, harness: MutationHarness) -> None:
    for _ in range(2):
        await cancel(harness, engine)
        await run(engine, f"update project set status = 'ACTIVE' where slug = '{PROJECT}'")
    assert [row[0] for row in await rows(engine, NEW)] == sorted(CONTRIBUTORS * 2)


async def test_the_same_is_never_told_twice(engine: AsyncEngine, harness: MutationHarness) -> None:
    await cancel(harness, engine)
    await run(
        engine,
        "select puente_notify('PROJECT_CANCELLED', 'project', id, array(select id from person))"
        f" from project where slug = '{PROJECT}'",
    )
    found = [row[0] for row in await rows(engine, NEW)]
    assert len(found) == len(set(found)) == await scalar(engine, "select count(*) from person")


async def test_one_of_many_at_once_notifies(engine: AsyncEngine, harness: MutationHarness) -> None:
    action = ACTIONS["cancelProject"]
    id, version = await project(engine)
    sent = [harness.send("admin", action, given(action, id, version)) for _ in range(8)]
    payloads = await asyncio.gather(*sent)
    assert sum(payload["userErrors"] == [] for payload in payloads) == 1
    assert [row[0] for row in await rows(engine, NEW)] == CONTRIBUTORS


async def test_who_acts_knows_of_it(engine: AsyncEngine) -> None:
    await run(
        engine,
        f"""
        select set_config('puente.act', jsonb_build_object('actor', 'person ' || s.id)::text, true),
            puente_notify('PROJECT_CANCELLED', 'project', p.id,
                array(select c.person_id from project_contributor c where c.project_id = p.id))
        from project p, person s where p.slug = '{PROJECT}' and s.email = 'mentor-02@example.edu'
    """,
    )
    found = await rows(
        engine,
        "select split_part(p.email, '@', 1) from notification n join person p"
        " on p.id = n.person_id join project x on x.id = n.project_id"
        f" where x.slug = '{PROJECT}' and n.kind = 'PROJECT_CANCELLED' order by 1",
    )
    assert [row[0] for row in found] == [one for one in CONTRIBUTORS if one != "mentor-02"]
