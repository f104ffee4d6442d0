"""What another row has already, and no second one may have; the database finds it when it writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import Field
from tests.mutations.model.world import World
from tests.mutations.model.wrong import Wrong, refused
from tests.reference.rows import Row


def found(world: World, entity: Entity, fields: Sequence[Field], row: Row) -> Wrong | None:
    """The first value, or values together, that another row has."""
    others = [one for one in world.all(entity.table) if one["id"] != row.get("id")]
    return next(_found(entity, fields, row, others), None)


def _found(entity: Entity, fields: Sequence[Field], row: Row, others: Sequence[Row]) -> Iterator[Wrong]:
    columns = {one.name: one.columns[0] for one in fields if one.columns}
    for name in entity.unique:
        if name in columns and _is_taken(row, (columns[name],), others):
            yield refused("NOT_UNIQUE", name)
    for name in entity.duplicates:
        if name in columns and _is_taken(row, (columns[name],), others):
            yield refused("POSSIBLE_DUPLICATE", name)
    for together in entity.together:
        if _is_taken(row, together, others):
            yield refused("NOT_UNIQUE")


def _is_taken(row: Row, columns: Sequence[str], others: Sequence[Row]) -> bool:
    values = [_folded(row.get(name)) for name in columns]
    if None in values:
        return False
    return any([_folded(other[name]) for name in columns] == values for other in others)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
