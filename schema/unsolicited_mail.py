"""How many mails somebody may have sent to people who did not request them: declared by each such mutation.

A mutation takes its turn (`in_turn`, a lock), checks both bounds (`bounds`, guards), and notes the mail
(`noted`, an effect), with the address as SQL of what was given as `$1`, or of a row.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Boolean, func, literal_column, or_

from planner.declaration.access import Rule
from planner.declaration.row import Row
from planner.declaration.writes import Guard
from planner.mutation.given import setting
from planner.sql import Column, Condition
from schema.messages import message
from schema.roles import INTEGRATION

SYSTEM, PERSON = setting("unsolicited_per_system"), setting("unsolicited_per_person")
IS_SYSTEM = f"'{INTEGRATION}' = any(string_to_array($1 -> 'act' ->> 'role', ','))"
FEW_FROM = f"(puente_unsolicited_from($1) < case when {IS_SYSTEM} then {SYSTEM} else {PERSON} end)"
"""Whether the sender has few sent; a system more than a person."""


def few_to(address: str) -> str:
    """Whether few were sent to an address."""
    return f"(puente_unsolicited_to({address}) < {setting('unsolicited_per_address')})"


def in_turn(address: str) -> str:
    """Wait for others of the same sender, or to the same address; null is of nobody."""
    return f"select puente_unsolicited_in_turn($1, {address})"


def noted(address: str) -> str:
    return f"select puente_note_unsolicited($1, {address})"


def bounds(column: str, path: tuple[str, ...], *, if_given: str = "") -> tuple[Guard, Guard]:
    """The guards of a row whose column has the address; without one, nothing is sent."""

    def unless_none(holds: Callable[[Column], Condition]) -> Callable[[Row], Condition]:
        return lambda row: or_(row[column].is_(None), holds(row[column]))

    few_from = unless_none(lambda _: literal_column(FEW_FROM, Boolean()))
    few = unless_none(
        lambda address: (
            func.puente_unsolicited_to(address) < literal_column(setting("unsolicited_per_address"))
        )
    )
    return (
        Guard(
            Rule(few_from, "with few others on the same day"),
            "TOO_MANY",
            message("unsolicited.sender_bound"),
            path,
            if_given=if_given,
        ),
        Guard(
            Rule(few, "with few to the address on the same day"),
            "TOO_MANY",
            message("unsolicited.address_bound"),
            path,
            if_given=if_given,
        ),
    )
