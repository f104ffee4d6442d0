"""What the documents say is so: settings, commands, addresses, files, queries with their answers, access."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from graphql import parse, validate
from pydantic import TypeAdapter
from starlette.routing import Route

import planner.errors
import schema
from api.app import create_app
from api.cli import app
from api.docs import generated_docs
from api.docs.settings_tables import unit
from api.settings.settings import Settings, read_settings
from api.settings.topics import FIRST, TOPICS
from models.database.client import Database
from schema.grants import ANONYMOUS
from tests.engines import default_engine

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/README.md"])
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
EXAMPLE = "publication"  # the entity that CONTRIBUTING.md adds, which there is not


def words(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for _, kind, body in FENCED.findall(words(page)) if kind == language]


def rows(page: str, first: str) -> Iterator[list[str]]:
    """The cells of each table row whose first cell fits the pattern."""
    for line in words(page).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and re.fullmatch(first, cells[0]):
            yield cells


@cache
def tracked() -> frozenset[str]:
    """Every tracked file and every folder above one, relative to the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    return frozenset(str(path) for file in files for path in (file, *file.parents))


def pages(*but: str) -> list[str]:
    return [name for path in PAGES if (name := str(path.relative_to(ROOT))) not in but]


def settings_rows(page: str) -> list[list[str]]:
    return list(rows(page, "`PUENTE_[A-Z_]+`"))


def test_every_setting_is_under_one_topic() -> None:
    listed = [name for topic in TOPICS for name in topic.settings]
    assert Counter(listed) == Counter(Settings.model_fields.keys())
    assert len({topic.title for topic in TOPICS}) == len(TOPICS)


def test_the_page_of_settings_has_each_with_its_default_and_what_it_does() -> None:
    """In the order of the topics; the defaults as the environment takes them."""
    found = settings_rows("docs/settings.md")
    names = [name for topic in TOPICS for name in topic.settings]
    assert [cells[0] for cells in found] == [f"`PUENTE_{name.upper()}`" for name in names]
    for name, (_, default, _, _, meaning) in zip(names, found, strict=True):
        field = Settings.model_fields[name]
        assert meaning == field.description
        if default == "–":
            assert field.default in (None, ())
        else:
            given = default.split("`")[1]
            expected = field.default.relative_to(ROOT) if isinstance(field.default, Path) else field.default
            assert TypeAdapter(type(expected)).validate_python(given) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("feed_retention", ["`1209600` (14 days)", "seconds", "1 to 315360000"]),
        ("stream_queue_bytes", ["`8388608` (8 MiB)", "bytes", "65536 to 1073741824"]),
        ("impact_interval", ["`60`", "seconds", "1 to 86400"]),
        ("explorer", ["`true`", "", ""]),
        ("log_level", ["`warning`", "", "`debug`, `info`, `warning`, `error`"]),
        ("database_url", ["–", "", ""]),
    ],
)
def test_defaults_units_and_ranges_read_well(name: str, expected: list[str]) -> None:
    (found,) = rows("docs/settings.md", f"`PUENTE_{name.upper()}`")
    assert found[1:4] == expected


def test_what_counts_seconds_or_bytes_says_so() -> None:
    units = {name: unit(field) for name, field in Settings.model_fields.items()}
    assert {name for name, field in Settings.model_fields.items() if field.annotation is float} <= {
        name for name, unit_name in units.items() if unit_name == "seconds"
    }
    assert {name for name in units if name.endswith("_bytes")} == {
        name for name, unit_name in units.items() if unit_name == "bytes"
    }


def test_the_readme_has_eight_settings() -> None:
    assert [cells[0] for cells in settings_rows("README.md")] == [f"`PUENTE_{n.upper()}`" for n in FIRST]
    assert len(FIRST) == 8


def test_the_readme_is_short() -> None:
    assert len(words("README.md").splitlines()) < 150


OF_CLIENTS = {"PUENTE_TOKEN"}
"""No setting: where the commands that the explorer copies expect a token."""


@pytest.mark.parametrize("page", pages())
def test_every_setting_that_is_named_exists(page: str) -> None:
    known = {f"PUENTE_{name.upper()}" for name in Settings.model_fields} | OF_CLIENTS
    named = set(re.findall(r"PUENTE_[A-Z_]*[A-Z]\b(?!_)", words(page)))
    assert {name for name in named if name not in known} == set()


def commands(group: Any, prefix: str = "puente") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found |= (
            commands(command, f"{prefix} {name}") if hasattr(command, "commands") else {f"{prefix} {name}"}
        )
    return found


def test_the_table_of_commands_is_the_commands() -> None:
    named = {
        re.sub(r"[` A-Z]+$", "", cells[0].strip("`")) for cells in rows("docs/commands.md", "`puente .*`")
    }
    assert named == commands(typer.main.get_command(app))


def test_every_address_is_in_the_readme() -> None:
    application = create_app(read_settings(database_url="postgresql://nobody@localhost/nothing"))
    addresses = {route.path for route in application.routes if isinstance(route, Route)} - {"/"}
    listed = {
        path for cells in rows("README.md", r"`.*/.*`") for path in re.findall(r"(/[a-z./]+)`", cells[0])
    }
    assert addresses - listed == set()


@pytest.mark.parametrize("page", pages())
def test_what_make_is_asked_for_can_be_made(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", words("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|=\S+ )make ([a-z][a-z-]+)", words(page))) - targets == set()


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    prose = FENCED.sub("", words(page))
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
    folder = (ROOT / page).parent
    assert [target for target in targets if not (folder / target.partition("#")[0]).exists()] == []


