"""Writers that change everything at once: some take back what they did, some are late to commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import asyncpg

from tests.conftest import correcting
from tests.feed.oracle.operations import OPERATIONS
from tests.feed.oracle.random_rows import Draw, Statement

ROLLED_BACK, TO_SAVEPOINT, LATE = 0.08, 0.15, 0.06
"""How many of the transactions are rolled back, roll back to a savepoint, are committed late."""

LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
"""What it looks like when the server went away."""


@dataclass
class Deeds:
    """What the writers did, counted."""

    committed: int = 0
    rolled_back: int = 0
    to_savepoints: int = 0
    late: int = 0
    refused: int = 0
    deadlocks: int = 0
    cut_off: int = 0
    refusals: dict[str, int] = field(default_factory=dict)


class TakenBack(Exception):
    """A writer thought better of it."""


@dataclass
class Writer:
    """One connection that writes until there is enough; it makes a new one when the old one is lost."""

    url: str
    draw: Draw
    deeds: Deeds
    enough: Callable[[], bool]
    pause: float = 0.0
    longest: float = 0.3

    async def run(self) -> None:
        while not self.enough():
            try:
                connection = await asyncpg.connect(
                    correcting(self.url), server_settings={"lock_timeout": "3s"}
                )
            except (*LOST, asyncpg.PostgresError):
                await asyncio.sleep(0.1)
                continue
            try:
                while not self.enough():
                    await self._attempt(connection)
                    await asyncio.sleep(self.pause)
            except (*LOST, asyncpg.PostgresConnectionError):
                self.deeds.cut_off += 1
            finally:
                connection.terminate()

    async def _attempt(self, connection: asyncpg.Connection) -> None:
        try:
            async with connection.transaction():
                await self._transact(connection)
        except TakenBack:
            self.deeds.rolled_back += 1
        except asyncpg.DeadlockDetectedError:
            self.deeds.deadlocks += 1
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.LockNotAvailableError) as error:
            self.deeds.refused += 1
            refusal = f"{type(error).__name__}: {error}"[:90]
            self.deeds.refusals[refusal] = self.deeds.refusals.get(refusal, 0) + 1
        except asyncpg.OperatorInterventionError as error:
            raise ConnectionError from error
        else:
            self.deeds.committed += 1

    async def _transact(self, connection: asyncpg.Connection) -> None:
        random = self.draw.random
        for _ in range(random.choice((1, 1, 2, 3))):
            statements = drawn(self.draw)
            if random.random() < TO_SAVEPOINT:
                try:
                    async with connection.transaction():
                        await _send(connection, statements)
                        raise TakenBack
                except TakenBack:
                    self.deeds.to_savepoints += 1
            else:
                await _send(connection, statements)
        if random.random() < LATE:
            self.deeds.late += 1
            await asyncio.sleep(random.uniform(0.02, self.longest))
        if random.random() < ROLLED_BACK:
            raise TakenBack


def drawn(draw: Draw) -> list[Statement]:
    operations, weights = zip(*OPERATIONS, strict=True)
    (operation,) = draw.random.choices(operations, weights)
    made: list[Statement] = operation(draw)
    return made


async def _send(connection: asyncpg.Connection, statements: list[Statement]) -> None:
    for sql, parameters in statements:
        await connection.execute(sql, *parameters)


def seeded(seed: int, writer: int) -> Random:
    return Random(f"{seed} {writer}")
