"""The statements in operations of who sees what: they are read, and name types and fields that exist."""

from __future__ import annotations

from pathlib import Path

from graphql import GraphQLObjectType, build_schema

from tests.reference.field_sources import SDL
from tests.reference.open_fields import IN_OPERATIONS, STATED, stated_in_operations


def test_statements_of_several_operations_add_up(tmp_path: Path) -> None:
    (tmp_path / "wells").mkdir()
    (tmp_path / "wells/deep.graphql").write_text("# Wells.\n# everyone sees Well: depth name\n{ wells }\n")
    (tmp_path / "wells/old.graphql").write_text("# everyone sees Well: age\n# everyone sees Pump: id\n{a}\n")
    found = stated_in_operations(tmp_path)
    assert {type_: fields.split() for type_, fields in found.items()} == {
        "Well": ["depth", "name", "age"],
        "Pump": ["id"],
    }


def strangers(stated: dict[str, set[str]]) -> set[str]:
    """The types and fields that the schema does not have."""
    types = build_schema(SDL).type_map
    found = set()
    for name, fields in stated.items():
        type_ = types.get(name)
        known = set(type_.fields) if isinstance(type_, GraphQLObjectType) else set()
        found |= {f"{name}.{field}" for field in fields - known}
    return found


def test_what_is_stated_is_there() -> None:
    by_hand = {name: set(fields) for name, fields in STATED.items()}
    assert strangers(by_hand) == set()
    assert strangers({name: {*fields.split()} for name, fields in IN_OPERATIONS.items()}) == set()
    assert strangers({"Venue": {"slug", "slugs"}, "Well": {"depth"}}) == {"Venue.slugs", "Well.depth"}
