"""Who is notified by steps of mentorships and stays: the other of the two, and the staff concerned."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from models.timed_steps import take_timed_steps
from schema.grants import Grant, make_principal
from schema.roles import COORDINATOR
from schema.workflows import timed_steps
from tests.models.statements import rows, run
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_mentorships import COHORT, act, invite, mentor, request, student, template

__all__ = ["template"]
NEWS = """
    select split_part(p.email, '@', 1), n.kind from notification n join person p on p.id = n.person_id
    where coalesce(n.mentorship_id, n.mobility_id) is not null order by n.created_at, n.kind, 1
"""
STAFF = """
    insert into access_grant (issuer, subject, role, institution_id, person_id, created_at) values
        ('here', '{key}', '{role}', {institution}, null, '2026-01-01'),
        ('here', '{key}', 'MENTOR', null, '{person}', '2026-01-02')
"""
SENT = """
    select split_part(p.email, '@', 1), i.slug, t.id from participant t
    join person p on p.id = t.person_id join institution i on i.id = t.institution_id
    where i.side = 'MEXICO' order by p.email limit 1
"""
RUN_BY = (
    "update program set institution_id = (select id from institution where slug = 'unam') where id ="
    f" (select program_id from cohort where id = '{COHORT.partition('_')[2]}')"
)


def staff(key: str, role: str, institution: str | None = None) -> str:
    """Somebody who holds a role and is known to be a person."""
    bound = f"'{id_of('institution', institution)}'" if institution else "null"
    return STAFF.format(key=key, role=role, institution=bound, person=id_of("person", key))


async def news(engine: AsyncEngine) -> list[tuple[str, str]]:
    """Who was notified of what since the last time."""
    found = [(recipient, kind) for recipient, kind in await rows(engine, NEWS)]
    await run(engine, "delete from notification_mail", "delete from notification")
    return found


async def test_the_other_of_the_two_is_notified(engine: AsyncEngine, harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5))["mentorship"]
    assert await news(engine) == [("mentor-05", "MENTORSHIP_REQUESTED")]
    await request(harness, 31, 5)
    assert await news(engine) == [], "a repetition is no news"
    accepted = (await act(harness, mentor(5), "acceptMentorship", proposal))["mentorship"]
    assert await news(engine) == [("student-31", "MENTORSHIP_ACCEPTED")]
    started = (await act(harness, student(31), "startMentorship", accepted))["mentorship"]
    assert await news(engine) == [("mentor-05", "MENTORSHIP_STARTED")]
    await act(harness, mentor(5), "completeMentorship", started)
    assert await news(engine) == [("student-31", "MENTORSHIP_COMPLETED")]
    offered = (await invite(harness, 6, 32))["mentorship"]
    assert await news(engine) == [("student-32", "MENTORSHIP_OFFERED")]
    accepted = (await act(harness, student(32), "acceptMentorship", offered))["mentorship"]
    assert await news(engine) == [("mentor-06", "MENTORSHIP_ACCEPTED")]
    await act(harness, "admin", "endMentorship", accepted, reason="Moved away.")
    assert await news(engine) == [
        (recipient, "MENTORSHIP_ENDED") for recipient in ("mentor-06", "student-32")
    ]


async def test_staff_of_the_program_learn_that_one_was_declined(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Where no institution runs it, the alliance's; nobody whose grant has ended."""
    await run(
        engine,
        staff("mentor-20", "ADMIN"),
        staff("mentor-21", "COORDINATOR", "unam"),
        staff("mentor-22", "COORDINATOR", "uc-merced"),
        staff("mentor-23", "COORDINATOR", "unam"),
        "update access_grant set revoked_at = now() where subject = 'mentor-23' and role = 'COORDINATOR'",
    )
    for runs, notified in (("select 1", "mentor-20"), (RUN_BY, "mentor-21")):
        await run(engine, runs)
        proposal = (await request(harness, 31, 5))["mentorship"]
        await news(engine)
        await act(harness, mentor(5), "declineMentorship", proposal, declineReason="No time.")
        assert await news(engine) == [
            (recipient, "MENTORSHIP_DECLINED") for recipient in (notified, "student-31")
        ]


async def test_both_learn_that_no_answer_is_needed(engine: AsyncEngine, harness: MutationHarness) -> None:
    """When nobody answered; when an acceptance ends others, those who did not accept."""
    await request(harness, 32, 7)
    first, _ = [(await request(harness, 31, mentor_number))["mentorship"] for mentor_number in (5, 6)]
    await news(engine)
    await act(harness, mentor(5), "acceptMentorship", first)
    lapsed = [("mentor-06", "MENTORSHIP_LAPSED"), ("student-31", "MENTORSHIP_LAPSED")]
    assert await news(engine) == [("student-31", "MENTORSHIP_ACCEPTED"), *lapsed]
    await run(engine, "update mentorship set respond_by = '2026-01-01' where status = 'PROPOSED'")
    assert await take_timed_steps(engine, timed_steps()) == 1
    assert await news(engine) == [
        (recipient, "MENTORSHIP_LAPSED") for recipient in ("mentor-07", "student-32")
    ]


def coordinator(institution: str, key: str) -> Any:
    """Somebody of an institution, who is a person too."""
    grants = [
        Grant(COORDINATOR, institution=id_of("institution", institution)),
        *mentor(int(key[-2:])).grants,
    ]
    return make_principal("PERSON", grants, epoch=None, key=key)


async def test_both_institutions_and_the_participant_learn_of_a_stay(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    ((recipient, home, id),) = await rows(engine, SENT)
    here, there = ("mentor-21", "mentor-22"), ("mentor-23",)
    await run(
        engine,
        *(staff(key, "COORDINATOR", home) for key in here),
        *(staff(key, "COORDINATOR", "uc-merced") for key in there),
    )
    sender, receiver = coordinator(home, "mentor-21"), coordinator("uc-merced", "mentor-23")
    given = {
        "participant": f"participant_{id}",
        "sendingInstitution": f"institution_{id_of('institution', home)}",
        "receivingInstitution": f"institution_{id_of('institution', 'uc-merced')}",
        "activity": "STUDY",
        "components": [],
    }
    for ends in ("confirmDeparture", "cancelMobility"):
        stay = (await harness.send(sender, ACTIONS["createMobility"], given))["mobility"]
        assert await news_of_stay(engine, "MOBILITY_PLANNED") == sorted(("mentor-22", "mentor-23", recipient))
        arrived = (await step(harness, receiver, "confirmArrival", stay))["mobility"]
        assert await news_of_stay(engine, "MOBILITY_STARTED") == sorted((*here, recipient))
        by = receiver if ends == "confirmDeparture" else sender
        assert (await step(harness, by, ends, arrived))["userErrors"] == []
        kind = "MOBILITY_COMPLETED" if ends == "confirmDeparture" else "MOBILITY_CANCELLED"
        recipients = {*here, *there, recipient} - {"mentor-23" if by is receiver else "mentor-21"}
        assert await news_of_stay(engine, kind) == sorted(recipients)


async def step(
    harness: MutationHarness, mentor_number: Any, name: str, row: dict[str, Any]
) -> dict[str, Any]:
    reason = {"reason": "Ill."} if name == "cancelMobility" else {}
    return await harness.send(
        mentor_number, ACTIONS[name], {"id": row["id"], "expectedVersion": row["version"], **reason}
    )


async def news_of_stay(engine: AsyncEngine, kind: str) -> list[str]:
    found = await news(engine)
    assert {one for _, one in found} == {kind}
    return sorted(recipient for recipient, _ in found)
