"""How webhooks are written: registered by their clients, and the acts on one that exists."""

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
    """A number that Python gives beside the columns."""
    return literal_column(f"($1 -> 'set' ->> '{name}')::float8")


def _earlier_secrets(row: Row) -> Column:
    """The secret that goes and, while it still signs, the one before it; parted by a blank, which none has.

    Whoever lost the answer with a secret renews it once more: the one that their system has still signs.
    """
    before = func.split_part(func.convert_from(row["old_secret"], "UTF8"), " ", 1)
    both = row["secret"].op("||")(func.convert_to(func.concat(" ", before), "UTF8"))
    return case((row["old_secret_until"] > func.now(), both), else_=row["secret"])


POSITION = ("epoch", "number", "fingerprint")
UNLEASED: Values = {"lease": lambda row: cast(null(), Text)}
"""Whoever sends to a webhook that is changed loses the lease."""

FRESH: Values = {
    **UNLEASED,
    "parked_for": lambda row: cast(null(), Text),
    "attempts": lambda row: literal_column("0"),
    "failing_since": lambda row: cast(null(), Text),
    "next_attempt_at": lambda row: func.now(),
}
"""As if nothing had failed."""


def _has_room(row: Row) -> Condition:
    """The client has no more than it may have, this one among them."""
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
        "unless its place in the feed is lost",
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
            "Sign with a new secret, and for a while with the old one too.",
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
                        " `oldSecretUntil` messages are signed with the old one too.",
                    )
                },
            ),
        ),
        WorkflowStep(
            "pauseWebhook",
            "Send nothing until it is resumed; its place is kept.",
            (WebhookState.ACTIVE,),
            WebhookState.PAUSED,
            sets=UNLEASED,
        ),
        WorkflowStep(
            "resumeWebhook",
            "Send again, from its place on or from another cursor.",
            (WebhookState.PAUSED, WebhookState.PARKED),
            WebhookState.ACTIVE,
            guards=(AFTER_BY_ITS_CLIENT, POSITION_KNOWN),
            sets=FRESH,
            changes={"parkedFor": ("parked_for",), "cursor": POSITION, "scopes": ("scopes",)},
            python=PythonPart(
                {
                    "after": (
                        "str | None",
                        "Go on from this cursor: needed where its own place is lost.",
                    )
                },
                sets=(*POSITION, "scopes"),
            ),
        ),
        WorkflowStep(
            "redeliver",
            "Send again, in order: what came after a cursor, or a delivery's change and on. A paused webhook"
            " stays paused; a parked one is resumed.",
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
                    "fromCursor": ("str | None", "Send what came after this cursor again."),
                    "delivery": (
                        "ID | None",
                        "Send the change of this delivery again, and what came after it.",
                    ),
                },
                sets=POSITION,
            ),
        ),
        WorkflowStep(
            "removeWebhook",
            "Send nothing more; its log is gone too.",
            removes=True,
        ),
    ),
)
REGISTRATION = Creation(
    ("url", "types", "institution", "document", "description"),
    mutation="registerWebhook",
    description="Have changes sent to an address of your system (docs/webhooks.md).",
    guards=(ROOM,),
    maker=OWN_CLIENT,
    locks=("select from api_client where id = ($1 -> 'set' ->> 'client_id')::uuid for update",),
    python=PythonPart(
        {
            "language": ("Language | None", "The language of what is sent; the request's when left out."),
            "after": (
                "str | None",
                "The changes after this cursor on; when left out, those from now on.",
            ),
        },
        sets=("client_id", "language", "scopes", "secret", *POSITION),
        answers={
            "secret": (
                "str | None",
                "What its messages are signed with (`whsec_…`). It is shown only now: null in a repetition"
                " and in a dry run.",
            )
        },
    ),
)
WRITES = Writes(creations=(REGISTRATION,), acts=ACTS)
