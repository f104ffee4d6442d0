"""The generated parts of docs/one-query.md: plan key, statements, parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

import schema
from api.composition import engine_limits
from api.docs.sql_layout import laid_out
from api.docs.tables import table
from api.settings.settings import read_settings
from models.loading.natural_keys import id_of
from planner.document.arguments import Variables
from planner.document.operations import Operation
from planner.engine import Engine
from planner.plan.query_plan import Plan
from schema.grants import Grant, Principal, make_principal
from schema.roles import COORDINATOR

PAGE = Path(__file__).resolve().parents[2] / "docs" / "one-query.md"
VARIABLES = {"status": "ACTIVE"}
OTHER_VARIABLES = {"status": "EXPIRED", "first": 2}
BY_SLUG = "query ($slug: String!) { agreement(slug: $slug) { title documentUrl } }"
FOLLOWED = "subscription { changes(types: [AGREEMENT]) { kind } }"
LANGUAGE = "EN"
BEFORE_AND_NOW = re.compile(r"THEN (EXISTS \(.*?\)) ELSE false END AS (?:before|now)")


@cache
def document() -> str:
    """The page's document: its first block of GraphQL."""
    found = re.search(r"```graphql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@cache
def coordinator() -> Principal:
    """The viewer of a coordinator at UC Merced."""
    grant = Grant(COORDINATOR, institution=id_of("institution", "uc-merced"))
    return make_principal("PERSON", [grant], epoch=1, key="coordinator")


@dataclass(frozen=True)
class Example:
    """An operation of the page with its plan."""

    operation: Operation
    variables: Variables
    plan: Plan


@cache
def engine() -> Engine:
    return Engine(schema.graphql_schema, schema.catalog, schema.POLICY, engine_limits(read_settings()))


def planned(text: str, given: Variables) -> Example:
    operation = engine().operation(text, None)
    variables = operation.coerce(given)
    plan, _ = engine().plan(operation, variables, coordinator(), LANGUAGE)
    assert plan is not None
    return Example(operation, variables, plan)


def statement() -> str:
    """The statement of the page's query."""
    return _sql(planned(document(), VARIABLES).plan.sql)


def plan_key() -> str:
    """The parts of the plan key for two requests that share the plan."""
    viewer = coordinator()
    examples = [planned(document(), given) for given in (VARIABLES, OTHER_VARIABLES)]
    rows = [
        ("operation", "the parsed operation of this document"),
        ("roles", ", ".join(f"`{role}`" for role in sorted(viewer.roles))),
        ("attributes with one id", ", ".join(f"`{name}`" for name in sorted(viewer.single_attributes))),
        ("grants", "in the database, so the statement reads their epoch"),
        ("language", f"`{LANGUAGE}`"),
        *(
            (f"shape of `{_json(one.variables)}`", f"`{one.operation.shape(one.variables)}`")
            for one in examples
        ),
    ]
    assert examples[0].plan is examples[1].plan
    return table(("part of the key", "here"), rows)


def parameters() -> str:
    """The parameters of two requests with the same plan."""
    examples = [planned(document(), given) for given in (VARIABLES, OTHER_VARIABLES)]
    values = [one.plan.parameters(one.variables, coordinator()) for one in examples]
    heads = ("parameter", *(f"`{_json(one.variables)}`" for one in examples))
    numbered = enumerate(zip(*values, strict=True), start=1)
    return table(heads, ((f"`${number}`", *(f"`{value}`" for value in row)) for number, row in numbered))


def by_slug() -> str:
    """A statement with one good plan for every slug."""
    return _sql(planned(BY_SLUG, {"slug": "demo-merced-panamericana"}).plan.sql)


def before_and_now() -> str:
    """The row predicate in the subscribers' statement, on the change's image and on the table."""
    plan = engine().plan_subscription(engine().operation(FOLLOWED, None), {}, coordinator(), LANGUAGE)
    before, now = BEFORE_AND_NOW.findall(" ".join(plan.sql.split()))[:2]
    return f"```sql\n-- before\n{laid_out(before)}\n-- now\n{laid_out(now)}\n```\n"


def _sql(text: str) -> str:
    return f"```sql\n{laid_out(text)}\n```\n"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
