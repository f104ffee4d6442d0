"""A server on a database that keeps what was committed, and the examples as clients of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from models.database.embedded import EmbeddedPostgres
from tests.conftest import VERSION
from tests.examples.harness import COMMANDS, Client, Server
from tests.examples.random_writer import apart
from tests.feed.oracle.clusters import seeded
from tests.ready_state import make_ready

Follow = Callable[[str, str], Client]


@pytest.fixture(scope="module")
def stage() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="puente-examples-"))
    folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    make_ready(folder / "database")
    database = EmbeddedPostgres(folder / "database", version=VERSION, durable=True)
    url = database.start()
    apart(seeded(url))
    server = Server(folder / "server", database, url, variables={"PUENTE_STREAMS_PER_VIEWER": "2"})
    server.start()
    yield server
    server.end()
    database.stop()
    shutil.rmtree(folder)


@pytest.fixture
def client(stage: Server, tmp_path: Path) -> Iterator[Follow]:
    """Makes a client of an example, as the system of an institution, with a new key."""
    made: list[Client] = []

    def make(example: str, institution: str) -> Client:
        name = f"{example}-{uuid4().hex}"
        key = stage.key(name, institution)
        made.append(Client(name, COMMANDS[example](), stage.address, key, tmp_path / f"{name}.db"))
        return made[-1]

    yield make
    for one in made:
        one.end()
