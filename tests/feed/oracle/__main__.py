"""`python -m tests.feed.oracle [COUNT] [SEED]`: many changes, followed by everybody, through kills."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console

from tests.feed.oracle.clusters import logging_cluster
from tests.feed.oracle.killer import WAYS, prove
from tests.feed.oracle.report import report_lines
from tests.feed.oracle.run import Load
from tests.feed.oracle.servers import Disturbances
from tests.invariants import BY_MUTATIONS, assert_invariants
from tests.personas import CAST
from tests.run_folder import run_folder


async def main(count: int = 1_000_000, seed: int = 1) -> int:
    console = Console(highlight=False)
    following = [(viewer, WAYS[index % len(WAYS)]) for index, viewer in enumerate(CAST)]
    async with logging_cluster(durable=True, template=False) as cluster:
        verdict, figures, kills = await prove(
            cluster, following, Load(count, seed=seed), Disturbances(every=8.0), console.print
        )
        await assert_invariants(cluster.url, BY_MUTATIONS)
    for line in report_lines(verdict, figures, kills):
        console.print(line, soft_wrap=True)
    if verdict:
        console.print(str(verdict), markup=False, soft_wrap=True)
    return 1 if verdict else 0


if __name__ == "__main__":
    with run_folder():
        sys.exit(asyncio.run(main(*map(int, sys.argv[1:]))))
