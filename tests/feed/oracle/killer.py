"""The whole proof: writers and subscribers over the network, while servers and their database are killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from random import Random

import asyncpg

from models.database.embedded_layout import find_programs
from models.loading.natural_keys import id_of
from tests.api.command_processes import ROOT
from tests.api.server_processes import environment
from tests.conftest import VERSION, sibling_url
from tests.feed.oracle.clusters import Cluster, made
from tests.feed.oracle.copies import Copy, Node
from tests.feed.oracle.readers import Reader
from tests.feed.oracle.run import Load, RunFigures, Witness, every_id, examine, numbered_all, write
from tests.feed.oracle.servers import (
    SETTINGS,
    Disturbances,
    Kills,
    answering,
    kill_often,
    serving,
)
from tests.feed.oracle.verdicts import Verdict
from tests.feed.oracle.writers import Deeds

WAYS = ("poll", "stream", "socket")
BULK = (
    "participation",
    "participation",
    "participant",
    "mobility",
    "mobility",
    "mentorship",
    "award",
    "venue",
    "mentor",
)
PATIENCE = 120.0
Report = Callable[[str], None]


async def prove(
    cluster: Cluster,
    viewers: Sequence[tuple[str, str]],
    load: Load,
    disturbances: Disturbances,
    report: Report = lambda _: None,
) -> tuple[Verdict, RunFigures, Kills]:
    """Make the changes while each viewer follows by their transport, and verify."""
    await made(cluster.url)
    kills, verdict, random = Kills(), Verdict(), Random(load.seed)
    with serving(cluster.state, 2) as servers:
        await asyncio.gather(*map(answering, servers))
        await numbered_all(cluster.url, PATIENCE)
        witness = await Witness.begin(cluster.url, sibling_url("puente", cluster.url, "postgres"))
        readers = [
            Reader(Copy(viewer, way), servers, cluster.state, Random(f"{load.seed} {viewer} {way}"))
            for viewer, way in viewers
        ]
        await asyncio.gather(*(reader.begin(every_id(witness.rows)) for reader in readers))
        began = time.monotonic()
        following = [asyncio.create_task(reader.run()) for reader in readers]
        killing = asyncio.create_task(kill_often(cluster, servers, kills, random, disturbances))
        others = partial(write_otherwise, cluster, times=disturbances.commands)
        deeds = await write_amid(killing, kills, cluster, load, others)
        await asyncio.gather(*(answering(server, revived=True) for server in servers))
        report(f"written in {time.monotonic() - began:.0f} s")
        last = await marked_end(cluster.url)
        if last is None:
            verdict.blame("lost", "changes are not numbered")
        for late in await finish_following(following, readers, last):
            verdict.blame("lost", f"{late.name} did not receive the last changes: {late.cursor}, {last}")
        report(f"delivered in {time.monotonic() - began:.0f} s")
        history = await witness.history(sorted({viewer for viewer, _ in viewers}))
        nodes = await visible_nodes(readers, every_id(history.rows))
    figures = examine(history, [reader.copy for reader in readers], nodes, last or 0, verdict)
    figures.deeds = deeds
    report(f"verified in {time.monotonic() - began:.0f} s")
    return verdict, figures, kills


async def write_amid(
    killing: asyncio.Task[None],
    kills: Kills,
    cluster: Cluster,
    load: Load,
    write_meanwhile: Callable[[asyncio.Event], Coroutine[None, None, None]],
) -> Deeds:
    """Make the changes, and others meanwhile, until a server and the database were killed; then end that."""
    enough = asyncio.Event()
    others = asyncio.create_task(write_meanwhile(enough))
    deeds = await write(
        cluster.url,
        replace(load, bulk=BULK, bulk_rows=200),
        lambda: killing.done() or (kills.servers > 0 and kills.databases > 0),
    )
    killing.cancel()
    enough.set()  # a command that runs is waited for: what it commits comes before the end
    await asyncio.gather(killing, others, return_exceptions=True)
    await asyncio.to_thread(cluster.postgres.ensure_running)
    return deeds


async def finish_following(
    following: Sequence[asyncio.Task[None]], readers: Sequence[Reader], last: int | None
) -> list[Copy]:
    """Wait until all have the last number; the copies of those left when no more changes were delivered."""
    for reader in readers:
        reader.until = last
    late = await until_quiet(following, readers)
    for task in late:
        task.cancel()
    for task in set(following) - late:
        task.result()
    return [reader.copy for task, reader in zip(following, readers, strict=True) if task in late]


async def visible_nodes(readers: Sequence[Reader], ids: Sequence[str]) -> dict[str, dict[str, Node]]:
    """What each viewer sees of these, and of whatever is in a copy."""
    final = sorted({*ids, *(id for reader in readers for id in reader.copy.nodes)})
    nodes: dict[str, dict[str, Node]] = {}
    for reader in readers:
        if reader.copy.viewer not in nodes:
            nodes[reader.copy.viewer] = await reader.nodes(final)
    return nodes


async def until_quiet(
    following: Sequence[asyncio.Task[None]], readers: Sequence[Reader]
) -> set[asyncio.Task[None]]:
    """Wait while anything new is delivered; the tasks that are left once nothing is for long.

    A subscriber that has lost its last changes receives them again, which is no progress.
    """
    late, before = set(following), [-1]
    while late and (newest := [reader.copy.newest for reader in readers]) != before:
        before = newest
        _, late = await asyncio.wait(late, timeout=PATIENCE)
    return late


async def marked_end(url: str) -> int | None:
    """The number of a last change, which everyone sees, once all are numbered; None where that does not come.

    Servers must be back before it: as they start, they write what not everyone sees.
    """
    connection = await asyncpg.connect(url)
    end = await connection.fetchval(
        "update venue set address = 'The end' where id = (select min(id::text)::uuid from venue) returning id"
    )
    last: int | None = None
    if await numbered_all(url, PATIENCE) is not None:
        last = await connection.fetchval("select max(number) from change where entity_id = $1", end)
    await connection.close()
    return last


async def write_otherwise(cluster: Cluster, enough: asyncio.Event, times: int) -> None:
    """Changes by psql and by the command line, one after the other."""
    address = sibling_url("puente", cluster.url)
    programs = find_programs(VERSION)
    mentor = await mentor_of(cluster.url)
    consenting = ("consent", "grant", mentor, "PUBLIC_PROFILE", "--notice", "3")
    withdrawing = ("consent", "withdraw", mentor, "PUBLIC_PROFILE")
    for arguments in islice(cycle((consenting, withdrawing)), times):
        by_hand = "update event set capacity = 5; update venue set name_en = name_en where slug ~ '^made'"
        await asyncio.to_thread(run, [str(programs / "psql"), "-X", "-q", "-c", by_hand, address], cluster)
        await asyncio.to_thread(run, [sys.executable, "-m", "api.cli", *arguments], cluster)
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await enough.wait()
        if enough.is_set():
            return


def run(command: list[str], cluster: Cluster) -> None:
    """It may fail: the database may be gone."""
    environ = environment(cluster.state, SETTINGS)
    subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=60)


async def mentor_of(url: str) -> str:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval(
        "select id from mentor where person_id = $1", id_of("person", "mentor-02")
    )
    await connection.close()
    return f"mentor_{found}"
