"""The GraphQL schema: Strawberry types with their bindings, and the access policy."""

from __future__ import annotations

from schema.access import POLICY
from schema.build import catalog, graphql_schema, sdl, strawberry_schema

__all__ = ["POLICY", "catalog", "graphql_schema", "sdl", "strawberry_schema"]
