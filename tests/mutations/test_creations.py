"""Rows that mutations make: for whom, with which values, once for a key; none where anything is wrong."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import models
import schema
from models.loading.demo.cohort import STUDENTS
from models.loading.natural_keys import id_of
from planner.declaration.write_action import WriteAction
from planner.mutation.payload import object_field
from schema.abilities import abilities_of
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, CREATIONS, MutationHarness, mutating, table_of

MERCED = f"institution_{id_of('institution', 'uc-merced')}"
UNAM = f"institution_{id_of('institution', 'unam')}"
HOME = dict(STUDENTS)["student-01"]
PROJECT = f"project_{id_of('project', 'demo-renewable-grids')}"
MENTOR = f"mentor_{id_of('mentor', 'mentor-12')}"
STUDENT = f"participant_{id_of('participant', 'student-01')}"
INPUTS: dict[str, dict[str, Any]] = {
    "createAgreement": {"type": "MOU", "titles": {"en": "An agreement"}},
    "createEvent": {
        "titles": {"en": "Water day", "es": "Día del agua"},
        "localStart": "2027-03-14T09:00",
        "localEnd": "2027-03-14T11:00",
        "timeZone": "America/Tijuana",
        "mode": "HYBRID",
        "capacity": 40,
        "organizers": [{"institution": MERCED, "role": "HOST"}],
    },
    "createVenue": {"names": {"es": "Casa"}, "country": "MX", "timeZone": "America/Mexico_City"},
    "createInstitution": {
        "names": {"en": "A college"},
        "country": "US",
        "timeZone": "America/Los_Angeles",
        "kind": "PUBLIC_UNIVERSITY",
        "side": "UC",
    },
    "createProgram": {"names": {"en": "A program"}, "code": "NEW_ONE", "pillar": "RESEARCH", "kind": "SEED"},
    "createCohort": {"names": {"en": "A cohort"}, "startsOn": "2027-01-01"},
    "createActivity": {"titles": {"en": "An activity"}, "kind": "COURSE"},
    "createCall": {
        "titles": {"en": "Water for all", "es": "Agua para todos"},
        "eligibilities": {"en": "Anybody"},
        "localOpening": "2027-02-01T09:00",
        "localClosing": "2027-03-14T23:59",
        "timeZone": "America/Tijuana",
        "maxAmount": "10000.00",
        "currency": "USD",
    },
    "createAward": {
        "kind": "SEED",
        "funder": MERCED,
        "funderSide": "UC",
        "project": PROJECT,
        "amount": "1000.00",
        "currency": "USD",
    },
    "createImpactMetric": {
        "key": "students_abroad",
        "labels": {"en": "Students abroad"},
        "measure": "UC_STUDENTS_IN_MEXICO",
        "reported": {"value": 40, "comparator": "MORE_THAN", "asOf": "2026-02-01", "source": "A report"},
    },
    "createMobility": {
        "participant": STUDENT,
        "sendingInstitution": f"institution_{id_of('institution', HOME)}",
        "receivingInstitution": UNAM,
        "activity": "STUDY",
    },
    "createPerson": {
        "givenName": "María José",
        "familyNames": "Núñez de la Torre",
        "institution": MERCED,
        "email": "mj@example.org",
        "languages": [{"language": "es", "level": "NATIVE"}],
    },
    "createChampion": {
        "person": MENTOR,
        "institution": MERCED,
        "counterpart": UNAM,
        "since": "2026-01-01",
    },
    "createMentor": {"sector": "ACADEMIC", "institution": MERCED, "capacity": 2, "expertise": ["CLIMATE"]},
    "createParticipant": {"level": "MASTERS", "institution": MERCED, "fieldOfStudy": "0521"},
    "nominateParticipant": {},
    "createProject": {
        "titles": {"en": "Heat and health", "es": "Calor y salud"},
        "fields": ["HEALTH"],
        "institutions": [{"institution": MERCED, "role": "LEAD"}, {"institution": UNAM, "role": "PARTNER"}],
    },
}
"""What each creation needs, and some of what it may have; a program is added where one is needed."""
TAKEN = {
    "createProgram": [("NOT_UNIQUE", ["input", "code"])],
    "createImpactMetric": [("NOT_UNIQUE", ["input", "key"])],
    "createPerson": [("POSSIBLE_DUPLICATE", ["input", "email"])],
    "createChampion": [("NOT_UNIQUE", ["input"])],
    "createMentor": [("NOT_UNIQUE", ["input", "person"])],
    "createParticipant": [("NOT_UNIQUE", ["input", "person"])],
}
"""What a second one with the same input meets."""


BROKEN: dict[str, dict[str, Any]] = {
    "createAward": {"amount": "-1.00"},
    "createChampion": {"counterpart": "institution_nonsense"},
    "createMobility": {"receivingInstitution": "institution_nonsense"},
    "createPerson": {"givenName": " "},
    "createMentor": {"capacity": -1},
    "createParticipant": {"fieldOfStudy": "no"},
    "nominateParticipant": {"cohort": "cohort_nonsense"},
}
"""What is wrong with one, where it has no text."""
MAKER = {"createParticipant": "uc-coordinator"}
"""Who makes it, where the alliance's staff do not."""
PEOPLE = """
    insert into person (id, given_name, family_names, institution_id)
    values ('{id}', 'Dan', 'Reyes', (select id from institution where slug = 'uc-merced'))
    on conflict do nothing
"""
COHORTS = """
    insert into cohort (id, program_id, slug, name_en, starts_on)
    select '{id}', min(id::text)::uuid, 'of-next-year', 'Of next year', '2027-09-01' from program
    on conflict do nothing
"""


