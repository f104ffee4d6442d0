"""Notifications: what people are told of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import models
from models.notification import NotificationKind, NotificationState
from models.vocabulary import Language
from planner.declaration.bindings import RootFields
from planner.declaration.fields import column, computed, one_of
from schema.common import GLOBAL_ID, HiddenField, Node, display_name, hidden
from schema.declarations import declarations, node
from schema.person import profile_of

if TYPE_CHECKING:
    from strawberry import ID

    from schema.person import Profile

declarations.enums(NotificationState)


@node(
    models.Notification,
    "notification",
    roots=RootFields(
        "One notification.",
        (GLOBAL_ID,),
        "notifications",
        "Your notifications, about what others did.",
    ),
    changes="Notifications, for their recipient.",
)
class Notification(Node):
    """Something that a person is notified of. It has no text: select what it is about."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Grows by one with every change of the row itself.", filter=False)
    kind: NotificationKind = column("What happened.")
    entity: Node | None = one_of(
        "What it is about, as it is now; null if you may no longer see it.",
        {
            "Event": "event_id",
            "Project": "project_id",
            "Registration": "registration_id",
            "Mentorship": "mentorship_id",
            "Mobility": "mobility_id",
            "Participation": "participation_id",
        },
    )
    entity_version: int = column("The version that the entity got by it.", name="revision", filter=False)
    person: Profile | None = one_of(
        "The recipient: the person as a mentor, or else as a participant.", profile_of("person_id")
    )
    language: Language = column("The language that it is mailed in.")
    mail_state: NotificationState = column("The state of the mail.", name="state")
    mail_error: str | None = column(
        "The mail server's reply, or the reason why no mail was sent.", name="error", filter=False
    )
    is_read: bool = computed(
        "Whether it was marked as read.", lambda row, _: row["read_at"].is_not(None), filter=True
    )
    read_at: datetime | None = column("When it was marked as read.")
    created_at: datetime = column("When it happened.", order=True)
    hidden_fields: list[HiddenField] = hidden()
