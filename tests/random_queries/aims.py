"""What a random query is to contain, where chance alone would take long."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from tests.personas import CAST
from tests.reference.tables import HIDDEN_ROWS, MASKED, MASKED_IN_FILTER, ReferenceWorld

ELSEWHERE = {
    *("viewer", "changes", "changeCursor", "webhooks", "webhookDeliveries"),
    *("accessGrants", "accessIdentities", "calendarLinks", "guestRegistration"),
    *("auditLog", "explainAccess", "notificationPreferences"),
}
"""Root fields that other tests compare: Python answers some; see test_changes, test_audit_log."""
LEAST_MET = {HIDDEN_ROWS: 20, MASKED: 1}
"""How many of each viewer's answers must have met hidden rows and masked values."""


@dataclass(frozen=True)
class Aim:
    """Fields, one below another, the last of them with an argument; and who asks."""

    way: tuple[str, ...] = ()
    argument: str = ""
    viewer: str = ""


ANYTHING = Aim()


def aims_of_arguments(world: ReferenceWorld) -> dict[str, Aim]:
    """For every argument of every field that stands on the database, `Type.field(argument)`, how to give it.

    A subscription reads as a query does (tests/access/test_changes.py); a mutation is Python's. A type that
    only an abstract type leads to is left to chance.
    """
    ways = ways_to_types(world.schema)
    return {
        f"{type_.name}.{name}({argument})": (
            Aim((*ways[type_.name], name), argument) if type_.name in ways else ANYTHING
        )
        for type_ in _types(world.schema)
        for name, field in type_.fields.items()
        if name not in ELSEWHERE
        for argument in field.args
    }


def aims_of_viewers() -> dict[str, Aim]:
    """For each viewer and what their answers must meet, who asks."""
    return {f"{name}: {kind}": Aim(viewer=name) for name in CAST if name != "admin" for kind in LEAST_MET}


def aims_of_masked_filters() -> dict[str, Aim]:
    """Lists whose filters have fields that are masked for some."""
    lists = ("mentors", "participants", "agreements", "consents", "mobilities")
    return {f"{name}: {MASKED_IN_FILTER}": Aim((name,), "filter") for name in lists}


def _types(schema: GraphQLSchema) -> Iterable[GraphQLObjectType]:
    others = (schema.subscription_type, schema.mutation_type)
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__") and type_ not in others:
            yield type_


def ways_to_types(schema: GraphQLSchema) -> Mapping[str, tuple[str, ...]]:
    """The shortest chain of fields from the root to each type."""
    assert schema.query_type is not None
    found: dict[str, tuple[str, ...]] = {"Query": ()}
    left = deque([schema.query_type])
    while left:
        here = left.popleft()
        for name, field in here.fields.items():
            target = get_named_type(field.type)
            if isinstance(target, GraphQLObjectType) and target.name not in found and name not in ELSEWHERE:
                found[target.name] = (*found[here.name], name)
                left.append(target)
    return found
