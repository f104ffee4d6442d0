"""The proof proves something: bugs planted in the planner or the policy are found by random queries."""

from __future__ import annotations

import dataclasses
import functools
import random
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest
from graphql import FieldNode, FragmentSpreadNode, GraphQLSchema, SelectionNode, SelectionSetNode
from sqlalchemy import literal_column

import planner.declaration.scalar_types
import planner.document.selection
import planner.sql
import planner.statement.connections
import planner.statement.facets
import planner.statement.filters
import planner.statement.ordering
import schema
from planner.declaration.access import Policy
from planner.declaration.bindings import Value
from planner.engine import Engine
from planner.statement.context import RowSource
from tests.access.leaks import facets_without_own_filter_and_predicate
from tests.random_queries.comparison import Different, RandomQuery
from tests.random_queries.generator import random_question
from tests.random_queries.run import BOUNDS, Harness, Stats
from tests.reference.executor import make_reference_schema

MOST = 12_000
CHOOSING = {
    "Query": ["projects"],
    "ProjectConnection": ["facets"],
    "ProjectFilter": ["field", "institution", "status", "year", "and", "or"],
}
NARROWED = {
    "archived_rows_counted_by_conditions": {
        "Query": ["programs", "projects"],
        "ProgramFilter": ["activities", "projects", "not"],
        "ProjectFilter": ["awards", "not"],
    },
    "own_filter_kept": CHOOSING,
    "another_facets_filter_dropped": CHOOSING,
    "own_filter_dropped_within_or": CHOOSING,
    "chosen_values_left_out": CHOOSING,
    "facets_without_own_filter_and_predicate": CHOOSING,
    "mask_dropped_in_filters": {
        "Query": ["projects"],
        "ProjectFilter": ["slug", "awards", "contributors", "not"],
        "AwardFilter": ["amount", "kind", "not"],
        "ContributorFilter": ["name", "role", "not"],
    },
}
"""For bugs that few questions show: the only fields that those are made of."""

Plant = Callable[[pytest.MonkeyPatch], None]


def row_predicate_dropped(patch: pytest.MonkeyPatch) -> None:
    """PUBLIC sees drafts of projects."""
    rows = Policy.rows
    patch.setattr(Policy, "rows", lambda *given: None if given[1].type.name == "Project" else rows(*given))


def mask_dropped(patch: pytest.MonkeyPatch) -> None:
    """PUBLIC reads what awards amount to."""
    mask = Policy.mask
    patch.setattr(Policy, "mask", lambda *given: None if given[2] == "amount" else mask(*given))


def mask_dropped_in_filters(patch: pytest.MonkeyPatch) -> None:
    """A hidden value stays null, but filters find it."""

    def unmasked(row: RowSource, member: Any, arguments: Any = None, form: str = "expression") -> Any:
        assert isinstance(member.binding, Value)
        return (getattr(member.binding, form) or member.binding.expression)(row, arguments or {})

    patch.setattr(planner.statement.filters, "masked_expression", unmasked)


def keyset_off_by_one(patch: pytest.MonkeyPatch) -> None:
    """A page begins with the row of its cursor."""
    beyond = planner.statement.ordering.Order.keyset_condition
    patch.setattr(
        planner.statement.ordering.Order,
        "keyset_condition",
        lambda self, row, leaf, *, forward, inclusive=False: beyond(
            self, row, leaf, forward=forward, inclusive=True
        ),
    )


def null_first(patch: pytest.MonkeyPatch) -> None:
    """Null days come first, not last."""
    last_of = planner.declaration.scalar_types.null_sort_value_of

    def first_of_days(kind: Any) -> Any:
        is_day = "DATE" in str(kind.sql).upper()
        return literal_column("date '-infinity'") if is_day else last_of(kind)

    patch.setattr(planner.statement.ordering, "null_sort_value_of", first_of_days)


def skip_ignored_on_spreads(patch: pytest.MonkeyPatch) -> None:
    included = planner.document.selection.should_include_node

    def blind(selection: SelectionNode, variables: Any) -> bool:
        return isinstance(selection, FragmentSpreadNode) or included(selection, variables)

    patch.setattr(planner.document.selection, "should_include_node", blind)


def every_taken_for_some(patch: pytest.MonkeyPatch) -> None:
    quantified = planner.statement.filters._quantified

    def confused(row: Any, member: Any, binding: Any, quantifier: str, located: Any) -> Any:
        return quantified(row, member, binding, "some" if quantifier == "every" else quantifier, located)

    patch.setattr(planner.statement.filters, "_quantified", confused)


def count_without_filter(patch: pytest.MonkeyPatch) -> None:
    """totalCount counts all visible rows of the type."""

    def count(self: planner.statement.connections.ConnectionSource) -> Any:
        everything = dataclasses.replace(self, requested=lambda *_: [])
        return original(everything)

    original = planner.statement.connections.ConnectionSource.count
    patch.setattr(planner.statement.connections.ConnectionSource, "count", count)


def facets_without_policy(patch: pytest.MonkeyPatch) -> None:
    facets = planner.statement.facets.render_facets

    def everything(scope: Any, *given: Any) -> Any:
        return facets(dataclasses.replace(scope, roles=frozenset({"ADMIN"})), *given)

    patch.setattr(planner.statement.connections, "render_facets", everything)


def own_filter_kept(patch: pytest.MonkeyPatch) -> None:
    """A facet counts only rows with the values that are chosen of it."""
    patch.setattr(planner.statement.connections.ConnectionSource, "counted_by", lambda self, facet: self)


