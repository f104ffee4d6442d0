"""What is made of the declarations is what is committed, and what a database has run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

import models
from api.cli.migrations import advice
from models.database.client import engine_for
from models.migrations import is_up_to_date, repeatable, revisions, upgrade
from models.migrations.migration_writer import InvalidName, checks_of, table_differences, write_migration
from models.migrations.repeatable import GENERATED, GENERATED_WORKFLOWS
from schema.feed import generated_feed_sql
from schema.workflows import generated_workflow_sql
from tests.models.statements import rows, run, scalar

ROOT = Path(__file__).parents[2]
COMMAND = "puente migrations make NAME"
PUBLICATION = '''"""What institutions publish for readers outside: briefs and reports."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field

from models.base import NOBODY, Described, Entity
from models.columns import folded, localized, ordered_by_day, searchable, slug_shape, sorted_es


class PublicationKind(Described):
    """What sort of publication it is."""

    BRIEF = "BRIEF", "A few pages for those who decide."
    REPORT = "REPORT", "A report at length."


class Publication(Entity, table=True):
    """Something that an institution published."""

    about_person = NOBODY

    slug: str = Field(unique=True)
    title_en: str | None = None
    title_es: str | None = None
    kind: PublicationKind
    published_on: date | None = None
    institution_id: UUID = Field(foreign_key="institution.id")
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")
    search: Any = searchable("title_en", "title_es")

    __table_args__ = (*localized("title"), slug_shape(), ordered_by_day("publication", "published_on"))
