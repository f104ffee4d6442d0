"""All that is wrong with an input is told at once: its values, and what the row as it would be breaks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.base import metadata
from models.loading.natural_keys import id_of
from planner.declaration.write_action import WriteAction
from planner.mutation.constraint_errors import checks_of, parts_of
from planner.mutation.input_part import remaining_input
from planner.mutation.write_input import WriteInput
from planner.mutation.write_statement import WriteStatement
from schema import catalog
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness

JUDGED = {
    name: one
    for name, one in ACTIONS.items()
    if one.holds or (one.creation is not None and one.creation.guards)
}
"""The mutations with guards of the row as it would be."""


def constraints_of(action: WriteAction) -> list[set[str]]:
    """The fields of each of the table's constraints that the input may break."""
    table = metadata.tables[str(catalog.types[action.type_name].table.name)]  # type: ignore[union-attr]
    parts = [part for check in checks_of(table) for part in parts_of(check, action.fields)]
    return [{one.name for one in part.fields} for part in parts]


def pairs() -> list[tuple[str, frozenset[str]]]:
    """Each of these mutations with each constraint: a guard may be broken beside it."""
    return sorted(
        {(name, frozenset(fields)) for name, one in JUDGED.items() for fields in constraints_of(one)},
        key=lambda pair: (pair[0], sorted(pair[1])),
    )


def judge(name: str, fields: frozenset[str]) -> WriteInput | None:
    """What remains to be tried where a constraint on these fields is broken."""
    action = ACTIONS[name]
    error = {"code": "OUT_OF_RANGE", "path": ["input", min(fields)], "words": 0}
    statement = WriteStatement((), "", (), "select", (), (tuple(fields),), 1, {}, {})
    given = {one.name: "given" for one in action.fields}
    columns = {column: "given" for one in action.fields for column in one.columns.values()}
    wanted = WriteInput(None, 1, None, columns, {}, list(given), list(given), (), given, "")
    return remaining_input(action, wanted, statement, [error])


def test_what_remains_is_judged() -> None:
    """Unless the row can't be without what is wrong."""
    for name, fields in pairs():
        action, rest = ACTIONS[name], judge(name, fields)
        needed = action.creation and any(one.required for one in action.fields if one.name in fields)
        assert (rest is None) is bool(needed), (name, fields)
        if rest is None:
            continue
        for one in action.fields:
            kept = [rest.values.get(column) for column in one.columns.values()]
            left_out = one.default if action.creation else None
            expected = left_out if one.name in fields else "given"
            assert kept == [expected] * len(kept), (name, fields, one.name)


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    await run(engine, "update mentorship set status = 'ACTIVE' where status = 'ACCEPTED'")
    return harness


async def wrong(
    harness: MutationHarness, sender: Any, name: str, input: dict[str, Any]
) -> set[tuple[str, str]]:
    payload = await harness.send(sender, ACTIONS[name], input)
    return {(one["code"], ".".join(one["path"][1:])) for one in payload["userErrors"]}


async def test_a_session_that_is_too_short_and_ahead(engine: AsyncEngine, harness: MutationHarness) -> None:
    of = "select id from mentorship where status = 'ACTIVE' and mentor_id = '{}'".format(
        id_of("mentor", "mentor-02")
    )
    id = await scalar(engine, of)
    session = {
        "mentorship": f"mentorship_{id}",
        "heldOn": "2101-01-01",
        "minutes": 0,
        "summary": "x" * 20_001,
    }
    assert await wrong(harness, "mentor", "logMentorshipSession", session) == {
        ("OUT_OF_RANGE", "minutes"), ("TOO_LONG", "summary"), ("OUT_OF_RANGE", "heldOn"),
    }  # fmt: skip
    assert await scalar(engine, "select count(*) from mentorship_session") == 0
    hidden = {**session, "mentorship": f"mentorship_{id_of('mentorship', 'none')}"}
    assert ("OUT_OF_RANGE", "heldOn") not in await wrong(harness, "mentor", "logMentorshipSession", hidden)
    assert await wrong(harness, "participant-and-system", "logMentorshipSession", session) == {
        ("OUT_OF_RANGE", "minutes"), ("TOO_LONG", "summary"), ("REFERS_TO_NOTHING", "mentorship"),
    }  # fmt: skip


async def test_a_project_that_ends_early_and_has_no_lead(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    version = "select version from project where slug = 'demo-renewable-grids'"
    id, before = f"project_{id_of('project', 'demo-renewable-grids')}", await scalar(engine, version)
    given = {"id": id, "expectedVersion": before, "startsOn": "2024-02-01", "endsOn": "2024-01-01"}
    found = await wrong(harness, "admin", "updateProject", {**given, "institutions": []})
    assert found == {("OUT_OF_RANGE", "endsOn"), ("INCOMPLETE", "institutions")}
    assert await scalar(engine, version) == before


BY_OTHERS = {"checkIn", "nominateParticipant", "grantRole", "linkIdentity", "createCalendarLink"}
"""Mutations whose senders are no persons of the demo, or that need Python (`tests/calendars`)."""


async def test_what_is_refused_is_no_repetition(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Of each mutation that finds the same row: also where there is one, and the key is wrong."""
    event = await scalar(engine, "select id from event where slug = 'demo-mentors-online'")
    mentor = id_of("mentor", "mentor-26")
    sent: dict[str, dict[str, Any]] = {
        "registerForEvent": {"event": f"event_{event}"},
        "requestMentorship": {"mentor": f"mentor_{mentor}"},
        "inviteMentee": {"participant": f"participant_{id_of('participant', 'student-02')}"},
        "setConsent": {"purpose": "ATTRIBUTION", "given": True, "noticeVersion": "2026-1"},
    }
    found = {name for name, one in ACTIONS.items() if one.creation is not None and one.creation.same}
    assert found - BY_OTHERS == set(sent)
    for name, input in sent.items():
        sender = "mentor" if name == "inviteMentee" else "participant"
        again = [await harness.send(sender, ACTIONS[name], input, key=key) for key in (None, None, " ")]
        assert [one["replayed"] for one in again] == [False, True, False], name
        assert [[two["code"] for two in one["userErrors"]] for one in again] == [[], [], ["INVALID"]], name


async def test_who_may_not_make_it_is_told_nothing_else(harness: MutationHarness) -> None:
    """Also where the input is wrong by itself: rights come first."""
    wanted = {
        "participant": f"participant_{id_of('participant', 'student-12')}",
        "sendingInstitution": f"institution_{id_of('institution', 'uc-davis')}",
        "receivingInstitution": f"institution_{id_of('institution', 'unam')}",
        "activity": "STUDY", "startsOn": "2027-02-01", "endsOn": "2027-01-01",
    }  # fmt: skip
    assert await wrong(harness, "uc-coordinator", "createMobility", wanted) == {("FORBIDDEN", "")}