async def input_of(engine: AsyncEngine, name: str) -> dict[str, Any]:
    action = CREATIONS[name]
    needs_program = any(field.name == "program" and field.required for field in action.fields)
    program = {"program": f"program_{await scalar(engine, 'select min(id::text) from program')}"}
    return {**await references(engine, action), **(program if needs_program else {}), **INPUTS[name]}


async def references(engine: AsyncEngine, action: WriteAction) -> dict[str, str]:
    """A person who is nothing yet, a participant, and a cohort that nobody is in, where they are needed."""
    names, one = {field.name for field in action.fields}, UUID(int=7)
    await run(engine, PEOPLE.format(id=one))
    await run(engine, COHORTS.format(id=one))
    found = {
        "person": f"person_{one}",
        "participant": f"participant_{await scalar(engine, 'select min(id::text) from participant')}",
        "cohort": f"cohort_{one}",
    }
    needed = {field.name for field in action.fields if field.required} & names
    return {name: id for name, id in found.items() if name in needed}


def named(name: str) -> str:
    return next(one for one in ("titles", "labels", "names") if one in INPUTS[name] or one == "names")


MADE_BY_STAFF = sorted(INPUTS)
OWN = {"registerForEvent", "checkIn", "logMentorshipSession", "grantRole", "linkIdentity"}
"""What is made of events, mentorships and access: tests/mutations/test_registrations.py, test_mentorships.py,
test_staff_access.py."""


def test_every_creation_is_tried() -> None:
    assert INPUTS.keys() == CREATIONS.keys() - OWN


@pytest.mark.parametrize("name", MADE_BY_STAFF)
async def test_a_row_is_made_once(engine: AsyncEngine, harness: MutationHarness, name: str) -> None:
    action, given = CREATIONS[name], await input_of(engine, name)
    table = object_field(action)
    count = f"select count(*) from {table_of(action)}"
    before = await scalar(engine, count)
    empty = {
        one.name: {"en": None} for one in action.fields if len(one.columns) == 2 and one.name not in given
    }
    dry = await harness.send(MAKER.get(name, "admin"), action, {**given, **empty}, dry=True)
    assert (dry["userErrors"], dry[table], await scalar(engine, count)) == ([], None, before)
    assert set(dry["changed"]) == set(given)
    made = await harness.send(MAKER.get(name, "admin"), action, given, key="k")
    assert (made["userErrors"], made["replayed"], made[table]["version"]) == ([], False, 1)
    again = await harness.send(MAKER.get(name, "admin"), action, given, key="k")
    assert (again["replayed"], again[table]) == (True, made[table])
    assert await scalar(engine, count) == before + 1
    id = made[table]["id"].partition("_")[2]
    entry = f"select mutation from audit_entry where entity_id = '{id}' and operation = 'INSERT'"
    assert await scalar(engine, entry) == name
    if action.creation and (first := action.creation.initial.get("status")):
        assert await scalar(engine, f"select status from {table} where id = '{id}'") == first
    other = await harness.send(MAKER.get(name, "admin"), action, given, key="another")
    codes = [(one["code"], one["path"]) for one in other["userErrors"]]
    assert codes == TAKEN.get(name, []), "its slug is another"


async def test_others_make_nothing(engine: AsyncEngine, harness: MutationHarness) -> None:
    for name in MADE_BY_STAFF:
        action = CREATIONS[name]
        count = f"select count(*) from {table_of(action)}"
        given = await input_of(engine, name)
        broken = {**given, **BROKEN.get(name, {named(name): {"en": " "}})}
        before = await scalar(engine, count)
        for sender, values in product(["public", "mentor", "participant"], [given, broken]):
            refused = await harness.send(sender, action, values)
            assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"], (name, sender)
        assert await scalar(engine, count) == before, name


