"""A repetition does nothing twice, two at once don't overwrite each other, a revoked grant acts at once."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from threading import Thread
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import planner.engine
from api.auth import viewer_cache
from models.audit import prune_keys
from models.database.client import engine_for
from planner.mutation.write_statement import write_statement
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import scalar
from tests.mutations.harness import ACTIONS, document

UPDATE = document(ACTIONS["updateProject"], "title")
CLIENTS = 12
WAITING = """
    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%puente_write%'
"""
TWO = """
    mutation ($one: UpdateProjectInput!, $two: UpdateProjectInput!) {
        one: updateProject(input: $one) { changed replayed userErrors { code } }
        bad: updateProject(input: $one) { project { version } replayed userErrors { code } }
        two: updateProject(input: $two) { changed replayed userErrors { code } }
    }"""


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(
        database_url, operations_per_minute=0, pool_timeout=60.0, write_pool_size=CLIENTS
    ) as made:
        yield made


async def projects(engine: AsyncEngine, number: int = 1) -> list[str]:
    """Projects of uc-merced, whose coordinator asks."""
    async with engine.connect() as connection:
        found = await connection.execute(
            text("""
                select p.id::text from project p join project_institution l on l.project_id = p.id
                join institution i on i.id = l.institution_id
                where i.slug = 'uc-merced' and p.version = 1 group by p.id order by p.id limit :number"""),
            {"number": number},
        )
        return [f"project_{id}" for (id,) in found]


def titled(id: str, title: str, version: int = 1, key: str | None = None) -> dict[str, Any]:
    """The variables of an update of a project's title."""
    return {"input": {"id": id, "expectedVersion": version, "titles": {"en": title}}, "key": key}


async def send(
    client: httpx.AsyncClient, variables: dict[str, Any], headers: dict[str, str]
) -> dict[str, Any]:
    response = await ask(client, UPDATE, variables, headers)
    assert response.status_code == 200, response.text
    payload: dict[str, Any] = response.json()["data"]["updateProject"]
    return payload


async def update(
    client: httpx.AsyncClient, id: str, title: str, version: int = 1, key: str | None = None
) -> dict[str, Any]:
    return await send(client, titled(id, title, version, key), signed_in("uc-coordinator"))


async def entries(engine: AsyncEngine, id: str) -> list[Any]:
    async with engine.connect() as connection:
        found = await connection.execute(
            text("select * from audit_entry where entity_id = :id order by number"),
            {"id": id.partition("_")[2]},
        )
        return list(found.all())


