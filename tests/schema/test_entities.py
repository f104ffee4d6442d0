"""What follows from the declarations of all entities: on which modules it stands, and its order."""

from __future__ import annotations

import grimp
import pytest

import schema
from schema.entities import AFTER_ALL, entities, name_of

PUBLISHED = "Institution Program Cohort"


def test_the_modules_that_come_after_all_are_those_that_stand_on_all() -> None:
    """One that is forgotten would import in a circle, or miss what another declares."""
    above = grimp.build_graph("schema").find_downstream_modules("schema.entities")
    assert {name.removeprefix("schema.") for name in above - {"schema"}} == AFTER_ALL


def test_those_named_first_come_first_and_the_others_by_name() -> None:
    names = [name_of(entity) for entity in entities(PUBLISHED)]
    first, others = names[:3], names[3:]
    assert first == PUBLISHED.split()
    assert others == sorted(others)
    assert {*names} == {
        type_.name for type_ in schema.catalog.types.values() if type_.prefix and type_.followed
    }


@pytest.mark.parametrize("root", ["Query", "Subscription"])
def test_every_entity_with_root_fields_is_reached(root: str) -> None:
    members = schema.catalog.types[root].members
    for entity in entities(""):
        if entity.roots is not None:
            name = name_of(entity)
            assert members[name[0].lower() + name[1:]].target == name
            assert entity.roots.plural is None or members[entity.roots.plural].target == f"{name}Connection"
