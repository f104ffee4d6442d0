"""The root of every mutation. Most follow from what types declare of writing (`planner.builder`)."""

from __future__ import annotations

import strawberry

from schema.inbox import (
    MarkNotificationsReadPayload,
    SetNotificationPreferencePayload,
    mark_notifications_read,
    set_notification_preference,
)


class Mutation:
    """Write operations, carried out one after the other. Send mutations by POST."""

    mark_notifications_read: MarkNotificationsReadPayload = strawberry.field(
        resolver=mark_notifications_read,
        description=(
            "Mark notifications as read. Those that were read before stay unchanged, so"
            " you can send it again."
        ),
    )
    set_notification_preference: SetNotificationPreferencePayload = strawberry.field(
        resolver=set_notification_preference,
        description="Set whether you get mail about notifications of a kind.",
    )
