"""Inputs derived from a type: its filter, the arguments of its connections, and enums of its names."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.unset import UNSET

from planner.declaration.bindings import (
    RELEVANCE,
    WITH_ARCHIVED,
    Argument,
    Member,
    ToConnection,
    ToMany,
    ToOne,
    TypeBinding,
    Value,
)
from planner.declaration.scalar_types import ScalarType

FACET_FILTER = "FacetTextFilter"
FACETS = (
    "The rows that match, counted by {0}. The filter's own conditions on a facet, at the top or in `and`,"
    " don't restrict its counts: so several of its values can be chosen by them."
)
BY_RELEVANCE = "By how well rows match `search`: the best first with DESC; all are equal without a search."
OPERATORS = {
    "eq": ("{0} | None", "Equal to this."),
    "ne": ("{0} | None", "Not equal to this; null is not equal to any value."),
    "in": ("list[{0}] | None", "One of these; an empty list matches nothing."),
    "gt": ("{0} | None", "Greater or later than this."),
    "gte": ("{0} | None", "This, or greater or later."),
    "lt": ("{0} | None", "Less or earlier than this."),
    "lte": ("{0} | None", "This, or less or earlier."),
    "contains": ("str | None", "Contains this text; case and accents are ignored."),
    "startsWith": ("str | None", "Starts with this text; case and accents are ignored."),
    "hasAny": ("list[{0}] | None", "Has at least one of these; an empty list matches nothing."),
    "hasAll": ("list[{0}] | None", "Has all of these; an empty list matches everything."),
    "isNull": ("bool | None", "Is null; with `false`, is not null."),
}


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input: its annotation, description and default; `MISSING` makes it required."""

    annotation: str
    description: str
    default: Any = UNSET


def operator_fields(scalar_type: ScalarType, base: str) -> dict[str, InputField]:
    """The operators of a scalar type as fields of its filter; `base` is the scalar's name."""
    return {
        name: InputField(OPERATORS[name][0].format(base), OPERATORS[name][1])
        for name in scalar_type.operators
    }


def filter_fields(type_: TypeBinding) -> dict[str, InputField]:
    """The filter of a type: its filterable fields, its facets, and the three connectives."""
    own = f"{type_.name}Filter"
    fields = {
        "and": InputField(f"list[{own}] | None", "All of these match; an empty list matches everything."),
        "or": InputField(f"list[{own}] | None", "One of these matches; an empty list matches nothing."),
        "not": InputField(f"{own} | None", "This does not match."),
    }
    for name, member in type_.members.items():
        if (annotation := _filter_of(member.binding, member.target, member.scalar_type)) is not None:
            fields[name] = InputField(f"{annotation} | None", f"Condition on `{name}`.")
    for name in sorted(type_.facets.keys() - fields.keys()):
        fields[name] = InputField(f"{FACET_FILTER} | None", f"Condition on the values of the facet `{name}`.")
    return fields


def facet_operators() -> dict[str, InputField]:
    """The operators of a facet that isn't named after a field; they take values as the facet returns them."""
    return {
        "eq": InputField("str | None", "Has this value, as in `FacetValue.value`."),
        "in": InputField("list[str] | None", "Has one of these; an empty list matches nothing."),
    }


def facet_arguments(type_name: str) -> tuple[Argument, ...]:
    """The arguments of the facets of a type's connections."""
    return (
        Argument("names", f"list[{type_name}Facet] | None", "Only these facets, each once; all by default."),
        Argument("limit", "int | None", "At most this many values of each facet, the most frequent first."),
    )


def facet_enum(type_name: str, facets: Sequence[str]) -> type[enum.Enum]:
    """The enum of a type's facets, by which they are chosen."""
    texts = {name: f"The facet `{name}`." for name in facets}
    described = f"Facets of {type_name} rows: each is its `Facet.name` in capitals."
    return enum_of_names(f"{type_name}Facet", described, texts)


def enum_of_names(name: str, description: str, texts: Mapping[str, str]) -> type[enum.Enum]:
    """An enum whose values are names in capitals, each with a text that describes it."""
    cls = enum.Enum(name, {_constant(one): one for one in texts})  # type: ignore[misc]
    strawberry.enum(cls, description=description)
    for value, text in zip(cls.__strawberry_definition__.values, texts.values(), strict=True):  # type: ignore[attr-defined]
        value.description = text
    return cls


def _constant(name: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in name)


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


def field_arguments(member: Member, types: Mapping[str, TypeBinding]) -> Sequence[Argument]:
    """The arguments of a field: those that it declares, and those that every list of its kind has."""
    if isinstance(member.binding, ToConnection):
        return paging_arguments(types[member.target.removesuffix("Connection")])
    declared: Sequence[Argument] = getattr(member.binding, "arguments", ())
    archivable = isinstance(member.binding, ToMany) and types[member.target].archivable
    return (*declared, WITH_ARCHIVED) if archivable else declared


def paging_arguments(target: TypeBinding) -> list[Argument]:
    """The arguments of every connection to a type; without filter and order if it isn't followed."""
    chosen = [
        Argument("filter", f"{target.name}Filter | None", "Only rows that match."),
        Argument("orderBy", f"list[{target.name}Order] | None", "The order; ties are broken by id."),
    ]
    arguments = [
        *(chosen if target.followed else []),
        Argument(
            "first",
            "int | None",
            "At most this many rows, the first after `after`; the default unless `last` is given.",
        ),
        Argument("after", "str | None", "Only rows after this cursor."),
        Argument("last", "int | None", "At most this many rows, the last before `before`; not with `first`."),
        Argument("before", "str | None", "Only rows before this cursor."),
    ]
    if target.search:
        words = (
            "Only rows with these words, in English or Spanish, the best matches first unless `orderBy`"
            " is given. A blank text matches all."
        )
        arguments.insert(1, Argument("search", "str | None", words))
    return arguments


def order_terms(type_: TypeBinding) -> dict[str, str]:
    """The fields by which rows can be ordered, and relevance if they are searched, with descriptions."""
    fields = [m.name for m in type_.members.values() if isinstance(m.binding, Value) and m.binding.order]
    relevance = {RELEVANCE: BY_RELEVANCE} if type_.search else {}
    return {name: f"By `{name}`." for name in fields} | relevance
