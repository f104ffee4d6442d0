"""Imports every module that declares types, and orders the entities as they are published."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from models.base import Described
from planner.builder.declaration import Declaration
from schema.declarations import declarations

AFTER_ALL = frozenset(
    {
        "access_docs",
        "audit",
        "build",
        "change",
        "feed",
        "invariants",
        "query",
        "subscription",
        "task",
        "webhook",
        "workflow_docs",
        "workflows",
    }
)
"""Modules that need all declarations, and so import this module."""

for _found in iter_modules([str(Path(__file__).parent)]):  # by name
    if _found.name not in AFTER_ALL:
        import_module(f"schema.{_found.name}")


def entities(first: str) -> list[Declaration]:
    """All entities: those named in `first` in that order, then the others by name.

    So published entities keep their position, and a new one needs no entry.
    """
    names = first.split()
    rank = {name: index for index, name in enumerate(names)}
    return sorted(declarations.entities, key=lambda one: (rank.get(name_of(one), len(names)), name_of(one)))


def name_of(entity: Declaration) -> str:
    return entity.cls.__name__


def constant_of(entity: Declaration) -> str:
    """The entity's name in enums: its table's name in capitals."""
    assert entity.model is not None
    return str(entity.model.__tablename__).upper()


def vocabulary(name: str, description: str, members: Mapping[str, str]) -> Any:
    """An enum class made from declarations: `members` are values with their descriptions."""
    make: Any = Described
    made = make(name, [(value, (value, text)) for value, text in members.items()], module=__name__)
    made.__doc__ = description
    return made
