"""`python -m tests.access [DEPTH]`: the whole walk as every persona, on a separate database."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from models.database.embedded import EmbeddedPostgres
from tests.access.walk import DEPTH, questions, stretches
from tests.personas import CAST
from tests.random_queries.__main__ import fill
from tests.random_queries.comparison import Different
from tests.random_queries.run import Harness, Stats, harness
from tests.random_queries.viewers import viewers_of
from tests.run_folder import run_folder


def walk(where: Harness, name: str, depth: int) -> tuple[int, Stats]:
    """How many paths somebody went, and what was met."""
    world, tally, paths = where.comparison.world, Stats(), 0
    for stretch in stretches(world.schema, depth):
        paths += stretch.paths
        for viewer in viewers_of(name):
            for question in questions(world, viewer, stretch):
                where.check(question, tally)
    return paths, tally


def main(depth: int = DEPTH) -> int:
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="puente-walk-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder, durable=False) as url:
            asyncio.run(fill(url))
            with harness(url) as where:
                for name in CAST:
                    paths, tally = walk(where, name, depth)
                    console.print(
                        f"{paths:,} paths to depth {depth} as {name}: {tally.summary(name)}", soft_wrap=True
                    )
    except Different as difference:
        console.print(str(difference), markup=False, soft_wrap=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    with run_folder():
        sys.exit(main(*map(int, sys.argv[1:])))
