"""The commands for access: `key`, `grant` and `consent`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.cli.data import OpenDatabase, on_engine

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

Result = TypeVar("Result")

Institution = Annotated[str | None, typer.Option(help="The slug of the institution that the role is for.")]
Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="What an integration may do, such as PROJECTS_READ. Repeat it for more."),
]
Expires = Annotated[str | None, typer.Option(help="When it expires: 90d, 12h, or a date such as 2027-06-30.")]
PERSON = "a mentor's or participant's id (mentor_…), an ORCID iD, or an email address."


def register(app: typer.Typer, open_database: OpenDatabase) -> None:
    """Add the commands to the application; their context has the function that opens the database."""
    from api.cli.consents import consents
    from api.cli.grants import grants
    from api.cli.keys import keys

    for name, commands in (("key", keys), ("grant", grants), ("consent", consents)):
        app.add_typer(commands, name=name, context_settings={"obj": open_database})


def on_database(context: typer.Context, work: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    """Run work on the database that the command was registered with."""
    open_database: OpenDatabase = context.obj
    with open_database() as database:
        return on_engine(database, work)
