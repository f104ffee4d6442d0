"""Mutations of notifications: marking them as read, and choosing which kinds are mailed."""

from __future__ import annotations

from typing import Annotated, Protocol, TypeAlias

import strawberry
from strawberry.types import Info

from models.notification import TO_GUESTS, NotificationKind
from schema.declarations import declarations
from schema.grants import Principal
from schema.user_errors import UserError

declarations.enums(NotificationKind)


class InputRejected(Exception):
    """A mutation that changes nothing; raised where the fault is found, returned in its payload."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


@strawberry.input(description="Which of your notifications you have read: `ids`, `upTo`, or both.")
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="These.")
    up_to: strawberry.ID | None = strawberry.field(
        default=None, description="This one, and all that are older."
    )


@strawberry.type(description="The outcome of marking notifications as read.")
class MarkNotificationsReadPayload:
    notification_ids: list[strawberry.ID] = strawberry.field(
        description="Those that were unread before. To render them, query `nodes(ids:)`."
    )
    changed: list[str] = strawberry.field(description="The fields that have another value than before.")
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty if it was.")


@strawberry.type(
    description="Whether you get notifications of a kind by mail. In the portal you get all of them."
)
class NotificationPreference:
    kind: NotificationKind = strawberry.field(description="What happens.")
    mailed: bool = strawberry.field(description="Whether you get mail about this kind; true by default.")


@strawberry.input(description="Whether you want a kind of notifications by mail.")
class SetNotificationPreferenceInput:
    kind: NotificationKind = strawberry.field(description="What happens.")
    mailed: bool = strawberry.field(description="Whether you want a mail then.")


@strawberry.type(description="The outcome of a change of mail preferences.")
class SetNotificationPreferencePayload:
    notification_preferences: list[NotificationPreference] = strawberry.field(
        description="All of your preferences as they are now."
    )
    changed: list[str] = strawberry.field(description="The fields that have another value than before.")
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty if it was.")


class NotificationInbox(Protocol):
    """The operations on a viewer's notifications; raise InputRejected."""

    async def mark_read(
        self, viewer: Principal, language: str, wanted: MarkNotificationsReadInput, *, dry_run: bool
    ) -> list[str]: ...
    async def unwanted(self, viewer: Principal) -> frozenset[NotificationKind]: ...
    async def set_mailed(
        self, viewer: Principal, language: str, kind: NotificationKind, *, mailed: bool, dry_run: bool
    ) -> bool: ...


DryRun: TypeAlias = Annotated[
    bool | None, strawberry.argument(description="Say what would be done, and do nothing.")
]


def _inbox_and_viewer(info: Info) -> tuple[NotificationInbox, Principal, str]:
    return info.context["notifications"], info.context["viewer"], info.context["language"]


async def mark_notifications_read(
    info: Info,
    input: Annotated[
        MarkNotificationsReadInput, strawberry.argument(description="Which of them you have read.")
    ],
    dry_run: DryRun = None,
) -> MarkNotificationsReadPayload:
    inbox, viewer, language = _inbox_and_viewer(info)
    try:
        marked = await inbox.mark_read(viewer, language, input, dry_run=bool(dry_run))
    except InputRejected as refused:
        return MarkNotificationsReadPayload(notification_ids=[], changed=[], user_errors=refused.errors)
    ids = [strawberry.ID(id) for id in marked]
    changed = ["readAt", "isRead"] if ids else []
    return MarkNotificationsReadPayload(notification_ids=ids, changed=changed, user_errors=[])


async def notification_preferences(info: Info) -> list[NotificationPreference]:
    inbox, viewer, _ = _inbox_and_viewer(info)
    unwanted = await inbox.unwanted(viewer)
    kinds = [kind for kind in NotificationKind if kind not in TO_GUESTS]
    return [NotificationPreference(kind=kind, mailed=kind not in unwanted) for kind in kinds]


async def set_notification_preference(
    info: Info,
    input: Annotated[
        SetNotificationPreferenceInput, strawberry.argument(description="Which kind, and whether.")
    ],
    dry_run: DryRun = None,
) -> SetNotificationPreferencePayload:
    inbox, viewer, language = _inbox_and_viewer(info)
    errors: list[UserError] = []
    changed = False
    try:
        changed = await inbox.set_mailed(
            viewer, language, input.kind, mailed=input.mailed, dry_run=bool(dry_run)
        )
    except InputRejected as refused:
        errors = refused.errors
    return SetNotificationPreferencePayload(
        notification_preferences=await notification_preferences(info),
        changed=["mailed"] if changed else [],
        user_errors=errors,
    )
