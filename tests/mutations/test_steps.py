"""Each step between each pair of statuses; updates; what is wrong is named, all of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import models
import schema
from models.base import snake_case
from models.loading.natural_keys import id_of
from planner.declaration.write_action import WriteAction
from planner.limits import UNBOUNDED
from planner.mutation.constraint_errors import checks_of, fields_in, parts_of
from planner.mutation.payload import object_field
from planner.mutation.write_statement import write_statement
from planner.statement.context import PlanningContext
from schema.grants import Grant, Principal, make_principal
from schema.roles import MENTOR, PARTICIPANT
from tests.engines import default_engine
from tests.mutations.harness import ACTIONS, OF_ROWS, MutationHarness, given, mutating, table_of
from tests.mutations.update_values import VALUES
from tests.reference.actions import NOT_BY_STAFF
from tests.reference.steps import STEPS, STEPS_BY_LINK

STATUSES = {
    "Project": [status.value for status in models.ProjectStatus],
    "Event": [status.value for status in models.EventStatus],
    "Registration": [status.value for status in models.RegistrationStatus],
    "Mentorship": [status.value for status in models.MentorshipStatus],
    "Mobility": [status.value for status in models.MobilityStatus],
    "Participation": [status.value for status in models.ParticipationStatus],
}
"""Those of workflows; of the states of a webhook see tests/webhooks."""
FUTURE = {
    "Event": ", starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'",
    "Project": "",
    "Registration": "",
    "Mobility": "",
    "Mentorship": ", requested_by = 'STAFF', respond_by = null",
    "Participation": "",
}
A_REGISTRATION = """
    with upcoming as (
        update event set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days',
            status = 'PUBLISHED'
        where id = (select id from event order by id limit 1) returning id, time_zone),
    made as (
        insert into registration (event_id, person_id, status)
        select upcoming.id, person.id, 'CONFIRMED'
        from upcoming, (select min(id::text)::uuid as id from person) person returning id)
    select from made
"""
CAME_TODAY = """
    insert into attendance (registration_id, day)
    select r.id, (now() at time zone e.time_zone)::date from registration r join event e on e.id = r.event_id
    on conflict do nothing
"""
WRITER = {"updateParticipant": "uc-coordinator"}
"""Who writes it, where the alliance's staff do not."""


ACTED_BY = {
    "mentorship": "select m.person_id from mentor m join mentorship s on s.mentor_id = m.id where s.id = :id",
    "participation": "select m.person_id from participant m join participation s on s.participant_id = m.id"
    " where s.id = :id",
}
"""The person of a row, who alone acts on it where staff may not."""


BEFOREHAND = {
    "registration": (A_REGISTRATION,),
    "mentorship": (
        "update mentor set capacity = 50",
        "insert into consent (person_id, purpose, notice_version)"
        " select person_id, 'PARTNER_ACCESS', '1' from participant on conflict do nothing",
    ),
    "call": ("set local puente.correction = 'for a test'", "update call set status = 'DRAFT'"),
}
"""A row to act on; nothing that keeps a mentor from accepting; calls of which all may still change."""


async def sender_of(engine: AsyncEngine, name: str, id: str) -> Principal | str:
    """Who may take a step of any row: staff, or the mentor or participant of the row."""
    if name in WRITER or name not in NOT_BY_STAFF:
        return WRITER.get(name, "admin")
    table, _, key = id.partition("_")
    async with engine.connect() as connection:
        person = await connection.scalar(text(ACTED_BY[table]), {"id": key})
    role = MENTOR if table == "mentorship" else PARTICIPANT
    return make_principal("PERSON", [Grant(role, person=person)], epoch=None, key=str(person))


async def one_of(engine: AsyncEngine, table: str) -> tuple[str, int]:
    """The global id and the version of a row; of a project with a lead, of an event with a host."""
    linked = {
        "project": "exists (select from project_institution l where l.project_id = t.id and l.role = 'LEAD')",
        "event": "exists (select from event_organizer l where l.event_id = t.id and l.role = 'HOST')",
        "champion": "since is not null",
        "participant": f"institution_id = '{id_of('institution', 'uc-merced')}'",
    }.get(table, "true")
    async with engine.begin() as connection:
        for statement in BEFOREHAND.get(table, ()):
            await connection.execute(text(statement))
        row = (
            await connection.execute(
                text(f"select id, version from {table} t where {linked} order by id limit 1")
            )
        ).one()
    types = (one for one in schema.catalog.types.values() if one.table is not None)
    prefix = next(one.prefix for one in types if one.table.name == table)  # type: ignore[union-attr]
    return f"{prefix}_{row.id}", row.version


