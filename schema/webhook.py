"""Webhooks as clients know them: what is registered, what was delivered, and what can be done with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Protocol, TypeAlias

import strawberry
from sqlalchemy import Text, and_, case, cast, func, select
from strawberry.types import Info

import models
from models.access import AccessScope
from models.vocabulary import Language
from models.webhook import DeliveryStatus, ParkReason, WebhookState
from planner.changes.feed_witness import kept_cursor
from planner.declaration.fields import column, computed
from planner.declaration.row import Row
from planner.declaration.scalar_types import STRING
from planner.document.arguments import Arguments
from planner.sql import Column, literal_text
from schema.change import FEED, EntityType
from schema.common import Node, PageInfo, display_name
from schema.declarations import declarations, looked_up
from schema.grants import Principal
from schema.scalars import URL
from schema.user_errors import InputRejected, UserError

if TYPE_CHECKING:
    from strawberry import ID

declarations.enums(WebhookState, ParkReason, DeliveryStatus)

WebhookId: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The webhook's id.")]
First: TypeAlias = Annotated[int | None, strawberry.argument(description="At most this many.")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Only what comes after it.")]


def _cursor(row: Row, _: Arguments) -> Column:
    """Whoever reads where it is can have seen what there is now."""
    return kept_cursor(FEED, row["epoch"], row["number"], row["fingerprint"])


def _behind(row: Row, _: Arguments) -> Column:
    state = FEED.state.c
    return select(state.last - row["number"]).where(state.epoch == row["epoch"]).scalar_subquery()


@looked_up(models.Webhook, "webhook")
class Webhook(Node):
    """An address of a client's system that changes are sent to."""

    id: ID = column("Globally unique, stable and opaque: for `node`, `webhookDeliveries` and mutations.")
    display_name: str | None = display_name()
    client: str = column("The name of the client.", name="name", via=("client_id", models.ApiClient))
    url: URL = column("Where changes are sent to.")
    description: str | None = column("What the client calls it.")
    types: list[EntityType] = column("Only changes of these types; of all when empty.")
    institution_id: ID | None = computed(
        "Only what concerns this institution; null for everything that the client may see.",
        lambda row, _: literal_text("institution_").concat(cast(row["institution_id"], Text)),
        scalar_type=STRING,
    )
    document: str | None = column("The subscription whose selection is sent; null where only ids are.")
    language: Language = column("The language of what is sent.")
    scopes: list[AccessScope] = column(
        "What the client could do when it registered the webhook; what is sent is never more."
    )
    state: WebhookState = column("Whether changes are sent.")
    parked_for: ParkReason | None = column("Why nothing is sent; null unless PARKED.")
    cursor: str = computed("Where it is: what came before was delivered or not for it.", _cursor)
    behind: int | None = computed(
        "How many changes of the feed it has still to look at; null after a restore.", _behind
    )
    attempts: int = column("How often in a row the next change failed to be delivered.")
    failing_since: datetime | None = column("When the first of those attempts ended.")
    next_attempt_at: datetime | None = computed(
        "When it is tried again, after one failed.",
        lambda row, _: case(
            (and_(row["attempts"] > 0, row["state"] == WebhookState.ACTIVE.value), row["next_attempt_at"])
        ),
    )
    old_secret_until: datetime | None = computed(
        "Until when messages are signed with the secret before this one too.",
        lambda row, _: case((row["old_secret_until"] > func.now(), row["old_secret_until"])),
    )
    created_at: datetime = column("When it was registered.")


@strawberry.type(description="A webhook and its place among the others.")
class WebhookEdge:
    cursor: str = strawberry.field(description="Where this edge is: give it as `after`.")
    node: Webhook = strawberry.field(description="The webhook.")


@strawberry.type(description="A page of webhooks, the oldest first.")
class WebhookConnection:
    edges: list[WebhookEdge] = strawberry.field(description="The webhooks of the page with their cursors.")
    nodes: list[Webhook] = strawberry.field(description="The webhooks of the page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and where to go on.")


@looked_up(models.WebhookDelivery, "delivery")
class WebhookDelivery(Node):
    """An attempt to deliver a change."""

    id: ID = column("Globally unique, stable and opaque, for as long as the log has it.")
    display_name: str | None = display_name()
    message: str = column("The `webhook-id`: the same at every attempt of a change.")
    type: str = column("What was sent, such as `PROJECT.UPDATED`.")
    status: DeliveryStatus = column("What became of it.")
    attempts: int = column("How many attempts in a row there were of it until then.")
    response_status: int | None = column("The receiver's status; null without one.")
    duration_ms: int = column("How long it took, in milliseconds.")
    next_attempt_at: datetime | None = column("When it is tried again; null if not.")
    error: str | None = column("Why it failed; null where it did not.")
    at: datetime = column("When it ended.", name="created_at")


@strawberry.type(description="An attempt and its place in the log.")
class WebhookDeliveryEdge:
    cursor: str = strawberry.field(description="Where this edge is: give it as `after`.")
    node: WebhookDelivery = strawberry.field(description="The attempt.")


