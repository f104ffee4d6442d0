"""Operations as portals send them, and the JSON that a persona gets: one pair of files each.

A case `<topic>/<name>.graphql` begins with comments that say who asks and how (`# persona: admin`,
`# language: es`, `# variables: {…}`); `<name>.json` next to it has the whole answer.
REWRITE_OPERATIONS=1 writes what is answered now into the `.json` files, to be read before it is committed.
"""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.database.client import Database
from planner.viewer import Viewer
from tests.engines import default_engine
from tests.personas import PUBLIC, viewer_of

HERE = Path(__file__).parent
CASES = sorted(HERE.rglob("*.graphql"))
REWRITE = "REWRITE_OPERATIONS" in os.environ


@dataclass(frozen=True)
class Case:
    document: str
    viewer: Viewer
    language: str
    variables: dict[str, Any]


def read_case(path: Path) -> Case:
    document = path.read_text(encoding="utf-8")
    lines = [line[1:].strip() for line in document.splitlines() if line.startswith("#")]
    comments = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Case(
        document,
        viewer_of(comments.get("persona", PUBLIC)),
        comments.get("language", "en").upper(),
        json.loads(comments.get("variables", "{}")),
    )


@pytest.fixture(scope="session")
async def database(seeded_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(seeded_url)
    yield opened
    await opened.close()


async def answer(database: Database, case: Case) -> dict[str, Any]:
    engine = default_engine()
    operation = engine.operation(case.document, None)
    variables = operation.coerce(case.variables)
    plan, _ = engine.plan(operation, variables, case.viewer, case.language)
    assert plan is not None
    row = await database.fetch(plan.sql, plan.parameters(variables, case.viewer))
    return {key: json.loads(text) if text else None for key, text in zip(plan.keys, row, strict=True)}


@pytest.mark.parametrize("path", CASES, ids=[str(path.relative_to(HERE)) for path in CASES])
async def test_operation(path: Path, database: Database) -> None:
    found = await answer(database, read_case(path))
    expected = path.with_suffix(".json")
    if REWRITE:
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    assert len(CASES) > 15
