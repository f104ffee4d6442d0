"""Archiving: what it sets, and references to archived rows, which nothing new has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from models.base import snake_case
from tests.mutations.model.drawn import Drawn
from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import Field, Reference
from tests.reference.archive import ACTS, ARCHIVABLE, is_archived
from tests.reference.policy import Sight
from tests.reference.rows import Row

Values = Mapping[str, Any]


def comes_to_refer_to_archived(
    sight: Sight, one: Field, before: Values | None, after: Values, given: Values
) -> bool:
    """Whether a row refers to an archived row that it didn't refer to before.

    A row of one of several types is the one that was given, whatever is stored of it.
    """
    if not isinstance(one, Reference):
        return False
    (column,) = one.columns
    only = (next(iter(one.types)), after.get(column)) if len(one.types) == 1 else None
    type_, key = only or one.named(str(given.get(one.name)))
    if type_ is None or (row := sight.get(snake_case(type_), key)) is None:
        return False
    new = before is None or before[column] != after.get(column)
    return new and is_archived(row) and sight.sees(type_, row)


def _archived(sight: Sight, row: Row) -> Values:
    return {"archived_at": datetime.now(UTC)}


def _unarchived(sight: Sight, row: Row) -> Values:
    return {"archived_at": None}


def _is_now(value: Any, others: Collection[Any]) -> bool:
    return value is None or abs(datetime.now(UTC) - value) < timedelta(minutes=5)


ENTITIES: tuple[Entity, ...] = ()
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {
    name: _archived if name.startswith("archive") else _unarchived for name in ACTS
}
DRAWN = {snake_case(type_): (Drawn("archived_at", _is_now),) for type_ in ARCHIVABLE}
