"""Several viewers in one statement: a CTE with a row per viewer, and a column per attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, Text, Uuid, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from planner.sql import Column, Condition
from planner.statement.parameters import Parameters
from planner.viewer import Viewer

CTE_NAME = "viewers"


@dataclass(slots=True)
class ViewerBatch:
    """The viewers of a statement; `attributes`: name of a used attribute → whether it has a single id."""

    attributes: dict[str, bool] = field(default_factory=dict)

    def has_attribute(self, column: Column, attribute: str, *, single: bool) -> Condition:
        """Whether the column is one of the ids in an attribute of the row's viewer."""
        self.attributes[attribute] = single
        if single:
            return column == literal_column(f'{CTE_NAME}."{attribute}"', Uuid())
        return column == any_(literal_column(f'{CTE_NAME}."{attribute}"', ARRAY(Uuid())))

    @property
    def fingerprint(self) -> Column:
        return literal_column(f"{CTE_NAME}.fingerprint", Text())

    @property
    def position(self) -> Column:
        return literal_column(f"{CTE_NAME}.position")

    def viewers(self, parameters: Parameters) -> CTE:
        """The CTE of viewers, numbered from 1; to be called once all attributes are known."""
        bound = [parameters.computed("viewer_fingerprint", ARRAY(Text()), _fingerprints)]
        for attribute, single in self.attributes.items():
            kind: Any = Uuid() if single else Text()
            read = _SingleAttribute(attribute) if single else _AttributeArrays(attribute)
            bound.append(parameters.computed(f"viewer_{attribute}", ARRAY(kind), read))
        names = ["fingerprint", *(f"of_{index}" for index in range(len(self.attributes)))]
        given = func.unnest(*bound).table_valued(*names, with_ordinality="position").render_derived("given")
        attributes = [
            (given.c[name] if single else cast(given.c[name], ARRAY(Uuid()))).label(attribute)
            for name, (attribute, single) in zip(names[1:], self.attributes.items(), strict=True)
        ]
        return (
            select(given.c.position, given.c.fingerprint, *attributes)
            .cte(CTE_NAME)
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )


@dataclass(frozen=True, slots=True)
class _SingleAttribute:
    attribute: str

    def __call__(self, _: Any, viewers: Sequence[Viewer]) -> list[Any]:
        return [viewer.attributes[self.attribute][0] for viewer in viewers]


@dataclass(frozen=True, slots=True)
class _AttributeArrays:
    """The ids of each viewer as text of a PostgreSQL array, since nested arrays must have equal lengths."""

    attribute: str

    def __call__(self, _: Any, viewers: Sequence[Viewer]) -> list[str]:
        return [f"{{{','.join(map(str, viewer.attributes.get(self.attribute, ())))}}}" for viewer in viewers]


def _fingerprints(_: Any, viewers: Sequence[Viewer]) -> list[str]:
    return [viewer.fingerprint for viewer in viewers]
