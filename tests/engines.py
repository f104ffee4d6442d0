"""The planner as a server has it by default, or with other limits."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import schema
from api.composition import engine_limits
from api.settings.settings import read_settings
from planner.declaration.access import Policy
from planner.engine import Engine, EngineLimits

SETTINGS = read_settings()
BOUNDS = engine_limits(SETTINGS)


def with_limits(**limits: int) -> EngineLimits:
    """The default limits, but for these."""
    return replace(BOUNDS, limits=replace(BOUNDS.limits, **limits))


def shared_engine() -> Engine:
    """The same for all tests that replace nothing of the planner, with what it has planned."""
    return engine_within(BOUNDS)


@lru_cache(8)
def engine_within(bounds: EngineLimits) -> Engine:
    """The same for all tests with these limits."""
    return engine_with(schema.POLICY, bounds)


def default_engine(**limits: int) -> Engine:
    return engine_with(schema.POLICY, with_limits(**limits))


def engine_with(policy: Policy, bounds: EngineLimits = BOUNDS) -> Engine:
    return Engine(schema.graphql_schema, schema.catalog, policy, bounds)