@strawberry.type(description="A page of the log of deliveries, the newest first.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge] = strawberry.field(description="The attempts, with their cursors.")
    nodes: list[WebhookDelivery] = strawberry.field(description="The attempts of the page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and where to go on.")


@strawberry.input(description="What is to be sent where.")
class RegisterWebhookInput:
    url: URL = strawberry.field(description="Where changes are sent to: an https address.")
    types: list[EntityType] | None = strawberry.field(
        default=None, description="Only changes of these types, at least one; of all when left out."
    )
    institution: strawberry.ID | None = strawberry.field(
        default=None, description="Only what concerns this institution."
    )
    document: str | None = strawberry.field(
        default=None,
        description="A document `subscription { changes { … } }` whose selection is sent; else only ids are.",
    )
    language: Language | None = strawberry.field(
        default=None, description="The language of what is sent; the request's when left out."
    )
    after: str | None = strawberry.field(
        default=None, description="The changes after this cursor on; when left out, those from now on."
    )
    description: str | None = strawberry.field(default=None, description="What you call it (300 characters).")


@strawberry.type(description="What came of registering a webhook.")
class RegisterWebhookPayload:
    webhook: Webhook | None = strawberry.field(description="The webhook; null where there is none.")
    secret: str | None = strawberry.field(
        description="What its messages are signed with (`whsec_…`). It is shown only now."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was not registered; empty if it was.")


@strawberry.type(description="What came of renewing a webhook's secret.")
class RotateWebhookSecretPayload:
    webhook: Webhook | None = strawberry.field(description="The webhook; null where nothing was done.")
    secret: str | None = strawberry.field(
        description="The new secret, shown only now. Messages are signed with the old one too, until "
        "`oldSecretUntil`."
    )
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty if it was.")


@strawberry.type(description="What came of changing a webhook.")
class WebhookPayload:
    webhook: Webhook | None = strawberry.field(
        description="The webhook as it is now; null where nothing was done."
    )
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty if it was.")


@strawberry.type(description="What came of removing a webhook.")
class RemoveWebhookPayload:
    removed_id: strawberry.ID | None = strawberry.field(
        description="The id of what is gone; null if none is."
    )
    user_errors: list[UserError] = strawberry.field(description="Why nothing was done; empty if it was.")


class WebhookOperations(Protocol):
    """The webhook registry as mutations use it; raises InputRejected for what a viewer may not do."""

    async def register(
        self, viewer: Principal, language: str, wanted: RegisterWebhookInput
    ) -> tuple[Webhook, str]: ...
    async def rotate(self, viewer: Principal, language: str, id: str) -> tuple[Webhook, str]: ...
    async def pause(self, viewer: Principal, language: str, id: str) -> Webhook: ...
    async def resume(self, viewer: Principal, language: str, id: str, after: str | None) -> Webhook: ...
    async def remove(self, viewer: Principal, language: str, id: str) -> None: ...
    async def redeliver(
        self, viewer: Principal, language: str, id: str, after: str | None, delivery: str | None
    ) -> Webhook: ...
    async def page(self, viewer: Principal, first: int | None, after: str | None) -> WebhookConnection: ...
    async def deliveries(
        self, viewer: Principal, id: str, first: int | None, after: str | None
    ) -> WebhookDeliveryConnection | None: ...


def _operations_and_viewer(info: Info) -> tuple[WebhookOperations, Principal, str]:
    return info.context["webhooks"], info.context["viewer"], info.context["language"]


async def webhooks(info: Info, first: First = None, after: After = None) -> WebhookConnection:
    kept, viewer, _ = _operations_and_viewer(info)
    return await kept.page(viewer, first, after)


async def webhook_deliveries(
    info: Info, webhook: WebhookId, first: First = None, after: After = None
) -> WebhookDeliveryConnection | None:
    kept, viewer, _ = _operations_and_viewer(info)
    return await kept.deliveries(viewer, webhook, first, after)


async def register_webhook(
    info: Info,
    input: Annotated[RegisterWebhookInput, strawberry.argument(description="What is to be sent where.")],
) -> RegisterWebhookPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        webhook, secret = await kept.register(viewer, language, input)
    except InputRejected as refused:
        return RegisterWebhookPayload(webhook=None, secret=None, user_errors=refused.errors)
    return RegisterWebhookPayload(webhook=webhook, secret=secret, user_errors=[])


async def rotate_webhook_secret(info: Info, id: WebhookId) -> RotateWebhookSecretPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        webhook, secret = await kept.rotate(viewer, language, id)
    except InputRejected as refused:
        return RotateWebhookSecretPayload(webhook=None, secret=None, user_errors=refused.errors)
    return RotateWebhookSecretPayload(webhook=webhook, secret=secret, user_errors=[])


async def pause_webhook(info: Info, id: WebhookId) -> WebhookPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        return WebhookPayload(webhook=await kept.pause(viewer, language, id), user_errors=[])
    except InputRejected as refused:
        return WebhookPayload(webhook=None, user_errors=refused.errors)


async def resume_webhook(
    info: Info,
    id: WebhookId,
    after: Annotated[
        str | None,
        strawberry.argument(description="Go on from this cursor: needed where its own place is lost."),
    ] = None,
) -> WebhookPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        return WebhookPayload(webhook=await kept.resume(viewer, language, id, after), user_errors=[])
    except InputRejected as refused:
        return WebhookPayload(webhook=None, user_errors=refused.errors)


async def remove_webhook(info: Info, id: WebhookId) -> RemoveWebhookPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        await kept.remove(viewer, language, id)
    except InputRejected as refused:
        return RemoveWebhookPayload(removed_id=None, user_errors=refused.errors)
    return RemoveWebhookPayload(removed_id=id, user_errors=[])


async def redeliver(
    info: Info,
    id: WebhookId,
    from_cursor: Annotated[
        str | None, strawberry.argument(description="Send what came after this cursor again.")
    ] = None,
    delivery: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Send the change of this delivery again, and what came after it."),
    ] = None,
) -> WebhookPayload:
    kept, viewer, language = _operations_and_viewer(info)
    try:
        webhook = await kept.redeliver(viewer, language, id, from_cursor, delivery)
    except InputRejected as refused:
        return WebhookPayload(webhook=None, user_errors=refused.errors)
    return WebhookPayload(webhook=webhook, user_errors=[])
