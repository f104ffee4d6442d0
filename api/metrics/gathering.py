"""The figures of all workers of a server, wherever a request for them arrives.

Each worker answers at a socket in a folder of the server's own: what is gathered is of this moment, costs
nothing until it is asked for, and a worker that does not answer is seen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from api.metrics.figures import Figure, Figures, as_json, from_json

PATIENCE = 1.0  # seconds that a worker gets to answer


@dataclass(frozen=True, slots=True)
class Gathering:
    """`folder` is None where there is one process."""

    figures: Figures
    folder: Path | None = None

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Answer the other workers as long as the block lasts."""
        if self.folder is None:
            yield
            return
        path = self.folder / str(os.getpid())
        path.unlink(missing_ok=True)
        async with await asyncio.start_unix_server(self._answer, path):
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    async def gathered(self) -> Mapping[str, Sequence[Figure] | None]:
        """What each worker says, by its process id; None of one that does not answer."""
        own = str(os.getpid())
        told: dict[str, Sequence[Figure] | None] = {own: list(self.figures.now())}
        if self.folder is not None and self.folder.is_dir():  # someone may have cleared up there
            others = [path for path in self.folder.iterdir() if path.name != own]
            found = await asyncio.gather(*map(_told, others))
            told |= {path.name: said for path, said in zip(others, found, strict=True) if path.exists()}
        return told

    async def _answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(orjson.dumps([as_json(figure) for figure in self.figures.now()]))
            with suppress(ConnectionError):
                await writer.drain()
        finally:
            writer.close()


async def _told(path: Path) -> Sequence[Figure] | None:
    """What a worker says of itself; the socket of one that died goes."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return [from_json(one) for one in orjson.loads(await reader.read())]
            finally:
                writer.close()
    except (ConnectionRefusedError, FileNotFoundError):
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - one system call
    except (OSError, TimeoutError, ValueError):
        pass
    return None
