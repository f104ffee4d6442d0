"""What a person does with the explorer: it loads, completes, asks, shows answers and errors."""

from __future__ import annotations

import json
import re

from playwright.async_api import Browser, Page, expect

from tests.explorer.browser import VALUE, Visit, visited


async def test_it_loads_with_a_first_example_that_runs(visit: Visit) -> None:
    assert await visit.page.title() == "Puente, explorer"
    assert (await visit.text("operation.graphql")).startswith("# A portal's list of projects")
    answer = await visit.run()
    assert answer["data"]["projects"]["totalCount"] > 0
    await expect(visit.page.locator(".result-window .view-lines")).to_contain_text('"totalCount"')
    sizes = r"200 · [\d.,]+ ms · ([\d.]+ kB) over the wire, \1 decoded"
    await expect(visit.last_response()).to_have_text(re.compile(sizes))
    await visit.write("{ __schema { types { name description } } }")  # large enough to be compressed
    await visit.run()
    packed = re.compile(r"200 · .* ms · ([\d.]+) kB over the wire, ([\d.]+) kB decoded")
    await expect(visit.last_response()).to_have_text(packed)
    found = packed.search(await visit.last_response().inner_text())
    assert found is not None
    assert float(found[1]) < float(found[2]) / 3


async def test_the_first_example_still_runs_when_the_page_is_read_again(visit: Visit) -> None:
    before = await visit.text("variables.json")
    await visit.page.reload()
    await visit.until_ready()
    assert await visit.text("variables.json") == before
    await expect(visit.page.locator(".graphiql-tab")).to_have_count(1)
    assert (await visit.run())["data"]["projects"]["totalCount"] > 0


async def test_an_example_is_run_by_the_keys_once_it_is_chosen(visit: Visit) -> None:
    await visit.choose_example("Register for an event")
    await visit.write("", "response.json")
    await visit.page.keyboard.press("Control+Enter")
    await visit.page.wait_for_function(f"() => ({VALUE})('response.json') !== ''")
    assert list(json.loads(await visit.text("response.json"))["data"]) == ["registerForEvent"]
    await expect(visit.page.get_by_role("menu")).to_have_count(0)


async def test_a_field_is_completed(visit: Visit) -> None:
    await visit.write('{ project(slug: "demo-renewable-grids") {  } }')
    await visit.page.locator(".graphiql-query-editor .view-lines").click()
    await visit.page.keyboard.press("Control+End")
    for _ in range(4):
        await visit.page.keyboard.press("ArrowLeft")
    await visit.page.keyboard.type("summ")
    suggested = visit.page.locator(".suggest-widget .monaco-list-row", has_text="summary").first
    await expect(suggested).to_be_visible()
    await visit.page.keyboard.press("Enter")
    assert "summary" in await visit.text("operation.graphql")
    answer = await visit.run()
    assert answer["data"]["project"]["summary"]


async def test_an_error_can_be_read(visit: Visit) -> None:
    await visit.write("{ projects { nodes { titel } } }")
    marked = visit.page.locator(".graphiql-query-editor .squiggly-error")
    await expect(marked).to_be_visible()
    answer = await visit.run()
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    await expect(visit.last_response()).to_have_text(re.compile(r"400 · .* ms"))
    await expect(visit.page.locator(".result-window .view-lines")).to_contain_text("titel")


async def test_a_server_that_is_gone_is_reported(visit: Visit) -> None:
    await visit.page.route("**/graphql", lambda route: route.abort())
    assert "could not be reached" in (await visit.run())["errors"][0]["message"]
    visit.problems.clear()  # the browser tells of the request that failed


async def test_an_answer_that_is_not_graphql_is_reported(visit: Visit) -> None:
    await visit.page.route("**/graphql", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    message = (await visit.run())["errors"][0]["message"]
    assert "502" in message
    assert "<h1>Bad gateway</h1>" in message
    visit.problems.clear()


async def searched(page: Page, name: str, text: str) -> list[str]:
    """What the documentation's search lists, in its order."""
    await page.get_by_role("combobox", name=f"Search {name}").fill(text)
    await expect(page.get_by_role("option").first).to_contain_text(re.compile(text, re.IGNORECASE))
    found = await page.get_by_role("option").all_inner_texts()
    await page.keyboard.press("Escape")
    return found


async def finds_types_then_fields_then_arguments(page: Page) -> None:
    """The name itself, then what begins with it, then what contains it; Query's fields before others'."""
    found = await searched(page, "Docs", "Project")
    types = [option for option in found if "." not in option]
    assert found[: len(types)] == types
    assert types[0] == "Project"
    begins = [name.startswith("Project") for name in types]
    assert begins == sorted(begins, reverse=True)
    assert "CreateProjectInput" in types
    assert found[len(types)] == "Query.project"
    found = await searched(page, "Docs", "first")
    fields = [option for option in found if "(" not in option]
    assert found[: len(fields)] == fields
    assert found[len(fields)].endswith("(first: Int)")


async def test_documentation_history_and_the_explorer_plugin(visit: Visit) -> None:
    page = visit.page
    await visit.write("query Projects { projects { nodes { title } } }")
    await visit.run()
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.get_by_role("link", name="Query").first.click()
    await expect(page.locator(".graphiql-doc-explorer-content")).to_contain_text("projects")
    within = await searched(page, "Query", "project")
    assert within[:2] == ["project", "projects"]
    assert within.index("Project") < within.index("Subscription.project"), "then all other types and fields"
    await page.get_by_role("link", name="Go back to Docs").press("Enter")
    await finds_types_then_fields_then_arguments(page)
    await page.get_by_role("button", name="Show History").click()
    await expect(page.locator(".graphiql-history-items")).to_contain_text("Projects")
    await page.get_by_role("button", name="Show GraphiQL Explorer").click()
    await expect(page.locator(".graphiql-explorer-root")).to_contain_text("collaborations")
    await visit.choose_example("The calendar, in two time zones")  # with a list, which it doesn't show
    await expect(page.locator(".graphiql-explorer-root")).to_contain_text("localEnd")


async def test_queries_and_variables_are_formatted(visit: Visit) -> None:
    await visit.write("# kept\nquery Q($n:Int){projects(first:$n){nodes{slug}}}")
    await visit.write('{"n":1}', "variables.json")
    await visit.page.get_by_role("button", name="Prettify query").click()
    await visit.page.wait_for_function(f"() => ({VALUE})('operation.graphql').includes('\\n  projects')")
    assert (await visit.text("operation.graphql")).startswith(
        "# kept\nquery Q($n: Int) {\n  projects(first: $n) {"
    )
    assert await visit.text("variables.json") == '{\n  "n": 1\n}'


async def test_a_narrow_window_shows_everything(browser: Browser, address: str) -> None:
    async with visited(browser, address, viewport={"width": 360, "height": 700}) as visit:
        page = visit.page
        await visit.run()
        await page.get_by_role("button", name="Show Documentation Explorer").click()
        for part in (
            "select",
            ".view-as",
            ".graphiql-doc-explorer",
            ".graphiql-query-editor",
            ".result-window",
        ):
            await page.locator(part).scroll_into_view_if_needed()
            box = await page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 360, part
            assert box["height"] > 20, part
        scrolled = """() => [".graphiql-editor", ".monaco-editor"].map(one =>
            document.querySelector(`.graphiql-query-editor ${one}`).getBoundingClientRect().top)"""
        outer, inner = await page.evaluate(scrolled)
        assert outer == inner, "the editor is scrolled with all else"
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
