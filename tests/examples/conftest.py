"""A server on a database that keeps what was committed, and the examples as clients of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from models.database.client import engine_for
from models.database.embedded import EmbeddedPostgres
from models.loading.seed import seed
from models.migrations import upgrade
from tests.conftest import VERSION
from tests.examples.harness import COMMANDS, Client, Server
from tests.examples.random_writer import apart

Follow = Callable[[str, str], Client]


async def prepare(url: str) -> None:
    await upgrade(url)
    engine = engine_for(url)
    await seed(engine)
    await engine.dispose()


@pytest.fixture(scope="module")
def stage() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="puente-examples-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    database = EmbeddedPostgres(folder / "database", version=VERSION, durable=True)
    url = database.start()
    apart(prepare(url))
    server = Server(folder / "server", database, url, variables={"PUENTE_STREAMS_PER_VIEWER": "2"})
    server.start()
    yield server
    server.end()
    database.stop()
    shutil.rmtree(folder)


@pytest.fixture
def client(stage: Server, tmp_path: Path) -> Iterator[Follow]:
    """Makes a client of an example, as the system of an institution; it has a key of its own."""
    made: list[Client] = []

    def make(example: str, institution: str) -> Client:
        name = f"{example}-{uuid4().hex}"
        key = stage.key(name, institution)
        made.append(Client(name, COMMANDS[example](), stage.address, key, tmp_path / f"{name}.db"))
        return made[-1]

    yield make
    for one in made:
        one.end()
