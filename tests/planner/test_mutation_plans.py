"""Which mutations share a plan: whatever fields an input has, and not what is selected of the payload."""

from __future__ import annotations

from typing import Any

import pytest

from planner.document.arguments import argument_trees
from planner.engine import Engine
from planner.mutation.request import MutationRequest
from tests.engines import default_engine
from tests.mutations.harness import ACTIONS
from tests.personas import viewer_of

DOCUMENT = """
    mutation ($input: UpdateProjectInput!, $key: String, $dry: Boolean, $more: Boolean = false) {
        updateProject(input: $input, idempotencyKey: $key, dryRun: $dry) {
            project { id ...More @include(if: $more) } userErrors { code }
        }
    }
    fragment More on Project { title(language: EN) institutions(role: LEAD) { role } }
"""
LINK = {"institution": "institution_x", "role": "LEAD"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return default_engine()


def key_of(engine: Engine, sender: str = "admin", **given: Any) -> Any:
    operation = engine.operation(DOCUMENT, None)
    more: dict[str, Any] = {name: given.pop(name) for name in ("key", "dry", "more") if name in given}
    variables = operation.coerce({"input": {"id": "project_x", "expectedVersion": 1, **given}, **more})
    (node,) = operation.definition.selection_set.selections
    trees = argument_trees(engine.mutations["updateProject"], node, variables)  # type: ignore[arg-type]
    request = MutationRequest(ACTIONS["updateProject"], operation, variables, [node], trees, "EN")  # type: ignore[list-item]
    return engine.write_plan_key(request, viewer_of(sender))


@pytest.mark.parametrize(
    "given",
    [
        {"titles": {"en": "A"}},
        {"titles": {"es": None}, "endsOn": "2027-01-01"},
        {"startsOn": None, "sdgs": [1, 2], "fields": []},
        {"key": "k", "dry": True},
    ],
)
def test_an_input_is_no_matter_of_the_plan(engine: Engine, given: dict[str, Any]) -> None:
    assert key_of(engine, **given) == key_of(engine)


@pytest.mark.parametrize(
    "given", [{"institutions": [LINK]}, {"outputs": []}, {"more": True}, {"sender": "mentor"}]
)
def test_lists_of_links_and_what_is_selected_are(engine: Engine, given: dict[str, Any]) -> None:
    assert key_of(engine, **given) != key_of(engine)


def test_a_list_of_links_is_planned_whatever_is_in_it(engine: Engine) -> None:
    assert key_of(engine, institutions=[LINK, LINK]) == key_of(engine, institutions=[])
