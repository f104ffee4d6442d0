"""In development the page shows what a query costs: its stages, PostgreSQL's plan, and the statement."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from playwright.async_api import Browser, Locator, Route, expect

from tests.api.loopback_sockets import served
from tests.explorer.browser import Visit, visited

QUERY = '{ projects(search: "water", first: 3) { totalCount nodes { title } } }'


def panel(visit: Visit) -> Locator:
    return visit.page.get_by_role("region", name="Explain")


async def explained(visit: Visit, query: str) -> Any:
    await visit.write(query)
    await visit.page.get_by_role("button", name="Explain: off").click()
    return await visit.run()


async def test_a_query_is_explained(visit: Visit) -> None:
    answer = await explained(visit, QUERY)
    assert list(answer) == ["data"]  # the panel has the rest
    for text in (
        "who asks",
        "database",
        "PostgreSQL's plan",
        "slowest",
        "own time",
        "blocks:",
        "$1",
        '"water"',
    ):
        await expect(panel(visit)).to_contain_text(text)
    statement = await panel(visit).locator("pre").inner_text()
    assert statement.startswith("SELECT\n  CAST(\n")
    assert "\n            FROM project AS project_1\n" in statement
    await visit.write(QUERY.replace("water", "sun"))
    await expect(panel(visit).locator("pre")).to_have_count(0)
    await expect(panel(visit)).to_contain_text("Run a query")


async def test_an_explanation_that_comes_after_the_query_has_changed_is_of_no_use(visit: Visit) -> None:
    changed = asyncio.Event()

    async def answer(route: Route) -> None:
        await changed.wait()
        await route.continue_()

    await visit.page.route("**/graphql", answer)
    await visit.page.get_by_role("button", name="Explain: off").click()
    running = asyncio.create_task(visit.run())
    async with visit.page.expect_request("**/graphql"):
        pass
    await visit.write(QUERY)
    changed.set()
    assert (await running)["data"]["projects"]["nodes"]
    await expect(panel(visit)).to_contain_text("Run a query")


async def test_nothing_is_explained_unless_asked_for(visit: Visit) -> None:
    await visit.run()
    bodies = [json.loads(request.post_data or "{}") for request in visit.requests if request.post_data]
    assert bodies
    assert [body for body in bodies if "extensions" in body] == []
    await expect(panel(visit)).to_have_count(0)


async def test_what_python_answers_has_no_statement(visit: Visit) -> None:
    await explained(visit, "{ __schema { queryType { name } } }")
    await expect(panel(visit)).to_contain_text("Nothing of this query stands on the database")


async def test_an_error_is_not_explained(visit: Visit) -> None:
    answer = await explained(visit, "{ projects { nodes { titel } } }")
    assert answer["errors"]
    await expect(panel(visit)).to_contain_text("The last answer was not explained.")


async def test_the_panel_speaks_spanish(browser: Browser, address: str) -> None:
    async with visited(browser, address, locale="es-MX") as visit:
        await visit.page.get_by_role("button", name="Explicar: desactivado").click()
        await visit.run()
        spanish = visit.page.get_by_role("region", name="Explicar")
        for text in ("base de datos", "Plan de PostgreSQL", "el más lento", "tiempo propio", "Sentencia"):
            await expect(spanish).to_contain_text(text)


async def test_outside_development_there_is_nothing_to_explain(browser: Browser, seeded_url: str) -> None:
    async with (
        served(seeded_url, tokens=False) as port,
        visited(browser, f"http://127.0.0.1:{port}") as visit,
    ):
        await expect(visit.page.get_by_role("button", name="Explain")).to_have_count(0)


def node(kind: str, time: float, loops: int, *below: dict[str, Any], **more: Any) -> dict[str, Any]:
    measured = {"Plan Rows": 10, "Actual Rows": 4, "Actual Loops": loops, "Actual Total Time": time}
    return {"Node Type": kind, **measured, "Plans": list(below), **more}


async def test_the_time_of_a_step_is_its_own_over_all_its_runs(visit: Visit) -> None:
    scan = node("Seq Scan", 2.0, 30, Alias="p", **{"Relation Name": "project", "Rows Removed by Filter": 7})
    plan = node("Nested Loop", 100.0, 1, node("Index Scan", 30.0, 1), scan, node("Limit", 0, 0))
    received = {
        "sql": "SELECT 1",
        "parameters": [],
        "postgresql": {"Plan": plan, "Planning Time": 1.5, "Execution Time": 101.0},
        "cached": {"document": True, "plan": False},
        "stages": {"plan": 25.0, "database": 75.0},
    }

    async def answer(route: Route) -> None:
        await route.fulfill(json={"data": {}, "extensions": {"explain": received, "other": 1}})

    await visit.page.route("**/graphql", answer)
    assert await explained(visit, "{ viewer { kind } }") == {"data": {}, "extensions": {"other": 1}}
    steps = await panel(visit).locator(".plan li").all_inner_texts()
    assert "10 ms own time · 100 ms with those below · rows: 4 (expected: 10)" in steps[0]
    assert "slow" in steps[1]
    assert steps[2].startswith("Seq Scan on project as p")
    assert "slowest" in steps[2]
    assert "60 ms own time · rows: 120 (expected: 300) · rows left out: 210 · 30 times" in steps[2]
    assert "never run" in steps[3]
    await expect(panel(visit).get_by_role("row", name="database")).to_contain_text("75 %")
    await expect(panel(visit)).to_contain_text("Document: found in the cache. Plan: made anew.")
    await expect(panel(visit)).to_contain_text("took longest by itself: Seq Scan on project as p, 60 ms.")
