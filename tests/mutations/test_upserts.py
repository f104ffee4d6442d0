"""Systems create and update rows by their own ids: one row for an id, by the rights that they have anyway."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.natural_keys import id_of
from planner.messages import message
from schema.grants import Principal, make_principal
from schema.roles import COORDINATOR, INTEGRATION, Scope
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_creations import MERCED, UNAM
from tests.personas import CAST, grant_at

PROJECT, EVENT = ACTIONS["upsertProjectByExternalId"], ACTIONS["upsertEventByExternalId"]
DAVIS = f"institution_{id_of('institution', 'uc-davis')}"
VALUE, INPUT = ["input", "value"], ["input"]
KNOWN = "slug title status externalIds { institution { id } scheme value }"
HEAT: dict[str, Any] = {
    "scheme": "cris",
    "value": "2026/17",
    "titles": {"en": "Heat and health"},
    "institutions": [{"institution": MERCED, "role": "LEAD"}],
}
DAY: dict[str, Any] = {
    "scheme": "calendar",
    "value": "17",
    "titles": {"en": "Water day"},
    "localStart": "2027-03-14T09:00",
    "localEnd": "2027-03-14T11:00",
    "timeZone": "America/Tijuana",
    "mode": "HYBRID",
    "organizers": [{"institution": MERCED, "role": "HOST"}],
}
SYSTEM = "integration"
"""It holds every scope at uc-merced."""


def system(institution: str, *scopes: Scope) -> Principal:
    grant = grant_at(INTEGRATION, institution, *scopes)
    return make_principal("CLIENT", [grant], epoch=None, key=repr(grant))


OF_DAVIS = system("uc-davis", *Scope)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def send(
    harness: MutationHarness, given: dict[str, Any], sender: Principal | str = SYSTEM, **options: Any
) -> dict[str, Any]:
    action = PROJECT if "institutions" in given or "startsOn" in given else EVENT
    return await harness.send(sender, action, given, KNOWN, **options)


async def projects(engine: AsyncEngine) -> int:
    found: int = await scalar(engine, "select count(*) from project")
    return found


async def test_a_row_is_created_and_then_updated(engine: AsyncEngine, harness: MutationHarness) -> None:
    """The same input again changes nothing; the id is part of the row, and found by a filter."""
    for action, given, other in ((PROJECT, HEAT, {"sdgs": [13]}), (EVENT, DAY, {"topics": ["water"]})):
        kind = action.type_name.lower()
        made = await send(harness, given)
        row = made[kind]
        assert (made["userErrors"], made["created"], row["status"], row["version"]) == ([], True, "DRAFT", 1)
        wanted = {"scheme": given["scheme"], "value": given["value"], "institution": {"id": MERCED}}
        assert row["externalIds"] == [wanted]
        assert "externalIds" in made["changed"]
        again = await send(harness, given)
        assert (again["created"], again["changed"], again["replayed"]) == (False, [], False)
        assert again[kind] == row
        short = {name: given[name] for name in ("scheme", "value", *({"institutions"} & given.keys()))}
        changed = await send(harness, {**short, **other})
        assert (changed["userErrors"], changed["created"], changed["changed"]) == ([], False, [*other])
        assert (changed[kind]["id"], changed[kind]["title"]) == (row["id"], given["titles"]["en"])
        assert changed[kind]["version"] == 2
        found = await rows(
            engine,
            "select operation, part, mutation from audit_entry where entity_id"
            f" = '{row['id'].partition('_')[2]}' order by number",
        )
        entries = [tuple(one) for one in found]
        assert {mutation for *_, mutation in entries} == {action.mutation}
        assert ("INSERT", f"{kind}_external_id", action.mutation) in entries
        assert entries[-1] == ("UPDATE", None, action.mutation)


async def test_a_retry_says_what_the_first_request_did(engine: AsyncEngine, harness: MutationHarness) -> None:
    before = await projects(engine)
    dry = await send(harness, HEAT, dry=True)
    assert (dry["userErrors"], dry["created"], dry["project"], await projects(engine)) == (
        [],
        True,
        None,
        before,
    )
    first = await send(harness, HEAT, key="k")
    retry = await send(harness, HEAT, key="k")
    assert (first["replayed"], retry["replayed"], first["created"], retry["created"]) == (
        False,
        True,
        True,
        True,
    )
    assert (retry["project"], retry["changed"]) == (first["project"], first["changed"])
    assert codes(await send(harness, {**HEAT, "sdgs": [1]}, key="k")) == [
        ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
    ]
    changes = {**HEAT, "sdgs": [7]}
    dry = await send(harness, changes, dry=True)
    assert (dry["created"], dry["changed"], dry["project"]["version"]) == (False, ["sdgs"], 1)
    payloads = [await send(harness, changes, key="another") for _ in range(2)]
    assert [(one["created"], one["replayed"], one["changed"]) for one in payloads] == [
        (False, False, ["sdgs"]),
        (False, True, ["sdgs"]),
    ]
    assert await projects(engine) == before + 1


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_a_version_is_compared_if_it_is_given(harness: MutationHarness, language: str) -> None:
    missing = await send(harness, {**HEAT, "expectedVersion": 1}, language=language)
    assert missing["userErrors"] == [
        {"code": "NOT_FOUND", "path": VALUE, "message": message("mutation.not_found").read(language)}
    ]
    assert (missing["created"], missing["project"]) == (False, None)
    await send(harness, HEAT)
    stale = await send(harness, {**HEAT, "sdgs": [2], "expectedVersion": 7}, language=language)
    assert stale["userErrors"] == [
        {
            "code": "CONFLICT",
            "path": ["input", "expectedVersion"],
            "message": message("mutation.conflict").read(language),
        }
    ]
    assert (stale["project"]["version"], stale["changed"], stale["created"]) == (1, [], False)
    assert (await send(harness, {**HEAT, "sdgs": [2], "expectedVersion": 1}))["changed"] == ["sdgs"]


async def test_all_that_is_wrong_is_named_where_it_was_sent(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Of an event what a new one needs, too; nothing of it is needed once there is the event."""
    bare = {"scheme": "Not so", "value": " "}
    assert sorted(codes(await send(harness, bare))) == [
        ("INVALID", ["input", "scheme"]),
        *(("REQUIRED", ["input", name]) for name in ("localEnd", "localStart", "mode", "timeZone", "titles")),
        ("REQUIRED", VALUE),
    ]
    long = {**HEAT, "scheme": "c" * 51, "value": "v" * 301, "titles": {"en": " "}, "sdgs": [18]}
    assert sorted(codes(await send(harness, long))) == [
        ("INVALID", ["input", "sdgs"]),
        ("REQUIRED", ["input", "titles"]),
        ("TOO_LONG", ["input", "scheme"]),
        ("TOO_LONG", VALUE),
    ]
    assert codes(await send(harness, {**HEAT, "value": "1\0"})) == [("INVALID", VALUE)]
    await send(harness, DAY)
    same = {"scheme": DAY["scheme"], "value": DAY["value"], "titles": None}
    assert codes(await send(harness, same)) == [("REQUIRED", ["input", "titles"])]
    assert (await send(harness, {**same, "titles": {"es": "Día"}}))["changed"] == ["titles"]
    moved = {**HEAT, "institutions": [{"institution": UNAM, "role": "LEAD"}]}
    before = await projects(engine)
    assert codes(await send(harness, moved)) == [("FORBIDDEN", INPUT)]
    assert await projects(engine) == before