async def set_status(engine: AsyncEngine, type_: str, id: str, status: str) -> int:
    table = type_.lower()
    async with engine.begin() as connection:
        await connection.execute(text("set local puente.correction = 'for a test'"))
        found = await connection.execute(
            text(f"update {table} set status = :status{FUTURE[type_]} where id = :id returning version"),
            {"status": status, "id": id.partition("_")[2]},
        )
        version: int = found.scalar_one()
        if type_ == "Registration":
            await connection.execute(text(CAME_TODAY))
    return version


OF_STATUSES = [name for name, step in STEPS.items() if step.type in STATUSES and step.sources]


@pytest.mark.parametrize("name", OF_STATUSES)
async def test_every_pair_of_statuses(engine: AsyncEngine, harness: MutationHarness, name: str) -> None:
    step, action = STEPS[name], ACTIONS[name]
    id, _ = await one_of(engine, step.type.lower())
    for status in STATUSES[step.type]:
        version = await set_status(engine, step.type, id, status)
        sender = await sender_of(engine, name, id)
        payload = await harness.send(sender, action, given(action, id, version))
        answered = payload[step.type.lower()]
        moves = bool(step.target)
        if status in step.sources:
            assert payload["userErrors"] == []
            also = set(action.step.changes) if action.step else set()
            assert set(payload["changed"]) - also == ({"status"} if moves else set())
            assert answered["version"] == version + moves
        else:
            assert [one["code"] for one in payload["userErrors"]] == ["WRONG_STATE"]
            assert (payload["changed"], answered["version"]) == ([], version)
        async with engine.connect() as connection:
            stored = await connection.scalar(
                text(f"select status from {step.type.lower()} where id = :id"), {"id": id.partition("_")[2]}
            )
        assert stored == (step.target if moves and status in step.sources else status)


def test_the_steps_are_those_of_the_reference() -> None:
    steps = {name: one.step for name, one in ACTIONS.items() if one.step is not None}
    expected = {**STEPS, **STEPS_BY_LINK}
    assert steps.keys() == expected.keys()
    for name, step in steps.items():
        assert (step.sources, step.target) == (expected[name].sources, expected[name].target)


async def test_a_step_that_the_database_does_not_know_is_refused(
    engine: AsyncEngine, database_url: str
) -> None:
    """It should not come to that: the mutation looks first."""
    action = ACTIONS["completeProject"]
    assert action.step is not None
    wider = replace(action, step=replace(action.step, sources=("ACTIVE", "CANCELLED")))
    id, _ = await one_of(engine, "project")
    version = await set_status(engine, "Project", id, "CANCELLED")
    for language, expected in (
        ("EN", "No step leads from the current status to this one."),
        ("ES", "Ningún paso"),
    ):
        async with mutating(database_url, default_engine()) as harness:
            payload = await harness.send("admin", wider, given(action, id, version), language=language)
        (error,) = payload["userErrors"]
        assert (error["code"], error["path"]) == ("WRONG_STATE", ["input"])
        assert error["message"].startswith(expected)
        assert payload["changed"] == []


async def test_a_reason_is_needed_and_kept(engine: AsyncEngine, harness: MutationHarness) -> None:
    action = ACTIONS["cancelProject"]
    id, _ = await one_of(engine, "project")
    version = await set_status(engine, "Project", id, "ACTIVE")
    refused = await harness.send("admin", action, {**given(action, id, version), "reason": "  "})
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
        ("REQUIRED", ["input", "reason"])
    ]
    endless = await harness.send("admin", action, {**given(action, id, version), "reason": "x" * 2_001})
    assert [one["code"] for one in endless["userErrors"]] == ["TOO_LONG"]
    done = await harness.send("admin", action, {**given(action, id, version), "reason": "No money."})
    assert done["userErrors"] == []
    async with engine.connect() as connection:
        entry = (
            await connection.execute(text("select * from audit_entry order by number desc limit 1"))
        ).one()
    assert (entry.mutation, entry.reason) == ("cancelProject", "No money.")
    assert (entry.status_from, entry.status_to) == ("ACTIVE", "CANCELLED")
    assert entry.columns == ["status"]


