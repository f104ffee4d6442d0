"""Mentorships: asked for by either, answered by the other, begun and ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from models.loading.natural_keys import id_of
from schema.grants import Grant, Principal, make_principal
from schema.roles import MENTOR, PARTICIPANT, Role
from tests.conftest import CopyOf, database_of
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness

COHORT = f"cohort_{id_of('cohort', 'climate-ambassadors-demo')}"
FIELDS = "status requestedBy respondBy startsOn endsOn goals declineReason hiddenFields { field }"


def being(role: Role, key: str) -> Principal:
    """One of the demo's people, who holds nothing else."""
    person = id_of("person", key)
    return make_principal("PERSON", [Grant(role, person=person)], epoch=None, key=str(person))


def mentor(number: int) -> Principal:
    return being(MENTOR, f"mentor-{number:02d}")


def student(number: int) -> Principal:
    return being(PARTICIPANT, f"student-{number:02d}")


def key_of(kind: str, number: int) -> UUID:
    """The id of a mentor or participant."""
    return id_of(kind, f"{'student' if kind == 'participant' else kind}-{number:02d}")


def id_as(kind: str, number: int) -> str:
    return f"{kind}_{key_of(kind, number)}"


OPEN = "select count(*) from mentorship where status <> 'COMPLETED'"


@pytest.fixture(scope="module")
async def template(copy_of: CopyOf, template: str) -> AsyncIterator[str]:
    """Mentors with one place each, and students whom partners may know; some were mentored before."""
    before = [(5, 31), (6, 32), (8, 31)]
    async with copy_of(template) as url:
        engine = engine_for(url)
        await run(
            engine,
            "delete from mentorship",
            *(
                "insert into mentorship (mentor_id, participant_id, status) values"
                f" ('{key_of('mentor', one)}', '{key_of('participant', other)}', 'COMPLETED')"
                for one, other in before
            ),
            "update mentor set capacity = 1, available = true",
            "insert into consent (person_id, purpose, notice_version)"
            " select person_id, 'PARTNER_ACCESS', '1' from participant on conflict do nothing",
        )
        await engine.dispose()
        yield database_of(url)


async def request(
    harness: MutationHarness, student_number: int, mentor_number: int, **more: Any
) -> dict[str, Any]:
    given = {"mentor": id_as("mentor", mentor_number), "cohort": COHORT, **more}
    return await harness.send(student(student_number), ACTIONS["requestMentorship"], given, fields=FIELDS)


async def invite(harness: MutationHarness, mentor_number: int, student_number: int) -> dict[str, Any]:
    given = {"participant": id_as("participant", student_number), "cohort": COHORT}
    return await harness.send(mentor(mentor_number), ACTIONS["inviteMentee"], given, fields=FIELDS)


async def act(
    harness: MutationHarness, sender: Principal | str, name: str, row: dict[str, Any], **more: Any
) -> dict[str, Any]:
    given = {"id": row["id"], "expectedVersion": row["version"], **more}
    return await harness.send(sender, ACTIONS[name], given, fields=FIELDS)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"][1:]) for one in payload["userErrors"]]


async def status_of(engine: AsyncEngine, row: dict[str, Any]) -> str:
    key = row["id"].partition("_")[2]
    return str(await scalar(engine, f"select status from mentorship where id = '{key}'"))


def version_of(row: dict[str, Any]) -> str:
    return f"select version from mentorship where id = '{row['id'].partition('_')[2]}'"


async def test_from_request_to_end(engine: AsyncEngine, harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5, goals="To publish."))["mentorship"]
    assert (proposal["status"], proposal["requestedBy"], proposal["goals"]) == (
        "PROPOSED",
        "PARTICIPANT",
        "To publish.",
    )
    assert proposal["respondBy"] == str(await scalar(engine, "select (now() at time zone 'UTC')::date + 10"))
    accepted = (await act(harness, mentor(5), "acceptMentorship", proposal))["mentorship"]
    started = (await act(harness, student(31), "startMentorship", accepted))["mentorship"]
    today = str(await scalar(engine, "select (now() at time zone 'UTC')::date"))
    assert (started["status"], started["startsOn"]) == ("ACTIVE", today)
    done = (await act(harness, mentor(5), "completeMentorship", started))["mentorship"]
    assert (done["status"], done["endsOn"]) == ("COMPLETED", today)
    entries = f"from audit_entry where entity_id = '{proposal['id'].partition('_')[2]}'"
    done_by = await scalar(engine, f"select array_agg(mutation order by number) {entries}")
    assert done_by == ["requestMentorship", "acceptMentorship", "startMentorship", "completeMentorship"]
    again = await request(harness, 31, 5)
    assert (again["userErrors"], again["replayed"]) == ([], False), "after the end, a new one may begin"


