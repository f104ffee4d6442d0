"""Several viewers in one statement: each is a row, and the ids that the policy compares with are columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, Text, Uuid, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from planner.sql import Column, Condition
from planner.statement.context import Parameters, Viewer

NAME = "viewers"


@dataclass(slots=True)
class Crowd:
    """The viewers of a statement; `facts` are those that it came to ask for, and whether there is one id."""

    facts: dict[str, bool] = field(default_factory=dict)

    def among(self, column: Column, fact: str, *, single: bool) -> Condition:
        """Whether the column holds one of the ids that the viewer of the row has under a name."""
        self.facts[fact] = single
        if single:
            return column == literal_column(f'{NAME}."{fact}"', Uuid())
        return column == any_(literal_column(f'{NAME}."{fact}"', ARRAY(Uuid())))

    @property
    def fingerprint(self) -> Column:
        return literal_column(f"{NAME}.fingerprint", Text())

    @property
    def place(self) -> Column:
        return literal_column(f"{NAME}.place")

    def viewers(self, parameters: Parameters) -> CTE:
        """The rows of the viewers, once it is known what is asked of them; numbered from 1."""
        bound = [parameters.read("viewer_fingerprint", ARRAY(Text()), _fingerprints)]
        for fact, single in self.facts.items():
            kind: Any = Uuid() if single else Text()
            read = _Only(fact) if single else _Listed(fact)
            bound.append(parameters.read(f"viewer_{fact}", ARRAY(kind), read))
        names = ["fingerprint", *(f"of_{index}" for index in range(len(self.facts)))]
        given = func.unnest(*bound).table_valued(*names, with_ordinality="place").render_derived("given")
        facts = [
            (given.c[name] if single else cast(given.c[name], ARRAY(Uuid()))).label(fact)
            for name, (fact, single) in zip(names[1:], self.facts.items(), strict=True)
        ]
        return (
            select(given.c.place, given.c.fingerprint, *facts)
            .cte(NAME)
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )


@dataclass(frozen=True, slots=True)
class _Only:
    fact: str

    def __call__(self, _: Any, viewers: Sequence[Viewer]) -> list[Any]:
        return [viewer.facts[self.fact][0] for viewer in viewers]


@dataclass(frozen=True, slots=True)
class _Listed:
    """The ids of each viewer as PostgreSQL writes a list: it knows no lists of lists of different lengths."""

    fact: str

    def __call__(self, _: Any, viewers: Sequence[Viewer]) -> list[str]:
        return [f"{{{','.join(map(str, viewer.facts.get(self.fact, ())))}}}" for viewer in viewers]


def _fingerprints(_: Any, viewers: Sequence[Viewer]) -> list[str]:
    return [viewer.fingerprint for viewer in viewers]