INSTANTS = ("starts_at", "ends_at")
"""Where the zone changes, the wall clock stays."""


@pytest.mark.parametrize("name", [name for name, one in OF_ROWS.items() if one.step is None])
async def test_each_field_is_set(engine: AsyncEngine, harness: MutationHarness, name: str) -> None:
    action = ACTIONS[name]
    assert VALUES[name].keys() == {field.name for field in action.fields}
    fields = {field.name: field for field in action.fields}
    id, version = await one_of(engine, table_of(action))
    sender = await sender_of(engine, name, id)
    for field in map(fields.__getitem__, VALUES[name]):
        before = await row_of(engine, action, id)
        payload = await harness.send(
            sender, action, given(action, id, version, **{field.name: VALUES[name][field.name]})
        )
        assert payload["userErrors"] == [], field.name
        after = await row_of(engine, action, id)
        differing = {column for column in after if after[column] != before[column]}
        may = {*field.columns.values(), *(INSTANTS if field.name == "timeZone" else ())}
        own = {column for column in differing if column in may}
        changed = [one.name for one in action.fields if own & set(one.columns.values())]
        assert payload["changed"] == changed
        assert own == differing - {"version", "updated_at"} - generated(action)
        version = after["version"]
        assert version == before["version"] + bool(own)
    again = await harness.send(sender, action, given(action, id, version, **VALUES[name]))
    assert (again["userErrors"], again["changed"]) == ([], [])
    assert again[object_field(action)]["version"] == version, "nothing has changed"


async def row_of(engine: AsyncEngine, action: WriteAction, id: str) -> dict[str, Any]:
    async with engine.connect() as connection:
        statement = text(f"select * from {table_of(action)} where id = :id")
        found = await connection.execute(statement, {"id": id.partition("_")[2]})
        return dict(found.mappings().one())


def generated(action: WriteAction) -> set[str]:
    table = models.metadata.tables[table_of(action)]
    return {column.name for column in table.c if column.computed is not None or column.info.get("kept")}


TOO_LONG = "x" * 20_001
FIGURE = {"value": 7, "comparator": "ABOUT", "asOf": "2020-02-29", "source": "A report"}
BEGINNINGS = {"startsOn", "validFrom", "since", "localOpening"}
"""Where an end comes before its beginning, the end is named."""


WRONG: Mapping[str, tuple[tuple[Any, str], ...]] = {
    **dict.fromkeys(
        ("names", "titles", "labels"),
        (
            ({"en": None, "es": None}, "REQUIRED"),
            (None, "REQUIRED"),
            ({"en": "  "}, "REQUIRED"),
            ({"en": "x" * 301}, "TOO_LONG"),
            ({"en": "a\0b"}, "INVALID"),
        ),
    ),
    **dict.fromkeys(
        ("summaries", "descriptions", "biographies", "eligibilities"), (({"en": TOO_LONG}, "TOO_LONG"),)
    ),
    **dict.fromkeys(("capacity", "maxMonths"), ((-1, "OUT_OF_RANGE"),)),
    **dict.fromkeys(
        ("amount", "maxAmount"), tuple((one, "OUT_OF_RANGE") for one in ("-1", "1000000000000", "0.005"))
    ),
    "fieldOfStudy": (("52", "INVALID"),),
    "reported": ((FIGURE | {"value": -1}, "OUT_OF_RANGE"), (FIGURE | {"source": " "}, "REQUIRED")),
    "sdgs": (([18], "INVALID"),),
    "topics": (([TOO_LONG], "TOO_LONG"),),
}
"""Values of single fields, each with its code."""
TOO_EARLY: Mapping[str, list[dict[str, Any]]] = {
    "endsOn": [{"startsOn": "2020-01-02", "endsOn": "2020-01-01"}],
    "validTo": [{"validFrom": "2020-01-02", "validTo": "2020-01-01"}],
    "until": [{"since": "2020-01-02", "until": "2020-01-01"}, {"until": "0001-01-01"}],
    "localClosing": [
        {"localOpening": "2027-01-02T09:00", "localClosing": "2027-01-01T09:00"},
        {"localClosing": "1800-01-01T09:00"},
    ],
}
"""Inputs whose field is before what it must follow."""


