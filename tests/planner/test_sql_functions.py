"""Of each SQL function in a declaration it is declared whether it discloses its argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import extract, func
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

import models
import schema
from models.base import declare_functions, discloses
from planner.builder.read_validation import ReadCheck, read_errors
from planner.changes.column_dependencies import field_expressions
from planner.changes.read_columns import stored_reads
from planner.declaration.bindings import Searchable, Value
from planner.declaration.catalog import Catalog
from planner.declaration.row import Row
from planner.limits import UNBOUNDED
from planner.sql import Column
from planner.statement.context import PlanningContext, RowSource

CALL = re.compile(r"(?!(?:then|else|when|and|or|not|in)\b)\b(\w+)\s*\(")
"""A function's name; keywords before a parenthesis are none."""
READ_APART = {"coalesce"}


def context_of(catalog: Catalog) -> PlanningContext:
    staff = schema.POLICY.unbounded
    return PlanningContext(schema.graphql_schema, catalog, schema.POLICY, UNBOUNDED, staff, "EN", {}, {})


def with_type(name: str, **changes: Any) -> Catalog:
    changed = replace(schema.catalog.types[name], **changes)
    return Catalog({**schema.catalog.types, name: changed}, schema.catalog.prefixes, schema.catalog.actions)


def with_title(**changes: Any) -> Catalog:
    project = schema.catalog.types["Project"]
    title = project.members["title"]
    changed = replace(title, binding=replace(title.binding, **changes))
    return with_type("Project", members={**project.members, "title": changed})


def expressions(row: RowSource) -> Iterator[Any]:
    """Whatever a type declares in SQL: fields in all their forms, searches and facets."""
    for member in row.type.members.values():
        yield from field_expressions(row, member)
        if isinstance(member.binding, Value):
            forms = (member.binding.folded, member.binding.sorted, member.binding.also)
            yield from (form(row, {}) for form in forms if form is not None)
    yield from (source.vector(row) for source in row.type.search)
    for facet in row.type.facets.values():
        value = facet.value(row)
        yield value
        if facet.label is not None:
            yield facet.label(row, value)


def undeclared(catalog: Catalog) -> set[tuple[str, str]]:
    """Where a function is used of which nothing is declared: the type or column, and the function."""
    check = ReadCheck(context_of(catalog))
    found = {
        (type_.name, str(part.name).lower())
        for type_ in catalog.types.values()
        if type_.table is not None
        for row in check.rows(type_)
        for expression in expressions(row)
        for part in visitors.iterate(expression)
        if isinstance(part, FunctionElement)
    }
    found |= {
        (f"{table.name}.{column.name}", function.lower())
        for table in models.metadata.tables.values()
        for column in table.c
        if column.computed is not None
        for function in CALL.findall(str(column.computed.sqltext))
    }
    return {(where, function) for where, function in found if discloses(function) is None} - {
        (where, function) for where, function in found if function in READ_APART
    }


def test_each_function_is_declared() -> None:
    assert undeclared(schema.catalog) == set()


def shouted(row: Row) -> Column:
    return func.puente_shout_es(row["title_en"])


@pytest.mark.parametrize(
    "catalog",
    [
        with_title(expression=lambda row, _: shouted(row)),
        with_title(folded=lambda row, _: func.coalesce(shouted(row), "")),
        with_title(also=lambda row, _: shouted(row)),
        with_type("Project", search=(Searchable(lambda row: func.puente_vector(shouted(row)), ("title",)),)),
    ],
    ids=["a field", "a form", "another form", "a search"],
)
def test_one_that_is_not_is_found(catalog: Catalog) -> None:
    assert undeclared(catalog) == {("Project", "puente_shout_es")}


def test_one_in_a_generated_column_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    title = models.metadata.tables["project"].c["title_fold_en"]
    monkeypatch.setattr(title.computed, "sqltext", "puente_fold(puente_shout_es(title_en))")
    assert undeclared(schema.catalog) == {("project.title_fold_en", "puente_shout_es")}


def test_it_is_declared_in_one_way() -> None:
    with pytest.raises(ValueError, match="two ways"):
        declare_functions("puente_city_es", discloses=False)


@pytest.mark.parametrize(
    "only_tells",
    [
        lambda column: func.puente_sort_es(column),
        lambda column: func.puente_fold(column),
        lambda column: func.puente_shout_es(column),
        lambda column: extract("year", column),
    ],
    ids=["sort key", "folded", "undeclared", "extract"],
)
def test_a_field_that_only_tells_something_returns_nothing(only_tells: Callable[[Column], Column]) -> None:
    """So nothing may be filtered by what it is made of, whatever the function is called."""
    catalog = with_title(
        expression=lambda row, _: only_tells(row["title_es"]), folded=lambda row, _: row["title_es"]
    )
    fault = "Project.title is filtered by project.title_es, which title does not return"
    assert fault in list(read_errors(context_of(catalog)))


def test_what_discloses_its_argument_returns_it() -> None:
    catalog = with_title(
        expression=lambda row, _: func.puente_city_es(row["title_es"]),
        sorted=None,
        folded=lambda row, _: row["title_es"],
    )
    assert not [
        one for one in read_errors(context_of(catalog)) if one.startswith("Project.title is filtered")
    ]


def generated_by(function: str) -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in models.metadata.tables.values()
        for column in table.c
        if column.computed is not None and str(column.computed.sqltext).startswith(f"{function}(")
    ]


@pytest.mark.parametrize("function", ["puente_sort_es", "puente_fold", "puente_vector"])
def test_a_column_that_only_tells_something_returns_nothing(function: str) -> None:
    found = generated_by(function)
    assert found
    assert [stored_reads(*one, exact=True) for one in found] == [()] * len(found)
