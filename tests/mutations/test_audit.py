"""Who changed what, by a mutation and by plain SQL; an entry is never changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import models
import models.audited_tables
import schema
from models.access import GrantedRole
from models.audited_tables import PERSONAL, undeclared
from models.base import NOBODY
from models.migrations.audit_sql import generated_audit_sql
from models.migrations.repeatable import GENERATED_AUDIT
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, given, mutating
from tests.personas import granted

TRIGGERS = """
    select tgrelid::regclass::text as of_table, tgname from pg_trigger
    where tgfoid = 'puente_audit'::regproc and not tgisinternal order by 1, 2
"""
LAST = "select * from audit_entry order by number desc limit 1"


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(statement))).all())


SEALED = {"webhook"}
"""Of what has secrets, entries that no log tells of."""
NOT_AUDITED = {"notification", "webhook_delivery", "access_epoch", "last_grant", "issuer_rules"}
"""What a running server counts and sends."""


async def test_every_table_of_entities_is_audited(engine: AsyncEngine) -> None:
    plain = {table.name for table in models.PLAIN_TABLES}
    tables = models.metadata.tables.keys() - plain - NOT_AUDITED
    assert SEALED == models.audited_tables.sealed_tables().keys() <= tables
    assert {str(schema.catalog.types[one.type_name].table.name) for one in ACTIONS.values()} <= tables  # type: ignore[union-attr]
    found = {(row.of_table, row.tgname.rpartition("_")[2]) for row in await rows(engine, TRIGGERS)}
    assert found == {(table, event) for table in tables for event in ("insert", "update", "delete")}


async def test_a_mutation_leaves_an_entry(engine: AsyncEngine, database_url: str) -> None:
    id, version = (await rows(engine, "select id, version from venue order by id limit 1"))[0]
    async with mutating(database_url) as harness:
        action = ACTIONS["updateVenue"]
        await harness.send("admin", action, given(action, f"venue_{id}", version, capacity=7, address="Here"))
    (entry,) = await rows(engine, LAST)
    assert (entry.entity, entry.entity_id, entry.operation) == ("venue", id, "UPDATE")
    assert (entry.mutation, entry.columns) == ("updateVenue", ["address", "capacity"])
    assert entry.actor.startswith("subject ")
    assert "admin" not in entry.actor, "not who an issuer says they are"
    assert len(entry.salt) == 32
    values = await rows(
        engine, f"select * from audit_value where entry = {entry.number} order by column_name"
    )
    assert [(one.column_name, one.after) for one in values] == [("address", "Here"), ("capacity", 7)]


async def test_the_roles_of_an_entry_are_those_that_were_granted(
    engine: AsyncEngine, database_url: str
) -> None:
    """`SELF` follows from grants and is none: the log's field is an enum without it."""
    async with mutating(database_url) as harness:
        action = ACTIONS["updateProject"]
        (mentor,) = granted("mentor")
        await run(
            engine,
            "insert into project_contributor (project_id, person_id, role)"
            f" select id, '{mentor.person}', 'PI' from project where status = 'ACTIVE' order by id limit 1"
            " on conflict do nothing",
        )
        found = (
            "select p.id, p.version from project p join project_contributor l on l.project_id = p.id"
            f" where l.person_id = '{mentor.person}' and l.role = 'PI' and p.status = 'ACTIVE'"
            " order by 1 limit 1"
        )
        id, version = (await rows(engine, found))[0]
        sent = given(action, f"project_{id}", version, titles={"en": "By its PI"})
        assert (await harness.send("mentor", action, sent))["userErrors"] == []
    (entry,) = await rows(engine, LAST)
    assert (entry.mutation, entry.role) == ("updateProject", "MENTOR,PUBLIC")
    assert set(entry.role.split(",")) <= {role.value for role in GrantedRole}


