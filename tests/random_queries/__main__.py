"""`python -m tests.random_queries [COUNT] [SEED]`: many random queries, on a separate database."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from models.database.client import engine_for
from models.database.embedded import EmbeddedPostgres
from models.loading.seed import seed
from models.migrations import upgrade
from tests.random_queries.comparison import Different
from tests.random_queries.run import Stats, harness, run
from tests.reference.rows import add_hard_cases
from tests.run_folder import run_folder

BATCH = 2_500


async def fill(url: str) -> None:
    await upgrade(url)
    engine = engine_for(url)
    await seed(engine)
    await engine.dispose()
    await add_hard_cases(url)


def show(progress: Progress, task: TaskID, before: int, tally: Stats) -> None:
    progress.update(task, completed=before + tally.compared)


def main(count: int = 100_000, start: int = 0) -> int:
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="puente-random-"))
    folder.chmod(0o755)
    total = Stats()
    columns = (TextColumn("random queries"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with EmbeddedPostgres(folder, durable=False) as url, Progress(*columns, console=console) as progress:
            asyncio.run(fill(url))
            task = progress.add_task("", total=count)
            with harness(url) as where:
                while total.compared < count:
                    size = min(BATCH, count - total.compared)
                    start += 1
                    on_progress = partial(show, progress, task, total.compared)
                    total += run(where, size, start=start, on_progress=on_progress)
    except Different as difference:
        console.print(f"with seed {start}: {difference}", markup=False, soft_wrap=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    console.print(str(total), markup=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    with run_folder():
        sys.exit(main(*map(int, sys.argv[1:])))
