"""What subscribers keep: a copy of everything that they may see, and a record of what they received."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from schema.change import TYPES
from tests.feed.oracle.replay import MASKED
from tests.feed.visible_dependencies import APART, selection
from tests.reference.field_sources import TYPE_OF_PREFIX

FIELDS = f"__typename id {' '.join(f'... on {name} {selection(name)}' for name in TYPES.values())}"
"""Whatever an entity shows by itself: scalars, masked fields, references by id, lists of links."""
LIMITS = {
    "max_aliases": 1_000,
    "max_fields": 1_000,
    "max_subqueries": 1_000,
    "max_cost": 1_000_000_000,
    "planning_timeout": 600,
}
"""What a server must let pass of it."""
NODES = f"query Nodes($ids: [ID!]!) {{ nodes(ids: $ids) {{ {FIELDS} }} }}"
CURSOR = "{ changeCursor }"
CHANGE = f"id cursor kind type entityId version changedFields node {{ {FIELDS} }}"
FOLLOW = f"subscription Follow($after: String) {{ changes(after: $after) {{ {CHANGE} }} }}"
POLL = f"""
    query Poll($after: String, $first: Int) {{
        changes(after: $after, first: $first) {{ nodes {{ {CHANGE} }} pageInfo {{ endCursor hasNextPage }} }}
    }}
"""
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReceivedChange:
    """A change as a subscriber received it; `shown` are the masked fields that had a value."""

    number: int
    kind: str
    type: str
    key: UUID
    version: int
    changed: tuple[str, ...]
    fields: tuple[str, ...]
    at: float


@dataclass
class Copy:
    """One subscriber's copy, begun after `since`, and everything that they received, in order."""

    viewer: str
    way: str
    nodes: dict[str, Node] = field(default_factory=dict)
    since: int = 0
    cursor: str = ""
    received: list[ReceivedChange] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    connections: int = 0
    duplicates: int = 0
    _last: int = 0
    _known: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.viewer} by {self.way}"

    @property
    def newest(self) -> int:
        """The highest number received."""
        return max(self._known, default=0)

    def begin(self, cursor: str) -> None:
        self.cursor, self.since = cursor, number_of(cursor)

    def connected(self) -> None:
        """From here on numbers may repeat earlier ones, if the cursor says so."""
        self.connections += 1
        self._last = number_of(self.cursor)

    def take(self, change: Mapping[str, Any]) -> None:
        number, id, entity = number_of(change["cursor"]), change["id"], change["entityId"]
        if number <= self._last:
            self.faults.append(f"out of order: {id} after {self._last}")
        self._last = number
        if number in self._known:
            self.duplicates += 1
            if self._known[number] != (id, entity):
                self.faults.append(f"a duplicate with another id: {id}, {self._known[number]}")
        self._known[number] = (id, entity)
        prefix, _, key = entity.partition("_")
        node = change["node"]
        self.received.append(
            ReceivedChange(
                number,
                change["kind"],
                TYPE_OF_PREFIX[prefix],
                UUID(key),
                change["version"],
                tuple(change["changedFields"]),
                node_fields(node),
                time.time(),
            )
        )
        if (node is None) != (change["kind"] == "REMOVED"):
            self.faults.append(f"{change['kind']} {id} with node {node}")
        if node is None:
            self.nodes.pop(entity, None)
        else:
            self.nodes[entity] = node
        self.cursor = change["cursor"]


def node_fields(node: Node | None) -> tuple[str, ...]:
    """The masked fields that have a value."""
    if node is None:
        return ()
    type_ = node["__typename"]
    return tuple(name for name in MASKED.get(type_, ()) if node.get(f"{type_}{APART}{name}") is not None)


def number_of(cursor: str) -> int:
    return int(cursor.split(".")[1])
