"""What a declaration adds to other types: to the query, and to the types it refers to."""

from __future__ import annotations

from typing import Any

import pytest

import models
from planner.builder.declaration import Declaration
from planner.builder.implied_fields import add_inverses, add_root_fields
from planner.builder.schema_builder import SchemaBuilder
from planner.declaration.bindings import ByKey, Inverse, Key, RootFields, ToConnection
from planner.declaration.catalog import DeclarationError
from planner.declaration.fields import FieldDeclaration, column, one

BY_ID = (Key("id", "ID | None", "Its global id.", "id"),)


def entity(name: str, roots: RootFields | None = None, **fields: tuple[str, Any]) -> Declaration:
    members = {field: declared for field, (_, declared) in fields.items()}
    cls = type(name, (), members)
    cls.__annotations__ = {field: annotation for field, (annotation, _) in fields.items()}
    return Declaration(cls, models.Venue, name.lower(), governed=True, roots=roots)


def query() -> type:
    class Query:
        node: str = column("First.")
        search: str = column("Last.")

    return Query


def bound(cls: type, name: str) -> Any:
    declared = vars(cls)[name]
    assert isinstance(declared, FieldDeclaration)
    return declared.bind(name)


def test_root_fields_stand_where_they_should() -> None:
    root = query()
    wells = entity("DeepWell", RootFields("One well.", BY_ID, "deep_wells", "Wells."))
    add_root_fields(
        root, [wells, entity("Pump", RootFields("One pump.", BY_ID)), entity("Pipe")], after="node"
    )
    assert list(root.__annotations__.items()) == [
        ("node", "str"),
        ("deep_well", "DeepWell | None"),
        ("deep_wells", "Connection[DeepWell]"),
        ("pump", "Pump | None"),
        ("search", "str"),
    ]
    assert bound(root, "deep_well") == ByKey({"id": "id"}, bound(root, "pump").arguments)
    assert bound(root, "deep_wells") == ToConnection()


def test_two_root_fields_of_one_name_are_found() -> None:
    with pytest.raises(DeclarationError, match=r"Query\.search is declared twice"):
        add_root_fields(query(), [entity("Search", RootFields("One.", BY_ID))], after="node")


def pump(annotation: str, name: str = "pumps") -> Declaration:
    return entity("Pump", well=(annotation, one("Where it is.", inverse=Inverse(name, "Its pumps."))))


@pytest.mark.parametrize("annotation", ["Well", "Well | None"])
def test_a_reference_adds_its_inverse(annotation: str) -> None:
    well = entity("Well", depth=("int", column("How deep.")))
    add_inverses([well, pump(annotation)])
    assert well.cls.__annotations__ == {"depth": "int", "pumps": "Connection[Pump]"}
    assert isinstance(bound(well.cls, "pumps"), ToConnection)
    assert bound(well.cls, "pumps").join(Row({"id": 7}), Row({"well_id": 7}))
    assert not bound(well.cls, "pumps").join(Row({"id": 7}), Row({"well_id": 8}))


Row = dict[str, int]
"""All that the join of an inverse needs of a row."""


def test_an_inverse_of_a_name_that_is_taken_is_found() -> None:
    with pytest.raises(DeclarationError, match=r"Well\.depth is declared twice"):
        add_inverses([entity("Well", depth=("int", column("How deep."))), pump("Well", "depth")])


def test_an_inverse_that_leads_to_no_declared_type_is_found() -> None:
    with pytest.raises(DeclarationError, match=r"Pump\.well has an inverse"):
        add_inverses([pump("Well")])


def test_what_is_searched_says_what_it_is() -> None:
    with pytest.raises(DeclarationError, match="`search` and `searched`"):
        SchemaBuilder().node(models.Venue, "venue", changes="Venues.", searched="Venues, by name.")