'''


@pytest.mark.parametrize(
    ("file", "made"), [(GENERATED, generated_feed_sql), (GENERATED_WORKFLOWS, generated_workflow_sql)]
)
def test_what_is_generated_is_as_declared(file: Path, made: Callable[[], str]) -> None:
    same = file.read_text("utf-8") == made()
    assert same, f"{file.name} is not what the policy, the types and the workflows say; run: {COMMAND}"


async def test_the_tables_are_as_declared(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    async with engine.connect() as connection:
        missing = await connection.run_sync(table_differences)
    await engine.dispose()
    assert not missing, f"the migrations don't make the models' tables; run: {COMMAND}\n{missing}"


async def test_functions_are_run_again_when_their_text_differs(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await is_up_to_date(migrated_url)
    other = [*repeatable.read_scripts(), "create or replace function puente_keep_it() returns int return 7;"]
    monkeypatch.setattr(repeatable, "read_scripts", lambda: other)
    assert not await is_up_to_date(migrated_url)
    await upgrade(migrated_url)
    assert await is_up_to_date(migrated_url)
    engine = engine_for(migrated_url)
    assert await scalar(engine, "select puente_keep_it()") == 7
    monkeypatch.undo()
    await upgrade(migrated_url)
    assert await scalar(engine, "select count(*) from pg_proc where proname = 'puente_keep_it'") == 0
    await engine.dispose()


async def test_functions_that_are_as_they_were_are_not_run(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(connection: Connection, script: str) -> None:
        raise AssertionError(script)

    monkeypatch.setattr(repeatable, "run_script", refused)
    await upgrade(migrated_url)


MINUTES = "ck_mentorship_session_minutes_range"


async def test_a_table_that_differs_is_found(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    await run(
        engine,
        "alter table venue drop column city",
        "alter table venue drop constraint ck_venue_slug_shape",
        f"alter table mentorship_session drop constraint {MINUTES},"
        f" add constraint {MINUTES} check (minutes between 1 and 999)",
    )
    async with engine.connect() as connection:
        missing = await connection.run_sync(table_differences)
    await engine.dispose()
    assert "ALTER TABLE venue ADD COLUMN city" in missing
    assert "ADD CONSTRAINT ck_venue_slug_shape CHECK" in missing
    assert f"DROP CONSTRAINT {MINUTES};" in missing
    assert f"ADD CONSTRAINT {MINUTES} CHECK (minutes between 1 and 1440)" in missing


async def test_what_is_written_makes_the_tables_as_declared(migrated_url: str) -> None:
    """Whatever differs: each check, of a table or a column, gone or another; columns with their indexes."""
    tables = models.metadata.tables.values()
    checks = [(table.name, check.name) for table in tables for check in checks_of(table)]
    dropped = [f"alter table {table} drop constraint {name}" for table, name in checks]
    others = [f"alter table {table} add constraint {name} check (true)" for table, name in checks[::2]]
    columns = [
        f"alter table {table.name} drop column {column.name} cascade"
        for table in tables
        for column in table.c
        if column.index and column.foreign_keys and column.nullable
    ]
    assert columns
    engine = engine_for(migrated_url)
    await run(engine, *dropped, *others, *columns)
    async with engine.begin() as connection:
        missing = await connection.run_sync(table_differences)
        for statement in missing.split(";\n")[:-1]:
            await connection.execute(text(statement.replace(":", "\\:")))
        assert not await connection.run_sync(table_differences)
    await engine.dispose()


TRIGGERS = """
    select p.proname, p.prosrc, coalesce(array_to_string(p.proconfig, ' '), '') from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and p.prosrc ~ '(old|new)_rows'
"""
JOIN = re.compile(r"(\w+)\s+join\s+(?:old|new)_rows|(?:old|new)_rows\s+\w+\s*,\s*(?:old|new)_rows")
PLANTED = """
    create function planted() returns trigger language plpgsql as $$
    begin
        perform count(*) from old_rows o join new_rows n on n.id = o.id;
        return null;
    end
    $$
"""


async def slow_joins(url: str) -> list[str]:
    """The functions that may join a statement's rows before and after by nested loops."""
    engine = engine_for(url)
    found = [
        name
        for name, body, config in await rows(engine, TRIGGERS)
        if "enable_nestloop=off" not in config and {join[1] for join in JOIN.finditer(body)} - {"full"}
    ]
    await engine.dispose()
    return found


async def test_bulk_writes_compare_no_row_with_each(migrated_url: str) -> None:
    """A session's first statement has one row; planned for it, thousands would take minutes ever after."""
    assert await slow_joins(migrated_url) == []
    engine = engine_for(migrated_url)
    await run(engine, PLANTED)
    await engine.dispose()
    assert await slow_joins(migrated_url) == ["planted"]


def test_a_name_is_a_plain_word() -> None:
    with pytest.raises(InvalidName):
        write_migration("../elsewhere", "", {})


def test_functions_that_differ_need_no_migration(tmp_path: Path) -> None:
    """They run again by themselves: only their file is written, and a second time nothing."""
    file, known = tmp_path / "repeatable" / "feed.sql", revisions()
    file.parent.mkdir()
    assert write_migration("policy", "", {file: "select 1"}) == [file]
    assert file.read_text() == "select 1"
    assert revisions() == known
    assert advice([file]).startswith("No migration is missing; changed functions run again.")
    assert write_migration("policy", "", {file: "select 1"}) == []
    assert advice([]) == "No migration is missing."
    assert advice([file, tmp_path / "versions" / "0100_policy.py"]).startswith("Check these files")


@pytest.mark.proof
def test_the_command_writes_what_a_new_table_lacks(tmp_path: Path) -> None:
    """In a copy: the numbered migration, its touch trigger, its indexes; a second time nothing."""
    for package in ("api", "models", "planner", "schema", "data"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "models" / "publication.py").write_text(PUBLICATION)
    known = tmp_path / "models" / "__init__.py"
    known.write_text(known.read_text() + "\nfrom models.publication import Publication as Publication\n")
    make = [sys.executable, "-m", "api.cli", "migrations", "make", "publication"]
    done = subprocess.run(make, cwd=tmp_path, check=True, capture_output=True, text=True)
    (script,) = (tmp_path / "models" / "migrations" / "sql").glob("*_publication.sql")
    sql = script.read_text()
    assert str(script) in done.stdout
    assert "CREATE TABLE publication" in sql
    assert "create trigger publication_touch before update on publication" in sql
    assert "CREATE INDEX ix_publication_institution_id ON publication" in sql
    again = subprocess.run(make, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert again.stdout == "No migration is missing.\n"
