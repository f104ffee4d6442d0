"""What stands between an application and its database, and lets tests take the database away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

AWAY = {
    "refuses": "",
    "is starting up": "57P03",
    "is shutting down": "57P03",
    "is in recovery": "57P03",
    "has no connection left": "53300",
    "has a broken disk": "58030",
}
"""What a database that is away answers, as SQLSTATE; or nothing, where nobody listens."""


@dataclass
class DatabaseGate:
    """A database's address while it is there; `close` takes it away, in one of the ways of `AWAY`."""

    url: str
    socket: str
    away: str | None = None
    open_connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def close(self, way: str) -> None:
        self.away = way
        for writer in tuple(self.open_connections):
            writer.transport.abort()

    def reopen(self) -> None:
        self.away = None

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if self.away is None:
                await self._passed(reader, writer)
            elif code := AWAY[self.away]:
                await reader.readexactly(8)
                fields = f"SFATAL\0VFATAL\0C{code}\0Mthe database {self.away}\0\0".encode()
                writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
                await writer.drain()
        writer.close()

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(self.socket)
        self.open_connections |= {writer, inner_writer}
        try:
            await asyncio.gather(_pumped(reader, inner_writer), _pumped(inner_reader, writer))
        finally:
            self.open_connections -= {writer, inner_writer}
            inner_writer.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def gated(url: str) -> AsyncIterator[DatabaseGate]:
    """A gate before the database at an address with a Unix socket."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query)["host"][0]
    gate = DatabaseGate("", f"{folder}/.s.PGSQL.5432")
    server = await asyncio.start_server(gate.enter, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gate.url = f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}?sslmode=disable"
    yield gate
    gate.close("refuses")
    server.close()
