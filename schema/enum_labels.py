"""Labels of enum values in each language, as portals show them (`schema/labels`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLEnumType, GraphQLSchema
from sqlalchemy import FromClause, Text, cast
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import JSONB

from models.base import code_point_text
from models.vocabulary import Language
from planner.declaration.fields import column, derived, localized
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.errors import bad_input
from planner.errors.translation.graphql_value import print_value
from planner.sql import json_rows
from schema.declarations import value
from schema.labels import catalog
from schema.messages import message

SECTIONS = {"SearchType": "EntityType"}
"""Enums that have the labels of another one."""
SHARED = ("OrderField", "Facet")
"""Sections of all enums whose names end with theirs."""


def _values_of(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    assert row is not None
    texts = [sql_column(f"label_{language.lower()}", Text()) for language in Language]
    return json_rows(row["values"], sql_column("value", Text()), *texts)


@value()
class EnumValueLabel:
    """A value of an enum, and its label."""

    value: str = column("The value, such as `ACTIVE`.")
    label: str = localized("Its label, such as “Active”.")


@value()
class EnumLabels:
    """An enum of the schema, with a label for each of its values."""

    name: str = column("Its name, such as `ProjectStatus`.")
    values: list[EnumValueLabel] = derived(
        "Its values in the schema's order, with their labels.",
        _values_of,  # the rows of a JSON array come in its order
    )


def enum_labels(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    """The requested enums, each once."""
    labels = cast(context.bind(arguments["enums"], Text(), _LabelsOf(context.schema)), JSONB())
    return json_rows(labels, sql_column("name", code_point_text()), sql_column("values", JSONB()))


@dataclass(frozen=True, slots=True)
class _LabelsOf:
    """The labels of the enums with these names as JSON."""

    schema: GraphQLSchema

    def __call__(self, names: Sequence[str]) -> str:
        known = _enums(self.schema)
        for unknown in (name for name in names if name not in known):
            raise bad_input(message("enum.unknown", name=print_value(unknown)))
        return orjson.dumps(
            [{"name": name, "values": labels_of(known[name])} for name in set(names)]
        ).decode()


def _enums(schema: GraphQLSchema) -> Mapping[str, GraphQLEnumType]:
    """The schema's own enums by name."""
    return {
        name: type_
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLEnumType) and not name.startswith("__")
    }


def labels_of(enum: GraphQLEnumType) -> list[dict[str, Any]]:
    """Its values with their labels; without a label of its own, a value has the words of its name."""
    found = []
    for member in enum.values:
        templates = catalog.entries.get(label_id(enum.name, member))
        texts = {
            f"label_{language.lower()}": templates[language].other if templates else words_of(member)
            for language in Language
        }
        found.append({"value": member, **texts})
    return found


def words_of(member: str) -> str:
    """The label of a value that has none yet: `ON_LEAVE` is “On leave”."""
    return member.replace("_", " ").capitalize()


def label_id(enum: str, member: str) -> str:
    """The id of a value's label in the catalog."""
    shared = [section for section in SHARED if enum.endswith(section)]
    section = shared[0] if shared else SECTIONS.get(enum, enum)
    return f"{section}.{member}"


def label_faults(schema: GraphQLSchema, labels: Collection[str] = catalog.entries.keys()) -> Iterator[str]:
    """Values of enums without a label, and labels of no value."""
    needed = [(name, member) for name, enum in _enums(schema).items() for member in enum.values]
    for name, member in needed:
        if (id := label_id(name, member)) not in labels:
            yield f"{name}.{member} has no label of its own: add {id} to schema/labels"
    used = {label_id(name, member) for name, member in needed}
    yield from (f"schema/labels has {id}, which is not a value" for id in labels if id not in used)
