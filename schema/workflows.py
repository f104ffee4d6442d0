"""The SQL that follows from workflows and declared writes."""

from __future__ import annotations

from functools import cache

from planner.mutation import workflow_sql
from schema.build import catalog


def generated_workflow_sql() -> str:
    """The generated text of models/migrations/sql/repeatable/workflows.sql."""
    return workflow_sql.workflow_sql(catalog)


@cache
def timed_steps() -> list[str]:
    """The statements that take the steps that are due."""
    return workflow_sql.timed_steps(catalog)