async def test_one_key_sent_often_at_once_acts_once(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    (id,) = await projects(engine)
    before = len(await entries(engine, id))
    payloads = await asyncio.gather(*(update(client, id, "Once", key="k") for _ in range(CLIENTS)))
    assert Counter(one["replayed"] for one in payloads) == {False: 1, True: CLIENTS - 1}
    assert all(one["userErrors"] == [] and one["changed"] == ["titles"] for one in payloads)
    assert {one["project"]["version"] for one in payloads} == {2}
    assert len(await entries(engine, id)) == before + 1


async def test_a_key_is_of_one_input_one_mutation_and_one_viewer(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    (id,) = await projects(engine)
    await update(client, id, "First", key="k")
    other = await update(client, id, "Second", version=2, key="k")
    assert [(one["code"], one["path"]) for one in other["userErrors"]] == [
        ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
    ]
    staff = await send(client, titled(id, "First", key="k"), signed_in("admin"))
    assert [one["code"] for one in staff["userErrors"]] == ["CONFLICT"], "another viewer's key is another"
    cancel = document(ACTIONS["cancelProject"])
    input = {"id": id, "expectedVersion": 2, "reason": "No money."}
    response = await ask(client, cancel, {"input": input, "key": "k"}, signed_in("uc-coordinator"))
    assert response.json()["data"]["cancelProject"]["changed"] == ["status"]


async def test_what_failed_keeps_no_key(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    (id,) = await projects(engine)
    refused = await update(client, id, " ", key="k")
    assert [one["code"] for one in refused["userErrors"]] == ["REQUIRED"]
    done = await update(client, id, "Corrected", key="k")
    assert (done["userErrors"], done["replayed"]) == ([], False)


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\0b"])
async def test_a_key_that_is_none_is_refused(
    client: httpx.AsyncClient, engine: AsyncEngine, key: str
) -> None:
    (id,) = await projects(engine)
    refused = await update(client, id, "New", key=key)
    assert [one["path"] for one in refused["userErrors"]] == [["idempotencyKey"]]
    assert refused["project"]["version"] == 1


async def test_keys_are_forgotten_after_their_time(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    (id,) = await projects(engine)
    await update(client, id, "First", key="k")
    assert await prune_keys(engine, 3600, 10) == 0
    async with engine.begin() as connection:
        await connection.execute(text("update idempotency_key set at = now() - interval '2 hours'"))
    assert await prune_keys(engine, 3600, 10) == 1
    again = await update(client, id, "First", key="k")
    assert [one["code"] for one in again["userErrors"]] == ["CONFLICT"]


async def test_the_header_names_each_mutation_of_a_request(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    one, two = await projects(engine, 2)
    variables = {
        "one": {"id": one, "expectedVersion": 1, "titles": {"en": "One"}},
        "two": {"id": two, "expectedVersion": 1, "titles": {"en": "Two"}},
    }
    headers = {**signed_in("uc-coordinator"), "idempotency-key": "batch"}
    first = (await ask(client, TWO, variables, headers)).json()["data"]
    assert first["one"] == {"changed": ["titles"], "replayed": False, "userErrors": []}
    assert first["bad"]["userErrors"] == [{"code": "CONFLICT"}], "one that fails does not stop the next"
    assert first["bad"]["project"] == {"version": 2}
    assert first["two"] == {"changed": ["titles"], "replayed": False, "userErrors": []}
    again = (await ask(client, TWO, variables, headers)).json()["data"]
    assert (again["one"]["replayed"], again["two"]["replayed"]) == (True, True)
    single_key = {**signed_in("uc-coordinator"), "idempotency-key": "single"}
    single = await send(client, titled(one, "Three", version=2), single_key)
    assert single["replayed"] is False
    assert (await send(client, titled(one, "Three", version=2), single_key))["replayed"]


async def conflicts(client: httpx.AsyncClient, engine: AsyncEngine) -> tuple[int, list[dict[str, Any]]]:
    """How many of those who write at once what they read are let through; and the others' payloads.

    Somebody holds the row until all of them wait for it.
    """
    (id,) = await projects(engine)
    async with engine.begin() as holder:
        await holder.execute(
            text("select from project where id = :id for no key update"), {"id": id.partition("_")[2]}
        )
        writes = [asyncio.create_task(update(client, id, f"Title {n}")) for n in range(CLIENTS)]
        async with asyncio.timeout(60):
            while await scalar(engine, WAITING) < CLIENTS:
                await asyncio.sleep(0.02)
    payloads = await asyncio.gather(*writes)
    done = [one for one in payloads if not one["userErrors"]]
    return len(done), [one for one in payloads if one["userErrors"]]


async def test_two_people_never_overwrite_each_other(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    done, others = await conflicts(client, engine)
    assert done == 1
    assert {one["userErrors"][0]["code"] for one in others} == {"CONFLICT"}
    assert len({one["project"]["title"] for one in others}) == 1, "the current row"


@pytest.mark.usefixtures("nothing_planned")
async def test_without_its_lock_they_would(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    def unlocked(*given: Any) -> Any:
        return replace(write_statement(*given), locks=())

    with patch.object(planner.engine, "write_statement", unlocked):
        done, _ = await conflicts(client, engine)
    assert done > 1


async def test_a_revoked_grant_acts_on_the_next_mutation(
    client: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    (id,) = await projects(engine)
    await update(client, id, "Allowed")
    async with engine.begin() as connection:
        await connection.execute(text("delete from access_grant where subject = 'uc-coordinator'"))
    refused = await update(client, id, "Refused", version=2)
    assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
    replayed = await update(client, id, "Allowed")
    assert refused["project"]["title"] == replayed["project"]["title"] == "Allowed"


async def test_an_update_takes_two_round_trips(
    database_url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One carries it out, one reads the payload; grants are looked at on the way.

    They are read again after a minute, which is short on a busy machine: here they never are.
    """
    monkeypatch.setattr(viewer_cache, "MAX_AGE", math.inf)
    sent: list[str] = []

    def kinds() -> list[str]:
        """What was sent from the first write on, but for the feed's and what a slow machine reads again."""
        others = ("puente_number_changes", "last_grant")
        found = [_kind(one) for one in sent if not any(other in one for other in others)]
        return found[found.index("write") :] if "write" in found else []

    async with reached(database_url, sent.append) as client:
        (id,) = await projects(engine)
        for version in range(1, 6):
            await update(client, id, f"Title {version}", version=version, key=str(version))
        async with asyncio.timeout(30):
            while len(kinds()) < 10:  # the driver tells of a statement a moment after it
                await asyncio.sleep(0.01)
    assert kinds() == ["write", "payload"] * 5


def _kind(statement: str) -> str:
    if "puente_write" in statement:
        return "write"
    return "payload" if "json_object('id'" in statement else statement


@pytest.mark.parametrize("key", [None, "k"])
async def test_a_connection_that_ended_meanwhile_fails_nobody(
    client: httpx.AsyncClient, engine: AsyncEngine, database_url: str, key: str | None
) -> None:
    """The server ends it while the process does something else, so that nobody has heard of it yet."""
    (id,) = await projects(engine)
    await update(client, id, "Before")
    ended = Thread(target=asyncio.run, args=(end_writers(database_url),))
    ended.start()
    ended.join()  # the event loop stands still
    after = await update(client, id, "After", version=2, key=key)
    assert (after["userErrors"], after["project"]["version"]) == ([], 3)


async def end_writers(url: str) -> None:
    """End the connections that wrote last, and wait until they are gone."""
    engine = engine_for(url)
    there = "from pg_stat_activity where datname = current_database() and query like 'select puente_write%'"
    found = await scalar(engine, f"select count(pg_terminate_backend(pid)) {there}")
    while await scalar(engine, f"select count(*) {there}"):
        await asyncio.sleep(0.02)
    await engine.dispose()
    assert found == 1
