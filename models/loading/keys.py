"""Stable ids: the same natural key gives the same row on every machine."""

from uuid import UUID, uuid5

from sqlalchemy import Table

NAMESPACE = UUID("9d2c0f5e-6a0b-5a52-9b8e-3f3c6f2f7a10")

NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    "institution": ("slug",),
    "program": ("code",),
    "call": ("slug",),
    "project": ("slug",),
    "project_institution": ("project_id", "institution_id", "role"),
    "project_contributor": ("project_id", "person_id", "role"),
    "project_output": ("doi",),
    "award": ("id",),
    "venue": ("slug",),
    "event": ("slug",),
    "event_organizer": ("event_id", "institution_id"),
    "agreement": ("slug",),
    "agreement_party": ("agreement_id", "institution_id"),
    "champion": ("person_id", "counterpart_id"),
    "impact_metric": ("key",),
}
"""What names a row in the data's CSV files; an award has no natural key, so its `id` is a word."""


def id_of(table: str, *key: str) -> UUID:
    """The id of the row of a table that a natural key names."""
    return uuid5(NAMESPACE, f"{table}:{'/'.join(key)}")


def target_of(table: Table, column: str) -> str | None:
    """The table that a column refers to, if it is a foreign key."""
    for key in table.c[column].foreign_keys:
        return key.column.table.name
    return None
