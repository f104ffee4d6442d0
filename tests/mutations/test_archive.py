"""Archived rows: lists leave them out, what refers to them doesn't, and nobody changes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from models.base import snake_case
from models.loading.natural_keys import id_of
from planner.declaration.writes import Guard
from planner.messages import message
from planner.mutation.workflow_sql import timed_steps
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, OF_ROWS, MutationHarness, document, given, mutating
from tests.mutations.merged_rows import KEPT, PERSON, PROFILES, insert_rows
from tests.mutations.test_creations import INPUTS, MERCED, UNAM
from tests.mutations.test_upserts import DAY, EVENT, HEAT, SYSTEM, codes, send
from tests.mutations.test_upserts import PROJECT as UPSERT
from tests.mutations.update_values import VALUES
from tests.reference.archive import ACTS, ARCHIVABLE

ARCHIVE, UNARCHIVE, UPDATE = (ACTIONS[f"{act}Project"] for act in ("archive", "unarchive", "update"))
SLUG, UC, ID = "demo-renewable-grids", "uc-coordinator", ["input", "id"]
PROJECT = f"project_{id_of('project', SLUG)}"
AWARD = f"award_{id_of('award', 'grids-uc')}"
LISTS = """
    query ($id: ID!, $slug: String!, $award: ID!) {
        archived: projects(filter: { archivedAt: { isNull: false } }) { totalCount nodes { slug } }
        either: projects(filter: { or: [
            { archivedAt: { isNull: true } }, { not: { archivedAt: { isNull: true } } }] }) { totalCount }
        projects(first: 100) { totalCount nodes { slug } facets { name values { value count } } }
        search(text: "redes renovables", types: [PROJECT]) { totalCount }
        institution(slug: "uc-merced") { projects { totalCount nodes { slug } } }
        within: institutions(filter: {
            slug: { eq: "uc-merced" }, projects: { some: { slug: { eq: $slug } } } }) { totalCount }
        among: institutions(filter: { slug: { eq: "uc-merced" }, projects: { some: {
            slug: { eq: $slug }, archivedAt: { isNull: false } } } }) { totalCount }
        node(id: $id) { ... on Project { archivedAt institutions { role } } }
        nodes(ids: [$id]) { id }
        project(slug: $slug) { slug }
        references: node(id: $award) { ... on Award { project { slug archivedAt awards { id } } } }
        changeCursor
    }"""
FOLLOW = """
    query ($after: String!) {
        changes(after: $after) { nodes { kind changedFields node { ... on Project { slug archivedAt } } } }
    }"""


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[MutationHarness]:
    async with mutating(database_url) as made:
        yield made


def test_each_archivable_type_has_both_mutations_and_all_others_are_guarded() -> None:
    """The types are those of the reference; one guard refuses to change an archived row."""
    of_types = {name for name, one in schema.catalog.types.items() if one.archivable}
    assert of_types == set(ARCHIVABLE)
    assert {name for name in ACTIONS if name.startswith(("archive", "unarchive"))} == set(ACTS)
    for action in (*OF_ROWS.values(), *(one.upsert.update for one in ACTIONS.values() if one.upsert)):
        if action.type_name in ARCHIVABLE and not action.mutation.startswith("unarchive"):
            assert any(_is_refusal(one) for one in action.guards), action.mutation


def _is_refusal(guard: Guard) -> bool:
    return guard.message.read("EN") == message("mutation.archived").read("EN")


async def lists(client: httpx.AsyncClient) -> dict[str, Any]:
    """What lists and references show to everybody."""
    response = await ask(client, LISTS, {"id": PROJECT, "slug": SLUG, "award": AWARD})
    found: dict[str, Any] = response.json()["data"]
    return found


async def act(client: httpx.AsyncClient, name: str, version: int, **options: Any) -> dict[str, Any]:
    """As the coordinator of the institution that leads the project, by HTTP."""
    variables = {"input": given(ACTIONS[name], PROJECT, version), **options}
    response = await ask(client, document(ACTIONS[name], "archivedAt"), variables, signed_in(UC))
    payload: dict[str, Any] = response.json()["data"][name]
    return payload


async def test_an_archived_row_is_in_no_list_and_everything_refers_to_it(
    database_url: str, engine: AsyncEngine
) -> None:
    async with reached(database_url) as client:
        before = await lists(client)
        version = await scalar(engine, f"select version from project where slug = '{SLUG}'")
        dry = await act(client, "archiveProject", version, dry=True)
        assert (dry["userErrors"], dry["changed"], dry["project"]["archivedAt"]) == ([], ["archivedAt"], None)
        done = await act(client, "archiveProject", version, key="k")
        assert (done["userErrors"], done["changed"], done["replayed"]) == ([], ["archivedAt"], False)
        assert done["project"]["version"] == version + 1
        at = datetime.fromisoformat(done["project"]["archivedAt"])
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
        retry = await act(client, "archiveProject", version, key="k")
        assert (retry["project"], retry["replayed"]) == (done["project"], True)
        stale = await act(client, "unarchiveProject", version)
        assert codes(stale) == [("CONFLICT", ["input", "expectedVersion"])]
        after = await lists(client)
        assert (before["archived"]["totalCount"], after["archived"]["nodes"]) == (0, [{"slug": SLUG}])
        assert after["either"] == before["either"], "all rows match a condition or its negation"
        for was, now in ((before, after), (before["institution"], after["institution"])):
            was, now = was["projects"], now["projects"]
            assert {"slug": SLUG} in was["nodes"]
            assert now["totalCount"] == was["totalCount"] - 1
            assert now["nodes"] == [one for one in was["nodes"] if one["slug"] != SLUG]
        counted = [
            sum(value["count"] for facet in one["projects"]["facets"] for value in facet["values"])
            for one in (before, after)
        ]
        assert counted[1] < counted[0]
        for name, count in (("search", (1, 0)), ("within", (1, 0)), ("among", (0, 1))):
            assert (before[name]["totalCount"], after[name]["totalCount"]) == count, name
        for name in ("nodes", "project"):
            assert after[name] == before[name]
        assert after["node"] == {**before["node"], "archivedAt": done["project"]["archivedAt"]}
        was = before["references"]["project"]
        assert after["references"]["project"] == {**was, "archivedAt": done["project"]["archivedAt"]}
        await run(engine, "select puente_number_changes()")
        response = await ask(client, FOLLOW, {"after": before["changeCursor"]})
        (change,) = response.json()["data"]["changes"]["nodes"]
        assert (change["kind"], change["changedFields"]) == ("UPDATED", ["archivedAt"])
        assert change["node"] == {"slug": SLUG, "archivedAt": done["project"]["archivedAt"]}
        back = await act(client, "unarchiveProject", version + 1)
        assert (back["userErrors"], back["changed"]) == ([], ["archivedAt"])
        gone = {"changeCursor": None}
        assert {**await lists(client), **gone} == {**before, **gone}
    entries = await rows(
        engine, "select mutation, columns from audit_entry where mutation is not null order by number"
    )
    expected = [("archiveProject", ["archived_at"]), ("unarchiveProject", ["archived_at"])]
    assert [(one[0], list(one[1])) for one in entries] == expected


async def version_of(engine: AsyncEngine, table: str, id: str) -> int:
    found: int = await scalar(engine, f"select version from {table} where id = '{id.partition('_')[2]}'")
    return found


@pytest.mark.parametrize("language", ["EN", "ES"])
@pytest.mark.parametrize("type_", ARCHIVABLE)
async def test_an_archived_row_can_only_be_unarchived(
    engine: AsyncEngine, harness: MutationHarness, type_: str, language: str
) -> None:
    """Every mutation of it is refused for that, and says so beforehand; once unarchived, it is as before."""
    table, sender = snake_case(type_), UC if type_ == "Participant" else "admin"
    await insert_rows(engine, KEPT, PERSON, PROFILES)
    of_person = f"where person_id = '{KEPT}'" if type_ in ("Mentor", "Participant") else ""
    ((key, version),) = await rows(engine, f"select id, version from {table} {of_person} order by id limit 1")
    id = f"{schema.catalog.types[type_].prefix}_{key}"
    words = {name: message(f"mutation.{name}").read(language) for name in ("archived", "not_archived")}
    archive, unarchive = ACTIONS[f"archive{type_}"], ACTIONS[f"unarchive{type_}"]
    early = await harness.send(sender, unarchive, given(unarchive, id, version), language=language)
    assert early["userErrors"] == [{"code": "WRONG_STATE", "path": ID, "message": words["not_archived"]}]
    done = await harness.send(sender, archive, given(archive, id, version))
    assert (done["userErrors"], done["changed"]) == ([], ["archivedAt"])
    for action in OF_ROWS.values():
        if action.type_name != type_ or action is unarchive:
            continue
        values = VALUES.get(action.mutation, {})
        sent = given(action, id, version + 1, **values)
        payload = await harness.send(sender, action, sent, language=language)
        refused = {"code": "WRONG_STATE", "path": ID, "message": words["archived"]}
        assert refused in payload["userErrors"], action.mutation
        assert payload["changed"] == []
        listed = {one["name"]: one for one in payload[object_of(type_)]["availableActions"]}
        assert refused in listed[action.mutation]["reasons"]
        assert listed[unarchive.mutation] == {"name": unarchive.mutation, "allowed": True, "reasons": []}
    back = await harness.send(sender, unarchive, given(unarchive, id, version + 1))
    assert (back["userErrors"], back["changed"]) == ([], ["archivedAt"])
    assert await version_of(engine, table, id) == version + 2


def object_of(type_: str) -> str:
    return type_[0].lower() + type_[1:]


async def archive(engine: AsyncEngine, table: str, id: str) -> None:
    await run(engine, f"update {table} set archived_at = now() where id = '{id.partition('_')[2]}'")


async def test_nothing_new_refers_to_an_archived_row(engine: AsyncEngine, harness: MutationHarness) -> None:
    """What refers to it already, still may; whoever doesn't see it learns only that there is no such row."""
    program, other = (f"program_{id_of('program', one)}" for one in ("LATINO_STUDIES", "UCMEXUS_SMALL"))
    made = await harness.send(UC, ACTIONS["createProject"], {**INPUTS["createProject"], "program": program})
    id, both = made["project"]["id"], INPUTS["createProject"]["institutions"]
    for table, one in (("program", program), ("program", other), ("institution", UNAM)):
        await archive(engine, table, one)

    async def update(version: int, **values: Any) -> dict[str, Any]:
        sent = given(UPDATE, id, version, **values)
        return await harness.send(UC, UPDATE, sent, "program { id archivedAt } institutions { role }")

    same = await update(1, program=program, institutions=both, sdgs=[13])
    assert (same["userErrors"], same["changed"]) == ([], ["sdgs"])
    assert same["project"]["program"]["archivedAt"] is not None
    refused = await update(2, program=other, institutions=[*both, {"institution": UNAM, "role": "FUNDER"}])
    assert codes(refused) == [
        ("WRONG_STATE", ["input", "program"]),
        ("WRONG_STATE", ["input", "institutions", "2", "institution"]),
    ]
    assert {one["message"] for one in refused["userErrors"]} == {
        message("mutation.refers_to_archived").read("EN")
    }
    left = await update(2, program=None, institutions=both[:1])
    assert (left["userErrors"], left["changed"]) == ([], ["program", "institutions"])
    back = await update(3, program=program, institutions=both)
    assert [path for _, path in codes(back)] == [
        ["input", "program"],
        ["input", "institutions", "1", "institution"],
    ]
    new = {**INPUTS["createProject"], "program": program, "agreement": f"agreement_{await hidden(engine)}"}
    found = codes(await harness.send(UC, ACTIONS["createProject"], new))
    assert found == [
        ("REFERS_TO_NOTHING", ["input", "agreement"]),
        ("WRONG_STATE", ["input", "program"]),
        ("WRONG_STATE", ["input", "institutions", "1", "institution"]),
    ]


