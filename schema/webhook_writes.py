"""The mutations of webhooks: registration by their clients, and the acts on a registered one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlalchemy import Text, case, cast, func, literal_column, null, or_, select

import models
from models.webhook import ParkReason, WebhookState
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, PythonPart, Workflow, WorkflowStep, Writes
from planner.sql import Column, Condition, literal_text
from schema.grants import OWN_CLIENT
from schema.messages import message
from schema.rules import of_client

LOST = (ParkReason.AGE, ParkReason.EPOCH, ParkReason.GRANTS)
"""Reasons for which a webhook's position is no longer usable."""

Values: TypeAlias = Mapping[str, Callable[[Row], Column]]


def _given(name: str) -> Column:
    """A number that Python passes in addition to the columns."""
    return literal_column(f"($1 -> 'set' ->> '{name}')::float8")


def _earlier_secrets(row: Row) -> Column:
    """The replaced secret and, while it still signs, the one before it, separated by a blank (none has one).

    A client that lost the response with a secret rotates again, and the one that its system has still signs.
    """
    before = func.split_part(func.convert_from(row["old_secret"], "UTF8"), " ", 1)
    both = row["secret"].op("||")(func.convert_to(func.concat(" ", before), "UTF8"))
    return case((row["old_secret_until"] > func.now(), both), else_=row["secret"])


POSITION = ("epoch", "number", "fingerprint")
UNLEASED: Values = {"lease": lambda row: cast(null(), Text)}
"""A worker that delivers to the webhook loses its lease."""

FRESH: Values = {
    **UNLEASED,
    "parked_for": lambda row: cast(null(), Text),
    "attempts": lambda row: literal_column("0"),
    "failing_since": lambda row: cast(null(), Text),
    "next_attempt_at": lambda row: func.now(),
}
"""Clears all traces of failures."""


def _has_room(row: Row) -> Condition:
    """The client has at most as many webhooks as allowed, including this one."""
    others = table_of(models.Webhook).alias()
    count = select(func.count()).select_from(others).where(others.c.client_id == row["client_id"])
    return count.correlate_except(others).scalar_subquery() <= _given("most")


ROOM = Guard(
    Rule(_has_room, "of a client that has room for it"),
    "CAPACITY_REACHED",
    message("webhook.too_many"),
    path=(),
)
BY_ITS_CLIENT = Guard(of_client(), "FORBIDDEN", message("webhook.only_its_client"))
POSITION_KNOWN = Guard(
    Rule(
        lambda row: or_(row["parked_for"].is_(None), row["parked_for"].not_in([*LOST])),
        "unless its position is lost",
    ),
    "INCOMPLETE",
    message("webhook.position_lost"),
    path=("after",),
    unless_given="after",
)
AFTER_BY_ITS_CLIENT = Guard(
    of_client(), "FORBIDDEN", message("webhook.only_its_client"), path=("after",), if_given="after"
)
ACTS = Workflow(
    "state",
    (
        WorkflowStep(
            "rotateWebhookSecret",
            "Sign with a new secret, and for a while also with the old one.",
            guards=(BY_ITS_CLIENT,),
            sets={
                "old_secret": _earlier_secrets,
                "old_secret_until": lambda row: (
                    func.now() + func.make_interval(0, 0, 0, 0, 0, 0, _given("overlap"))
                ),
            },
            changes={"oldSecretUntil": ("old_secret_until",)},
            python=PythonPart(
                sets=("secret",),
                answers={
                    "secret": (
                        "str | None",
                        "The new secret, shown only now: null in a repetition and in a dry run. Until"
                        " `oldSecretUntil`, messages are also signed with the old one.",
                    )
                },
            ),
        ),
        WorkflowStep(
            "pauseWebhook",
            "Send nothing until it is resumed; its position is kept.",
            (WebhookState.ACTIVE,),
            WebhookState.PAUSED,
            sets=UNLEASED,
        ),
        WorkflowStep(
            "resumeWebhook",
            "Send again, from its position or from another cursor.",
            (WebhookState.PAUSED, WebhookState.PARKED),
            WebhookState.ACTIVE,
            guards=(AFTER_BY_ITS_CLIENT, POSITION_KNOWN),
            sets=FRESH,
            changes={"parkedFor": ("parked_for",), "cursor": POSITION, "scopes": ("scopes",)},
            python=PythonPart(
                {
                    "after": (
                        "str | None",
                        "Continue from this cursor; required if its position is lost.",
                    )
                },
                sets=(*POSITION, "scopes"),
            ),
        ),
        WorkflowStep(
            "redeliver",
            "Send changes again, in order: those after a cursor, or from a delivery's change on. A paused"
            " webhook stays paused; a parked one is resumed.",
            guards=(BY_ITS_CLIENT,),
            sets={
                **FRESH,
                "state": lambda row: case(
                    (row["state"] == WebhookState.PAUSED.value, row["state"]),
                    else_=literal_text(WebhookState.ACTIVE.value),
                ),
                "version": lambda row: row["version"] + 1,
            },
            changes={"state": ("state",), "parkedFor": ("parked_for",), "cursor": POSITION},
            python=PythonPart(
                {
                    "fromCursor": ("str | None", "Send the changes after this cursor again."),
                    "delivery": (
                        "ID | None",
                        "Send the change of this delivery again, and all later ones.",
                    ),
                },
                sets=POSITION,
            ),
        ),
        WorkflowStep(
            "removeWebhook",
            "Delete it with its log; nothing more is sent.",
            removes=True,
        ),
    ),
)
REGISTRATION = Creation(
    ("url", "types", "institution", "document", "description"),
    mutation="registerWebhook",
    description="Send changes to an address of your system (docs/webhooks.md).",
    guards=(ROOM,),
    maker=OWN_CLIENT,
    locks=("select from api_client where id = ($1 -> 'set' ->> 'client_id')::uuid for update",),
    python=PythonPart(
        {
            "language": (
                "Language | None",
                "The language of the data that is sent; the request's if omitted.",
            ),
            "after": (
                "str | None",
                "Send changes after this cursor; if omitted, those from now on.",
            ),
        },
        sets=("client_id", "language", "scopes", "secret", *POSITION),
        answers={
            "secret": (
                "str | None",
                "The secret that signs its messages (`whsec_…`). It is shown only now: null in a repetition"
                " and in a dry run.",
            )
        },
    ),
)
WRITES = Writes(creations=(REGISTRATION,), acts=ACTS)
