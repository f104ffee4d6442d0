"""`puente seed`, `puente import ror` and `puente import csv`, as someone at a terminal sees them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli.data import CliDatabase, register
from models.database.client import engine_for
from models.loading.reference import DATA


@pytest.fixture
def app(database_url: str) -> typer.Typer:
    @contextmanager
    def opened() -> Iterator[CliDatabase]:
        yield CliDatabase(database_url, embedded=True)

    app = typer.Typer()
    register(app, opened)
    return app


def test_seed(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["seed"])
    assert result.exit_code == 0
    assert result.stdout.startswith("rows: 0 new, 0 changed, ")


def test_import_ror(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["import", "ror", str(DATA / "ror_records.jsonl")])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == ["39 inactive records left out", "72 withdrawn records left out"]


def test_import_csv(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text("slug,title_en,status,institutions\nx,X,ACTIVE,unam:LEAD\n", "utf-8")
    result = CliRunner().invoke(app, ["import", "csv", "projects", str(file)])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "projects: 1 new, 0 changed, 0 unchanged",
        "institutions: 1 new, 0 changed, 0 unchanged, 0 removed",
    ]


def test_problems_are_listed_up_to_a_limit(app: typer.Typer, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text("{}\n" * 9, "utf-8")
    result = CliRunner().invoke(app, ["import", "ror", str(file), "--problems", "2"])
    assert result.exit_code == 1
    assert result.stderr.split("\n", 1)[1].strip().splitlines()[-4:] == [
        "line 1: is neither a v1 nor a v2 record of ROR: it has no name",
        "line 2: is neither a v1 nor a v2 record of ROR: it has no name",
        "… and 7 more (--problems 9 shows all)",
        "records.jsonl: 9 problems; nothing was imported",
    ]


@pytest.mark.parametrize(
    "arguments", [["ror", "nowhere.jsonl"], ["csv", "dragons", "x.csv"], ["csv", "people", "/"]]
)
def test_what_cannot_be_imported(app: typer.Typer, arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["import", *arguments]).exit_code == 2


async def test_a_database_of_another_revision_is_left_alone(app: typer.Typer, database_url: str) -> None:
    for revision, answer in (
        ("9999", "revision 9999, which this version of Puente does not know"),
        ("", "migrate"),
    ):
        engine = engine_for(database_url)
        async with engine.begin() as connection:
            await connection.execute(text("delete from alembic_version"))
            if revision:
                await connection.execute(text(f"insert into alembic_version values ('{revision}')"))
        await engine.dispose()
        result = await asyncio.to_thread(CliRunner().invoke, app, ["seed"])
        assert result.exit_code == 1
        assert answer in result.stderr.replace("\n", " ")