@pytest.mark.parametrize("language", ["EN", "ES"])
async def test_systems_alone_use_ids_of_their_own(
    engine: AsyncEngine, harness: MutationHarness, language: str
) -> None:
    """A system that may not read drafts creates none; one of several institutions has no ids of its own."""
    words = message("mutation.may_not_make").read(language)
    refused = [{"code": "FORBIDDEN", "path": INPUT, "message": words}]
    writing = system("uc-merced", Scope.PROJECTS_WRITE, Scope.EVENTS_WRITE)
    several = make_principal(
        "PERSON",
        [grant_at(INTEGRATION, one, *Scope) for one in ("uc-merced", "uc-davis")],
        epoch=None,
        key="several",
    )
    before = await projects(engine)
    senders: list[Principal | str] = [*(name for name in CAST if name != SYSTEM), writing, several]
    for sender in senders:
        for given in (HEAT, DAY, {**HEAT, "expectedVersion": 1}):
            payload = await send(harness, given, sender, language=language)
            if sender is writing and "expectedVersion" in given:
                assert codes(payload) == [("NOT_FOUND", VALUE)]
            else:
                assert payload["userErrors"] == refused, sender
            assert not payload["created"]
    assert await projects(engine) == before
    assert (await send(harness, HEAT))["created"]
    announced = "update project set status = 'PROPOSED' where title_en = 'Heat and health'"
    assert codes(await send(harness, HEAT, writing)) == [("NOT_FOUND", VALUE)], "a draft that it may not read"
    await run(engine, announced)
    assert (await send(harness, {**HEAT, "sdgs": [4]}, writing))["changed"] == ["sdgs"]


