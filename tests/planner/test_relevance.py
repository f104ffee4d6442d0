"""A list that is searched has the best matches first, both ways of paging, whatever type it is of."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import get_named_type

import models
import schema
from models.database.client import Database, engine_for
from planner.errors import BadUserInput
from tests.engines import default_engine
from tests.models.statements import rows
from tests.personas import viewer_of
from tests.reference.field_sources import TABLE

ENGINE = default_engine()
QUERY = schema.graphql_schema.query_type
assert QUERY is not None
FIELDS = QUERY.fields
LISTS = {
    name: TABLE[get_named_type(field.type).name.removesuffix("Connection")]
    for name, field in FIELDS.items()
    if {"search", "orderBy"} <= set(field.args)
}
FREQUENT = """
    select word from ts_stat('select {column} from {table}')
    where word ~ '^[a-z]{{3,}}$' and puente_vector(word) @@ puente_query(word)
    order by ndoc desc, word limit 5
"""
RANKED = """
    select greatest({ranks}), id::text from {offered} where {vectors} order by 1 desc, 2
"""
PAGE = 3


@pytest.fixture
async def database(hard_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(hard_url)
    yield opened
    await opened.close()


async def read(database: Database, name: str, **arguments: Any) -> Any:
    """A page of the list, as staff see it."""
    target = get_named_type(FIELDS[name].type).name.removesuffix("Connection")
    document = f"""query(
        $search: String $first: Int $after: String $last: Int $before: String $orderBy: [{target}Order!]
    ) {{
        {name}(
            search: $search first: $first after: $after last: $last before: $before orderBy: $orderBy
        ) {{
            edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage }}
        }}
    }}"""
    operation = ENGINE.operation(document, None)
    variables = operation.coerce(arguments)
    plan, _ = ENGINE.plan(operation, variables, viewer_of("admin"), "EN")
    assert plan is not None
    row = await database.fetch(plan.sql, plan.parameters(variables, viewer_of("admin")))
    return json.loads(row[0])


async def frequent_words(url: str, table: str) -> str:
    columns = [name for name in ("search", "name_search") if name in models.metadata.tables[table].c]
    engine = engine_for(url)
    found = [await rows(engine, FREQUENT.format(table=table, column=column)) for column in columns]
    await engine.dispose()
    return " or ".join(sorted({word for some in found for (word,) in some}))


def offered(table: str) -> str:
    """The rows that a search may find, as SQL."""
    archivable = "archived_at" in models.metadata.tables[table].c
    return f"(select * from {table}{' where archived_at is null' if archivable else ''}) offered"


async def ranked_ids(url: str, table: str, words: str) -> list[str]:
    return [id for _, id in await ranked(url, table, words)]


async def ranked(url: str, table: str, words: str) -> list[tuple[float, str]]:
    """Ranks and ids in the order that PostgreSQL ranks them, each by the best of its vectors that fit."""
    columns = [name for name in ("search", "name_search") if name in models.metadata.tables[table].c]
    fits = [f"{column} @@ puente_query(:words)" for column in columns]
    ranks = [
        f"case when {fit} then ts_rank({column}, puente_query(:words)) end"
        for fit, column in zip(fits, columns, strict=True)
    ]
    sql = RANKED.format(offered=offered(table), vectors=" or ".join(fits), ranks=", ".join(ranks))
    engine = engine_for(url)
    found = [(rank, id) for rank, id in await rows(engine, sql, words=words)]
    await engine.dispose()
    return found


@pytest.mark.parametrize(("name", "table"), LISTS.items())
async def test_pages_of_a_search_are_in_order_of_relevance(
    database: Database, hard_url: str, name: str, table: str
) -> None:
    words = await frequent_words(hard_url, table)
    best = (await ranked_ids(hard_url, table, words))[: 4 * PAGE - 1]
    assert len(best) > PAGE
    cursors: dict[str, str] = {}
    found: list[str] = []
    cursor = None
    while len(found) < len(best):
        page = await read(database, name, search=words, first=PAGE, after=cursor)
        ids = [edge["node"]["id"].partition("_")[2] for edge in page["edges"]]
        assert ids
        found += ids
        cursors |= {key: edge["cursor"] for key, edge in zip(ids, page["edges"], strict=True)}
        cursor = page["edges"][-1]["cursor"]
    assert found[: len(best)] == best
    while len(best) > 1:
        page = await read(database, name, search=words, last=PAGE, before=cursors[best[-1]])
        before = [edge["node"]["id"].partition("_")[2] for edge in page["edges"]]
        assert before == best[:-1][-PAGE:]
        assert page["pageInfo"]["hasNextPage"] is True
        best = best[: -len(before)]


@pytest.mark.parametrize(("name", "table"), LISTS.items())
async def test_a_cursor_of_a_list_is_none_of_a_search_and_the_other_way_round(
    database: Database, hard_url: str, name: str, table: str
) -> None:
    words = await frequent_words(hard_url, table)
    of_list = (await read(database, name, first=1))["edges"][0]["cursor"]
    of_search = (await read(database, name, search=words, first=1))["edges"][0]["cursor"]
    with pytest.raises(BadUserInput, match="order"):
        await read(database, name, search=words, first=1, after=of_list)
    with pytest.raises(BadUserInput, match="order"):
        await read(database, name, first=1, after=of_search)
    assert (await read(database, name, search="  ", first=1, after=of_list))["edges"] != []


@pytest.mark.parametrize("rank", [1e300, -1e39, "nan", "1", True, None, [], {}])
async def test_a_rank_that_is_none_is_refused(database: Database, rank: Any) -> None:
    cursor = (await read(database, "projects", search="de or of", first=1))["edges"][0]["cursor"]
    fingerprint, _, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps([fingerprint, rank, key]).encode()).decode().rstrip("=")
    with pytest.raises(BadUserInput):
        await read(database, "projects", search="de or of", after=forged)


@pytest.mark.parametrize(("name", "table"), LISTS.items())
async def test_relevance_is_a_term_of_an_order(
    database: Database, hard_url: str, name: str, table: str
) -> None:
    """Alone and among others, both ways, with cursors of its own; without a search all rows are equal."""
    words = await frequent_words(hard_url, table)
    ranks = {id: rank for rank, id in await ranked(hard_url, table, words)}
    best = sorted(ranks, key=lambda id: (ranks[id], id), reverse=True)
    down, up = [{"field": "RELEVANCE", "direction": "DESC"}], [{"field": "RELEVANCE"}]
    assert await pages(database, name, search=words, orderBy=down) == best
    assert await pages(database, name, search=words, orderBy=up) == best[::-1]
    grouped = await pages(database, name, search=words, orderBy=[*down, {"field": "CREATED_AT"}])
    assert [ranks[id] for id in grouped] == sorted(ranks.values(), reverse=True)
    everything = await pages(database, name, orderBy=up)
    assert everything == sorted(everything)
    cursor = (await read(database, name, search=words, first=1))["edges"][0]["cursor"]
    with pytest.raises(BadUserInput, match="order"):
        await read(database, name, search=words, orderBy=down, first=1, after=cursor)


async def pages(database: Database, name: str, **arguments: Any) -> list[str]:
    """The ids of all pages, forward."""
    found: list[str] = []
    after = None
    while True:
        page = await read(database, name, first=PAGE * 5, after=after, **arguments)
        found += [edge["node"]["id"].partition("_")[2] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["edges"][-1]["cursor"]
