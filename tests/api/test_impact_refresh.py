"""A server counts what impact metrics compute, again and again, whatever went wrong before."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from models.database.client import engine_for
from tests.api.http_clients import ask, reached
from tests.models.statements import run

IMPACT = "{ impact { key computed } }"
ONE_MORE = """
    insert into project (slug, title_en, status, starts_on, date_precision)
    values ('one-more', 'One more', 'ACTIVE', '2025-01-01', 'DAY')
"""


async def projects(client: httpx.AsyncClient) -> int:
    found = (await ask(client, IMPACT)).json()["data"]["impact"]
    return next(int(metric["computed"]) for metric in found if metric["key"] == "projects_since_2020")


async def until_there_are(client: httpx.AsyncClient, wanted: int) -> None:
    async with asyncio.timeout(20):
        while await projects(client) != wanted:
            await asyncio.sleep(0.1)


async def test_what_plain_sql_wrote_is_counted(database_url: str) -> None:
    engine = engine_for(database_url)
    async with reached(database_url, impact_interval=1.0) as client:
        before = await projects(client)
        await run(engine, ONE_MORE)
        assert await projects(client) == before
        await until_there_are(client, before + 1)
    await engine.dispose()


async def test_counting_goes_on_after_a_failure(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    engine = engine_for(database_url)
    await run(engine, "alter function puente_count_impact rename to elsewhere", ONE_MORE)
    with caplog.at_level(logging.WARNING, "puente"):
        async with reached(database_url, impact_interval=1.0) as client:
            before = await projects(client)
            async with asyncio.timeout(20):
                while "impact metrics were not refreshed" not in caplog.text:
                    await asyncio.sleep(0.1)
            await run(engine, "alter function elsewhere rename to puente_count_impact")
            await until_there_are(client, before + 1)
    await engine.dispose()
