"""The planner as a server has it by default, or with other limits."""

from __future__ import annotations

from dataclasses import replace

import schema
from api.composition import engine_limits
from api.settings.settings import read_settings
from planner.engine import Engine, EngineLimits

SETTINGS = read_settings()
BOUNDS = engine_limits(SETTINGS)


def with_limits(**limits: int) -> EngineLimits:
    """The default limits, but for these."""
    return replace(BOUNDS, limits=replace(BOUNDS.limits, **limits))


def default_engine(**limits: int) -> Engine:
    return Engine(schema.graphql_schema, schema.catalog, schema.POLICY, with_limits(**limits))
