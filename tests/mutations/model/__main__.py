"""`python -m tests.mutations.model [COUNT] [SEED]`: many random acts, each run on a separate database."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.database.embedded import EmbeddedPostgres
from tests.invariants import assert_invariants
from tests.mutations.model.run import run
from tests.mutations.model.trial import trial
from tests.mutations.model.turning import Wrong
from tests.random_queries.__main__ import fill
from tests.run_folder import run_folder

AT_ONCE = 5_000
"""Acts on one database: then another one begins, with another seed."""


async def tried(url: str, count: int, seed: int, on_progress: Any) -> str:
    async with trial(url, seed) as one:
        met = await run(one, count, on_progress)
    await assert_invariants(url)
    return ", ".join(f"{number:,} {kind}" for kind, number in met.most_common())


def main(count: int = 100_000, seed: int = 0) -> int:
    console = Console()
    columns = (TextColumn("random acts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=count)
        for first in range(0, count, AT_ONCE):
            on_progress = partial(_show, progress, task, first)
            try:
                met = on_database(min(AT_ONCE, count - first), seed, on_progress)
            except Wrong as wrong:
                console.print(str(wrong), markup=False, soft_wrap=True)
                return 1
            console.print(f"seed {seed}: {met}")
            seed += 1
    return 0


def on_database(count: int, seed: int, on_progress: Any) -> str:
    folder = Path(tempfile.mkdtemp(prefix="puente-acts-"))
    folder.chmod(0o755)  # as root, the server runs as another user
    try:
        with EmbeddedPostgres(folder, durable=False) as url:
            asyncio.run(fill(url))
            return asyncio.run(tried(url, count, seed, on_progress))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _show(progress: Progress, task: Any, first: int, done: int) -> None:
    progress.update(task, completed=first + done)


if __name__ == "__main__":
    with run_folder():
        sys.exit(main(*map(int, sys.argv[1:])))
