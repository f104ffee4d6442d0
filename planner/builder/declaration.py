"""A declared class, before it becomes a type of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import FromClause

from planner.declaration.bindings import Concerns, FacetSource, RootFields, Searchable
from planner.declaration.writes import NO_WRITES, Writes


@dataclass(frozen=True)
class TableModel:
    """A table without a model of its own."""

    __table__: FromClause


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared class with its decorator's arguments; `model` has its table, if there is one.

    `listed`: a root field lists its rows, as those of a log.
    """

    cls: type
    model: Any
    prefix: str | None
    governed: bool
    search: tuple[Searchable, ...] = ()
    facets: Mapping[str, FacetSource] = field(default_factory=dict)
    roots: RootFields | None = None
    changes: str = ""
    concerns: Concerns | None = None
    searched: str = ""
    writes: Writes = NO_WRITES
    followed: bool = True
    listed: bool = False

    @property
    def is_entity(self) -> bool:
        """Whether it is in lists, orders and the change feed, rather than only found by its global id."""
        return self.prefix is not None and self.followed

    @property
    def has_pages(self) -> bool:
        """Whether there are connections to it; if it is only `listed`, without filters and orders."""
        return self.is_entity or self.listed


class ConnectionTarget:
    """`Connection[Project]` in an annotation is the type `ProjectConnection`."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getitem__(self, target: type) -> Any:
        return self._names[f"{target.__name__}Connection"]
