"""`puente doctor`: checks what the server needs, one by one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from api.server import database_setup
from api.server.database_setup import DatabaseTarget, NotReady, database_target
from api.server.server import listen
from api.settings.settings import Settings, read_settings

if TYPE_CHECKING:
    from models.database.server_facts import ServerFacts


def examine() -> int:
    """Print a line for each check; the exit code is 1 if one failed."""
    console = Console(highlight=False)
    settings = read_settings()
    well = True
    for name, check in CHECKS.items():
        try:
            console.print(f"[green]ok[/]     {name}: {escape(check(settings))}", soft_wrap=True)
        except Exception as error:  # this command reports whatever is wrong
            well = False
            console.print(f"[red]wrong[/]  {name}: {escape(str(error))}", soft_wrap=True)
    return 0 if well else 1


def _python(_: Settings) -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _zones(_: Settings) -> str:
    """Mexico City abolished daylight saving time in 2022, Tijuana didn't: older zone data is wrong."""
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
    """Connects as the server does, but changes nothing; starts the embedded server meanwhile."""
    with database_target(settings) as where:
        facts, migrating = asyncio.run(_examined(settings.with_database(where.url), where))
    kind = "embedded " if where.embedded else ""
    state = f"revision {facts.revision}"
    if facts.revision is None:
        state = "empty: `puente serve` sets it up"
    elif migrating:
        state += ", behind this version: the next start migrates it"
    elif facts.mark is None:
        state += ", not seeded: the next start loads the reference data, unless institutions were imported"
    return f"{kind}PostgreSQL {facts.version}, {state}"


async def _examined(settings: Settings, where: DatabaseTarget) -> tuple[ServerFacts, bool]:
    """Reads, and numbers changes, on connections like the server's."""
    from api.composition import connections_of_worker, open_database
    from models.feed import Sequencer

    facts, migrating = await database_setup.examine(where, migrate=where.embedded)
    wanted = settings.workers * connections_of_worker(settings)
    if wanted > facts.connections:
        raise NotReady(
            f"up to {wanted} connections may be needed, but {facts.user} may only have {facts.connections}: "
            "lower PUENTE_POOL_SIZE or PUENTE_WORKERS, or raise max_connections"
        )
    database = await open_database(settings, None)
    try:
        for by_values in (False, True):
            await database.fetch("select 1", by_values=by_values)
    finally:
        await database.close()
    if facts.revision is not None and not migrating:
        sequencer = Sequencer(where.url, lambda: None, settings.statement_timeout)
        try:
            await sequencer.number(settings.feed_batch)
            if not sequencer.listening:
                raise NotReady("notifications of changes don't arrive")
        finally:
            await sequencer.close()
    return facts, migrating


def _issuers(settings: Settings) -> str:
    """Fetches the keys of every issuer."""
    from api.auth.authenticator import require_keys

    asyncio.run(require_keys(settings))
    return ", ".join(issuer.issuer for issuer in settings.issuers) or "none configured"


def _sign_in(settings: Settings) -> str:
    """Fetches the metadata of every issuer that the portals sign people in with."""
    from api.auth.portal_sign_in import require_sign_in

    asyncio.run(require_sign_in(settings))
    return ", ".join(one.issuer for one in settings.issuers if one.portals) or "with no issuer"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "Python": _python,
    "time zones": _zones,
    "port": _port,
    "database": _database,
    "token issuers": _issuers,
    "sign-in to the portals": _sign_in,
}
