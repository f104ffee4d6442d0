"""The pool keeps a limited number of connections, and loses none, however a statement ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database.pool import ConnectionPool, PoolTimeout


class Connection:
    """Answers when it is let; says what it was asked."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.let = asyncio.Event()
        self.let.set()
        self.closed = False

    async def fetchrow(self, sql: str, *parameters: object) -> str:
        self.statements.append(sql)
        await self.let.wait()
        return f"{sql} {list(parameters)}"

    def is_closed(self) -> bool:
        return self.closed

    async def close(self) -> None:
        self.closed = True

    def terminate(self) -> None:
        self.closed = True


class Maker:
    """Opens connections, and refuses when a test says so."""

    def __init__(self) -> None:
        self.made: list[Connection] = []
        self.refuses = False

    async def __call__(self) -> Connection:
        await asyncio.sleep(0)
        if self.refuses:
            raise OSError("refused")
        self.made.append(Connection())
        return self.made[-1]


@pytest.fixture
def maker() -> Maker:
    return Maker()


async def test_one_after_another_needs_one(maker: Maker) -> None:
    connections = ConnectionPool(maker, 3)
    await connections.open()
    for _ in range(5):
        assert await connections.fetchrow("select", [1]) == "select [1]"
    assert len(maker.made) == 1


async def test_connections_are_limited(maker: Maker) -> None:
    connections = ConnectionPool(maker, 2)
    first = [asyncio.create_task(connections.fetchrow("slow")) for _ in range(2)]
    await asyncio.sleep(0.01)
    for connection in maker.made:
        connection.let.clear()
    waiting = [asyncio.create_task(connections.fetchrow(f"after {n}")) for n in range(3)]
    await asyncio.sleep(0.01)
    assert len(maker.made) == 2
    for connection in maker.made:
        connection.let.set()
    assert await asyncio.gather(*first, *waiting) == [
        "slow []",
        "slow []",
        *(f"after {n} []" for n in range(3)),
    ]
    assert len(maker.made) == 2


async def test_a_dead_one_is_replaced(maker: Maker) -> None:
    connections = ConnectionPool(maker, 1)
    await connections.fetchrow("a")
    maker.made[0].closed = True
    await connections.fetchrow("b")
    assert [connection.statements for connection in maker.made] == [["a"], ["b"]]


async def test_a_refusal_loses_no_place(maker: Maker) -> None:
    connections = ConnectionPool(maker, 1)
    maker.refuses = True
    for _ in range(3):
        with pytest.raises(OSError, match="refused"):
            await connections.fetchrow("a")
    maker.refuses = False
    assert await connections.fetchrow("a") == "a []"


@pytest.mark.parametrize("waits_for", ["the answer", "a place"])
async def test_who_gives_up_loses_no_place(maker: Maker, waits_for: str) -> None:
    connections = ConnectionPool(maker, 1)
    await connections.open()
    maker.made[0].let.clear()
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(connections.fetchrow(name)) for name in ("a", "b")]
    await asyncio.sleep(0.01)
    tasks[0 if waits_for == "the answer" else 1].cancel()
    await asyncio.sleep(0.01)
    maker.made[0].let.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.wait_for(connections.fetchrow("c"), 1) == "c []"


async def test_who_has_waited_long_enough_gets_none(maker: Maker) -> None:
    """No connection is lost either: a later caller gets it."""
    connections = ConnectionPool(maker, 1, patience=0.05)
    await connections.open()
    maker.made[0].let.clear()
    slow = asyncio.create_task(connections.fetchrow("slow"))
    await asyncio.sleep(0.01)
    for _ in range(2):
        with pytest.raises(PoolTimeout):
            await connections.fetchrow("late")
    maker.made[0].let.set()
    assert await slow == "slow []"
    assert await connections.fetchrow("after") == "after []"
    assert maker.made[0].statements == ["slow", "after"]


async def test_closing_waits_for_what_is_under_way(maker: Maker) -> None:
    connections = ConnectionPool(maker, 2)
    await connections.open()
    maker.made[0].let.clear()
    under_way = asyncio.create_task(connections.fetchrow("a"))
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(connections.close(5))
    await asyncio.sleep(0.01)
    late = asyncio.create_task(connections.fetchrow("late"))
    maker.made[0].let.set()
    assert await under_way == "a []"
    await closing
    assert maker.made[0].closed
    for coming in (late, connections.fetchrow("later")):
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(coming, 1)


async def test_closing_cuts_what_takes_too_long(maker: Maker) -> None:
    connections = ConnectionPool(maker, 2)
    await connections.open()
    maker.made[0].let.clear()
    stuck = asyncio.create_task(connections.fetchrow("a"))
    await asyncio.sleep(0.01)
    await connections.close(0.05)
    assert maker.made[0].closed
    stuck.cancel()


@pytest.mark.parametrize("ends", ["refused", "cancelled"])
async def test_a_first_connection_that_fails_holds_no_slot(maker: Maker, ends: str) -> None:
    """Else closing waits for a connection that nobody has."""
    connections = ConnectionPool(maker, 1)
    maker.refuses = ends == "refused"
    opening = asyncio.create_task(connections.open())
    await asyncio.sleep(0)
    if ends == "cancelled":
        opening.cancel()
    with pytest.raises(OSError if ends == "refused" else asyncio.CancelledError):
        await opening
    assert connections.in_use == 0
    async with asyncio.timeout(30):
        await connections.close(60)


async def test_a_connection_made_while_closing_is_cut(maker: Maker) -> None:
    released = asyncio.Event()

    async def connect() -> Connection:
        await released.wait()
        return await maker()

    connections = ConnectionPool(connect, 1)
    reading = asyncio.create_task(connections.fetchrow("late"))
    await asyncio.sleep(0)
    await connections.close(0.01)
    released.set()
    with pytest.raises(ConnectionError):
        await reading
    assert maker.made[0].closed


async def test_closing_goes_on_where_a_connection_fails_to_close(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Connection) -> None:
        raise OSError("broken")

    monkeypatch.setattr(Connection, "close", broken)
    connections = ConnectionPool(maker, 2)
    await connections.open()
    with pytest.raises(OSError, match="broken"):
        await connections.close(5)
    assert maker.made[0].closed
    with pytest.raises(ConnectionError):
        await connections.fetchrow("later")
