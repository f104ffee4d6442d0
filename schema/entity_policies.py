"""Functions that state the policy of a type; names are separated by spaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from planner.declaration.access import EntityPolicy, Mask, Rules, every_row, no_row
from schema.roles import ADMIN, PUBLIC

EVERYONE: Rules = {PUBLIC: every_row}
WITHOUT_STAFF: Rules = {ADMIN: no_row}
"""What ADMIN, who is bounded by no rule, neither reads nor writes: added to the rules of others."""
ENTITY = "id displayName version createdAt updatedAt isSynthetic source availableActions hiddenFields"

Stated = TypeVar("Stated")


def entity(
    rows: Rules,
    open: str,
    masks: Mapping[str, Mask] | None = None,
    writes: Rules | None = None,
    acts: Mapping[str, Rules] | None = None,
    field_writes: Mapping[str, Rules] | None = None,
) -> EntityPolicy:
    """The policy of a type with the fields of `Entity`; a key of a mapping is one or more names."""
    stated = link(rows, f"{ENTITY} {open}", masks, writes)
    return replace(stated, acts=each_of(acts or {}), field_writes=each_of(field_writes or {}))


def link(
    rows: Rules,
    open: str,
    masks: Mapping[str, Mask] | None = None,
    writes: Rules | None = None,
    acts: Mapping[str, Rules] | None = None,
) -> EntityPolicy:
    return EntityPolicy(
        rows, frozenset(open.split()), each_of(masks or {}), writes or {}, acts=each_of(acts or {})
    )


def each_of(stated: Mapping[str, Stated]) -> dict[str, Stated]:
    """The mapping with a key per name."""
    return {name: one for names, one in stated.items() for name in names.split()}
