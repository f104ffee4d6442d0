"""From the text of a document to its operations: parsed, validated, within bounds, each known once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_variable_values,
    parse,
    type_from_ast,
    validate,
)

from planner.arguments import Variables
from planner.errors import BadUserInput, ParseFailed, Problem, Text, ValidationFailed, bad_input
from planner.phrases import problem_of
from planner.shape import Shaper, Shapes

COERCED_TO_ITSELF: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}
"""The types of which every value of the Python type is one: what is most often asked by."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a validated document; it is its own identity, so it can be a key."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    document: DocumentNode
    shapers: tuple[tuple[str, Shaper], ...]
    plain: Mapping[str, type] | None
    schema: GraphQLSchema

    @property
    def kind(self) -> OperationType:
        return self.definition.operation

    def coerce(self, given: Mapping[str, Any]) -> Variables:
        """The variables' values, coerced to their types; those left out without a default stay out."""
        if not self.definition.variable_definitions:
            return {}
        if self.plain is not None and self.plain == {name: type(value) for name, value in given.items()}:
            return dict(given)
        result = get_variable_values(
            self.schema, self.definition.variable_definitions, dict(given), max_errors=20
        )
        if isinstance(result, list):
            raise BadUserInput(*(problem_of(error) for error in result))
        coerced: Variables = result.coerced
        return coerced

    def shape(self, variables: Variables) -> tuple[Any, ...]:
        """What of the variables shapes the plan."""
        return tuple((name, shaper(variables[name])) for name, shaper in self.shapers if name in variables)


@dataclass(frozen=True, slots=True)
class Document:
    """The operations of a document by name; an anonymous one has the name None."""

    operations: Mapping[str | None, Operation]

    def choose(self, name: str | None) -> Operation:
        """The operation of that name, or the only one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        if name is None:
            raise bad_input(
                "The document has several operations; say which with `operationName`.",
                "El documento tiene varias operaciones; diga cuál con `operationName`.",
            )
        raise bad_input(
            f"The document has no operation named {name[:80]!r}.",
            f"El documento no tiene ninguna operación llamada {name[:80]!r}.",
        )


def read_document(
    text: str, schema: GraphQLSchema, shapes: Shapes, *, max_tokens: int, max_depth: int
) -> Document:
    """Parse, bound and validate a document; each failure is told with its place."""
    try:
        node = parse(text, max_tokens=max_tokens, allow_empty_selection_sets=False)
    except GraphQLError as error:
        raise ParseFailed(problem_of(error)) from error
    fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
    if errors := validate(schema, node, max_errors=20):
        raise ValidationFailed(*(problem_of(error) for error in errors))
    operations = {}
    for definition in node.definitions:
        if isinstance(definition, OperationDefinitionNode):
            check_depth(definition, fragments, max_depth)
            name = definition.name.value if definition.name else None
            operations[name] = Operation(
                definition, fragments, node, _shapers(definition, schema, shapes), _plain(definition), schema
            )
    if not operations:
        raise bad_input("The document has no operation.", "El documento no tiene ninguna operación.")
    return Document(operations)


def _shapers(
    definition: OperationDefinitionNode, schema: GraphQLSchema, shapes: Shapes
) -> tuple[tuple[str, Shaper], ...]:
    shapers = []
    for variable in definition.variable_definitions or ():
        type_: GraphQLInputType = type_from_ast(schema, variable.type)  # type: ignore[assignment]
        shapers.append((variable.variable.name.value, shapes.of(type_)))
    return tuple(shapers)


def _plain(definition: OperationDefinitionNode) -> Mapping[str, type] | None:
    """The variables' Python types, if all are of types whose values are coerced to themselves."""
    types = {}
    for variable in definition.variable_definitions or ():
        named = variable.type.type if isinstance(variable.type, NonNullTypeNode) else variable.type
        if not isinstance(named, NamedTypeNode) or named.name.value not in COERCED_TO_ITSELF:
            return None
        types[variable.variable.name.value] = COERCED_TO_ITSELF[named.name.value]
    return types


def check_depth(
    definition: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], most: int
) -> None:
    """Refuse an operation whose fields nest deeper than `most`; introspection's own fields do not count."""
    known: dict[str, int] = {}

    def depth(selection_set: SelectionSetNode | None) -> int:
        if selection_set is None:
            return 0
        return max((of(selection) for selection in selection_set.selections), default=0)

    def of(selection: Any) -> int:
        if isinstance(selection, FieldNode):
            return 0 if selection.name.value.startswith("__") else 1 + depth(selection.selection_set)
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in known:
                known[name] = depth(fragments[name].selection_set)
            return known[name]
        return depth(selection.selection_set)

    found = depth(definition.selection_set)
    if found > most:
        raise ValidationFailed(
            Problem(
                Text(
                    f"The operation is {found} levels deep; at most {most} are allowed.",
                    f"La operación tiene {found} niveles; se permiten {most} a lo más.",
                ),
                details={"limit": most, "asked": found},
            )
        )
