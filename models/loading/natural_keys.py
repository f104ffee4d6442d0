"""Stable ids (UUIDv5): the same natural key has the same id on every machine."""

from uuid import UUID, uuid5

from sqlalchemy import Table

from models import Entity, metadata

NAMESPACE = UUID("9d2c0f5e-6a0b-5a52-9b8e-3f3c6f2f7a10")

_declared = {str(model.__tablename__): model.natural_key for model in Entity.__subclasses__()}

NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    table.name: key for table in metadata.sorted_tables if (key := _declared.get(table.name))
}
"""Table → its natural key, if it has one; each table after those that it refers to."""


def id_of(table: str, *key: str) -> UUID:
    """The id of a table's row with this natural key."""
    return uuid5(NAMESPACE, f"{table}:{'/'.join(key)}")


def target_of(table: Table, column: str) -> str | None:
    """The table that a column refers to; None if it isn't a foreign key."""
    for key in table.c[column].foreign_keys:
        return key.column.table.name
    return None