async def test_an_id_is_the_institutions_own(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Another institution's same id is of another row; a row that is no longer theirs is not said to be."""
    mine = await send(harness, HEAT)
    theirs = {**HEAT, "institutions": [{"institution": DAVIS, "role": "LEAD"}]}
    other = await send(harness, theirs, OF_DAVIS)
    assert other["created"]
    assert other["project"]["id"] != mine["project"]["id"]
    key = mine["project"]["id"].partition("_")[2]
    given_away = f"update project_institution set institution_id = '{DAVIS.partition('_')[2]}'"
    await run(engine, f"{given_away} where project_id = '{key}'")
    hidden = await send(harness, {**HEAT, "sdgs": [5]})
    assert (codes(hidden), hidden["project"]) == ([("NOT_FOUND", VALUE)], None)
    await run(engine, f"update project set status = 'PROPOSED' where id = '{key}'")
    seen = await send(harness, {**HEAT, "sdgs": [5]})
    assert (codes(seen), seen["project"]["version"], seen["changed"]) == ([("FORBIDDEN", VALUE)], 2, [])


async def test_a_system_prepares_what_people_publish(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Its own drafts only, with the other mutations too; once announced, it keeps them up to date."""
    for given, kind in ((HEAT, "Project"), (DAY, "Event")):
        row = (await send(harness, given))[kind.lower()]
        actions = {one["name"]: one["allowed"] for one in row["availableActions"]}
        assert (actions[f"update{kind}"], actions[f"publish{kind}"]) == (True, False)
        publish, update = ACTIONS[f"publish{kind}"], ACTIONS[f"update{kind}"]
        step = {"id": row["id"], "expectedVersion": row["version"]}
        assert codes(await harness.send(SYSTEM, publish, step)) == [("FORBIDDEN", ["input", "id"])]
        titles = {**step, "titles": {"es": "Agua"}}
        assert (await harness.send(SYSTEM, update, titles))["userErrors"] == []
        done = await harness.send("uc-coordinator", publish, {**step, "expectedVersion": 2})
        assert done["userErrors"] == []
        kept = await send(harness, {**given, "titles": {"en": "Kept"}})
        assert (kept["created"], kept["changed"]) == (False, ["titles"])
    unknown = await harness.send("uc-coordinator", ACTIONS["createProject"], _without_id(HEAT))
    step = {"id": unknown["project"]["id"], "expectedVersion": 1, "sdgs": [1]}
    assert codes(await harness.send(SYSTEM, ACTIONS["updateProject"], step)) == [
        ("FORBIDDEN", ["input", "id"])
    ]
    emptied = {**HEAT, "institutions": []}
    assert codes(await send(harness, emptied)) == [("INCOMPLETE", ["input", "institutions"])]


def _without_id(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ("scheme", "value")}


async def test_who_is_a_coordinator_too(harness: MutationHarness) -> None:
    """Roles add up: the ids are those of the institution whose system it is."""
    grants = [grant_at(INTEGRATION, "uc-merced", *Scope), grant_at(COORDINATOR, "uc-davis")]
    both = make_principal("PERSON", grants, epoch=None, key="both")
    made = await send(harness, HEAT, both)
    assert (made["userErrors"], made["created"]) == ([], True)
    assert not (await send(harness, HEAT))["created"]
