"""`puente doctor --invariants`: checks the invariants of the database's rows."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from rich.console import Console

from api.server.database_setup import NotReady, database_target
from api.settings.settings import read_settings

if TYPE_CHECKING:
    from models.invariants import Breaches


def examine_invariants() -> int:
    """Print a line for each invariant, with the rows that break it; the exit code is 1 if one is broken."""
    from schema.invariants import INVARIANTS

    console, language = Console(highlight=False), _language()
    problems, found = _found()
    for problem in problems:
        console.print("[red]wrong[/]  database:", problem, soft_wrap=True)
    for one in INVARIANTS:
        state = "[red]wrong[/] " if one.name in found else "[green]ok[/]    "
        console.print(f"{state} {one.name}:", one.sentence.read(language), soft_wrap=True)
        if breaches := found.get(one.name):
            more = breaches.count - len(breaches.first)
            rows = [*breaches.first, *([f"… {more}"] if more else [])]
            console.print(*(f"       {row}" for row in rows), sep="\n", soft_wrap=True, markup=False)
    return 1 if found or problems else 0


def _found() -> tuple[list[str], dict[str, Breaches]]:
    """What is wrong with the triggers and with rows, also where no server starts, such as on a standby."""
    from models.database.server_check import trigger_problems
    from models.database.server_facts import inspect
    from models.invariants import find_breaches
    from models.migrations import head_revision
    from schema.invariants import QUERIES

    with database_target(read_settings()) as where:
        facts = asyncio.run(inspect(where.url))
        if facts.revision != head_revision():
            raise NotReady("the database does not have this version's tables: run puente migrate")
        return list(trigger_problems(facts)), asyncio.run(find_breaches(where.url, QUERIES))


def _language() -> str:
    """The language of the terminal, if messages have it."""
    chosen = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "ES" if chosen.startswith("es") else "EN"
