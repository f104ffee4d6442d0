"""Webhooks: where a client's system wants changes sent to, how far it has got, and the log of deliveries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, text
from sqlmodel import Field

from models.access import AccessScope
from models.base import NOBODY, Described, Entity, code_point_text
from models.columns import listed, many_of
from models.vocabulary import Language

URL_LENGTH = 2_048
DESCRIPTION_LENGTH = 300
ERROR_LENGTH = 300


class WebhookState(Described):
    """Whether changes are sent to a webhook."""

    ACTIVE = "ACTIVE", "Changes are sent as they come."
    PAUSED = "PAUSED", "Nothing is sent until it is resumed; its place is kept."
    PARKED = "PARKED", "Nothing is sent until it is resumed: `parkedFor` says why."


class ParkReason(Described):
    """Why a webhook is parked."""

    FAILING = "FAILING", "The receiver failed too often, or for too long."
    GONE = "GONE", "The receiver answered 410 (Gone)."
    CLIENT = "CLIENT", "The client was revoked, or has no API key in force."
    AGE = "AGE", "It was behind for so long that changes are no longer kept: take a new snapshot."
    EPOCH = "EPOCH", "The database was restored: take a new snapshot."
    GRANTS = "GRANTS", "What the client may see has changed: take a new snapshot."
    DOCUMENT = "DOCUMENT", "The document no longer fits the schema or its limits: register a new webhook."


class DeliveryStatus(Described):
    """The outcome of a delivery attempt."""

    DELIVERED = "DELIVERED", "The receiver answered with a status of 200 to 299."
    RETRYING = "RETRYING", "It failed, and is tried again at `nextAttemptAt`."
    FAILED = "FAILED", "It failed, and the webhook was parked."


class Webhook(Entity, table=True):
    """An address of a client: gets the changes after `number`, one by one, as the client may see them.

    `secret` and `old_secret` are encrypted; `old_secret` may have two, separated by a blank. `lease` is that
    of the process which sends now.
    """

    about_person = NOBODY
    is_audited = False
    sealed = frozenset({"secret", "old_secret"})
    written_by_processes = frozenset(
        {
            *("epoch", "number", "fingerprint", "lease", "leased_until"),
            *("attempts", "failing_since", "next_attempt_at"),
        }
    )

    client_id: UUID = Field(foreign_key="api_client.id")
    url: str
    description: str | None = None
    types: list[str] = listed(code_point_text())
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    document: str | None = None
    language: Language
    scopes: list[AccessScope] = many_of("scopes", AccessScope)
    secret: bytes = Field(sa_type=LargeBinary)
    old_secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    old_secret_until: datetime | None = None
    state: WebhookState = Field(default=WebhookState.ACTIVE, sa_column_kwargs={"server_default": "ACTIVE"})
    parked_for: ParkReason | None = None
    epoch: str
    number: int = Field(sa_type=BigInteger)
    fingerprint: str
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    failing_since: datetime | None = None
    next_attempt_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    lease: UUID | None = None
    leased_until: datetime | None = None

    __table_args__ = (
        Index("ix_webhook_next_attempt_at", "next_attempt_at", postgresql_where=text("state = 'ACTIVE'")),
        CheckConstraint(
            f"url ~ '^https?://' and char_length(url) <= {URL_LENGTH}",
            name="url_shape",
        ),
        CheckConstraint(f"char_length(description) <= {DESCRIPTION_LENGTH}", name="description_bounded"),
        CheckConstraint("(state = 'PARKED') = (parked_for is not null)", name="parked_for_a_reason"),
    )


class WebhookDelivery(Entity, table=True):
    """One attempt to send a change; `message` is its webhook-id, `created_at` when it ended."""

    about_person = NOBODY
    is_audited = False

    webhook_id: UUID = Field(foreign_key="webhook.id", ondelete="CASCADE")
    message: str
    type: str
    epoch: str
    number: int = Field(sa_type=BigInteger)
    status: DeliveryStatus
    attempts: int
    response_status: int | None = None
    duration_ms: int
    next_attempt_at: datetime | None = None
    error: str | None = None

    __table_args__ = (
        Index(None, "created_at"),
        CheckConstraint(f"char_length(error) <= {ERROR_LENGTH}", name="error_bounded"),
    )