def another_facets_filter_dropped(patch: pytest.MonkeyPatch) -> None:
    """A facet doesn't count by what is chosen of the others."""
    without = planner.statement.connections.ConnectionSource.counted_by

    def counted_by(self: planner.statement.connections.ConnectionSource, facet: str) -> Any:
        return functools.reduce(without, self.type.facets, self)

    patch.setattr(planner.statement.connections.ConnectionSource, "counted_by", counted_by)


def own_filter_dropped_within_or(patch: pytest.MonkeyPatch) -> None:
    """A condition that is one of several ways to fit isn't counted by, either."""
    without = planner.statement.filters.without_conditions_on

    def everywhere(name: str, tree: Any) -> Any:
        rest: Any = without(name, tree)
        if isinstance(rest, dict) and isinstance(rest.get("or"), list):
            return {**rest, "or": [everywhere(name, part) for part in rest["or"]]}
        return rest

    patch.setattr(planner.statement.connections, "without_conditions_on", everywhere)


def chosen_values_left_out(patch: pytest.MonkeyPatch) -> None:
    """What is chosen and has no rows, or few, isn't among the values."""
    patch.setattr(planner.statement.connections, "chosen_values", lambda *_: [])


def fold_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What is looked for keeps its case and accents."""
    patch.setattr(planner.statement.filters, "_folded_text", lambda text: text)


def backward_page_not_turned(patch: pytest.MonkeyPatch) -> None:
    """A page read from the end stays in the order it was read in."""
    json_list, number = planner.sql.json_list, planner.statement.connections.NUMBER
    patch.setattr(
        planner.statement.connections._PageResult,
        "json_list",
        lambda self, value: json_list(value, self.row[number], where=self.in_page()),
    )


def more_promised(patch: pytest.MonkeyPatch) -> None:
    """A full page says that there is another."""
    patch.setattr(
        planner.statement.connections._PageResult,
        "more",
        lambda self: literal_column("count(*)") >= self.rows.window.size,
    )


def twin_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Of the fields that share a response key, only the first one's selections count."""
    below = planner.document.selection.sub_selections

    def first(nodes: list[FieldNode]) -> list[SelectionSetNode]:
        return below(nodes[:1])

    for module in PLANNER_MODULES:
        if hasattr(module, "sub_selections"):
            patch.setattr(module, "sub_selections", first)


def archived_rows_listed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planner.statement.connections, "offered_conditions", lambda row, tree: [])


def archived_rows_counted_by_conditions(patch: pytest.MonkeyPatch) -> None:
    """A condition on related rows finds those that no list has."""
    patch.setattr(planner.statement.filters, "offered_conditions", lambda row, tree: [])


PLANNER_MODULES = [module for name, module in sys.modules.items() if name.startswith("planner.")]
PLANTED: dict[Plant, str] = {
    row_predicate_dropped: "project",
    mask_dropped: r"amount[\s\S]*asked by: (?!admin)",
    mask_dropped_in_filters: r"(amount|name)[\s\S]*asked by: (?!admin)",
    keyset_off_by_one: "after|before",
    null_first: "_ON|VALID",
    skip_ignored_on_spreads: r"\.\.\.F\d+ @",
    every_taken_for_some: "every",
    count_without_filter: "totalCount",
    facets_without_policy: r"facets[\s\S]*asked by: (?!admin)",
    own_filter_kept: r"filter[\s\S]*count",
    another_facets_filter_dropped: r"filter[\s\S]*count",
    own_filter_dropped_within_or: r"or: [\s\S]*count",
    chosen_values_left_out: r"(eq|in): [\s\S]*count",
    facets_without_own_filter_and_predicate: r"filter[\s\S]*count[\s\S]*asked by: (?!admin)",
    fold_forgotten: "contains|startsWith",
    backward_page_not_turned: "last: ",
    more_promised: r"(first|last): [1-9][\s\S]*Page: |has(Next|Previous)Page",
    twin_forgotten: "",
    archived_rows_listed: "nodes|edges|totalCount",
    archived_rows_counted_by_conditions: "some|none|every",
}
"""The bugs, and what a question speaks of that may show them: only such ones are put."""


def questions(where: Harness, plant: Plant) -> Iterator[RandomQuery]:
    """Random questions that speak of what the bug is in."""
    world = where.comparison.world
    if (kept := NARROWED.get(plant.__name__)) is not None:
        world = dataclasses.replace(world, schema=narrowed(kept))
    for number in range(MOST):
        question = random_question(random.Random(number).randrange, world, where.pools)
        if re.search(PLANTED[plant], str(question)):
            yield question


def narrowed(kept: Mapping[str, Collection[str]]) -> GraphQLSchema:
    """The schema to make questions from, with only these fields of these types."""
    made = make_reference_schema(schema.sdl())
    for name, fields in kept.items():
        type_: Any = made.type_map[name]
        for other in set(type_.fields) - set(fields):
            del type_.fields[other]
    return made


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    plant(monkeypatch)
    comparison = dataclasses.replace(
        reference_harness.comparison,
        engine=Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS),
    )
    mutated = dataclasses.replace(reference_harness, comparison=comparison)
    found = first_difference(mutated, plant)
    assert found is not None, "no question was answered differently"
    monkeypatch.undo()
    reference_harness.check(found, Stats())  # without the bug, both answer the same question alike


def first_difference(where: Harness, plant: Plant) -> RandomQuery | None:
    """The first question that is answered differently."""
    for question in questions(where, plant):
        try:
            where.check(question, Stats())
        except Different:
            return question
    return None
