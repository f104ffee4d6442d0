"""The inputs that follow from a type: its filter, and the arguments of its connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from strawberry.types.unset import UNSET

from planner.declaration.bindings import Argument, ToConnection, ToMany, ToOne, TypeBinding, Value
from planner.declaration.scalar_types import ScalarType

FACET_FILTER = "FacetTextFilter"
OPERATORS = {
    "eq": ("{0} | None", "Equal to this."),
    "ne": ("{0} | None", "Not equal to this; null is not equal to anything."),
    "in": ("list[{0}] | None", "One of these; an empty list matches nothing."),
    "gt": ("{0} | None", "Greater or later than this."),
    "gte": ("{0} | None", "This, or greater or later."),
    "lt": ("{0} | None", "Less or earlier than this."),
    "lte": ("{0} | None", "This, or less or earlier."),
    "contains": ("str | None", "Contains this text; case and accents do not count."),
    "startsWith": ("str | None", "Starts with this text; case and accents do not count."),
    "hasAny": ("list[{0}] | None", "Has at least one of these; an empty list matches nothing."),
    "hasAll": ("list[{0}] | None", "Has all of these; an empty list matches everything."),
    "isNull": ("bool | None", "Is null, or (`false`) is not."),
}


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input: its annotation, description and default; MISSING of one that must be given."""

    annotation: str
    description: str
    default: Any = UNSET


def operator_fields(scalar_type: ScalarType, base: str) -> dict[str, InputField]:
    """The operators of a kind of scalar, as fields of its filter; `base` is the scalar's name."""
    return {
        name: InputField(OPERATORS[name][0].format(base), OPERATORS[name][1])
        for name in scalar_type.operators
    }


def filter_fields(type_: TypeBinding) -> dict[str, InputField]:
    """The filter of a type: one field for each of its own that can be filtered, and the three connectives."""
    own = f"{type_.name}Filter"
    fields = {
        "and": InputField(f"list[{own}] | None", "All of these hold; no condition always holds."),
        "or": InputField(f"list[{own}] | None", "At least one of these holds; of none, none does."),
        "not": InputField(f"{own} | None", "This does not hold."),
    }
    for name, member in type_.members.items():
        if (annotation := _filter_of(member.binding, member.target, member.scalar_type)) is not None:
            fields[name] = InputField(f"{annotation} | None", f"Condition on `{name}`.")
    for name in sorted(type_.facets.keys() - fields.keys()):
        fields[name] = InputField(f"{FACET_FILTER} | None", f"Condition on the values of the facet `{name}`.")
    return fields


def facet_operators() -> dict[str, InputField]:
    """Of a facet whose name is no field's: its values are filtered as they are answered."""
    return {
        "eq": InputField("str | None", "Has this value, as `FacetValue.value` gives it."),
        "in": InputField("list[str] | None", "Has one of these; an empty list matches nothing."),
    }


def _filter_of(binding: Any, target: str, scalar_type: ScalarType | None) -> str | None:
    if isinstance(binding, Value):
        return scalar_type.filter if binding.filter and scalar_type else None
    if isinstance(binding, ToOne) and binding.filter:
        return f"{target}RelationFilter"
    if isinstance(binding, ToMany) and binding.filter:
        return f"{target}ListRelationFilter"
    if isinstance(binding, ToConnection) and binding.filter:
        return f"{target.removesuffix('Connection')}ListRelationFilter"
    return None


def paging_arguments(target: TypeBinding) -> list[Argument]:
    """The arguments of every connection to a type; of one that is not followed, without filter and order."""
    chosen = [
        Argument("filter", f"{target.name}Filter | None", "Only rows that fit."),
        Argument(
            "orderBy", f"list[{target.name}Order] | None", "First by the first term; ties are broken by id."
        ),
    ]
    arguments = [
        *(chosen if target.followed else []),
        Argument(
            "first",
            "int | None",
            "The first so many rows, after `after`; the page size unless `last` is given.",
        ),
        Argument("after", "str | None", "Only rows after this cursor."),
        Argument("last", "int | None", "The last so many rows, before `before`; not together with `first`."),
        Argument("before", "str | None", "Only rows before this cursor."),
    ]
    if target.search:
        words = (
            "Only rows with these words, in English or Spanish, the best matches first unless `orderBy`"
            " is given. A blank text leaves all."
        )
        arguments.insert(1, Argument("search", "str | None", words))
    return arguments
