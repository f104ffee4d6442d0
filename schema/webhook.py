"""The GraphQL types and resolvers of webhooks and their delivery log."""

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
from planner.changes.cursor_sql import kept_cursor
from planner.declaration.fields import column, computed, one
from planner.declaration.row import Row
from planner.declaration.scalar_types import STRING
from planner.document.arguments import Arguments
from planner.sql import Column, literal_text
from schema.actions import AvailableAction, actions
from schema.change import FEED, EntityType
from schema.common import Node, PageInfo, display_name
from schema.declarations import declarations, looked_up
from schema.grants import Principal
from schema.scalars import URL
from schema.webhook_writes import WRITES

if TYPE_CHECKING:
    from strawberry import ID

    from schema.institution import Institution

declarations.enums(WebhookState, ParkReason, DeliveryStatus)

WebhookId: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The webhook's id.")]
First: TypeAlias = Annotated[int | None, strawberry.argument(description="At most this many.")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Only rows after this cursor.")]


def _cursor(row: Row, _: Arguments) -> Column:
    """The webhook's position with the feed's last batch: what its reader can have seen."""
    return kept_cursor(FEED, row["epoch"], row["number"], row["fingerprint"])


def _behind(row: Row, _: Arguments) -> Column:
    state = FEED.state.c
    return select(state.last - row["number"]).where(state.epoch == row["epoch"]).scalar_subquery()


@declarations.looked_up(models.Webhook, "webhook", listed=True, writes=WRITES)
class Webhook(Node):
    """An address of a client's system to which changes are sent."""

    id: ID = column("Globally unique, stable and opaque: for `node`, `webhookDeliveries` and mutations.")
    display_name: str | None = display_name()
    version: int = column(
        "Increases by one with each change of the webhook, not with deliveries.", filter=False
    )
    client: str = column("The name of the client.", name="name", via=("client_id", models.ApiClient))
    url: URL = column("The address to which changes are sent: an https URL.")
    description: str | None = column("What the client calls it, in at most 300 characters.")
    types: list[EntityType] = column(
        "Only changes of these types are sent; of all types if empty. To register it for all, omit it."
    )
    institution_id: ID | None = computed(
        "Only changes that concern this institution are sent; null for everything that the client may see.",
        lambda row, _: literal_text("institution_").concat(cast(row["institution_id"], Text)),
        scalar_type=STRING,
    )
    institution: Institution | None = one("Only changes that concern this institution.")
    document: str | None = column(
        "A document `subscription { changes { … } }` whose selection is sent; null if only ids are sent."
    )
    language: Language = column("The language of the data that is sent.")
    scopes: list[AccessScope] = column(
        "The client's scopes when it registered the webhook; they limit what is sent."
    )
    state: WebhookState = column("Whether changes are sent.")
    parked_for: ParkReason | None = column("Why nothing is sent; null unless PARKED.")
    cursor: str = computed("Its position: every earlier change was delivered, or isn't for it.", _cursor)
    behind: int | None = computed(
        "How many changes of the feed are after its position; null after a restore.", _behind
    )
    attempts: int = column("How many attempts to deliver the next change have failed.")
    failing_since: datetime | None = column("When the first of those attempts ended.")
    next_attempt_at: datetime | None = computed(
        "When the next attempt is made, after a failed one.",
        lambda row, _: case(
            (and_(row["attempts"] > 0, row["state"] == WebhookState.ACTIVE.value), row["next_attempt_at"])
        ),
    )
    old_secret_until: datetime | None = computed(
        "Until when messages are also signed with earlier secrets.",
        lambda row, _: case((row["old_secret_until"] > func.now(), row["old_secret_until"])),
    )
    created_at: datetime = column("When it was registered.")
    available_actions: list[AvailableAction] = actions()


@looked_up(models.WebhookDelivery, "delivery")
class WebhookDelivery(Node):
    """An attempt to deliver a change."""

    id: ID = column("Globally unique, stable and opaque, while the log keeps it.")
    display_name: str | None = display_name()
    message: str = column("The `webhook-id` header: the same for every attempt to deliver a change.")
    type: str = column("The type of the message, such as `PROJECT.UPDATED`.")
    status: DeliveryStatus = column("The outcome.")
    attempts: int = column("The number of attempts for the change so far, including this one.")
    response_status: int | None = column("The HTTP status of the response; null without a response.")
    duration_ms: int = column("How long it took, in milliseconds.")
    next_attempt_at: datetime | None = column("When the next attempt is made; null if there is none.")
    error: str | None = column("Why it failed; null if it didn't.")
    at: datetime = column("When it ended.", name="created_at")


@strawberry.type(description="An attempt and its cursor.")
class WebhookDeliveryEdge:
    cursor: str = strawberry.field(description="The edge's position: pass it as `after`.")
    node: WebhookDelivery = strawberry.field(description="The attempt.")


@strawberry.type(description="A page of the delivery log, the newest first.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge] = strawberry.field(description="The attempts, with their cursors.")
    nodes: list[WebhookDelivery] = strawberry.field(description="The attempts of the page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and the cursors to continue.")


class WebhookOperations(Protocol):
    """The webhook registry as the log's query uses it."""

    async def deliveries(
        self, viewer: Principal, id: str, first: int | None, after: str | None
    ) -> WebhookDeliveryConnection | None: ...


async def webhook_deliveries(
    info: Info, webhook: WebhookId, first: First = None, after: After = None
) -> WebhookDeliveryConnection | None:
    kept: WebhookOperations = info.context["webhooks"]
    return await kept.deliveries(info.context["viewer"], webhook, first, after)
