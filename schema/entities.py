"""Every module that declares types, imported; and the entities in the order in which they are published."""

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
        "webhook",
        "workflow_docs",
        "workflows",
    }
)
"""The modules that stand on what all entities declare, and so on this one."""

for _found in iter_modules([str(Path(__file__).parent)]):  # by name
    if _found.name not in AFTER_ALL:
        import_module(f"schema.{_found.name}")


def entities(first: str) -> list[Declaration]:
    """Those named first, in that order, then the others by name.

    What was published keeps its place; nobody needs to give a new entity one.
    """
    names = first.split()
    rank = {name: index for index, name in enumerate(names)}
    return sorted(declarations.entities, key=lambda one: (rank.get(name_of(one), len(names)), name_of(one)))


def name_of(entity: Declaration) -> str:
    return entity.cls.__name__


def constant_of(entity: Declaration) -> str:
    """The entity as a member of an enum: its table's name in capitals."""
    assert entity.model is not None
    return str(entity.model.__tablename__).upper()


def vocabulary(name: str, description: str, members: Mapping[str, str]) -> Any:
    """A vocabulary that follows from declarations: its members with their descriptions."""
    make: Any = Described
    made = make(name, [(value, (value, text)) for value, text in members.items()], module=__name__)
    made.__doc__ = description
    return made