async def hidden(engine: AsyncEngine) -> str:
    """The id of an archived agreement that others are still drafting."""
    await run(
        engine,
        "insert into agreement (id, slug, title_en, type, status, date_precision, archived_at) values"
        " ('00000000-0000-4000-8000-0000000000aa', 'hidden', 'Hidden', 'EXCHANGE', 'DRAFT', 'DAY', now())",
    )
    return "00000000-0000-4000-8000-0000000000aa"


async def test_a_system_finds_its_row_archived(engine: AsyncEngine, harness: MutationHarness) -> None:
    """An upsert neither changes it nor creates another; nor does a system archive what it may not write."""
    for action, input in ((UPSERT, HEAT), (EVENT, DAY)):
        type_ = action.type_name
        made = await send(harness, input)
        id = made[type_.lower()]["id"]
        archived = await harness.send(SYSTEM, ACTIONS[f"archive{type_}"], given(ARCHIVE, id, 1))
        assert archived["userErrors"] == []
        again = await send(harness, input)
        assert codes(again) == [("WRONG_STATE", ["input", "value"])]
        assert (again["created"], again[type_.lower()]["version"]) == (False, 2)
    sent = given(ACTIONS["archiveVenue"], f"venue_{id_of('venue', 'la-casa')}", 1)
    assert codes(await harness.send(SYSTEM, ACTIONS["archiveVenue"], sent)) == [("FORBIDDEN", ID)]


