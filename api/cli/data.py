"""The commands that load data: `seed`, `import ror FILE`, `import csv ENTITY FILE`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from models.loading.problems import ImportRefused
    from models.loading.table_writer import WriteCounts

Result = TypeVar("Result")


@dataclass(frozen=True)
class CliDatabase:
    """The database that a command works on."""

    url: str
    embedded: bool


OpenDatabase = Callable[[], AbstractContextManager[CliDatabase]]
"""Opens the configured database while a command runs."""


class CsvEntity(StrEnum):
    """The entities that CSV files can have."""

    INSTITUTIONS = "institutions"
    PEOPLE = "people"
    PROJECTS = "projects"
    EVENTS = "events"


SourceFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to import.")
]
Entity = Annotated[CsvEntity, typer.Argument(help="The entity in the file.")]
Correction = Annotated[
    str, typer.Option(help="Why statuses change without a step of their workflow, for the audit log.")
]
MostProblems = Annotated[int, typer.Option("--problems", min=1, help="Maximum number of problems to print.")]

out = Console()
err = Console(stderr=True)


def register(app: typer.Typer, open_database: OpenDatabase) -> None:
    """Add the commands to the application."""

    @app.command()
    def seed(
        demo: Annotated[
            bool | None,
            typer.Option(help="Also load the synthetic demo cohort; the default on the embedded database."),
        ] = None,
    ) -> None:
        """Load the reference data. Running it again changes nothing."""
        with open_database() as database:
            run_seed(database, database.embedded if demo is None else demo)

    imports = typer.Typer(no_args_is_help=True, help="Import a file: all of it, or nothing.")
    app.add_typer(imports, name="import")

    @imports.command("ror")
    def import_ror(file: SourceFile, problems: MostProblems = 50) -> None:
        """Import institutions from ROR: its dump, or a file with one JSON record per line."""
        with open_database() as database:
            run_ror(database, file, problems)

    @imports.command("csv")
    def import_csv(
        entity: Entity, file: SourceFile, problems: MostProblems = 50, correction: Correction = ""
    ) -> None:
        """Import institutions, people, projects or events from a CSV file (docs/importing.md)."""
        with open_database() as database:
            run_csv(database, entity, file, problems, correction)


def run_seed(database: CliDatabase, demo: bool) -> None:
    from models.loading.seed import seed

    with bar() as progress:
        task = progress.add_task("Seeding", total=None)

        def step(name: str, done: int, total: int) -> None:
            progress.update(
                task, completed=done, total=total, description=f"Seeding {name.replace('_', ' ')}"
            )

        summary = on_engine(database, lambda engine: seed(engine, step, demo=demo))
    summary_line("rows", summary.total)


def run_ror(database: CliDatabase, file: Path, most: int) -> None:
    from models.loading.problems import ImportRefused
    from models.loading.ror import import_ror

    with bar() as progress:
        task = progress.add_task("Reading records", total=None)

        def step(done: int, total: int) -> None:
            label = "Writing institutions" if done == total else "Reading records"
            progress.update(task, completed=done, total=total, description=label)

        try:
            summary = on_engine(database, lambda engine: import_ror(engine, file, step))
        except ImportRefused as refused:
            progress.stop()
            raise refusal(file, refused, most) from None
    summary_line("institutions", summary.counts)
    for status, number in sorted(summary.left_out.items()):
        out.print(f"{number} {status} records left out")


def run_csv(database: CliDatabase, entity: CsvEntity, file: Path, most: int, correction: str = "") -> None:
    from models.loading.csv_entities import ENTITIES
    from models.loading.csv_import import import_csv
    from models.loading.problems import ImportRefused

    with bar() as progress:
        task = progress.add_task("Reading rows", total=None)

        def step(done: int, total: int) -> None:
            label = f"Writing {entity}" if done == total else "Reading rows"
            progress.update(task, completed=done, total=total, description=label)

        try:
            summary = on_engine(
                database, lambda engine: import_csv(engine, ENTITIES[entity], file, step, correction)
            )
        except ImportRefused as refused:
            progress.stop()
            raise refusal(file, refused, most) from None
    summary_line(entity, summary.counts)
    if ENTITIES[entity].links:
        summary_line(ENTITIES[entity].links[0].name, summary.links, f", {summary.unlinked} removed")


def on_engine(database: CliDatabase, work: "Callable[[AsyncEngine], Awaitable[Result]]") -> Result:
    """Run work on an engine of the database, if it has this version's tables."""
    from models.database.client import engine_for
    from models.migrations import UnknownRevision, current_revision, head_revision

    async def main() -> Result:
        if await current_revision(database.url) != head_revision():
            err.print("The database does not have this version's tables. Run `puente migrate`.")
            raise typer.Exit(1)
        engine = engine_for(database.url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(main())
    except UnknownRevision as error:
        err.print(f"{error}. Use the version of Puente that migrated it.", markup=False)
        raise typer.Exit(1) from None


def bar() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=err, transient=True)


def summary_line(heading: str, counts: "WriteCounts", more: str = "") -> None:
    out.print(
        f"{heading}: {counts.inserted} new, {counts.updated} changed, {counts.unchanged} unchanged{more}",
        highlight=False,
    )


def refusal(file: Path, refused: "ImportRefused", most: int) -> typer.Exit:
    """Print problems up to the given number; returns the exit to raise."""
    for problem in refused.problems[:most]:
        err.print(str(problem), markup=False, highlight=False, soft_wrap=True)
    hidden = len(refused.problems) - most
    if hidden > 0:
        err.print(f"… and {hidden} more (--problems {len(refused.problems)} shows all)", markup=False)
    err.print(f"{file.name}: {refused}; nothing was imported", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)
