"""Failures that a person can do something about are one line and an exit code, not a traceback."""

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
    """Imported when something failed, so that nothing is slower when nothing does."""
    from api.preparing import NotReady
    from api.serving import PortUnavailable
    from api.settings import SettingsError
    from models.access import AccessRefused
    from models.database import DatabaseError
    from models.embedded import EmbeddedPostgresError
    from models.migrations import UnknownRevision
    from models.migrations.making import NoSuchName

    return (
        SettingsError,
        NotReady,
        PortUnavailable,
        DatabaseError,
        EmbeddedPostgresError,
        UnknownRevision,
        NoSuchName,
        AccessRefused,
    )