async def test_plain_sql_leaves_entries_too(engine: AsyncEngine) -> None:
    before = await scalar(engine, "select count(*) from audit_entry")
    changed = await scalar(engine, "select count(*) from cohort where ends_on is distinct from '2031-01-01'")
    await run(engine, "update cohort set ends_on = '2031-01-01'")
    assert await scalar(engine, "select count(*) from audit_entry") == before + changed
    (entry,) = await rows(engine, LAST)
    assert (entry.mutation, entry.columns, entry.actor) == (None, ["ends_on"], "session puente")
    await run(engine, "update cohort set ends_on = ends_on")
    assert await scalar(engine, "select count(*) from audit_entry") == before + changed, "nothing has changed"


async def test_what_is_made_and_what_goes(engine: AsyncEngine) -> None:
    await run(
        engine,
        "insert into venue (slug, name_en, country, time_zone) values ('v', 'V', 'MX', 'America/Tijuana')",
    )
    (entry,) = await rows(engine, LAST)
    assert (entry.entity, entry.operation) == ("venue", "INSERT")
    assert {"slug", "name_en", "country", "time_zone"} <= set(entry.columns)
    await run(engine, "delete from venue where slug = 'v'")
    (gone,) = await rows(engine, LAST)
    assert (gone.entity_id, gone.operation) == (entry.entity_id, "DELETE")
    before = "select before from audit_value where entry = {} and column_name = 'name_en'"
    assert await scalar(engine, before.format(gone.number)) == "V"


@pytest.mark.parametrize("table", ["audit_entry", "audit_value"])
@pytest.mark.parametrize("act", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
async def test_entries_stay_whatever_their_owner_does(engine: AsyncEngine, table: str, act: str) -> None:
    column = models.metadata.tables[table].c.keys()[-1]
    with pytest.raises(DBAPIError, match="stays in the audit log"):
        await run(engine, act.format(table, column, column))


async def test_salts_differ(engine: AsyncEngine) -> None:
    assert await scalar(engine, "select count(*) - count(distinct salt) from audit_entry") == 0


VALUES_OF = """
    select v.person_id, e.entity, e.part, v.column_name
    from audit_value v join audit_entry e on e.number = v.entry
    where coalesce(e.part, e.entity) = '{}'
"""
PEOPLE = {
    "person": "select id from person",
    "participant": "select person_id from participant",
    "mobility": "select p.person_id from mobility m join participant p on p.id = m.participant_id",
    "project_contributor": "select person_id from project_contributor",
    "consent": "select person_id from consent",
}


@pytest.mark.parametrize("table", PEOPLE)
async def test_values_name_the_person_they_are_about(engine: AsyncEngine, table: str) -> None:
    """What seeding wrote has entries too."""
    found = await rows(engine, VALUES_OF.format(table))
    assert {one.person_id for one in found} == {id for (id,) in await rows(engine, PEOPLE[table])}


async def test_a_link_changes_its_owner(engine: AsyncEngine) -> None:
    await run(engine, "update project_institution set until = '2031-01-01' where role = 'LEAD'")
    (entry,) = await rows(engine, LAST)
    assert (entry.entity, entry.part, entry.columns) == ("project", "project_institution", ["until"])
    project = await scalar(engine, f"select project_id from project_institution where id = '{entry.part_id}'")
    assert entry.entity_id == project


async def test_what_is_no_ones_business_is_not_kept(engine: AsyncEngine) -> None:
    kept = """
        select distinct column_name from audit_value v join audit_entry e on e.number = v.entry
        where e.entity = '{}'"""
    assert {"subject", "issuer"}.isdisjoint(
        name for (name,) in await rows(engine, kept.format("access_grant"))
    )
    derived = {"search", "name_fold", "name_sort_en", "name"}
    assert derived.isdisjoint(name for (name,) in await rows(engine, kept.format("mentor")))


async def test_a_person_is_erased_and_what_was_done_stays(engine: AsyncEngine) -> None:
    counted = "select count(*) from audit_{}"
    (person,) = (await rows(engine, "select person_id from participant order by id limit 1"))[0]
    about = f"select count(*) from audit_value where person_id = '{person}'"
    entries, values, mine = [
        await scalar(engine, one) for one in (counted.format("entry"), counted.format("value"), about)
    ]
    assert mine > 5
    assert await scalar(engine, f"select puente_erase('{person}')") == mine
    assert await scalar(engine, about) == 0
    assert await scalar(engine, counted.format("value")) == values - mine
    assert await scalar(engine, counted.format("entry")) == entries + 1
    (entry,) = await rows(engine, LAST)
    assert (entry.operation, entry.entity, entry.entity_id) == ("ERASE", "person", person)


async def test_nothing_else_deletes_a_value(engine: AsyncEngine) -> None:
    """Not a function that says it is the one, nor a setting."""
    function = """
        create function pg_temp.puente_erase(of_person uuid) returns void language plpgsql as $$
        begin delete from audit_value where person_id = of_person; end $$;
    """
    async with engine.connect() as connection:
        await connection.execute(text(function))
        with pytest.raises(DBAPIError, match="stays in the audit log"):
            await connection.execute(text("select pg_temp.puente_erase(id) from person limit 1"))


async def test_a_table_that_is_emptied_leaves_entries(engine: AsyncEngine) -> None:
    there = await scalar(engine, "select count(*) from champion")
    before = await scalar(engine, "select count(*) from audit_entry")
    await run(engine, "truncate champion")
    assert await scalar(engine, "select count(*) from audit_entry") == before + there
    (entry,) = await rows(engine, LAST)
    assert (entry.operation, entry.entity) == ("DELETE", "champion")


def test_every_table_says_whose_data_it_holds() -> None:
    assert undeclared() == []


def test_a_table_that_does_not_say_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.Mobility, "about_person", None)
    assert undeclared() == ["mobility does not say whose data it holds: `about_person`, or NOBODY"]
    monkeypatch.setattr(models.Mobility, "about_person", NOBODY)
    assert undeclared() == ["mobility.participant_id refers to a person, and the table names none"]
    monkeypatch.setattr(models.Mobility, "about_person", "participant_id")
    assert undeclared() == ["mobility: participant_id leads to participant, not to a person"]
    monkeypatch.setattr(models.Mobility, "about_person", "student_id.person_id")
    assert undeclared() == ["mobility: student_id.person_id leads nowhere, since mobility has no student_id"]