def anchors(path: Path) -> set[str]:
    """The headings of a page as links have them."""
    prose = FENCED.sub("", path.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", pages())
def test_every_link_to_a_heading_finds_it(page: str) -> None:
    targets = re.findall(r"\]\(([^)\s:]*)#([^)\s]+)\)", FENCED.sub("", words(page)))
    files = [(ROOT / page if not name else (ROOT / page).parent / name, anchor) for name, anchor in targets]
    assert [(path.name, anchor) for path, anchor in files if anchor not in anchors(path)] == []


@pytest.mark.parametrize("page", pages())
def test_every_file_that_is_named_exists(page: str) -> None:
    prose = FENCED.sub("", words(page))
    top = {name.split("/")[0] for name in tracked() if "/" in name}
    names = {Path(name).name for name in tracked()}
    missing = []
    for quoted in re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", prose):
        if EXAMPLE in quoted and page == "CONTRIBUTING.md":
            continue
        is_path = "/" in quoted and quoted.split("/")[0] in top
        is_file = "/" not in quoted and re.search(
            r"\.(py|md|toml|yml|graphql|svg|sql|lock|csv|jsonl)$", quoted
        )
        if (is_path and not exists(quoted, page)) or (is_file and quoted not in names):
            missing.append(quoted)
    assert missing == []


def exists(quoted: str, page: str) -> bool:
    path = quoted.rstrip("/")
    return path in tracked() or str(Path(page).parent / path) in tracked()


def questions(command: str) -> tuple[dict[str, Any], str]:
    """The body of a curl command, and the language it asks in."""
    arguments = shlex.split(command.replace("\\\n", " "))
    assert arguments[0] == "curl"
    assert {"http://127.0.0.1:8000/graphql", "http://127.0.0.1:8000/graphql/stream"} & {*arguments}
    spanish = "Accept-Language: es" in arguments
    body: dict[str, Any] = json.loads(arguments[arguments.index("-d") + 1])
    return body, "ES" if spanish else "EN"


def conversations() -> list[tuple[str, str]]:
    """Each curl command of the README with the answer below it."""
    found = FENCED.findall(words("README.md"))
    pairs = pairwise(found)
    return [(ask[2], answer[2]) for ask, answer in pairs if ask[1] == "sh" and answer[1] == "json"]


@pytest.mark.parametrize(("command", "answer"), conversations())
async def test_the_answers_are_those_that_one_gets(command: str, answer: str, seeded_url: str) -> None:
    body, language = questions(command)
    engine = default_engine()
    plan, _ = engine.plan(engine.operation(body["query"], None), {}, ANONYMOUS, language)
    assert plan is not None
    database = await Database.open(seeded_url)
    row = await database.fetch(plan.sql, plan.parameters({}, ANONYMOUS))
    await database.close()
    assert json.loads(answer) == {"data": {k: json.loads(v) for k, v in zip(plan.keys, row, strict=True)}}


@pytest.mark.parametrize("page", pages("CONTRIBUTING.md"))
def test_every_query_fits_the_schema(page: str) -> None:
    queries = [
        *blocks(page, "graphql"),
        *(questions(one)[0]["query"] for one in blocks(page, "sh") if "-d '{" in one),
    ]
    assert [error for query in queries for error in validate(schema.graphql_schema, parse(query))] == []


def test_the_subscription_of_the_readme_fits_the_schema() -> None:
    (subscription,) = re.findall(r"query=(subscription \{.*\})'", words("README.md"))
    assert validate(schema.graphql_schema, parse(subscription)) == []


def test_the_readme_asks_in_both_languages() -> None:
    assert {questions(command)[1] for command, _ in conversations()} == {"EN", "ES"}


def test_what_is_made_of_the_code_is_as_the_code_is() -> None:
    """`make docs` writes what is stale."""
    stale = [str(path) for path, text in generated_docs.pages().items() if path.read_text("utf-8") != text]
    assert stale == []
    requested = {part[2] for page in pages() for part in generated_docs.PART.finditer(words(page))}
    assert requested == set(generated_docs.PARTS)


def test_a_stale_part_is_found(tmp_path: Path) -> None:
    page = tmp_path / "errors.md"
    page.write_text("a <!-- made of the code: error-tree -->\nRequestErr\n<!-- end --> z")
    (found,) = generated_docs.pages(tmp_path).values()
    assert found == generated_docs.made(found) != page.read_text()
    assert found.startswith("a <!--")
    assert found.endswith("--> z")


def test_the_tree_of_errors_is_drawn_at_the_top_of_its_module() -> None:
    assert generated_docs.drawn() in (planner.errors.__doc__ or "")


def test_every_error_says_when_it_happens() -> None:
    docstrings = [error.__doc__ for error in planner.errors.branches()]
    assert None not in docstrings
    assert len(set(docstrings)) == len(docstrings)


def test_each_decision_is_there_once() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text()
    titles = re.findall(r"^\*\*(.+)\*\* \d{4}-\d\d-\d\d\.$", text, re.MULTILINE)
    assert len(titles) > 150
    assert len(titles) == len(set(titles))
    assert re.findall(r"(?<=[^\n])\n\*\*.+\*\* \d{4}-\d\d-\d\d\.$", text, re.MULTILINE) == []
