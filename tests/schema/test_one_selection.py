"""What one selection can read of all types that a field may return; names that conflict are known, with why.

GraphQL refuses fields of one response name that differ in nullability, in being lists, or in their leaf type,
though no object has both. Types and nullability are published, so a conflict stays: an alias gets around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLObjectType, is_abstract_type, is_leaf_type, parse, validate
from graphql.type import is_list_type, is_non_null_type

import schema

VOCABULARY = "Each type has a vocabulary of its own."
KNOWN = "Of some types it is always known, of others not, or is hidden from some."
PERSONS = "A person's name may come to be hidden, an institution's never. `displayName` is there for both."
LISTED = "A few rows are a list, many are pages."
LEVELS = "What people speak has a level, what an event is held in has none."

DELIBERATE: Mapping[str, str] = {
    "capacity": KNOWN,
    "cohort": KNOWN,
    "currency": KNOWN,
    "institution": KNOWN,
    "kind": VOCABULARY,
    "languages": LEVELS,
    "mode": VOCABULARY,
    "name": PERSONS,
    "participations": LISTED,
    "placesLeft": KNOWN,
    "program": KNOWN,
    "startsOn": KNOWN,
    "status": VOCABULARY,
    "timeZone": KNOWN,
    "type": VOCABULARY,
}
"""The response names that conflict, of types that some field returns together."""
ABSTRACT = [
    type_.name
    for type_ in schema.graphql_schema.type_map.values()
    if is_abstract_type(type_) and not type_.name.startswith("__")
]


def shape(type_: Any) -> str:
    """What must be equal: the whole of a leaf's type, of an object's only where it is null or a list."""
    if is_non_null_type(type_):
        return f"{shape(type_.of_type)}!"
    if is_list_type(type_):
        return f"[{shape(type_.of_type)}]"
    return str(type_.name) if is_leaf_type(type_) else "{}"


def members(abstract: str) -> list[GraphQLObjectType]:
    type_: Any = schema.graphql_schema.type_map[abstract]
    return list(schema.graphql_schema.get_possible_types(type_))


def conflicts(abstract: str) -> set[str]:
    shapes = defaultdict(set)
    for type_ in members(abstract):
        for name, field in type_.fields.items():
            shapes[name].add(shape(field.type))
    return {name for name, found in shapes.items() if len(found) > 1}


def test_conflicts_are_deliberate() -> None:
    found: set[str] = set().union(*map(conflicts, ABSTRACT))
    assert found == DELIBERATE.keys()


@pytest.mark.parametrize("abstract", ABSTRACT)
def test_a_name_can_be_selected_of_every_type(abstract: str) -> None:
    """By the interface, and by each type in turn; so can everything else that does not conflict."""
    common = set.intersection(*({*type_.fields} for type_ in members(abstract)))
    assert {"id", "displayName"} <= common - conflicts(abstract)
    each = " ".join(f"... on {type_.name} {{ id displayName }}" for type_ in members(abstract))
    for field in fields_returning(abstract):
        selection = f"... on Node {{ id displayName }} {each}"
        document = f"{{ {field.format(selection)} }}"
        assert validate(schema.graphql_schema, parse(document)) == [], document


def fields_returning(abstract: str) -> list[str]:
    """Selections of the query that end in the type."""
    return {
        "Node": [
            'node(id: "x") {{ {} }}',
            "nodes(ids: []) {{ {} }}",
            "changes {{ nodes {{ node {{ {} }} }} }}",
        ],
        "SearchResult": ['search(text: "x") {{ nodes {{ {} }} }}'],
        "Profile": ["projects {{ nodes {{ contributors {{ person {{ {} }} }} }} }}"],
    }[abstract]
