"""Reads documents: parses, limits and validates them, and makes their operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    NamedTypeNode,
    Node,
    NoFragmentCyclesRule,
    NonNullTypeNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    parse,
    type_from_ast,
    validate,
)

from planner.document.arguments import Variables
from planner.document.document_limits import check_overlaps, check_size, check_text, fragments_of, measure
from planner.document.plan_key import KeyFunction, KeyFunctions
from planner.document.validation import MAX_ERRORS, coerced_variables, document_problems
from planner.errors import ParseFailed, ValidationFailed, bad_input
from planner.errors.translation.graphql_value import print_value
from planner.errors.translation.matcher import problem_of
from planner.limits import Limits
from planner.messages import message

FRAGMENT_RULES = (NoFragmentCyclesRule, NoUnusedFragmentsRule)
"""The rules that report fragment cycles and unused fragments."""

BYTES_PER_TOKEN = 1_000
"""Approximate memory of a parsed token with its nodes."""

MOST_LINES = 5_000
"""Errors of longer documents have no locations, since finding each location counts the lines before it."""

BUILTIN_SCALARS: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}
"""Frequent scalars for which every value of the Python type is valid and coerced to itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation of a validated document; compared by identity, so it can be a key.

    `introspects`: it introspects the schema. `size`: the estimated bytes of its document. `selecting` are the
    variables that stand elsewhere than in the arguments of root fields.
    """

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    document: DocumentNode
    key_functions: tuple[tuple[str, KeyFunction], ...]
    builtin_scalars: Mapping[str, type] | None
    schema: GraphQLSchema
    introspects: bool = False
    size: int = 0
    selecting: frozenset[str] = frozenset()

    @property
    def operation_type(self) -> OperationType:
        return self.definition.operation

    def coerce(self, given: Mapping[str, Any], *, suggestions: bool = True) -> Variables:
        """The variables' values, coerced to their types, without omitted ones that have no default.

        Raises BadUserInput; `suggestions`: its messages may suggest names.
        """
        if not self.definition.variable_definitions:
            return {}
        if self.builtin_scalars is not None and self.builtin_scalars == {
            name: type(value) for name, value in given.items()
        }:
            return dict(given)
        return coerced_variables(
            self.schema, self.definition.variable_definitions, given, suggestions=suggestions
        )

    def shape(self, variables: Variables) -> tuple[Any, ...]:
        """The shape of the variables, a part of the plan's key."""
        return tuple(
            (name, shaper(variables[name])) for name, shaper in self.key_functions if name in variables
        )

    def selected_shape(self, variables: Variables) -> tuple[Any, ...]:
        """The part of the shape that changes the selection of root fields."""
        return self.shape({name: value for name, value in variables.items() if name in self.selecting})


@dataclass(frozen=True, slots=True)
class Document:
    """The operations of a document by name (None for an anonymous one); `size` is its estimated bytes."""

    operations: Mapping[str | None, Operation]
    size: int

    def choose(self, name: str | None) -> Operation:
        """The operation with the name, or the only one; raises BadUserInput."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        if name is None:
            raise bad_input(message("document.several_operations"))
        raise bad_input(message("document.operation_unknown", name=print_value(name)))


def read_document(
    text: str, schema: GraphQLSchema, key_functions: KeyFunctions, limits: Limits, *, suggestions: bool = True
) -> Document:
    """Parse, limit and validate a document; raises RequestError, with locations.

    `suggestions`: error messages may suggest names of the schema.
    """
    size = len(text) + check_text(text, limits) * BYTES_PER_TOKEN
    try:
        node = parse(text, no_location=True, allow_empty_selection_sets=False)
    except GraphQLError as error:
        raise ParseFailed(problem_of(error)) from error
    measured = measure(node)
    check_size(measured, limits)
    if measured.fragments_invalid and (
        errors := validate(schema, located(node, text), FRAGMENT_RULES, MAX_ERRORS)
    ):
        raise ValidationFailed(*(problem_of(error) for error in errors))
    check_overlaps(node, limits)
    if document_problems(schema, node, suggestions=False, first_only=True):
        raise ValidationFailed(*document_problems(schema, located(node, text), suggestions=suggestions))
    fragments = fragments_of(node)
    operations = {}
    for index, part in measured.operations.items():
        definition = node.definitions[index]
        assert isinstance(definition, OperationDefinitionNode)
        name = definition.name.value if definition.name else None
        shapers = _key_functions(definition, schema, key_functions)
        operations[name] = Operation(
            definition,
            fragments,
            node,
            shapers,
            _builtin_scalars(definition),
            schema,
            part.introspects,
            size,
            _selecting(definition, fragments),
        )
    if not operations:
        raise bad_input(message("document.no_operation"))
    return Document(operations, size)


def located(node: DocumentNode, text: str) -> DocumentNode:
    """The document parsed with locations, for errors; they more than double its memory."""
    if text.count("\n") + text.count("\r") > MOST_LINES:
        return node
    return parse(text, allow_empty_selection_sets=False)


def _key_functions(
    definition: OperationDefinitionNode, schema: GraphQLSchema, key_functions: KeyFunctions
) -> tuple[tuple[str, KeyFunction], ...]:
    shapers = []
    for variable in definition.variable_definitions or ():
        type_: GraphQLInputType = type_from_ast(schema, variable.type)  # type: ignore[assignment]
        shapers.append((variable.variable.name.value, key_functions.for_type(type_)))
    return tuple(shapers)


def _selecting(
    definition: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> frozenset[str]:
    """The variables of selections, in all that a mutation's root fields and its fragments have."""
    if definition.operation is not OperationType.MUTATION:
        return frozenset()
    roots = definition.selection_set.selections
    parts = [part for root in roots for part in (root.directives, getattr(root, "selection_set", None))]
    return frozenset(name for part in (*parts, *fragments.values()) for name in _variables_in(part))


def _variables_in(part: Any) -> Iterator[str]:
    """The names of the variables in a node, or in several."""
    if isinstance(part, VariableNode):
        yield part.name.value
    elif isinstance(part, Node):
        for key in part.keys:
            yield from _variables_in(getattr(part, key, None))
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _variables_in(one)


def _builtin_scalars(definition: OperationDefinitionNode) -> Mapping[str, type] | None:
    """The variables' Python types by name, if all of them are in `BUILTIN_SCALARS`; otherwise None."""
    types = {}
    for variable in definition.variable_definitions or ():
        named = variable.type.type if isinstance(variable.type, NonNullTypeNode) else variable.type
        if not isinstance(named, NamedTypeNode) or named.name.value not in BUILTIN_SCALARS:
            return None
        types[variable.variable.name.value] = BUILTIN_SCALARS[named.name.value]
    return types