async def test_values_are_kept_under_the_participant(engine: AsyncEngine, harness: MutationHarness) -> None:
    await request(harness, 31, 5, goals="To publish.")
    under = "select person_id from audit_value where column_name = 'goals' order by entry desc limit 1"
    assert await scalar(engine, under) == id_of("person", "student-31")


async def test_the_requester_cannot_answer(harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5))["mentorship"]
    for sender in (student(31), "admin", "uc-coordinator"):
        for name in ("acceptMentorship", "declineMentorship"):
            refused = await act(harness, sender, name, proposal)
            assert refused["userErrors"][0]["code"] in ("FORBIDDEN", "NOT_FOUND")
    offered = (await invite(harness, 6, 32))["mentorship"]
    assert codes(await act(harness, mentor(6), "acceptMentorship", offered)) == [("FORBIDDEN", ["id"])]
    assert (await act(harness, student(32), "acceptMentorship", offered))["userErrors"] == []


async def test_twice_is_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    first, again = await request(harness, 31, 5), await request(harness, 31, 5)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["mentorship"] == first["mentorship"]
    await run(engine, "update mentor set available = false")
    later = await request(harness, 31, 5)
    assert (later["userErrors"], later["replayed"]) == ([], True), "a new one would not be possible"
    await run(engine, "update mentor set available = true")
    assert codes(await invite(harness, 5, 31)) == [("ALREADY_EXISTS", ["participant"])]
    await act(harness, mentor(5), "acceptMentorship", first["mentorship"])
    assert codes(await request(harness, 31, 5)) == [("ALREADY_EXISTS", ["mentor"])]
    assert await scalar(engine, OPEN) == 1


async def test_few_requests_wait(engine: AsyncEngine, harness: MutationHarness) -> None:
    for mentor_number in (5, 6, 7):
        assert (await request(harness, 31, mentor_number))["userErrors"] == []
    assert codes(await request(harness, 31, 8)) == [("TOO_MANY", [])]
    assert await scalar(engine, OPEN) == 3


