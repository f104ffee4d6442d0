"""What follows in the database from workflows and declared writes."""

from __future__ import annotations

from planner.mutation.workflow_sql import workflow_sql
from schema.build import catalog


def generated_workflow_sql() -> str:
    """The text that models/migrations/sql/repeatable/workflows.sql must have."""
    return workflow_sql(catalog)
