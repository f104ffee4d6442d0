"""Calls: by whom they are managed and seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.reference.policy import Sight


def runs_program(sight: Sight, row: Row) -> bool:
    """Whether the viewer coordinates the institution that runs the row's program."""
    program = sight.get("program", row["program_id"])
    return program is not None and sight.coordinates(program["institution_id"])


def manages_call(sight: Sight, row: Row) -> bool:
    """Coordinators of the institution that manages it, or that runs its program."""
    return sight.coordinates(row["institution_id"]) or runs_program(sight, row)


def call_is_seen(sight: Sight, row: Row) -> bool:
    """Whatever was announced is for everybody, also once it is over or cancelled."""
    return row["status"] != "DRAFT" or manages_call(sight, row)
