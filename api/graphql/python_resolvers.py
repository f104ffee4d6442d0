"""Root fields that Python resolves: `viewer`, webhooks' delivery log, introspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
)

from planner.bounded_cache import BoundedCache
from planner.document.operations import Operation
from planner.document.selection import Fields
from planner.engine import RootFieldSplit
from planner.errors import BadUserInput
from planner.errors.translation.matcher import problem_of
from planner.viewer import Viewer

INTROSPECTION = {"__schema", "__type"}
OF_AN_ARGUMENT = "Argument '"  # only errors of the client begin with this, no resolver's
KEPT_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ResolverContext:
    """The viewer and the language, which resolvers read from their context."""

    viewer: Viewer
    language: str


class ResolverExecutor:
    """Executes root fields, each to JSON; caches introspection.

    `offers` are further members of the resolvers' context.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.offers: dict[str, object] = {}
        self._written: BoundedCache[Operation, Mapping[str, str]] = BoundedCache(1_000, KEPT_BYTES)

    def known_introspection(self, operation: Operation) -> Mapping[str, str] | None:
        """The JSON of an operation's introspection by key, if it is cached."""
        return self._written.get(operation)

    def introspect(
        self, operation: Operation, split: RootFieldSplit, given: Mapping[str, Any]
    ) -> Mapping[str, str]:
        """The JSON of an operation's introspection by key; `given` are the variables as sent."""
        wanted = {key: nodes for key, nodes in split.resolved.items() if nodes[0].name.value in INTROSPECTION}
        outcome = execute(self._schema, only(operation, wanted), variable_values=dict(given))
        assert isinstance(outcome, ExecutionResult)
        found = written(outcome)
        if not operation.definition.variable_definitions:
            self._written.store(operation, found, sum(map(len, found.values())))
        return found

    async def resolve(
        self, operation: Operation, split: RootFieldSplit, given: Mapping[str, Any], context: ResolverContext
    ) -> Mapping[str, str]:
        """The JSON of `split.resolved` without introspection; `given` are the variables as sent."""
        root = self._schema.get_root_type(operation.operation_type)
        assert root is not None
        names = {key: nodes[0].name.value for key, nodes in split.resolved.items()}
        types = {key: f'"{root.name}"' for key, name in names.items() if name == "__typename"}
        wanted = {
            key: nodes
            for key, nodes in split.resolved.items()
            if key not in types and names[key] not in INTROSPECTION
        }
        return {**types, **await self._execute(operation, wanted, given, context)} if wanted else types

    async def _execute(
        self, operation: Operation, wanted: Fields, given: Mapping[str, Any], context: ResolverContext
    ) -> Mapping[str, str]:
        context_value = {**self.offers, "viewer": context.viewer, "language": context.language}
        outcome = execute(
            self._schema, only(operation, wanted), context_value=context_value, variable_values=dict(given)
        )
        return written(await outcome if isawaitable(outcome) else outcome)


def written(result: ExecutionResult) -> Mapping[str, str]:
    """The JSON of each key; raises the first error."""
    for error in result.errors or ():
        if error.message.startswith(OF_AN_ARGUMENT):
            raise BadUserInput(problem_of(error))
        raise error.original_error or error
    assert result.data is not None
    return {key: orjson.dumps(value).decode() for key, value in result.data.items()}


def only(operation: Operation, wanted: Fields) -> DocumentNode:
    """A document of the operation with only these root fields."""
    definition = operation.definition
    reduced = OperationDefinitionNode(
        operation=definition.operation,
        name=definition.name,
        variable_definitions=definition.variable_definitions,
        directives=definition.directives,
        selection_set=SelectionSetNode(selections=tuple(node for nodes in wanted.values() for node in nodes)),
    )
    return DocumentNode(definitions=(reduced, *operation.fragments.values()))
