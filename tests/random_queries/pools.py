"""Real values to ask with, so that answers are seldom empty: ids, words, dates and parts of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from tests.random_queries.viewers import viewers_of
from tests.reference.counts import COUNTS
from tests.reference.facets import FACETS, Values
from tests.reference.field_sources import IDENTIFIED, PERSON, TABLE, snake
from tests.reference.ids import global_id
from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext, ReferenceWorld

ADMINS = viewers_of("admin")
WORDS = (
    "energia renovable",
    "Energía",
    "energías renovables",
    "munoz",
    "Muñoz",
    "agua",
    "water",
    "climate",
    "clima",
    "university",
    "universidad autonoma",
    "open day",
    '"open day"',
    "energy or agua",
    "energy -climate",
    "educaciones",
    "migration",
    "migración",
    "california",
    "mentor",
    "María",
    "jose",
    "salud",
    "health",
    "projects",
    "proyecto",
    "de",
    "the",
    "xyzzy",
    "",
    " ",
    "renovable grids",
    "mexico",
    "México",
    "teaches",
    "investigación",
    "program",
    "¡Energía…renovable!",
    "agua - energía",
    "university–of–california",
    "O’Higgins",
    'climate -"open day"',
    "day/open",
)
ZONES = (
    "America/Tijuana",
    "America/Mexico_City",
    "America/Los_Angeles",
    "America/Hermosillo",
    "UTC",
    "Asia/Kolkata",
)


@dataclass(frozen=True)
class Pools:
    """Values by type and field, and ids by type."""

    values: Mapping[tuple[str, str], Sequence[Any]]
    ids: Mapping[str, Sequence[str]]


def make_pools(world: ReferenceWorld) -> Pools:
    values: dict[tuple[str, str], list[Any]] = {}
    ids: dict[str, list[str]] = defaultdict(list)
    for type_, table in TABLE.items():
        rows = world.rows.all(table)
        if type_ in IDENTIFIED:
            ids[type_] = [global_id(type_, row["id"]) for row in rows]
        object_type = world.schema.type_map[type_]
        assert isinstance(object_type, GraphQLObjectType)
        for name, field in object_type.fields.items():
            counted = (type_, name) in COUNTS
            if is_leaf_type(get_named_type(field.type)) and (counted or is_stored(rows, type_, name)):
                values[type_, name] = _values(world, type_, name)
        for name, values_of in FACETS.get(type_, {}).items():
            values.setdefault((type_, name), _facet_values(world, type_, values_of))
    return Pools(values, ids)


def is_stored(rows: Sequence[Row], type_: str, name: str) -> bool:
    """Whether the field is a column's value; the others are counted or made up for the answer."""
    columns = {snake(name), f"{snake(name)}_en"}
    return name != "id" and bool(rows) and ((type_, name) in PERSON or not columns.isdisjoint(rows[0]))


def _values(world: ReferenceWorld, type_: str, name: str) -> list[Any]:
    """Some of the values that rows have, in both languages."""
    found: list[Any] = []
    for viewer in ADMINS:
        context = ReferenceContext(world, viewer)
        for row in context.all(type_)[:60]:
            counted = COUNTS.get((type_, name))
            value = counted(context, row) if counted else context.scalar(row, name)
            found += value if isinstance(value, list) else [value]
    return sorted({value for value in found if value is not None}, key=str)


def _facet_values(world: ReferenceWorld, type_: str, values_of: Values) -> list[Any]:
    context = ReferenceContext(world, ADMINS[0])
    found = {value for row in context.all(type_)[:60] for value in values_of(context, row)}
    return sorted(value for value in found if value is not None)


def near(value: Any, step: int) -> Any:
    """The value, or a neighbour of it."""
    if isinstance(value, datetime):
        return value + timedelta(hours=step)
    if isinstance(value, date):
        return value + timedelta(days=step)
    return value + step if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def as_input(value: Any) -> Any:
    """A value as a client writes it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
