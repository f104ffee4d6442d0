"""What a peer is to the benchmark: a server process, and the request that it gets for each operation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.suite import BenchmarkOperation

ROOT = Path(__file__).resolve().parents[2]
JSON_HEADERS: Mapping[str, str] = {"content-type": "application/json"}


@dataclass(frozen=True)
class PeerRequest:
    """An HTTP request, always a POST."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_HEADERS)


@dataclass(frozen=True)
class Peer:
    """A server that answers the suite's operations in its own way.

    `command` gets the database's URL and a free port of 127.0.0.1; the process serves there until it gets
    SIGTERM. `request` is None for an operation that the peer can't answer. `missing` says why the peer can't
    run here, None when it can. `versions` says what it is made of, `leaves_out` which fields it can't answer.
    """

    name: str
    command: Callable[[str, int], Sequence[str]]
    request: Callable[[BenchmarkOperation], PeerRequest | None]
    missing: Callable[[], str | None] = lambda: None
    versions: Callable[[], Mapping[str, str]] = dict
    leaves_out: frozenset[str] = frozenset()
    environment: Callable[[str, int], Mapping[str, str]] = lambda url, port: {}


def python(module: str) -> Callable[[str, int], Sequence[str]]:
    """The command of a peer that is a Python module and takes the URL and the port as arguments."""
    return lambda url, port: [sys.executable, "-m", module, url, str(port)]


def graphql(document: str, variables: Mapping[str, Any], **headers: str) -> PeerRequest:
    body = orjson.dumps({"query": document, "variables": variables})
    return PeerRequest("/graphql", body, {**JSON_HEADERS, **headers})
