"""No example of the explorer is ever broken: each fits the schema, and finds rows or changes one, in both
languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from models.database.client import Database, engine_for
from models.loading.demo.upcoming import keep_upcoming
from planner.viewer import Viewer
from tests.api.http_clients import ask, bearer, reached
from tests.api.loopback_sockets import served
from tests.api.sse.event_stream import reaching, streamed
from tests.conftest import CopyOf
from tests.engines import default_engine
from tests.personas import PUBLIC, viewer_of

FOLDER = Path(__file__).resolve().parents[2] / "explorer/examples"
EXAMPLES = sorted(FOLDER.glob("*.graphql"), key=lambda path: int(path.stem.split("-")[0]))
TASKS = [
    "projects",
    "project",
    "calendar",
    "mentors",
    "map",
    "impact",
    "collaborations",
    "search",
    "contacts",
    "roster",
    "tasks",
    "register",
    "change",
    "live",
    "changes",
]


def kind(path: Path) -> str:
    found = re.search("^(query|mutation|subscription) ", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


MUTATIONS = [path for path in EXAMPLES if kind(path) == "mutation"]
QUERIES = [path for path in EXAMPLES if kind(path) == "query"]
LIVE, CHANGES = (path for path in EXAMPLES if kind(path) == "subscription")


@pytest.fixture(scope="module")
async def demo_url(copy_of: CopyOf, template: str) -> AsyncIterator[str]:
    """The demo, with what it has to come."""
    async with copy_of(template) as url:
        engine = engine_for(url)
        await keep_upcoming(engine, datetime.now(UTC).date())
        await engine.dispose()
        yield url


def first_comments(path: Path) -> dict[str, str]:
    """What the first comments say: `# title.en: …`"""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    return dict(line.split(": ", 1) for line in comments)


def variables(path: Path, language: str) -> dict[str, Any]:
    words = first_comments(path)
    found: dict[str, Any] = json.loads(words.get(f"variables.{language}", words.get("variables", "{}")))
    return found


def meant_for(path: Path) -> Viewer:
    """Its persona, which the explorer's menu selects with it, or everyone."""
    return viewer_of(first_comments(path).get("persona", PUBLIC))


async def answer(url: str, path: Path, language: str, seen_by: Viewer) -> dict[str, Any]:
    engine = default_engine()
    operation = engine.operation(path.read_text(encoding="utf-8"), None)
    given = operation.coerce(variables(path, language))
    plan, _ = engine.plan(operation, given, seen_by, language.upper())
    assert plan is not None
    database = await Database.open(url)
    row = await database.fetch(plan.sql, plan.parameters(given, seen_by))
    await database.close()
    return {key: json.loads(text or "null") for key, text in zip(plan.keys, row, strict=True)}


def rows(value: Any) -> int:
    """Rows of a root field: of a page, of a list, or one."""
    if isinstance(value, dict) and "nodes" in value:
        return len(value["nodes"])
    return len(value) if isinstance(value, list) else int(value is not None)


def test_there_is_one_for_each_task_of_a_portal() -> None:
    assert [path.stem.split("-")[1] for path in EXAMPLES] == TASKS


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_says_what_it_is_in_both_languages(path: Path) -> None:
    expected = {"title.en", "title.es", "about.en", "about.es"}
    assert expected <= first_comments(path).keys()
    assert first_comments(path).keys() - expected <= {"variables", "variables.en", "variables.es", "persona"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
async def test_it_finds_rows(path: Path, language: str, demo_url: str) -> None:
    found = await answer(demo_url, path, language, meant_for(path))
    assert all(rows(value) > 0 for value in found.values())


async def test_each_mutation_does_what_it_says(demo_url: str) -> None:
    async with reached(demo_url) as client:
        for path, language in product(MUTATIONS, ("en", "es")):
            headers = {**bearer(first_comments(path)["persona"]), "accept-language": language}
            text = path.read_text(encoding="utf-8")
            response = await ask(client, text, variables(path, language), headers)
            for payload in response.json()["data"].values():
                assert payload["userErrors"] == []
                assert payload.get("changed") != []
                assert payload.get("replayed", language == "es") is (language == "es")


async def test_the_live_query_shows_its_result_at_once(demo_url: str) -> None:
    async with served(demo_url) as port, reaching(port) as client:
        for language in ("en", "es"):
            text, headers = LIVE.read_text(encoding="utf-8"), {"accept-language": language}
            async with streamed(client, text, variables(LIVE, language), headers) as stream:
                event = await stream.event()
                assert event is not None
                assert rows(event.json["data"]["events"]) > 0


async def test_the_changes_show_what_the_example_of_a_change_saves(demo_url: str) -> None:
    change = next(path for path in MUTATIONS if "updateProject" in path.read_text(encoding="utf-8"))
    saved = {**variables(change, "en"), "dryRun": False}
    staff = bearer(first_comments(change)["persona"])
    async with served(demo_url) as port, reaching(port) as client:
        text = CHANGES.read_text(encoding="utf-8")
        async with streamed(client, text, variables(CHANGES, "en")) as stream:
            response = await ask(client, change.read_text(encoding="utf-8"), saved, staff)
            assert response.json()["data"]["updateProject"]["userErrors"] == []
            event = await stream.event()
    assert event is not None
    received = event.json["data"]["changes"]
    assert received["cursor"] == event.id
    assert received["node"]["summary"] == "Grids that share the sun."


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
async def test_only_what_shows_the_public_nothing_is_for_a_persona(path: Path, demo_url: str) -> None:
    found = await answer(demo_url, path, "en", viewer_of(PUBLIC))
    assert any(rows(value) for value in found.values()) is ("persona" not in first_comments(path))