async def test_who_leads_a_project_as_a_person_does_not_archive_it(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Nor do coordinators archive their institution, which staff have created."""
    version = await version_of(engine, "project", PROJECT)
    for sender, refused in (("mentor", True), ("mx-coordinator", False), ("admin", False)):
        sent = given(ARCHIVE, PROJECT, version)
        payload = await harness.send(sender, ARCHIVE, sent, dry=True)
        assert codes(payload) == ([("FORBIDDEN", ID)] if refused else [])
    action = ACTIONS["archiveInstitution"]
    sent = given(action, MERCED, await version_of(engine, "institution", MERCED))
    assert codes(await harness.send(UC, action, sent, dry=True)) == [("FORBIDDEN", ID)]
    assert codes(await harness.send("admin", action, sent, dry=True)) == []


async def test_time_does_not_change_an_archived_row(engine: AsyncEngine, harness: MutationHarness) -> None:
    """A call that has come to its opening opens once it is unarchived."""
    program = f"program_{id_of('program', 'CLIMATE_AMBASSADORS')}"
    made = await harness.send("admin", ACTIONS["createCall"], {**INPUTS["createCall"], "program": program})
    id = made["call"]["id"]
    key = id.partition("_")[2]
    await run(
        engine,
        "update call set status = 'SCHEDULED', opens_at = now() - interval '1 day', archived_at = now(),"
        f" deadline = now() + interval '9 days' where id = '{key}'",
        *timed_steps(schema.catalog),
    )
    status = f"select status from call where id = '{key}'"
    assert await scalar(engine, status) == "SCHEDULED"
    unarchive = ACTIONS["unarchiveCall"]
    back = await harness.send("admin", unarchive, given(unarchive, id, await version_of(engine, "call", id)))
    assert back["userErrors"] == []
    await run(engine, *timed_steps(schema.catalog))
    assert await scalar(engine, status) == "OPEN"
