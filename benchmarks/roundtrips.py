"""A relay before PostgreSQL that counts how often a client waits for it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

REST = 0.5  # seconds without a round trip
SOCKET = ".s.PGSQL.5432"
WAITING = (b"S", b"Q", b"H")
"""Sync, Query and Flush: after these a client waits for the server."""


@dataclass
class Relay:
    """Where the relay listens, and how many round trips went through it."""

    url: str
    trips: int = 0

    async def rests(self) -> None:
        """Wait until nothing has passed for a while: a starting server sends statements too."""
        before = -1
        while before != self.trips:
            before = self.trips
            await asyncio.sleep(REST)


@asynccontextmanager
async def relayed(url: str) -> AsyncIterator[Relay]:
    """A relay to the database of the address, which is on a socket of this machine."""
    parts = urlsplit(url)
    (folder,) = parse_qs(parts.query)["host"]
    with tempfile.TemporaryDirectory() as mine:
        relay = Relay(parts._replace(query=f"host={mine}").geturl())

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            theirs, to_them = await asyncio.open_unix_connection(str(Path(folder) / SOCKET))
            ways = [asyncio.create_task(_requests(reader, to_them, relay))]
            ways.append(asyncio.create_task(_answers(theirs, writer)))
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way, end in zip(ways, (to_them, writer), strict=True):
                way.cancel()
                end.close()

        server = await asyncio.start_unix_server(serve, str(Path(mine) / SOCKET))
        yield relay
        server.close()


async def _requests(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, relay: Relay) -> None:
    """Pass on message by message. The first has no kind; asyncpg asks for no encryption on a socket."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        kind = b""
        while True:
            length = await reader.readexactly(4)
            writer.write(kind + length + await reader.readexactly(int.from_bytes(length) - 4))
            relay.trips += kind in WAITING
            kind = await reader.readexactly(1)


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
