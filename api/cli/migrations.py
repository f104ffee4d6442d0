"""`puente migrations make NAME`: writes the migration that changed declarations need."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer

NOTHING_MISSING = "No migration is missing."


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    migrations = typer.Typer(no_args_is_help=True, help="Write migrations (for developers of Puente).")
    app.add_typer(migrations, name="migrations")

    @migrations.callback()
    def group() -> None:
        """Write migrations (for developers of Puente)."""

    @migrations.command()
    def make(name: str = typer.Argument(help="A short name, such as publication.")) -> None:
        """Write the migration that the declared tables, policy and fields need."""
        written = make_migration(name)
        for path in written:
            typer.echo(path)
        typer.echo(advice(written))


def advice(written: Sequence[Path]) -> str:
    """What to do with the files that were written."""
    check = "Check these files, then run: puente migrate"
    if written and any(path.parent.name == "versions" for path in written):
        return check
    return f"No migration is missing; changed functions run again. {check}" if written else NOTHING_MISSING


def make_migration(name: str) -> list[Path]:
    """Compare the declarations with a migrated database, and write what is missing."""
    from models.database.embedded import EmbeddedPostgres
    from models.migrations.audit_sql import generated_audit_sql
    from models.migrations.migration_writer import write_migration
    from models.migrations.repeatable import GENERATED, GENERATED_AUDIT, GENERATED_WORKFLOWS
    from schema.feed import generated_feed_sql
    from schema.workflows import generated_workflow_sql

    with tempfile.TemporaryDirectory(prefix="puente-migrations-") as folder:
        state = Path(folder)
        state.chmod(0o755)  # as root, the server runs as another user
        with EmbeddedPostgres(state, durable=False) as url:
            ddl = asyncio.run(_table_differences(url))
    generated = {
        GENERATED: generated_feed_sql(),
        GENERATED_WORKFLOWS: generated_workflow_sql(),
        GENERATED_AUDIT: generated_audit_sql(),
    }
    return write_migration(name, ddl, generated)


async def _table_differences(url: str) -> str:
    from models.database.client import engine_for
    from models.migrations import upgrade_tables
    from models.migrations.migration_writer import table_differences

    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(upgrade_tables)
            return await connection.run_sync(table_differences)
    finally:
        await engine.dispose()
