"""`python -m tests.mutations.exactly_once [COUNT] [KILLS] [SEED]`: many mutations, through kills."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console

from tests.feed.oracle.clusters import logging_cluster
from tests.feed.oracle.servers import Disturbances
from tests.invariants import assert_invariants
from tests.mutations.exactly_once.run import prove
from tests.run_folder import run_folder


async def main(count: int = 100_000, kills: int = 50, seed: int = 1) -> int:
    async with logging_cluster(durable=True, template=False) as cluster:
        proved = await prove(cluster, count, Disturbances(every=8.0, kills=kills), seed=seed)
        await assert_invariants(cluster.url)
    Console(highlight=False).print("\n".join([str(proved), *proved.faults]), markup=False, soft_wrap=True)
    return 1 if proved.faults else 0


if __name__ == "__main__":
    with run_folder():
        sys.exit(asyncio.run(main(*map(int, sys.argv[1:]))))
