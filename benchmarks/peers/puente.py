"""Puente as `puente serve` runs it, except that tokens count though the database is not its own."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from starlette.applications import Starlette
from uvicorn import Server

from api.app import Application, create_app
from api.auth import development_tokens
from api.composition import OnStatement
from api.graphql.endpoint import GraphQLEndpoint
from api.server.server import uvicorn_config
from api.settings.settings import Settings, read_settings
from benchmarks.peers.peer import Peer, PeerRequest, graphql
from benchmarks.suite import COORDINATOR, STAFF, BenchmarkOperation

SUBJECTS = {STAFF: "admin", COORDINATOR: "grown-coordinator"}
UNCOUNTED = {
    "operations_per_minute": 0,
    "address_operations_per_minute": 0,
    "connections_per_address": 0,
    "planning_seconds_per_minute": 0,
    "address_planning_seconds_per_minute": 0,
}
"""One client asks for more in a second than it may in a minute."""

MADE_OF = ("puente", "graphql-core", "sqlalchemy", "asyncpg", "starlette", "uvicorn", "uvloop")


@cache
def state() -> Path:
    """A folder for the development key, of one run of the benchmark."""
    return Path(tempfile.mkdtemp(prefix="puente-bench-"))


def request(operation: BenchmarkOperation) -> PeerRequest:
    headers = {}
    if operation.persona in SUBJECTS:
        token = development_tokens.sign(SUBJECTS[operation.persona], development_tokens.key(state()))
        headers["authorization"] = f"Bearer {token}"
    return graphql(operation.document, operation.variables, **headers)


def application(settings: Settings, on_statement: OnStatement | None = None) -> Starlette:
    """Puente where tokens of the benchmark's own count, and nothing else is as in development."""
    app = create_app(settings.model_copy(update={"development": True}), on_statement=on_statement)
    _graphql(app).development = False
    return app


@contextmanager
def explaining(app: Starlette) -> Iterator[None]:
    """Have it explain its statements for a while."""
    _graphql(app).development = True
    yield
    _graphql(app).development = False


def _graphql(app: Starlette) -> GraphQLEndpoint:
    assert isinstance(app, Application)
    return app.parts.graphql


def serve(url: str, port: int, folder: Path) -> None:
    settings = read_settings(database_url=url, port=port, state=folder, **UNCOUNTED)
    Server(uvicorn_config(settings, partial(application, settings))).run()


PUENTE = Peer(
    "puente",
    lambda url, port: [sys.executable, "-m", __name__, url, str(port), str(state())],
    request,
    versions=lambda: {name: version(name) for name in MADE_OF},
)

if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
