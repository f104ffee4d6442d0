"""Bugs to plant in what is declared of figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import planner.mutation.checks
from planner.declaration.access import every_row
from schema.roles import COORDINATOR
from tests.access.leaks import Plant, stated
from tests.mutations.model.planted import InDatabase
from tests.mutations.model.planted_declarations import of_types

FIGURES: Mapping[str, Plant] = {
    "figures that every coordinator reports": stated(
        "ImpactMetric", lambda one: dataclasses.replace(one, writes={COORDINATOR: every_row})
    ),
    "a part that is missing where it is wrong": lambda patch: patch.setattr(
        planner.mutation.checks, "_unless_incomplete", lambda part: ""
    ),
}
PLANTED: Mapping[str, Plant] = {**FIGURES}
IN_DATABASE: Mapping[str, InDatabase] = {
    "a key of two figures": InDatabase(
        statements=("alter table impact_metric drop constraint uq_impact_metric_key",)
    ),
}
AMONG: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*FIGURES, "a key of two figures"), of_types("ImpactMetric")),
}
"""The mutations that these bugs show in."""
