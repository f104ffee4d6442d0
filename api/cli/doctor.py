"""`puente doctor`: checks what the server needs, one by one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from api.server.database_setup import database_target
from api.server.server import listen
from api.settings.settings import Settings, read_settings


def examine() -> int:
    """Print a line for each check; the exit code is 1 if one failed."""
    console = Console(highlight=False)
    settings = read_settings()
    well = True
    for name, check in CHECKS.items():
        try:
            console.print(f"[green]ok[/]     {name}: {check(settings)}", soft_wrap=True)
        except Exception as error:  # this command reports whatever is wrong
            well = False
            console.print(f"[red]wrong[/]  {name}:", f"{error}", soft_wrap=True, markup=True)
    return 0 if well else 1


def _python(_: Settings) -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _zones(_: Settings) -> str:
    """Mexico City abolished daylight saving in 2022, Tijuana did not: older zone data is wrong."""
    summer = datetime(2025, 8, 14, 12, tzinfo=ZoneInfo("UTC"))
    offsets = [
        summer.astimezone(ZoneInfo(f"America/{city}")).strftime("%z") for city in ("Tijuana", "Mexico_City")
    ]
    if offsets != ["-0700", "-0600"]:
        raise ValueError(f"Tijuana and Mexico City are at {offsets}: the time zone data is older than 2022")
    return "current"


def _port(settings: Settings) -> str:
    listen(settings).close()
    return f"{settings.port} is free"


def _database(settings: Settings) -> str:
    """Starts the embedded server for the duration of the check."""
    from models.database.client import inspect
    from models.migrations import UnknownRevision, head_revision, revisions

    with database_target(settings) as where:
        facts = asyncio.run(inspect(where.url))
    if facts.revision is None:
        state = "not migrated yet: run `puente migrate` (`puente serve` migrates an empty database)"
    elif facts.revision not in revisions():
        raise UnknownRevision(facts.revision)
    else:
        behind = (
            "" if facts.revision == head_revision() else f", behind {head_revision()}: run `puente migrate`"
        )
        state = f"revision {facts.revision}{behind}"
    kind = "embedded " if where.embedded else ""
    return f"{kind}PostgreSQL {facts.version}, {state}"


def _issuers(settings: Settings) -> str:
    """Fetches the keys of each, as a server would."""
    from api.auth.authenticator import require_keys

    asyncio.run(require_keys(settings))
    return ", ".join(issuer.issuer for issuer in settings.issuers) or "none configured"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "Python": _python,
    "time zones": _zones,
    "port": _port,
    "database": _database,
    "token issuers": _issuers,
}
