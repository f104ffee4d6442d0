"""The page speaks English and Spanish, and asks in the language that is chosen."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, expect

from tests.explorer.browser import Visit, visited
from tests.explorer.test_examples import TASKS


def languages_sent(visit: Visit) -> list[str | None]:
    return [request.headers.get("accept-language") for request in visit.sent_requests()]


async def test_a_reader_of_spanish_gets_spanish(browser: Browser, address: str) -> None:
    async with visited(browser, address, locale="es-MX") as visit:
        assert await visit.page.get_attribute("html", "lang") == "es"
        assert await visit.page.title() == "Puente, explorador"
        assert (await visit.text("operation.graphql")).startswith("# La lista de proyectos de un portal")
        await visit.run()
        assert set(languages_sent(visit)) == {"es"}
        await expect(visit.last_response()).to_contain_text("kB por la red")
        await visit.share("Copiar como curl")
        await expect(visit.notice()).to_contain_text("Copiado.")
        assert await visit.barriers() == []


async def test_the_switch_changes_page_answers_and_schema_and_is_remembered(visit: Visit) -> None:
    await visit.language().select_option("es")
    assert await visit.page.get_attribute("html", "lang") == "es"
    await expect(visit.page.get_by_role("heading", name="Explorador de Puente")).to_be_visible()
    await expect(visit.page.get_by_role("button", name="Ejemplos")).to_be_visible()
    await visit.choose_example("Búsqueda")
    answer = await visit.run()
    titles = [node["title"] for node in answer["data"]["search"]["nodes"] if "title" in node]
    assert "Energía renovable para redes aisladas" in titles
    assert languages_sent(visit) == ["en", "es", "es"]  # introspection, once more, the query
    await visit.page.reload()
    await visit.until_ready()
    assert await visit.page.get_attribute("html", "lang") == "es"
    assert await visit.language().input_value() == "es"


async def test_a_language_in_the_headers_wins(visit: Visit) -> None:
    await visit.as_staff({"Accept-Language": "es"})
    await visit.write('{ project(slug: "demo-renewable-grids") { title } }')
    assert (await visit.run())["data"]["project"]["title"] == "Energía renovable para redes aisladas"


def texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(texts(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(texts(one) for one in value))
    return {value} if isinstance(value, str) else set()


async def test_every_example_of_the_menu_answers_in_its_language(
    browser: Browser, address: str, staff: dict[str, str]
) -> None:
    answers: dict[str, list[Any]] = {}
    for locale in ("en-US", "es-MX"):
        async with visited(browser, address, locale=locale) as visit:
            await visit.page.get_by_role("button", name="Headers").click()
            button = visit.page.get_by_role("button", name="Examples" if locale == "en-US" else "Ejemplos")
            await button.click()
            titles = await visit.page.get_by_role("menuitem").all_inner_texts()
            await visit.page.keyboard.press("Escape")
            assert len(titles) == len(TASKS)
            for title in titles[:-1]:  # the last one answers when something changes
                await visit.choose_example(title)
                await visit.as_staff(staff)
                answer = await visit.run()
                assert list(answer) == ["data"], title
                answers.setdefault(locale, []).append(answer["data"])
    both = list(zip(answers["en-US"], answers["es-MX"], strict=True))
    alike = [english for english, spanish in both if not texts(spanish) - texts(english)]
    assert alike == [{"tasks": []}], "nothing waits for staff; all else differs by language"
