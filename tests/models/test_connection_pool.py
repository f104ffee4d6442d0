"""How a pool opens connections while its process is busy, and while the database is away."""

from __future__ import annotations

import asyncio

import pytest

from models.database.client import DatabaseUnavailable
from models.database.pool import ConnectionPool


class Opened:
    """A connection whose statements take until `freed`."""

    def __init__(self, freed: asyncio.Event) -> None:
        self.freed, self.closed = freed, False

    def is_closed(self) -> bool:
        return self.closed

    async def fetchrow(self, sql: str) -> str:
        await self.freed.wait()
        return sql


class Server:
    """Opens connections, or doesn't in time: `late` times after the first."""

    def __init__(self, late: int) -> None:
        self.freed, self.opened, self.late = asyncio.Event(), list[Opened](), late

    async def connect(self) -> Opened:
        if self.opened and self.late:
            self.late -= 1
            raise DatabaseUnavailable("no answer in time") from TimeoutError()
        self.opened.append(Opened(self.freed))
        return self.opened[-1]


async def two_reads(pool: ConnectionPool, server: Server) -> list[object]:
    """The second needs another connection while the first still reads."""
    await pool.open()
    reads = [asyncio.ensure_future(pool.fetchrow(str(n))) for n in range(2)]
    for _ in range(20):
        await asyncio.sleep(0)
    server.freed.set()
    return list(await asyncio.gather(*reads, return_exceptions=True))


async def test_a_connection_that_takes_too_long_is_tried_again_while_another_is_open() -> None:
    server = Server(late=3)
    assert await two_reads(ConnectionPool(server.connect, 2, patience=60), server) == ["0", "1"]
    assert (len(server.opened), server.late) == (2, 0)


@pytest.mark.parametrize("patience", [0, None])
async def test_it_is_tried_no_longer_than_a_read_waits(patience: float | None) -> None:
    server = Server(late=3)
    first, second = await two_reads(ConnectionPool(server.connect, 2, patience), server)
    assert (first, type(second)) == ("0", DatabaseUnavailable)


async def test_without_another_one_the_database_is_away() -> None:
    server = Server(late=1)
    pool = ConnectionPool(server.connect, 2, patience=60)
    await pool.open()
    server.opened[0].closed = True
    with pytest.raises(DatabaseUnavailable):
        await pool.fetchrow("0")
    server.freed.set()
    assert await pool.fetchrow("0") == "0"
