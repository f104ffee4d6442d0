"""What is wrong with an act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from tests.mutations.model.fields import Path, Problem

if TYPE_CHECKING:
    from tests.mutations.model.world import World

ROOT: Path = ("input",)


@dataclass
class Wrong(Exception):
    """Nothing is done. `fields` are those that are wrong; `after`: it was seen once it was written."""

    problems: Iterable[Problem]
    row: UUID | None = None
    fields: frozenset[str] = frozenset()
    after: bool = False
    needed: bool = True
    """Without the fields that a new row needs, nothing more is looked at."""
    leaves: Callable[[World], None] | None = None
    """What is done all the same, unless it is tried only."""


def refused(code: str, *path: str, row: UUID | None = None) -> Wrong:
    return Wrong([Problem(code, (*ROOT, *path))], row)