def test_a_field_with_a_persons_data_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.audited_tables, "PERSONAL", PERSONAL | {"address"})
    assert undeclared() == ["venue.address is of a person, and the table names none"]


def test_the_triggers_are_as_declared() -> None:
    same = GENERATED_AUDIT.read_text("utf-8") == generated_audit_sql()
    assert same, f"{GENERATED_AUDIT.name} is not what the tables declare; run: puente migrations make NAME"


async def test_what_is_numbered_is_whole(engine: AsyncEngine) -> None:
    """An entry of a transaction that is rolled back is not there."""
    before = await scalar(engine, "select count(*) from audit_entry")
    async with engine.connect() as connection:
        await connection.execute(text("update program set description_en = 'x'"))
        await connection.rollback()
    assert await scalar(engine, "select count(*) from audit_entry") == before


@pytest.mark.parametrize(
    ("proxies", "sent", "kept"),
    [
        ("127.0.0.1", "req-0042", True),
        ("127.0.0.1", "not one; of these", False),
        ("192.0.2.1", "req-0042", False),
    ],
)
async def test_the_request_is_known_by_its_id(
    engine: AsyncEngine, database_url: str, proxies: str, sent: str, kept: bool
) -> None:
    """By that of a trusted proxy, else by a new one; several mutations of a request have the same."""
    two = """
        mutation ($one: UpdateCohortInput!, $two: UpdateCohortInput!) {
            one: updateCohort(input: $one) { changed } two: updateCohort(input: $two) { changed } }"""
    found = await rows(engine, "select id, version from cohort order by id limit 2")
    variables = {
        name: {"id": f"cohort_{id}", "expectedVersion": version, "endsOn": "2041-01-01"}
        for name, (id, version) in zip(("one", "two"), found, strict=True)
    }
    async with reached(database_url, trusted_proxies=proxies) as client:
        response = await ask(client, two, variables, {**signed_in("admin"), "x-request-id": sent})
    assert response.json()["data"] == {name: {"changed": ["endsOn"]} for name in ("one", "two")}
    last = await rows(engine, "select request_id from audit_entry order by number desc limit 2")
    ((id,),) = set(last)
    assert (id == sent) is kept
    assert kept or UUID(id)