async def test_who_accepts_ends_the_other_requests(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Those of the same participant in the same cohort: not invitations, nor those of others."""
    first, second = [(await request(harness, 31, mentor_number))["mentorship"] for mentor_number in (5, 6)]
    elsewhere = (await request(harness, 31, 7, cohort=None))["mentorship"]
    of_another = (await request(harness, 32, 6))["mentorship"]
    offered = (await invite(harness, 8, 31))["mentorship"]
    await act(harness, mentor(5), "acceptMentorship", first)
    found = [await status_of(engine, row) for row in (first, second, elsewhere, of_another, offered)]
    assert found == ["ACCEPTED", "LAPSED", "PROPOSED", "PROPOSED", "PROPOSED"]


async def test_no_more_than_there_are_places(harness: MutationHarness) -> None:
    first, second = [(await request(harness, number, 5))["mentorship"] for number in (31, 32)]
    accepted = (await act(harness, mentor(5), "acceptMentorship", first))["mentorship"]
    refused = await act(harness, mentor(5), "acceptMentorship", second)
    assert codes(refused) == [("CAPACITY_REACHED", ["id"])]
    listed = {one["name"]: one for one in refused["mentorship"]["availableActions"]}
    assert not listed["acceptMentorship"]["allowed"]
    assert listed["declineMentorship"]["allowed"]
    await act(harness, mentor(5), "endMentorship", accepted, reason="Moved away.")
    assert (await act(harness, mentor(5), "acceptMentorship", second))["userErrors"] == []


@pytest.mark.parametrize(
    ("broken", "refused"),
    [
        (["update mentor set available = false"], ("CAPACITY_REACHED", ["mentor"])),
        (["update consent set withdrawn_at = now() where withdrawn_at is null"], ("CONSENT_MISSING", [])),
        (["delete from mentor_preference", "delete from participation"], ("NOT_ELIGIBLE", ["cohort"])),
    ],
)
async def test_what_a_request_needs(
    engine: AsyncEngine, harness: MutationHarness, broken: list[str], refused: tuple[str, list[str]]
) -> None:
    await run(engine, *broken)
    assert codes(await request(harness, 31, 5)) == [refused]


async def test_nobody_mentors_themselves(engine: AsyncEngine, harness: MutationHarness) -> None:
    person = id_of("person", "mentor-05")
    await run(
        engine,
        "insert into participant (person_id, institution_id, level)"
        f" select '{person}', id, 'POSTDOC' from institution where slug = 'unam'",
        "insert into consent (person_id, purpose, notice_version)"
        f" values ('{person}', 'PARTNER_ACCESS', '1')",
    )
    given = {"mentor": id_as("mentor", 5)}
    refused = await harness.send(being(PARTICIPANT, "mentor-05"), ACTIONS["requestMentorship"], given)
    assert codes(refused) == [("INVALID", ["mentor"])]


async def test_a_request_that_is_late_is_not_accepted(engine: AsyncEngine, harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5))["mentorship"]
    await run(engine, "update mentorship set respond_by = (now() at time zone 'Etc/GMT+12')::date")
    row = {
        **proposal,
        "version": await scalar(engine, version_of(proposal)),
    }
    dry = await harness.send(
        mentor(5), ACTIONS["acceptMentorship"], {"id": row["id"], "expectedVersion": row["version"]}, dry=True
    )
    assert dry["userErrors"] == [], "the last day is not over everywhere"
    await run(engine, "update mentorship set respond_by = respond_by - 1")
    row["version"] = await scalar(engine, version_of(proposal))
    assert codes(await act(harness, mentor(5), "acceptMentorship", row)) == [("DEADLINE_PASSED", ["id"])]
    assert (await act(harness, mentor(5), "declineMentorship", row))["userErrors"] == []


async def test_who_reads_why_it_was_declined(engine: AsyncEngine, harness: MutationHarness) -> None:
    """The mentor who gave it and the program's institution; not the participant or either home."""
    merced = id_of("institution", "uc-merced")
    await run(
        engine,
        f"update program set institution_id = '{merced}' where id in"
        f" (select program_id from cohort where id = '{COHORT.partition('_')[2]}')",
        f"update mentor set institution_id = '{id_of('institution', 'universidad-panamericana')}'",
    )
    proposal = (await request(harness, 31, 5))["mentorship"]
    declined = await act(harness, mentor(5), "declineMentorship", proposal, declineReason="No time.")
    assert declined["mentorship"]["declineReason"] == "No time."
    row = declined["mentorship"]
    for sender, reason in ((student(31), None), ("mx-coordinator", None), ("uc-coordinator", "No time.")):
        seen = (await act(harness, sender, "startMentorship", row))["mentorship"]
        assert seen["declineReason"] == reason
        assert ("declineReason" in [one["field"] for one in seen["hiddenFields"]]) is (reason is None)


@pytest.mark.parametrize("name", ["requestMentorship", "inviteMentee"])
@pytest.mark.parametrize("sender", ["public", "admin", "uc-coordinator", "integration"])
async def test_others_ask_for_nothing(
    engine: AsyncEngine, harness: MutationHarness, name: str, sender: str
) -> None:
    other = "mentor" if name == "requestMentorship" else "participant"
    refused = await harness.send(sender, ACTIONS[name], {other: id_as(other, 5)})
    assert codes(refused) == [("FORBIDDEN", [])]
    assert await scalar(engine, OPEN) == 0


def today() -> str:
    return str(datetime.now(UTC).date())


async def log(harness: MutationHarness, sender: Principal | str, row: dict[str, Any], **more: Any) -> Any:
    given = {"mentorship": row["id"], "heldOn": today(), **more}
    fields = "heldOn summary sharedNote mentorship { id version status sessions startsOn }"
    return await harness.send(sender, ACTIONS["logMentorshipSession"], given, fields=fields)


async def test_the_first_session_begins_a_mentorship(engine: AsyncEngine, harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5))["mentorship"]
    assert codes(await log(harness, student(31), proposal)) == [("WRONG_STATE", ["mentorship"])]
    await act(harness, mentor(5), "acceptMentorship", proposal)
    first = (await log(harness, student(31), proposal, sharedNote="Two papers."))["mentorshipSession"]
    found = first["mentorship"]
    assert (found["status"], found["sessions"], found["startsOn"]) == ("ACTIVE", 1, today())
    second = await log(harness, mentor(5), proposal, summary="Went well.")
    assert second["mentorshipSession"]["summary"] == "Went well."
    assert second["mentorshipSession"]["mentorship"]["sessions"] == 2
    under = "select person_id from audit_value where column_name = 'summary'"
    assert await scalar(engine, under) == id_of("person", "student-31")


