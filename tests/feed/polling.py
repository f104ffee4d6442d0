"""Clients of real servers that poll for changes, each by one address, and note what they get."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

POLL = """
    query Poll($after: String) {
        changes(after: $after, types: [VENUE], first: 50) {
            nodes { id cursor version }
            pageInfo { endCursor }
        }
    }
"""
PATIENCE = 30.0


@dataclass
class Poller:
    """One that goes on after its last cursor, wherever it asks."""

    address: str
    after: str | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        self.after = self._asked("{ changeCursor }")["changeCursor"]

    def poll(self) -> None:
        page = self._asked(POLL, after=self.after)["changes"]
        self.seen += page["nodes"]
        self.after = page["pageInfo"]["endCursor"] or self.after

    def until(self, holds: Callable[[Poller], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds(self):
            assert time.monotonic() < deadline, f"{self.address} told {len(self.seen)} changes"
            self.poll()

    @property
    def versions(self) -> list[int]:
        return [node["version"] for node in self.seen]

    def _asked(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.address}/graphql", json=body, timeout=PATIENCE)
        data: dict[str, Any] = answer.raise_for_status().json()["data"]
        return data
