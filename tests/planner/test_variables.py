"""Variables are coerced as graphql-core does it, also where that is not asked."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_variable_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.document.operations import Operation
from planner.errors import BadUserInput
from tests.engines import default_engine

DOCUMENT = """query ($text: String, $id: ID!, $with: Boolean!) {
    projects(search: $text) { nodes { id @include(if: $with) title } }
    node(id: $id) { id }
}"""
VALUES = st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.floats(), st.lists(st.text()))
NAMES = st.sampled_from(["text", "id", "with", "other"])


@pytest.fixture(scope="module")
def operation() -> Operation:
    return default_engine().operation(DOCUMENT, None)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(values=st.dictionaries(NAMES, VALUES))
def test_as_graphql_core_does_it(operation: Operation, values: dict[str, Any]) -> None:
    definitions = operation.definition.variable_definitions or ()
    meant = get_variable_values(operation.schema, definitions, dict(values))
    if isinstance(meant, list):
        with pytest.raises(BadUserInput):
            operation.coerce(values)
    else:
        assert repr(operation.coerce(values)) == repr(meant.coerced)


def test_plain_values_are_taken_as_they_are(operation: Operation) -> None:
    assert operation.builtin_scalars == {"text": str, "id": str, "with": bool}
    values = {"text": "agua", "id": "project_1", "with": True}
    assert operation.coerce(values) == values


@pytest.mark.parametrize(
    "document",
    [
        "query ($a: ProjectFilter) { projects(filter: $a) { totalCount } }",
        "query ($a: Int) { projects(first: $a) { totalCount } }",
        "query ($a: [String!]!) { events(filter: { topics: { hasAny: $a } }) { totalCount } }",
    ],
)
def test_other_types_are_left_to_graphql_core(document: str) -> None:
    engine = default_engine()
    assert engine.operation(document, None).builtin_scalars is None