async def test_a_coordinator_makes_projects_that_the_institution_leads(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    action, given = ACTIONS["createProject"], INPUTS["createProject"]
    made = await harness.send("uc-coordinator", action, given)
    assert made["userErrors"] == []
    assert {one["name"]: one["allowed"] for one in made["project"]["availableActions"]}["publishProject"]
    elsewhere = {**given, "institutions": [{"institution": UNAM, "role": "LEAD"}]}
    count = await scalar(engine, "select count(*) from project")
    refused = await harness.send("uc-coordinator", action, elsewhere)
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [("FORBIDDEN", ["input"])]
    assert (refused["project"], await scalar(engine, "select count(*) from project")) == (None, count)
    nobody = await harness.send("uc-coordinator", action, {**given, "institutions": []})
    assert [one["code"] for one in nobody["userErrors"]] == ["FORBIDDEN"]


async def test_all_that_is_wrong_is_told(engine: AsyncEngine, harness: MutationHarness) -> None:
    given = {
        **INPUTS["createProject"],
        "titles": {"en": " "},
        "startsOn": "2027-02-01",
        "endsOn": "2027-01-01",
        "program": "program_nonsense",
        "sdgs": [18],
        "institutions": [
            {"institution": MERCED, "role": "LEAD", "since": "2027-02-01", "until": "2027-01-01"},
            {"institution": f"institution_{models.uuid7()}", "role": "PARTNER"},
            {"institution": MERCED, "role": "LEAD"},
        ],
        "outputs": [{"doi": "nonsense", "title": "", "kind": "BOOK"}],
    }
    refused = await harness.send("uc-coordinator", ACTIONS["createProject"], given)
    assert sorted((one["code"], *one["path"][1:]) for one in refused["userErrors"]) == [
        ("INVALID", "outputs", "0", "doi"),
        ("INVALID", "sdgs"),
        ("NOT_UNIQUE", "institutions", "2"),
        ("OUT_OF_RANGE", "endsOn"),
        ("OUT_OF_RANGE", "institutions", "0", "until"),
        ("REFERS_TO_NOTHING", "institutions", "1", "institution"),
        ("REFERS_TO_NOTHING", "program"),
        ("REQUIRED", "outputs", "0", "title"),
        ("REQUIRED", "titles"),
    ]


async def test_a_slug_is_made_of_the_title(engine: AsyncEngine, harness: MutationHarness) -> None:
    action = ACTIONS["createProject"]
    for titles, slug in (
        ({"en": "Heat & health: a study"}, "heat-health-a-study"),
        ({"es": "Niñez y migración"}, "ninez-y-migracion"),
        ({"es": "水"}, "project"),
    ):
        for taken in (False, True):
            payload = await harness.send("admin", action, {"titles": titles})
            id = payload["project"]["id"].partition("_")[2]
            found = await scalar(engine, f"select slug from project where id = '{id}'")
            assert found == (f"{slug}-{id[-6:]}" if taken else slug)


async def test_a_code_that_another_has_is_not_unique(engine: AsyncEngine, harness: MutationHarness) -> None:
    code = await scalar(engine, "select min(code) from program")
    given = {**INPUTS["createProgram"], "code": code}
    refused = await harness.send("admin", ACTIONS["createProgram"], given)
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
        ("NOT_UNIQUE", ["input", "code"])
    ]


