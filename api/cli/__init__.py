"""The command line: `puente serve` and the rest.

Each command imports what it needs when it runs, so that all start fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import access, data, migrations, portals
from api.cli.errors import OneLineErrors

if TYPE_CHECKING:
    from api.settings.settings import Settings

app = typer.Typer(
    cls=OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A GraphQL backend for the partner portals of a binational university alliance.",
)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of server processes.")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the synthetic demo cohort into your own database too.")
    ] = False,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Migrate your own database if it is behind.")
    ] = False,
) -> None:
    """Start the server on the embedded database, or on yours if PUENTE_DATABASE_URL names one."""
    from api.server.server import serve

    raise typer.Exit(serve(_settings(host=host, port=port, workers=workers), demo=demo, migrate=migrate))


@app.command()
def migrate() -> None:
    """Migrate the database to this version."""
    from api.server.database_setup import database_target, prepare

    with database_target(_settings()) as where:
        prepare(where, migrate=True, seed=False, report=_report)
    typer.echo("The database is up to date.")


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option(help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Print the schema in GraphQL's schema definition language (SDL)."""
    from schema import sdl

    if output is None:
        typer.echo(sdl(), nl=False)
    else:
        output.write_text(sdl(), encoding="utf-8")


@app.command()
def token(
    persona: Annotated[
        str,
        typer.Argument(
            help="One of uc-coordinator, mx-coordinator, mentor, participant, integration, admin."
        ),
    ],
) -> None:
    """Print a token for a demo persona. Works on the embedded database only."""
    from api.auth import development_tokens
    from api.server.database_setup import NotReady
    from models.loading.demo.grants import PERSONAS

    settings = _settings()
    if not settings.in_development:
        raise NotReady("development tokens are valid only on the embedded database")
    if persona not in PERSONAS:
        raise NotReady(f"no such persona: {persona} (choose one of {', '.join(PERSONAS)})")
    typer.echo(development_tokens.sign(persona, development_tokens.key(settings.state)))


@app.command()
def doctor(
    invariants: Annotated[
        bool,
        typer.Option("--invariants", help="Check the invariants of the database's rows instead."),
    ] = False,
) -> None:
    """Check what the server needs to start, and report problems. Changes nothing."""
    if invariants:
        from api.cli.invariants import examine_invariants

        raise typer.Exit(examine_invariants())
    from api.cli.doctor import examine

    raise typer.Exit(examine())


@contextmanager
def _open_database() -> Iterator[data.CliDatabase]:
    from api.server.database_setup import database_target, prepare

    with database_target(_settings()) as where:
        if where.embedded:
            prepare(where, seed=False, report=_report)
        yield data.CliDatabase(where.url, where.embedded)


def _report(step: str) -> None:
    typer.echo(f"{step} …", err=True)


def _settings(**overrides: object) -> Settings:
    from api.settings.settings import read_settings

    return read_settings(**overrides)


data.register(app, _open_database)
access.register(app, _open_database)
migrations.register(app)
portals.register(app)
