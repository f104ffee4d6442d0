"""The alliance's figures."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

import models
from benchmarks.peers.loaders.loaders import Row
from benchmarks.peers.loaders.nodes import FromRow


@strawberry.type
class ReportedFigure(FromRow):
    value: int
    comparator: models.Comparator
    as_of: date
    source: str


@strawberry.type
class ImpactMetric(FromRow):
    key: str
    label: str
    reported: ReportedFigure | None
    computed: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        figure = {name: row[name] for name in ("value", "comparator", "as_of", "source")}
        return cls(
            key=row["key"],
            label=row["label"],
            reported=None if figure["value"] is None else ReportedFigure.from_row(figure),
            computed=row["computed"],
        )
