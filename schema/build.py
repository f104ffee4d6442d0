"""The schema, built once from all declarations and checked against the policy."""

from __future__ import annotations

from functools import cache

from graphql import print_schema

from models.audited_tables import undeclared
from planner.builder.schema_builder import core_schema
from planner.declaration.catalog import DeclarationError
from schema.access import POLICY
from schema.declarations import declarations
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

if faults := undeclared():
    raise DeclarationError("; ".join(faults))
strawberry_schema, catalog = declarations.build(Query, Subscription, POLICY, SCALARS, Mutation)
graphql_schema = core_schema(strawberry_schema)


@cache
def sdl() -> str:
    """The schema in GraphQL's schema definition language."""
    return f"{print_schema(graphql_schema)}\n"
