"""The root of every mutation. What can't be done is told in the payload's `userErrors`."""

from __future__ import annotations

import strawberry

from schema.webhook import (
    RegisterWebhookPayload,
    RemoveWebhookPayload,
    RotateWebhookSecretPayload,
    WebhookPayload,
    pause_webhook,
    redeliver,
    register_webhook,
    remove_webhook,
    resume_webhook,
    rotate_webhook_secret,
)


class Mutation:
    """What can be done, one after the other. Send mutations by POST."""

    register_webhook: RegisterWebhookPayload = strawberry.field(
        resolver=register_webhook,
        description="Have changes sent to an address of your system (docs/webhooks.md).",
    )
    rotate_webhook_secret: RotateWebhookSecretPayload = strawberry.field(
        resolver=rotate_webhook_secret,
        description="Sign with a new secret, and for a while with the old one.",
    )
    pause_webhook: WebhookPayload = strawberry.field(
        resolver=pause_webhook, description="Send nothing until it is resumed; its place is kept."
    )
    resume_webhook: WebhookPayload = strawberry.field(
        resolver=resume_webhook, description="Send again, from its place on or from another cursor."
    )
    remove_webhook: RemoveWebhookPayload = strawberry.field(
        resolver=remove_webhook, description="Send nothing more; its log is gone too."
    )
    redeliver: WebhookPayload = strawberry.field(
        resolver=redeliver,
        description="Send again, in order: what came after a cursor, or a delivery's change and on.",
    )
