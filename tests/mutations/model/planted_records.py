"""Bugs to plant in what is declared of figures and of what systems write by their ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import api.graphql.mutations
import planner.mutation.checks
from planner.declaration.access import every_row, no_row
from schema.roles import ADMIN, COORDINATOR, INTEGRATION
from tests.access.leaks import Plant, stated
from tests.mutations.model.planted import WRITE, InDatabase
from tests.mutations.model.planted_declarations import of_types
from tests.mutations.model.planted_people import acted

FIGURES: Mapping[str, Plant] = {
    "figures that every coordinator reports": stated(
        "ImpactMetric", lambda one: dataclasses.replace(one, writes={COORDINATOR: every_row})
    ),
    "a part that is missing where it is wrong": lambda patch: patch.setattr(
        planner.mutation.checks, "_unless_incomplete", lambda part: ""
    ),
}
BY_IDS = ("upsertProjectByExternalId", "upsertEventByExternalId")
UPSERTS: Mapping[str, Plant] = {
    "a new row without its id": lambda patch: patch.setattr(
        api.graphql.mutations, "held_by", lambda upsert, wanted, holder: wanted
    ),
    "projects that any system writes by its ids": acted(
        "Project", BY_IDS[0], {INTEGRATION: every_row, ADMIN: no_row}
    ),
}
PLANTED: Mapping[str, Plant] = {**FIGURES, **UPSERTS}
IN_DATABASE: Mapping[str, InDatabase] = {
    "a retry that created nothing": InDatabase(WRITE, "'created', known.created", "'created', false"),
    "a key of two figures": InDatabase(
        statements=("alter table impact_metric drop constraint uq_impact_metric_key",)
    ),
}
AMONG: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*FIGURES, "a key of two figures"), of_types("ImpactMetric")),
    **dict.fromkeys((*UPSERTS, "a retry that created nothing"), BY_IDS),
}
"""The mutations that these bugs show in."""
