"""Global ids: a type's prefix, an underscore, and the row's uuid in its canonical form."""

from __future__ import annotations

from uuid import UUID

from tests.reference.errors import Refused
from tests.reference.field_sources import PREFIX, TYPE_OF_PREFIX


def global_id(type_: str, key: UUID) -> str:
    return f"{PREFIX[type_]}_{key}"


def read_id(text: str) -> tuple[str, UUID]:
    """The type and the uuid; refuses what is not such an id."""
    prefix, _, key = text.partition("_")
    try:
        uuid = UUID(key)
    except ValueError as error:
        raise Refused("malformed id") from error
    if prefix not in TYPE_OF_PREFIX or str(uuid) != key:
        raise Refused("malformed id")
    return TYPE_OF_PREFIX[prefix], uuid


def of_type(text: str, type_: str) -> UUID | None:
    """The uuid in the id of this type; None in that of another."""
    found, key = read_id(text)
    return key if found == type_ else None
