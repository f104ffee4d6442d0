"""How the benchmark starts and queries Strawchemy: with separate documents, since its names differ."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Peer, PeerRequest, graphql, python
from benchmarks.suite import BenchmarkOperation

FOLDER = Path(__file__).parent / "operations"
FIRST_KEY = "00000000-0000-0000-0000-000000000000"
MADE_OF = (
    "strawchemy",
    "strawberry-graphql",
    "graphql-core",
    "sqlalchemy",
    "asyncpg",
    "uvicorn",
    "uvloop",
)


def variables(operation: BenchmarkOperation) -> dict[str, Any]:
    """Rows have plain keys here, and a page begins after a title and a key, not after a cursor."""
    match operation.name:
        case "node":
            (key,) = operation.parameters
            return {"id": key}
        case "deep_page":
            title, *_ = operation.parameters
            return {"title": title, "key": FIRST_KEY}
        case _:
            return operation.variables


def request(operation: BenchmarkOperation) -> PeerRequest | None:
    document = FOLDER / f"{operation.name}.graphql"
    return graphql(document.read_text(), variables(operation)) if document.exists() else None


def missing() -> str | None:
    return None if find_spec("strawchemy") else "strawchemy is not installed: make bench-peers"


STRAWCHEMY = Peer(
    "strawchemy",
    python("benchmarks.peers.strawchemy_peer.server"),
    request,
    missing,
    lambda: {name: version(name) for name in MADE_OF},
    leaves_out=frozenset({"hasNextPage"}),
)
