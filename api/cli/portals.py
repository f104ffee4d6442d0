"""`puente portal`: the portals' files, for other web servers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class PortalName(StrEnum):
    """The portals that there are."""

    UC = "uc"
    MX = "mx"


portals = typer.Typer(no_args_is_help=True, help="Prepare a portal for another web server.")

Folder = Annotated[Path, typer.Argument(file_okay=False, writable=True, help="The folder to write to.")]
Chosen = Annotated[PortalName, typer.Option("--portal", help="The portal.")]
Api = Annotated[str, typer.Option(help="The address of this server, without /graphql.")]
Base = Annotated[str, typer.Option(help="The portal's path on the web server, with a slash at its end.")]


@portals.command("export")
def export(folder: Folder, portal: Chosen, api: Api, base: Base = "/") -> None:
    """Write a portal's page and files, with sign-in by the issuers of PUENTE_ISSUERS."""
    from api.portals.export import PortalHost, export_portal
    from api.portals.portal import PORTALS
    from api.settings.settings import read_settings

    chosen = next(one for one in PORTALS if one.portal == portal)
    number = export_portal(chosen, PortalHost(base, api, read_settings().issuers), folder)
    typer.echo(f"{folder}: {number} files of the portal {portal}")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(portals, name="portal")
