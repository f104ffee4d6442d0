"""The parameters of a statement, each with the way to read its value for a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Uuid, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from planner.document.arguments import ArgumentValue, Variables

Converter = Callable[[Any], Any]
ParameterReader: TypeAlias = Callable[[Variables, Any], Any]
"""How the value of a parameter is found: of the variables, and of the viewer (of viewers, in a crowd)."""


class Parameters:
    """The bind parameters of a statement, each with the way to read its value for a request.

    `needs_custom_plan` once their values decide which plan is good: PostgreSQL should plan for each request.
    `reads_feed_cursor` once one of them is a position in the change feed, which may be no longer kept.
    """

    def __init__(self) -> None:
        self.needs_custom_plan = False
        self.reads_feed_cursor = False
        self.readers: dict[str, ParameterReader] = {}
        self._bound: dict[tuple[int, Converter, str], BindParameter[Any]] = {}
        self._leaves: list[ArgumentValue] = []

    def bind(self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Converter) -> BindParameter[Any]:
        """The parameter for a leaf; the same leaf, bound the same way again, is the same parameter."""
        key = (id(leaf), convert, repr(type_))
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
        """The parameter for the ids that the viewer has under a name."""
        self.readers[f"viewer_{name}"] = lambda _, viewer: viewer.attributes.get(name, ())
        return bindparam(f"viewer_{name}", type_=ARRAY(Uuid()))

    def reads_attribute(self, name: str) -> bool:
        """Whether the ids that the viewer has under a name are a parameter."""
        return f"viewer_{name}" in self.readers

    def computed(self, name: str, type_: TypeEngine[Any], read: ParameterReader) -> BindParameter[Any]:
        """A parameter that is found in a way of its own; one of a name."""
        self.readers[name] = read
        return bindparam(name, type_=type_)

    def single_attribute(self, name: str) -> BindParameter[Any]:
        """The parameter for the one id that the viewer has under a name."""
        self.readers[f"viewer_{name}"] = lambda _, viewer: viewer.attributes[name][0]
        return bindparam(f"viewer_{name}", type_=Uuid())
