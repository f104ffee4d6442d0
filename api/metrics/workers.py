"""Collects the samples of all workers of a server, whichever is scraped.

Each worker answers at a socket in a shared folder: samples are current, cost nothing between scrapes, and a
worker that doesn't answer is noticed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import orjson

from api.metrics.registry import Registry, Sample, as_json, from_json

PATIENCE = 1.0  # seconds that a worker gets to answer


@dataclass(slots=True)
class WorkerMetrics:
    """`folder` is None if there is only one process, which is number 0."""

    registry: Registry
    folder: Path | None = None
    number: int = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answer the other workers during the block, under the lowest free number."""
        if self.folder is None:
            yield
            return
        with claimed_number(self.folder) as self.number:
            path = self.folder / str(self.number)
            path.unlink(missing_ok=True)  # left by a worker that was killed
            async with await asyncio.start_unix_server(self._answer, path):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)

    async def collect(self) -> Mapping[str, Sequence[Sample] | None]:
        """The samples of each worker by number; None if it doesn't answer."""
        own = str(self.number)
        samples: dict[str, Sequence[Sample] | None] = {own: list(self.registry.now())}
        if self.folder is not None and self.folder.is_dir():  # it may have been deleted
            others = [path for path in self.folder.iterdir() if path.name.isdecimal() and path.name != own]
            for samples_of_worker in await asyncio.gather(*map(_samples_of, others)):
                samples |= samples_of_worker
        return samples

    async def _answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(orjson.dumps([as_json(figure) for figure in self.registry.now()]))
            with suppress(ConnectionError):
                await writer.drain()
        finally:
            writer.close()


@contextmanager
def claimed_number(folder: Path) -> Iterator[int]:
    """The lowest number that no other process holds, so a worker's successor gets the same.

    The kernel releases a process's lock however it ends.
    """
    for number in count():
        lock = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield number
                return
        finally:
            os.close(lock)


async def _samples_of(path: Path) -> dict[str, Sequence[Sample] | None]:
    """The samples of a worker by number; None if it hangs, empty if it died."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return {path.name: [from_json(one) for one in orjson.loads(await reader.read())]}
            finally:
                writer.close()
    except (ConnectionRefusedError, FileNotFoundError):  # its successor reuses the number and the socket
        return {}
    except (OSError, TimeoutError, ValueError):
        return {path.name: None}
