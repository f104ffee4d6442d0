"""The search over several types: the best matches first, each read from where the search met its row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

import models
import schema
from models.database.client import Database
from planner.declaration.bindings import Search
from planner.plan.query_plan import Plan
from tests.engines import default_engine
from tests.personas import viewer_of
from tests.planner.test_relevance import offered
from tests.reference.field_sources import TABLE

ENGINE = default_engine()
BINDING = schema.catalog.types["Query"].members["search"].binding
assert isinstance(BINDING, Search)
TYPES = dict(BINDING.types)
SEARCHED = pytest.mark.parametrize("types", [*([name] for name in TYPES), list(TYPES)], ids="+".join)
WORDS = "de or of or energía or energy or maría or university or agua or water or student or baja"
DOCUMENT = """query(
    $words: String! $types: [SearchType!] $first: Int $after: String $last: Int $before: String
) {{
    search(text: $words types: $types first: $first after: $after last: $last before: $before) {{
        totalCount edges {{ cursor node {{ {node} }} }}
    }}
}}"""
IDS = " ".join(f"... on {name} {{ id }}" for name in TYPES.values())
PAGE = 7


def planned(node: str = IDS, **variables: Any) -> tuple[Plan, list[Any]]:
    operation = ENGINE.operation(DOCUMENT.format(node=node), None)
    coerced = operation.coerce(variables)
    plan, _ = ENGINE.plan(operation, coerced, viewer_of("admin"), "EN")
    assert plan is not None
    return plan, plan.parameters(coerced, viewer_of("admin"))


async def read(database: Database, node: str = IDS, **variables: Any) -> Any:
    """A page of the search, as staff see it."""
    plan, parameters = planned(node, **variables)
    return json.loads((await database.fetch(plan.sql, parameters))[0])


def hits(table: str) -> str:
    """Kind, id and rank of a table's rows, each by the best of its vectors that have the words."""
    kind = next(kind for kind, name in TABLE.items() if name == table)
    columns = [name for name in ("search", "name_search") if name in models.metadata.tables[table].c]
    ranks = [
        f"case when {one} @@ puente_query($1) then ts_rank({one}, puente_query($1)) end" for one in columns
    ]
    found = f"select '{kind}' as kind, id, greatest({', '.join(ranks)}) as rank from {offered(table)}"
    return f"select * from ({found}) ranked where rank is not null"


@pytest.fixture
async def connection(hard_url: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(hard_url)
    yield opened
    await opened.close()


@SEARCHED
async def test_pages_are_in_order_of_relevance(
    hard_url: str, connection: asyncpg.Connection, types: list[str]
) -> None:
    union = " union all ".join(hits(TABLE[TYPES[name]]) for name in types)
    best = [
        f"{TABLE[row['kind']]}_{row['id']}"
        for row in await connection.fetch(f"{union} order by rank desc, kind, id", WORDS)
    ]
    assert best
    database = await Database.open(hard_url)
    found: list[str] = []
    cursors: list[str] = []
    while page := await read(
        database, words=WORDS, types=types, first=PAGE, after=cursors[-1] if cursors else None
    ):
        assert page["totalCount"] == len(best)
        if not page["edges"] or len(found) > 10 * PAGE:
            break
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursors += [edge["cursor"] for edge in page["edges"]]
    assert found == best[: len(found)]
    before = await read(database, words=WORDS, types=types, last=PAGE, before=cursors[-1])
    assert [edge["node"]["id"] for edge in before["edges"]] == found[:-1][-PAGE:]
    await database.close()


@pytest.mark.parametrize("name", TYPES)
async def test_no_index_finds_a_row_again(connection: asyncpg.Connection, name: str) -> None:
    """The search has met it; only a scan of a whole small table is as cheap."""
    await connection.execute("set enable_seqscan = off; set plan_cache_mode = force_generic_plan")
    plan, parameters = planned(words=WORDS, types=[name])
    written = await connection.fetch(f"explain (costs off) {plan.sql}", *parameters)
    text = "\n".join(line for (line,) in written)
    assert "Tid Scan" in text
    assert "pk_" not in text


async def test_rows_that_move_are_found_once_where_they_are(database_url: str) -> None:
    """Each statement sees one version of a row, wherever newer ones are written meanwhile."""
    writer = await asyncpg.connect(database_url)
    database = await Database.open(database_url)
    slug = await writer.fetchval("select slug from project where status <> 'DRAFT' order by slug limit 1")
    rename = "update project set title_en = $1, title_es = null where slug = $2"
    titles = [f"Zzyzx {number}" for number in range(150)]
    await writer.execute(rename, titles[0], slug)

    async def write() -> None:
        for title in titles:
            await writer.execute(rename, title, slug)

    writing = asyncio.create_task(write())
    looked = 0
    while not writing.done() or not looked:
        page = await read(database, "... on Project { title }", words="zzyzx", types=["PROJECT"], first=5)
        assert [edge["node"]["title"] in titles for edge in page["edges"]] == [True]
        looked += 1
    await writing
    last = await read(database, "... on Project { title }", words="zzyzx", types=["PROJECT"], first=5)
    assert [edge["node"]["title"] for edge in last["edges"]] == titles[-1:]
    await database.close()
    await writer.close()
