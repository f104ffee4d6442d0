"""A live query is read again when a table changes that it reads, wherever in it that is."""

from __future__ import annotations

import pytest

import schema
from api.composition import engine_limits
from api.settings.settings import read_settings
from planner.engine import Engine
from schema.grants import ANONYMOUS


@pytest.mark.parametrize(
    ("query", "tables"),
    [
        ("{ events(first: 1) { totalCount } }", {"event"}),
        ("{ projects { nodes { institutions { role } } } }", {"project", "project_institution"}),
        (
            "{ institutions { nodes { projects { totalCount } } } }",
            {"institution", "project", "project_institution"},
        ),
        ("{ projects { nodes { totalAwarded { amount } } } }", {"award", "project"}),
        ("{ mentors { nodes { name } } }", {"consent", "mentor"}),
        ("{ projects { facets { name values { count } } } }", {"project"}),
        ("{ impact { computed } }", {"impact_metric"}),
    ],
)
def test_its_tables_are_those_of_all_its_parts(query: str, tables: set[str]) -> None:
    engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, engine_limits(read_settings()))
    operation = engine.operation(f"subscription {query}", None)
    plan, _ = engine.plan(operation, operation.coerce({}), ANONYMOUS, "EN")
    assert plan is not None
    assert plan.tables >= tables
