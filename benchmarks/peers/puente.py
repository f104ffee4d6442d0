"""Puente as `puente serve` runs it, except that tokens count though the database is not its own."""

from __future__ import annotations

import sys
import tempfile
from functools import cache
from pathlib import Path

from api import development
from api.app import Application, create_app
from api.graphql import GraphQL
from api.serving import uvicorn_config
from api.settings import read_settings
from benchmarks.peers.peer import Peer, Request, graphql
from benchmarks.suite import STAFF, Operation


@cache
def state() -> Path:
    """A folder for the development key, of one run of the benchmark."""
    return Path(tempfile.mkdtemp(prefix="puente-bench-"))


def request(operation: Operation) -> Request:
    headers = {}
    if operation.persona == STAFF:
        headers["authorization"] = f"Bearer {development.sign('admin', development.key(state()))}"
    return graphql(operation.document, operation.variables, **headers)


def serve(url: str, port: int, folder: Path) -> None:
    from uvicorn import Server

    settings = read_settings(database_url=url, port=port, state=folder)
    settings = settings.model_copy(update={"development": True})

    def application() -> Application:
        made = create_app(settings)
        assert isinstance(made, Application)
        assert isinstance(made.direct, GraphQL)
        made.direct.development = False  # tokens count, but nothing else is as in development
        return made

    Server(uvicorn_config(settings, application)).run()


PUENTE = Peer(
    "puente",
    lambda url, port: [sys.executable, "-m", __name__, url, str(port), str(state())],
    request,
)

if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