def broken_values(action: WriteAction) -> list[tuple[dict[str, Any], tuple[str, str]]]:
    """For each field of an update values that some constraint refuses, with the code and the field."""
    fields = {field.name for field in action.fields}
    wrong = [(name, value, code) for name in fields for value, code in WRONG.get(name, ())]
    for name in fields:
        if name.endswith("Weight"):
            wrong += [(name, points, "OUT_OF_RANGE") for points in (-1, 101)]
        if name in ("program", "agreement", "venue"):
            ids = [f"{name}_{models.uuid7()}", f"institution_{models.uuid7()}", "nonsense"]
            wrong += [(name, id, "REFERS_TO_NOTHING") for id in ids]
    for field in action.fields:
        if field.annotation in ("str", "list[str]"):
            wrong.append(
                (field.name, TOO_LONG if field.annotation == "str" else ["ok", TOO_LONG], "TOO_LONG")
            )
        if not field.nullable:
            wrong.append((field.name, None, "REQUIRED"))
    early = [
        (given, name) for name, inputs in TOO_EARLY.items() for given in inputs if given.keys() <= fields
    ]
    return [
        *(({name: value}, (code, name)) for name, value, code in wrong),
        *((given, ("OUT_OF_RANGE", name)) for given, name in early),
    ]


@pytest.mark.parametrize("name", [name for name, one in OF_ROWS.items() if one.step is None])
async def test_what_a_constraint_refuses_is_told(
    engine: AsyncEngine, harness: MutationHarness, name: str
) -> None:
    action = ACTIONS[name]
    id, version = await one_of(engine, table_of(action))
    sender = await sender_of(engine, name, id)
    cases = broken_values(action)
    assert len(cases) >= len(action.fields)
    for values, (code, field) in cases:
        payload = await harness.send(sender, action, given(action, id, version, **values))
        assert (code, field) in [(one["code"], one["path"][1]) for one in payload["userErrors"]], values
        assert payload["changed"] == []
        assert payload[object_field(action)]["version"] == version
    everything = {key: value for values, _ in cases for key, value in values.items()}
    payload = await harness.send(sender, action, given(action, id, version + 7, **everything))
    named = {one["path"][1] for one in payload["userErrors"]}
    assert named >= {"expectedVersion"} | (set(everything) - BEGINNINGS)


async def test_a_broken_constraint_that_nobody_foresaw_is_no_failure(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("alter table project add constraint ck_odd check (title_en <> 'Odd')"))
    action = ACTIONS["updateProject"]
    id, version = await one_of(engine, "project")
    payload = await harness.send("admin", action, given(action, id, version, titles={"en": "Odd"}))
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [("INVALID", ["input"])]
    assert payload["project"]["version"] == version


def test_every_check_of_a_table_that_an_update_may_break_is_looked_at() -> None:
    """A new constraint on a column that an update sets is named like the others."""
    met = 0
    for action, found in [(one, schema_statement(one)) for one in ACTIONS.values()]:
        for check in checks_of(models.metadata.tables[snake_case(action.type_name)]):
            parts = [one.expression for one in parts_of(check, action.fields)]
            assert [part for part in parts if part not in found] == []
            named = fields_in(action.fields, str(check.sqltext))
            assert all(any(one in fields_in(action.fields, part) for part in parts) for one in named)
            met += len(named)
    assert met > 50


def schema_statement(action: WriteAction) -> str:
    context = PlanningContext(
        schema.graphql_schema, schema.catalog, schema.POLICY, UNBOUNDED, frozenset({"ADMIN"}), "EN", {}, {}
    )
    return write_statement(context, action).act
