"""Sessions keep a limited number of mutation plans, and the result of a write doesn't depend on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from unittest.mock import patch
from uuid import UUID

import asyncpg
import orjson
import pytest

from models.database.writer import WRITE, Writer
from tests.mutations.harness import ACTIONS, given, mutating

KEPT = "select name from pg_prepared_statements where from_sql order by prepare_time, name"
PROJECT = """
    select 'project_' || project_id, institution_id::text from project_institution
    where role = 'LEAD' order by project_id limit 1
"""
Call = Sequence[Any]
"""What `puente_write` is given."""


@pytest.fixture
async def session(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """One whose own statements are no part of what is counted."""
    connection = await asyncpg.connect(database_url, statement_cache_size=0)
    yield connection
    await connection.close()


@pytest.fixture
async def calls(database_url: str, session: asyncpg.Connection) -> list[Call]:
    """Of three mutations of one project, none of which was carried out."""
    project, lead = await session.fetchrow(PROJECT)
    institutions = [{"institution": f"institution_{lead}", "role": "LEAD"}]
    update, cancel = ACTIONS["updateProject"], ACTIONS["cancelProject"]
    sent: list[Call] = []

    async def keep(writer: Writer, parameters: Call) -> str:
        sent.append(parameters)
        return '{"errors": []}'

    with patch.object(Writer, "_send", keep):
        async with mutating(database_url) as harness:
            for action, more in (
                (update, {"titles": {"en": "Anew"}}),
                (update, {"institutions": institutions}),
                (cancel, {}),
            ):
                await harness.send("admin", action, given(action, project, 1, **more), dry=True)
    return sent


async def outcome(session: asyncpg.Connection, call: Call, kept: int) -> dict[str, Any]:
    """The results of mutations in a session that keeps this many statements."""
    *statements, parameters = call
    given_json = orjson.dumps({**orjson.loads(parameters), "kept": kept}).decode()
    found: dict[str, Any] = orjson.loads(await session.fetchval(WRITE, *statements, given_json))
    return found


async def kept(session: asyncpg.Connection) -> list[str]:
    return [row["name"] for row in await session.fetch(KEPT)]


async def test_what_comes_of_a_write_does_not_depend_on_kept_plans(
    session: asyncpg.Connection, calls: list[Call]
) -> None:
    for call in calls:
        planned = await outcome(session, call, 0)
        assert await kept(session) == []
        assert [await outcome(session, call, 20) for _ in range(3)] == [planned] * 3
        await session.execute("deallocate all")


async def test_a_session_keeps_a_limited_number_of_statements(
    session: asyncpg.Connection, calls: list[Call]
) -> None:
    """All three lock the row alike, each acts by its own; one looks at what was written, one tells people."""
    for call in calls:
        await outcome(session, call, 20)
    every = await kept(session)
    assert len(every) == 6
    await outcome(session, calls[0], 20)
    assert await kept(session) == every
    await session.execute("deallocate all")
    for call in calls:
        await outcome(session, call, 2)
    last = await kept(session)
    assert len(last) == 2
    assert set(last) < set(every)


@pytest.mark.parametrize(
    "forgets",
    ["discard all", "deallocate all", "alter table project add column later int", "analyze project"],
)
async def test_a_session_that_forgets_or_plans_anew_writes_as_before(
    session: asyncpg.Connection, calls: list[Call], forgets: str
) -> None:
    before = [await outcome(session, call, 20) for call in calls]
    await session.execute(forgets)
    assert [await outcome(session, call, 20) for call in calls] == before
    assert [one["errors"] for one in before] == [[], [], []]


async def changed(session: asyncpg.Connection, call: Call, kept: int) -> None:
    """Carry out an update of the project, on its version of now; a title becomes another one."""
    *statements, parameters = call
    sent = {name: value for name, value in orjson.loads(parameters).items() if name != "dry_run"}
    row = "select version, title_en from project where id = $1"
    version, _ = await session.fetchrow(row, UUID(sent["id"]))
    if "title_en" in sent["set"]:
        sent["set"]["title_en"] = f"Title {version}"
    found = await outcome(session, (*statements, orjson.dumps({**sent, "version": version}).decode()), kept)
    assert found["errors"] == []
    if "title_en" in sent["set"]:
        assert tuple(await session.fetchrow(row, UUID(sent["id"]))) == (version + 1, f"Title {version}")


async def noted(session: asyncpg.Connection) -> list[str]:
    """The statements that the session believes to have."""
    return sorted((await session.fetchval("select current_setting('puente.prepared', true)")).split())


async def test_what_a_session_remembers_of_its_statements_may_be_wrong(
    session: asyncpg.Connection, calls: list[Call]
) -> None:
    titles, institutions, _ = calls
    await changed(session, titles, 20)
    assert await noted(session) == sorted(await kept(session)) != []
    await session.execute("deallocate all")  # by a pooler, say
    await changed(session, titles, 20)
    transaction = session.transaction()
    await transaction.start()
    await changed(session, institutions, 2)
    await transaction.rollback()  # what was prepared and forgotten stays so
    assert await noted(session) != sorted(await kept(session))
    await changed(session, titles, 20)
    await changed(session, institutions, 20)
    assert await noted(session) == sorted(await kept(session))