@pytest.mark.parametrize(
    ("status", "begins", "held", "found"),
    [
        ("ACTIVE", "2026-03-02", "2026-03-01", None),
        ("ACTIVE", "2026-03-02", "2026-03-02", "2026-03-02"),
        ("ACTIVE", None, "2026-02-01", None),
        ("ACTIVE", None, "2026-02-05", "2026-02-05"),
        ("ACCEPTED", "2026-03-02", "2026-02-05", "2026-02-05"),
        ("ACCEPTED", "2026-03-02", "2026-03-09", "2026-03-02"),
        ("ACCEPTED", "2026-03-02", "2026-02-01", None),
        ("ACCEPTED", "2026-01-12", "2026-01-12", "2026-01-12"),
        ("ACCEPTED", None, "0206-02-05", None),
    ],
)
async def test_the_first_day_on_which_the_two_met(
    engine: AsyncEngine, harness: MutationHarness, status: str, begins: str | None, held: str, found: Any
) -> None:
    """Of a mentorship that was requested on 3 February."""
    row = (await request(harness, 31, 5))["mentorship"]
    await act(harness, mentor(5), "acceptMentorship", row)
    key, day = row["id"].partition("_")[2], f"'{begins}'" if begins else "null"
    requested = "'2026-02-03 20:00+00'"
    values = f"status = '{status}', starts_on = {day}, created_at = {requested}"
    await run(engine, f"update mentorship set {values} where id = '{key}'")
    logged = await log(harness, mentor(5), row, heldOn=held)
    if found is None:
        assert codes(logged) == [("OUT_OF_RANGE", ["heldOn"])]
    else:
        assert logged["mentorshipSession"]["mentorship"]["startsOn"] == found


async def test_what_a_session_needs(engine: AsyncEngine, harness: MutationHarness) -> None:
    proposal = (await request(harness, 31, 5))["mentorship"]
    await act(harness, mentor(5), "acceptMentorship", proposal)
    for days in (2, -2):
        held = str(await scalar(engine, f"select (now() at time zone 'UTC')::date + ({days})"))
        assert codes(await log(harness, mentor(5), proposal, heldOn=held)) == [("OUT_OF_RANGE", ["heldOn"])]
    assert codes(await log(harness, student(31), proposal, summary="Mine.")) == [("FORBIDDEN", ["summary"])]
    assert codes(await log(harness, mentor(5), proposal, minutes=0)) == [("OUT_OF_RANGE", ["minutes"])]
    for sender in ("admin", "uc-coordinator", "public"):
        assert (await log(harness, sender, proposal))["userErrors"][0]["code"] == "FORBIDDEN"
    assert await scalar(engine, "select count(*) from mentorship_session") == 0


@pytest.mark.parametrize(
    ("mutation", "named", "sender"),
    [
        ("requestMentorship", "mentor", being(PARTICIPANT, "mentor-03")),
        ("inviteMentee", "participant", being(MENTOR, "student-22")),
    ],
)
async def test_without_a_record_of_their_own_the_input_does_not_matter(
    harness: MutationHarness, mutation: str, named: str, sender: Principal
) -> None:
    """Who holds a role without the record that belongs to it learns nothing of the row that they name."""
    for id in (id_as(named, 5), f"{named}_{UUID(int=0)}"):
        given = {named: id, "cohort": COHORT}
        assert codes(await harness.send(sender, ACTIONS[mutation], given)) == [("FORBIDDEN", [])]
