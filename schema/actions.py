"""The mutations that the viewer may carry out on an object now."""

from __future__ import annotations

from typing import Any

from planner.declaration.fields import column, composed
from planner.statement.available_actions import available_actions
from schema.declarations import declarations, value


@value()
class ActionReason:
    """Why an action is not allowed. Meeting the requirement allows it, unless a deadline has passed."""

    code: str = column("The code of the error that the mutation would return.")
    path: list[str] = column("The part of the mutation's input that it refers to.")
    message: str = column("What is missing, in the reader's language.")


@value()
class AvailableAction:
    """A mutation of an object."""

    name: str = column("The name of the mutation, such as `updateProject`.")
    allowed: bool = column("Whether you may carry it out now.")
    reasons: list[ActionReason] = composed("Why it is not allowed; empty if it is.")


declarations.add_names(AvailableAction=AvailableAction, ActionReason=ActionReason)


def actions() -> Any:
    """The field `availableActions`, which every entity has."""
    return composed(
        "The mutations of this object that your roles may carry out, and why one is not allowed now.",
        available_actions,
    )
