"""The migration that is missing: how what the migrations make differs from the tables of the models."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import CreateTableOp, MigrateOperation, OpContainer
from sqlalchemy import CheckConstraint, Connection, MetaData, Table, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import AddConstraint, CreateTable, DropConstraint

import models
from models.migrations import HERE, head_revision

COMPARED = {"compare_type": True, "compare_server_default": True, "target_metadata": models.metadata}
STATEMENT = re.compile(r".+?;\n+", re.DOTALL)
TOUCH = """\
create trigger {table}_touch before update on {table}
    for each row execute function puente_touch();
"""
VERSION = '''\
"""{words}."""

from alembic import op

from models.migrations.files import run_file

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    run_file(op.get_bind(), "{script}")
'''


class InvalidName(ValueError):
    """A migration's name is of small letters, digits and underscores."""


def table_differences(connection: Connection) -> str:
    """The statements that make the database's tables those of the models; empty where they are."""
    context = MigrationContext.configure(connection, opts=COMPARED)
    wanted = produce_migrations(context, models.metadata).upgrade_ops
    assert wanted is not None
    made = [_statement(operation) for operation in _flat(wanted.ops)]
    made += [_compiled(change) for change in _checks(connection)]
    once = dict.fromkeys(one.strip() for one in STATEMENT.findall("".join(made)))
    return "".join(f"{statement}\n" for statement in once)  # a column's index comes with it, and by itself


def write_migration(name: str, ddl: str, generated: Mapping[Path, str]) -> list[Path]:
    """Write the files that differ, and a migration if the tables do; the paths of those that were written.

    `generated`: the repeatable files that are made of declarations, with the texts that they should have.
    They are run again whenever their text differs, without a migration.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise InvalidName(f"{name!r} is no name for a migration: use small letters, digits and underscores")
    files = {**(_migration(name, ddl) if ddl else {}), **generated}
    changed = [path for path, text in files.items() if not _has(path, text)]
    for path in changed:
        path.write_text(files[path], encoding="utf-8")
    return changed


def _migration(name: str, ddl: str) -> Mapping[Path, str]:
    """The files of the next migration."""
    before = head_revision()
    number = f"{int(before) + 1:04d}"
    script = HERE / "sql" / f"{number}_{name}.sql"
    words = name.replace("_", " ").capitalize()
    version = VERSION.format(words=words, number=number, before=before, script=script.name)
    return {HERE / "versions" / f"{number}_{name}.py": version, script: ddl}


def _has(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def _flat(operations: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    for operation in operations:
        if isinstance(operation, OpContainer):
            yield from _flat(operation.ops)
        else:
            yield operation


MOMENTARY = "momentary_"
DEFINITIONS = """
    select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = to_regclass(quote_ident(:table)) and contype = 'c'
"""


def _statement(operation: MigrateOperation) -> str:
    if isinstance(operation, CreateTableOp):
        table = models.metadata.tables[operation.table_name]
        touch = "" if table in models.PLAIN_TABLES else TOUCH.format(table=table.name)
        return f"{_compiled(CreateTable(table))}{touch}"
    buffer = StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    Operations(MigrationContext.configure(dialect_name="postgresql", opts=options)).invoke(operation)
    return f"{buffer.getvalue().strip()}\n"


def _compiled(statement: Any) -> str:
    text = str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    return "\n".join(line.replace("\t", "    ").rstrip() for line in text.strip().splitlines()) + ";\n"


def _checks(connection: Connection) -> Iterator[Any]:
    """Check constraints, which Alembic does not compare: by their names, and by what they say."""
    found = inspect(connection)
    for table in models.metadata.tables.values():
        if not found.has_table(table.name):
            continue
        there = {str(check["name"]) for check in found.get_check_constraints(table.name)}
        wanted = {str(check.name): check for check in checks_of(table)}
        changed = _changed_checks(
            connection, table.name, {name: wanted[name] for name in wanted.keys() & there}
        )
        for name in sorted({*(there - wanted.keys()), *changed}):
            gone = CheckConstraint("true", name=name, table=Table(table.name, MetaData()))
            yield DropConstraint(gone)
        added = sorted({*(wanted.keys() - there), *changed})
        yield from (AddConstraint(_table_check(wanted[name], table.name)) for name in added)


def _table_check(check: CheckConstraint, table: str) -> CheckConstraint:
    """The same as a constraint of a table: that of a column can't be added alone."""
    return CheckConstraint(check.sqltext, name=check.name, table=Table(table, MetaData()))


def _changed_checks(
    connection: Connection, table: str, wanted: Mapping[str, CheckConstraint]
) -> Collection[str]:
    """The constraints that differ in PostgreSQL's own notation, for which each is added temporarily."""
    try:
        definitions = _definitions(connection, table, list(wanted.values()))
    except ProgrammingError:  # of a column that is not there yet
        if len(wanted) == 1:
            return list(wanted)
        alone = (_changed_checks(connection, table, {name: check}) for name, check in wanted.items())
        return [name for changed in alone for name in changed]
    return [
        name for number, name in enumerate(wanted) if definitions[name] != definitions[f"{MOMENTARY}{number}"]
    ]


def _definitions(connection: Connection, table: str, added: Sequence[CheckConstraint]) -> Mapping[str, str]:
    """What the table's constraints say, with more that it has for a moment; raises ProgrammingError."""
    if not added:
        return {}
    with connection.begin_nested() as momentary:
        clauses = (
            f"add constraint {MOMENTARY}{number} check ({check.sqltext}) not valid"
            for number, check in enumerate(added)
        )
        connection.exec_driver_sql(f'alter table "{table}" {", ".join(clauses)}')
        rows = connection.execute(text(DEFINITIONS), {"table": table}).all()
        momentary.rollback()
    return {row.name: row.definition.removesuffix(" NOT VALID") for row in rows}


def checks_of(table: Table) -> list[CheckConstraint]:
    """All check constraints of a table, those of its columns too."""
    found = [*table.constraints, *(check for column in table.c for check in column.constraints)]
    return [check for check in found if isinstance(check, CheckConstraint)]
