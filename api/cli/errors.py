"""Reports errors that the user can act on in one line, without a traceback."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


class OneLineErrors(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, _expected()):
                typer.echo(f"puente: {error}", err=True)
                raise typer.Exit(1) from None
            raise


def _expected() -> tuple[type[Exception], ...]:
    """Imported only after a failure, so that success costs nothing."""
    from api.portals.export import ExportRefused
    from api.server.database_setup import NotReady
    from api.server.server import PortUnavailable
    from api.settings.settings import SettingsError
    from models.access import AccessRefused
    from models.database.client import DatabaseError
    from models.database.embedded import EmbeddedPostgresError
    from models.migrations import UnknownRevision
    from models.migrations.migration_writer import InvalidName

    return (
        SettingsError,
        NotReady,
        PortUnavailable,
        DatabaseError,
        EmbeddedPostgresError,
        UnknownRevision,
        InvalidName,
        AccessRefused,
        ExportRefused,
    )
