"""The official clients follow changes over a WebSocket, through kills and restarts of the server."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.identity.api_keys import make
from models.base import uuid7
from models.clients import WantedKey, add_key
from models.database import engine_for
from tests.api.serving import Running, free_port, served
from tests.interop.clients import Client, node, python, started

pytestmark = pytest.mark.lifecycle

CLIENTS: dict[str, tuple[Callable[[], list[str]], str]] = {
    "graphql-ws": (node, "follow_websocket.mjs"),
    "gql": (python, "follow_websocket.py"),
}


@dataclass
class House:
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

    async def title(self, *titles: str) -> None:
        """Give a project that everyone may see one title after the other, by plain SQL."""
        for title in titles:
            async with self.engine.begin() as connection:
                await connection.execute(
                    text(
                        "update project set title_en = :title where id = "
                        "(select min(id::text)::uuid from project where status <> 'DRAFT')"
                    ),
                    {"title": title},
                )


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory(prefix="puente-interop-") as folder:
        engine = engine_for(database_url)
        async with engine.begin() as connection:  # a copy of a database: its feed begins anew
            await connection.execute(text("select puente_number_changes(10000)"))
        yield House(database_url, engine, Path(folder) / "state")
        await engine.dispose()


def titles(client: Client, number: int) -> list[str]:
    """The titles of the next changes, each of which must be of one project, and come once."""
    changes = [client.until("change") for _ in range(number)]
    assert {change["kind"] for change in changes} == {"UPDATED"}
    assert len({change["id"] for change in changes}) == number
    return [change["node"]["title"] for change in changes]


@pytest.mark.parametrize("which", CLIENTS)
async def test_a_client_follows_through_a_kill_and_a_restart(house: House, which: str) -> None:
    command, script = CLIENTS[which]
    authorization = f"Bearer {await house.key()}"
    address = f"ws://127.0.0.1:{house.port}/graphql"
    with started(command(), script, address, authorization) as client:
        with house.served() as server:
            assert "INTEGRATION" in client.until("viewer")["roles"]
            assert client.until("error")["code"] == "GRAPHQL_VALIDATION_FAILED"
            client.until("following")
            await house.title("one", "two")
            assert titles(client, 2)[-1] == "two"
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            client.until("closed")
            await house.title("three")
        with house.served() as server:
            client.until("connected")
            assert titles(client, 1) == ["three"]
            await house.title("four")
            assert titles(client, 1) == ["four"]
            server.process.send_signal(signal.SIGTERM)
            assert client.until("closed")["code"] == 1012
            server.process.wait()
            await house.title("five")
        with house.served():
            client.until("connected")
            assert titles(client, 1) == ["five"]
            await house.title("stop")
            client.until("completed")
            assert client.until("alive")["typename"] == "Query"
            assert client.process.wait(30) == 0
