"""What may be done to an object, as whoever reads it may do it now."""

from __future__ import annotations

from typing import Any

from planner.declaration.fields import column, composed
from planner.statement.available_actions import available_actions
from schema.declarations import declarations, value


@value()
class ActionReason:
    """Why an action is not allowed. What it asks for makes the action possible, unless a time has passed."""

    code: str = column("The code that the mutation would refuse with.")
    path: list[str] = column("Which part of the mutation's input it is about.")
    message: str = column("What is missing, in the reader's language.")


@value()
class AvailableAction:
    """A mutation of an object."""

    name: str = column("The name of the mutation, such as `updateProject`.")
    allowed: bool = column("Whether you may carry it out now.")
    reasons: list[ActionReason] = composed("Why not; empty where it is allowed.")


declarations.add_names(AvailableAction=AvailableAction, ActionReason=ActionReason)


def actions() -> Any:
    """What may be done to a row; every type with mutations of its own has it."""
    return composed(
        "The mutations of this object that your roles may carry out; of one that is not allowed now, why.",
        available_actions,
    )
