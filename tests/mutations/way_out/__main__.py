"""`python -m tests.mutations.way_out [COUNT] [SEED]`: many random cases, as everybody."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.database.embedded import EmbeddedPostgres
from tests.mutations.way_out.trial import NoWayOut, ways
from tests.random_queries.__main__ import fill
from tests.run_folder import run_folder


async def tried(url: str, count: int, seed: int, console: Console) -> int:
    await fill(url)
    columns = (TextColumn("ways out"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=count)
        async with ways(url, seed) as one:
            try:
                await one.run(count, lambda: progress.advance(task))
            except NoWayOut as wrong:
                console.print(str(wrong), markup=False, soft_wrap=True)
                return 1
    console.print(", ".join(f"{number:,} {kind}" for kind, number in one.met.most_common()))
    return 0


def main(count: int = 100_000, seed: int = 0) -> int:
    folder = Path(tempfile.mkdtemp(prefix="puente-ways-"))
    folder.chmod(0o755)  # as root, the server runs as another user
    try:
        with EmbeddedPostgres(folder, durable=False) as url:
            return asyncio.run(tried(url, count, seed, Console()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with run_folder():
        sys.exit(main(*map(int, sys.argv[1:])))
