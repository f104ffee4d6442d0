"""Executes a document: graphql-core does the walking, this says what each field is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    value_from_ast_untyped,
)

from tests.reference.fields import field_of_row
from tests.reference.filters import check_filter
from tests.reference.roots import root_field
from tests.reference.tables import ReferenceContext, ReferenceWorld, VisibleRow
from tests.reference.viewers import Viewer

PARSED: Mapping[str, Any] = {
    "Date": date.fromisoformat,
    "DateTime": datetime.fromisoformat,
    "Decimal": lambda value: Decimal(str(value)),
    "RORID": lambda value: f"https://ror.org/{value.rpartition('/')[2].lower()}",
}


@cache
def reference_schema(sdl: str) -> GraphQLSchema:
    """The schema as its text alone says, with scalars that know what their values mean; shared."""
    return make_reference_schema(sdl)


def make_reference_schema(sdl: str) -> GraphQLSchema:
    """The same for one who takes it apart."""
    schema = build_schema(sdl)
    for name, parse in PARSED.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        teach(scalar, parse)
    return schema


def teach(scalar: GraphQLScalarType, parse: Any) -> None:
    scalar.coerce_input_value = parse
    scalar.coerce_input_literal = lambda node: parse(value_from_ast_untyped(node))
    scalar.parse_value = parse  # type: ignore[method-assign]


@dataclass(frozen=True)
class Answer:
    """Data, or the code of the error that stands instead."""

    data: Any = None
    code: str | None = None
    message: str = ""
    met: frozenset[str] = frozenset()
    """What was met on the way: `HIDDEN_ROWS`, `MASKED`, `MASKED_IN_FILTER` of `tests.reference.tables`."""


def answer(
    world: ReferenceWorld, document: DocumentNode, variables: Mapping[str, Any], viewer: Viewer
) -> Answer:
    """What the viewer is answered; any error leaves no data."""
    reference_context = ReferenceContext(world, viewer)
    result = execute_sync(
        world.schema,
        document,
        variable_values=dict(variables),
        context_value=reference_context,
        field_resolver=resolve,
        type_resolver=lambda value, info, abstract: value.type,
    )
    assert isinstance(result, ExecutionResult)
    if not result.errors:
        return Answer(result.data, met=frozenset(reference_context.met))
    error = result.errors[0]
    cause = error.original_error
    if isinstance(cause, TypeError) and "non-nullable" in str(cause):
        return Answer(code="UNSTATED", message=f"{error.path}: hidden, and yet never null")
    if cause is not None and not hasattr(cause, "code"):
        raise cause
    return Answer(code=getattr(cause, "code", "BAD_USER_INPUT"), message=error.message)


def resolve(source: Any, info: GraphQLResolveInfo[ReferenceContext], **given: Any) -> Any:
    reference_context: ReferenceContext = info.context
    field = info.parent_type.fields[info.field_name]
    check_arguments(field, given)
    if source is None:
        return root_field(reference_context, info, given)
    if isinstance(source, VisibleRow):
        return field_of_row(reference_context, source, info, given)
    value = source[info.field_name]
    return value(**given) if callable(value) else value


def check_arguments(field: GraphQLField, given: Mapping[str, Any]) -> None:
    inputs = get_named_type(field.args["filter"].type) if "filter" in field.args else None
    if given.get("filter") is not None:
        assert isinstance(inputs, GraphQLInputObjectType)
        check_filter(inputs, given["filter"])