async def test_what_the_database_holds_at_the_end_of_a_transaction(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """An agreement in force keeps two signatories."""
    found = "select l.agreement_id from agreement_party l join agreement a on a.id = l.agreement_id"
    id = await scalar(engine, f"{found} where a.status <> 'DRAFT' order by 1 limit 1")
    version = await scalar(engine, f"select version from agreement where id = '{id}'")
    given = {"id": f"agreement_{id}", "expectedVersion": version, "parties": []}
    refused = await harness.send("admin", ACTIONS["updateAgreement"], given)
    assert [one["code"] for one in refused["userErrors"]] == ["INCOMPLETE"]
    assert await scalar(engine, f"select count(*) from agreement_party where agreement_id = '{id}'") > 1


def test_abilities_name_creations() -> None:
    of = {
        role: {one.type: one.creates for one in abilities_of(frozenset({"PUBLIC", role}), frozenset({role}))}
        for role in ("ADMIN", "COORDINATOR", "MENTOR")
    }
    assert of["ADMIN"]["Program"] == ["createProgram"]
    assert of["COORDINATOR"]["Institution"] == []
    assert (of["COORDINATOR"]["Program"], of["COORDINATOR"]["Event"]) == (["createProgram"], ["createEvent"])
    assert not any(of["MENTOR"].values())


WALL_CLOCKS = [
    ("America/Tijuana", "2027-03-14T09:00", "2027-03-14T16:00Z"),
    ("America/Tijuana", "2027-03-13T09:00", "2027-03-13T17:00Z"),
    ("America/Tijuana", "2027-03-14T02:30", None),
    ("America/Los_Angeles", "2027-11-07T01:30", "2027-11-07T09:30Z"),
    ("America/Mexico_City", "2027-03-14T02:30", "2027-03-14T08:30Z"),
    ("America/Hermosillo", "2027-07-01T12:00:30", "2027-07-01T19:00:30Z"),
]
"""Zone, wall clock, and instant: one that the zone skips is none, of two the later."""


@pytest.mark.parametrize(("zone", "clock", "instant"), WALL_CLOCKS)
async def test_a_wall_clock(
    engine: AsyncEngine, harness: MutationHarness, zone: str, clock: str, instant: str | None
) -> None:
    times = {"localStart": clock, "localEnd": "2028-01-01T00:00", "timeZone": zone}
    payload = await harness.send("admin", ACTIONS["createEvent"], {**INPUTS["createEvent"], **times})
    if instant is None:
        assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
            ("LOCAL_TIME_DOES_NOT_EXIST", ["input", "localStart"])
        ]
        return
    id = payload["event"]["id"].partition("_")[2]
    assert await scalar(engine, f"select starts_at = '{instant}'::timestamptz from event where id = '{id}'")


async def test_the_wall_clock_stays_where_the_zone_changes(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    made = (await harness.send("admin", ACTIONS["createEvent"], INPUTS["createEvent"]))["event"]
    id = made["id"].partition("_")[2]

    async def update(version: int, **values: Any) -> dict[str, Any]:
        given = {"id": made["id"], "expectedVersion": version, **values}
        return await harness.send("admin", ACTIONS["updateEvent"], given)

    moved = await update(1, timeZone="America/Cancun")
    assert moved["changed"] == ["localStart", "localEnd", "timeZone"]
    clock = f"select starts_at at time zone time_zone from event where id = '{id}'"
    assert str(await scalar(engine, clock)) == "2027-03-14 09:00:00"
    assert (await update(2, timeZone="America/Cancun"))["changed"] == []
    early = await update(2, localStart="2027-03-14T02:30")
    assert early["userErrors"] == []
    refused = await update(3, timeZone="America/Tijuana")
    assert [(one["code"], one["path"][1]) for one in refused["userErrors"]] == [
        ("LOCAL_TIME_DOES_NOT_EXIST", "localStart")
    ]


async def test_two_with_one_title_at_once(engine: AsyncEngine, database_url: str) -> None:
    """The second one waits for the first and takes another slug."""
    async with mutating(database_url) as harness:
        payloads = await asyncio.gather(
            *(
                harness.send("admin", ACTIONS["createProject"], {"titles": {"en": "At once"}})
                for _ in range(8)
            )
        )
    assert [one["userErrors"] for one in payloads] == [[]] * 8
    assert await scalar(engine, "select count(distinct slug) from project where title_en = 'At once'") == 8


async def test_a_creation_is_in_the_feed_with_its_links(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    before = await scalar(engine, "select coalesce(max(id), 0) from change_note")
    made = await harness.send("uc-coordinator", ACTIONS["createProject"], INPUTS["createProject"])
    id = made["project"]["id"].partition("_")[2]
    notes = f"select count(*) from change_note where id > {before} and entity_id = '{id}'"
    assert await scalar(engine, notes) >= 1


def test_the_schema_says_what_a_creation_needs() -> None:
    fields = schema.graphql_schema.type_map["CreateEventInput"].fields  # type: ignore[attr-defined]
    needed = {name for name, field in fields.items() if str(field.type).endswith("!")}
    assert needed == {"titles", "localStart", "localEnd", "timeZone", "mode"}


async def test_a_broken_row_rolls_back_its_links(engine: AsyncEngine, harness: MutationHarness) -> None:
    await run(engine, "alter table project add constraint ck_odd check (title_en <> 'Odd')")
    links = await scalar(engine, "select count(*) from project_institution")
    given = {**INPUTS["createProject"], "titles": {"en": "Odd"}}
    refused = await harness.send("admin", ACTIONS["createProject"], given)
    assert [one["code"] for one in refused["userErrors"]] == ["INVALID"]
    assert await scalar(engine, "select count(*) from project_institution") == links
    async with engine.connect() as connection:
        assert (await connection.execute(text("select 1 from project where title_en = 'Odd'"))).all() == []
