"""Whether a row fits a filter: two-valued, by the words of the schema's descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type

from tests.reference.archive import offered
from tests.reference.counts import COUNTS
from tests.reference.errors import Refused
from tests.reference.facets import FACETS
from tests.reference.ids import of_type
from tests.reference.localized_texts import city_names, fold
from tests.reference.tables import MASKED_IN_FILTER, ReferenceContext, VisibleRow


def fits(context: ReferenceContext, row: VisibleRow, given: Mapping[str, Any]) -> bool:
    """Whether all conditions that are given hold."""
    return all(_holds(context, row, key, condition) for key, condition in given.items())


def _holds(context: ReferenceContext, row: VisibleRow, key: str, condition: Any) -> bool:
    if key == "and":
        return all(fits(context, row, each) for each in condition)
    if key == "or":
        return any(fits(context, row, each) for each in condition)
    if key == "not":
        return not fits(context, row, condition)
    if key in context.hidden(row):
        context.met.add(MASKED_IN_FILTER)
    kind = _kind(context, row.type, key)
    if kind == "FacetTextFilter":
        values = set(FACETS[row.type][key](context, row))
        return all(
            not values.isdisjoint(operand if operator == "in" else [operand])
            for operator, operand in condition.items()
        )
    if kind.endswith("ListRelationFilter"):
        return _related_rows_fit(context, context.linked(row, key), condition)
    if kind.endswith("RelationFilter"):
        related = context.related(row, key, kind.removesuffix("RelationFilter"))
        return _related_row_fits(context, related, condition)
    value = _value(context, row, key)
    if key == "city" and value is not None:
        return all(
            _city_fits(row.type, kind, value, operator, operand) for operator, operand in condition.items()
        )
    return all(_compares(row.type, kind, value, operator, operand) for operator, operand in condition.items())


def _value(context: ReferenceContext, row: VisibleRow, key: str) -> Any:
    if (row.type, key) in COUNTS:
        return COUNTS[row.type, key](context, row)
    return row.row["id"] if key == "id" else context.scalar(row, key)


def _city_fits(type_: str, kind: str, city: str, operator: str, operand: Any) -> bool:
    """By one of its names; it is unlike a text that neither of them is."""
    each = [_compares(type_, kind, name, operator, operand) for name in city_names(city)]
    return all(each) if operator == "ne" else any(each)


def _kind(context: ReferenceContext, type_: str, key: str) -> str:
    """The name of the input type of a condition."""
    inputs = context.world.schema.type_map[f"{type_}Filter"]
    assert isinstance(inputs, GraphQLInputObjectType)
    name: str = get_named_type(inputs.fields[key].type).name
    return name


def _related_row_fits(
    context: ReferenceContext, related: VisibleRow | None, condition: Mapping[str, Any]
) -> bool:
    for key, operand in condition.items():
        if key == "is" and (related is None or not fits(context, related, operand)):
            return False
        if key == "isNull" and (related is None) != operand:
            return False
    return True


def _related_rows_fit(
    context: ReferenceContext, related: list[VisibleRow], condition: Mapping[str, Any]
) -> bool:
    for key, operand in condition.items():
        fitting = [fits(context, each, operand) for each in offered(related, operand)]
        if not {"some": any(fitting), "every": all(fitting), "none": not any(fitting)}[key]:
            return False
    return True


def _compares(type_: str, kind: str, value: Any, operator: str, operand: Any) -> bool:
    if kind == "IDFilter":
        operand = [of_type(one, type_) for one in operand] if operator == "in" else of_type(operand, type_)
    if operator == "isNull":
        return (value is None) == bool(operand)
    if operator == "ne":
        return bool(value != operand)
    if value is None:
        return False
    return bool(OPERATORS[operator](value, operand))


OPERATORS: Mapping[str, Any] = {
    "eq": lambda value, expected: value == expected,
    "in": lambda value, expected: value in expected,
    "gt": lambda value, expected: value > expected,
    "gte": lambda value, expected: value >= expected,
    "lt": lambda value, expected: value < expected,
    "lte": lambda value, expected: value <= expected,
    "contains": lambda value, expected: fold(expected) in fold(value),
    "startsWith": lambda value, expected: fold(value).startswith(fold(expected)),
    "hasAny": lambda value, expected: any(one in value for one in expected),
    "hasAll": lambda value, expected: all(one in value for one in expected),
}


def check_filter(inputs: GraphQLInputObjectType, given: Mapping[str, Any]) -> None:
    """Refuse explicit nulls anywhere, and ids that are none."""
    for key, operand in given.items():
        kind = get_named_type(inputs.fields[key].type)
        for each in operand if isinstance(operand, list) else [operand]:
            if each is None:
                raise Refused("null in a filter")
            if isinstance(kind, GraphQLInputObjectType):
                check_filter(kind, each)
            elif kind.name == "ID":
                of_type(each, "")
