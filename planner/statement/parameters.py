"""The parameters of a statement, and how their values are read for a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from planner.document.arguments import ArgumentValue, Variables

Converter = Callable[[Any], Any]
ParameterReader: TypeAlias = Callable[[Variables, Any], Any]
"""Reads a parameter's value from the variables and the viewer (in a batch, the list of viewers)."""

printed = lru_cache(1_000)(repr)
"""A type as it is written; equal ones are often other objects."""


class Parameters:
    """The bind parameters of a statement, with the readers of their values.

    `needs_custom_plan` is set if their values decide which plan is good; then PostgreSQL should plan each
    request. `reads_feed_cursor` is set if one is a cursor of the change feed, which may have expired.
    """

    def __init__(self) -> None:
        self.needs_custom_plan = False
        self.reads_feed_cursor = False
        self.readers: dict[str, ParameterReader] = {}
        self._bound: dict[tuple[int, Converter, str], BindParameter[Any]] = {}
        self._leaves: list[ArgumentValue] = []

    def bind(self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Converter) -> BindParameter[Any]:
        """The parameter for an argument's value; the same one if it is bound again in the same way."""
        key = (id(leaf), convert, printed(type_))
        if key not in self._bound:
            name = f"p{len(self.readers) + 1}"
            self._bound[key] = bindparam(name, type_=type_)
            self._leaves.append(leaf)
            read, value = leaf.read, leaf.value
            self.readers[name] = (
                (lambda _, viewer: convert(value))
                if read is None
                else (lambda variables, viewer: convert(read(variables)))
            )
        return self._bound[key]

    def attribute(self, name: str) -> BindParameter[Any]:
        """The array parameter for the ids in an attribute of the viewer."""
        self.readers[f"viewer_{name}"] = lambda _, viewer: viewer.attributes.get(name, ())
        return bindparam(f"viewer_{name}", type_=ARRAY(Uuid()))

    def reads_attribute(self, name: str) -> bool:
        """Whether an attribute of the viewer is a parameter."""
        return f"viewer_{name}" in self.readers

    def computed(self, name: str, type_: TypeEngine[Any], read: ParameterReader) -> BindParameter[Any]:
        """The parameter with this name, whose value `read` computes."""
        self.readers[name] = read
        return bindparam(name, type_=type_)

    def single_attribute(self, name: str) -> BindParameter[Any]:
        """The parameter for the one id in an attribute of the viewer."""
        self.readers[f"viewer_{name}"] = lambda _, viewer: viewer.attributes[name][0]
        return bindparam(f"viewer_{name}", type_=Uuid())
