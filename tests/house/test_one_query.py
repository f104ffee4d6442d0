"""docs/one-query.md: its SQL is the planner's, its answer PostgreSQL's, what it says of plans is so."""

from __future__ import annotations

import re

import pytest

from api.docs import one_query
from api.docs.sql_layout import laid_out
from models.database.client import Database
from planner.plan.response_body import data_body
from tests.house.test_docs import blocks

PAGE = "docs/one-query.md"


def squeezed(sql: str) -> str:
    return re.sub(r"\s+", "", sql)


def test_the_statements_are_those_of_the_planner_but_for_white_space() -> None:
    whole, by_slug, predicates = blocks(PAGE, "sql")
    query = one_query.planned(one_query.document(), one_query.VARIABLES).plan
    single = one_query.planned(one_query.BY_SLUG, {"slug": "x"}).plan
    assert squeezed(whole) == squeezed(query.sql)
    assert squeezed(by_slug) == squeezed(single.sql)
    operation = one_query.engine().operation(one_query.FOLLOWED, None)
    followed = one_query.engine().plan_subscription(operation, {}, one_query.coordinator(), "EN")
    before, now = predicates.removeprefix("-- before\n").split("-- now\n")
    assert "change.was -> 'agreement'" in before
    assert "FROM agreement" in now
    assert squeezed(before) + "ELSEfalseENDASbefore" in squeezed(followed.sql)
    assert squeezed(now) + "ELSEfalseENDASnow" in squeezed(followed.sql)


def test_one_query_needs_a_custom_plan_and_the_other_does_not() -> None:
    assert one_query.planned(one_query.document(), one_query.VARIABLES).plan.needs_custom_plan
    assert not one_query.planned(one_query.BY_SLUG, {"slug": "x"}).plan.needs_custom_plan


async def test_the_answer_is_the_one_that_postgresql_writes(seeded_url: str) -> None:
    example = one_query.planned(one_query.document(), one_query.VARIABLES)
    database = await Database.open(seeded_url)
    parameters = example.plan.parameters(example.variables, one_query.coordinator())
    row = await database.fetch(example.plan.sql, parameters, by_values=example.plan.needs_custom_plan)
    await database.close()
    (answer,) = blocks(PAGE, "json")
    assert data_body(example.plan.keys, row[:-1]).decode() == answer.strip()


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        ("SELECT 1 \nFROM t", 1),
        (f"SELECT {'a' * 60}, {'b' * 60} FROM t WHERE x = ' FROM ( , AND '", 5),
        (f"f(('{'(' * 100}'))", 5),
        ("x" * 200, 1),
    ],
)
def test_only_white_space_is_laid_out(sql: str, lines: int) -> None:
    assert squeezed(laid_out(sql)) == squeezed(sql)
    assert len(laid_out(sql).splitlines()) == lines
