"""Acts as they are sent, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.mutations.model.fields import Problem
from tests.reference.viewers import Viewer


@dataclass(frozen=True)
class Act:
    """A mutation as it is sent."""

    viewer: Viewer
    mutation: str
    input: Mapping[str, Any]
    key: str | None = None
    dry: bool = False


@dataclass(frozen=True)
class Outcome:
    """What is told of an act; `row` is seen_as if the viewer sees it."""

    problems: frozenset[Problem] = frozenset()
    changed: tuple[str, ...] = ()
    row: UUID | None = None
    replayed: bool = False
    done: bool = False
    created: bool = False
    """Whether there was no such row before."""
