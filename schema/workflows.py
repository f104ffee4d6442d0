"""The SQL that follows from workflows and declared writes."""

from __future__ import annotations

from planner.mutation.workflow_sql import workflow_sql
from schema.build import catalog


def generated_workflow_sql() -> str:
    """The generated text of models/migrations/sql/repeatable/workflows.sql."""
    return workflow_sql(catalog)
