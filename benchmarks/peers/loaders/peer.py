"""How the benchmark starts Strawberry with DataLoaders, and asks it: by Puente's own documents."""

from __future__ import annotations

from importlib.metadata import version

from benchmarks.peers.peer import Peer, PeerRequest, graphql, python
from benchmarks.suite import BenchmarkOperation

MADE_OF = ("strawberry-graphql", "graphql-core", "sqlmodel", "sqlalchemy", "asyncpg", "uvicorn", "uvloop")


def request(operation: BenchmarkOperation) -> PeerRequest:
    return graphql(operation.document, operation.variables)


LOADERS = Peer(
    "strawberry-loaders",
    python("benchmarks.peers.loaders.server"),
    request,
    versions=lambda: {name: version(name) for name in MADE_OF},
)
