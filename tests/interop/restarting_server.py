"""What the clients follow: a database that tests write to, and servers on it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.api_keys import make
from models.api_client_commands import WantedKey, add_key
from models.base import uuid7
from models.database.client import engine_for
from tests.api.server_processes import Running, free_port, served
from tests.interop.clients import Client

TITLE = """
    update project set title_en = :title
    where id = (select min(id::text)::uuid from project where status <> 'DRAFT')
"""


@dataclass
class RestartingServer:
    """A database, and servers on it one after the other at the same address."""

    url: str
    engine: AsyncEngine
    state: Path
    port: int = field(default_factory=free_port)

    def served(self) -> AbstractContextManager[Running]:
        return served(self.state, port=self.port, variables={"PUENTE_DATABASE_URL": self.url})

    async def key(self) -> str:
        id = uuid7()
        key = make(id)
        await add_key(self.engine, WantedKey(id, "Registrar", "uc-merced", key.secret_hash, (), None))
        return key.text

    async def sql(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def title(self, *titles: str) -> None:
        """Give a project that everyone may see one title after the other, by plain SQL."""
        for title in titles:
            await self.sql(TITLE, title=title)


@asynccontextmanager
async def restarting_on(url: str) -> AsyncIterator[RestartingServer]:
    """Servers on a database that is a copy: its feed starts a new epoch."""
    with tempfile.TemporaryDirectory(prefix="puente-interop-") as folder:
        engine = engine_for(url)
        async with engine.begin() as connection:
            await connection.execute(text("select puente_number_changes(10000)"))
        yield RestartingServer(url, engine, Path(folder) / "state")
        await engine.dispose()


def titles(client: Client, number: int) -> list[str]:
    """The titles of the next changes, each of which must be of one project, and come once."""
    changes = [client.until("change") for _ in range(number)]
    assert {change["kind"] for change in changes} == {"UPDATED"}
    assert len({change["id"] for change in changes}) == number
    return [change["node"]["title"] for change in changes]
