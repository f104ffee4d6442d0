"""`python -m tests.feed [COUNT] [START]`: many random changes, on a separate database."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from models.database.embedded import EmbeddedPostgres
from tests.feed.differences import Trial, WrongChanges, run
from tests.feed.visible_dependencies import Stage
from tests.random_queries.__main__ import fill
from tests.run_folder import run_folder


async def tried(url: str, count: int, start: int) -> Trial:
    await fill(url)
    stage = await Stage.open(url)
    await stage.number_all()
    trial = await run(stage, range(start, start + count))
    await stage.connection.close()
    return trial


def main(count: int = 10_000, start: int = 0) -> int:
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="puente-changes-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder, durable=False) as url:
            trial = asyncio.run(tried(url, count, start))
            console.print(
                f"{trial.changed:,} transactions: the {trial.change_count:,} deliveries were the differences"
            )
    except WrongChanges as wrong:
        console.print(str(wrong), markup=False, soft_wrap=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    with run_folder():
        sys.exit(main(*map(int, sys.argv[1:])))
