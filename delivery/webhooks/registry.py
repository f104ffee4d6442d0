"""The Python parts of the declared mutations of webhooks, and the query of their delivery log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from delivery.messages import message
from delivery.webhooks import graphql_views
from delivery.webhooks.payload_document import PayloadPlans
from delivery.webhooks.signing import SecretBox, new_secret
from delivery.webhooks.validation import WebhookRules, WebhookValidator, input_errors, scopes_of
from models import webhook_store
from models.database.client import Database, DatabaseUnavailable
from models.webhook_store import OwnerFilter
from planner.changes.feed_position import NO_BATCH, FeedPosition
from planner.errors import RequestError
from planner.message_catalog import LocalizedMessage
from planner.mutation.prepared_write import PreparedWrite, PrepareWrite
from planner.mutation.write_input import InputError, WriteInput
from schema.grants import Principal, client_of
from schema.roles import ADMIN
from schema.webhook import WebhookDeliveryConnection


@dataclass(frozen=True, slots=True)
class WebhookRegistry:
    """Prepares writes of webhooks. Without a `secret_box` none can be registered.

    `overlap` is how many seconds the old secret still signs after a rotation.
    """

    engine: AsyncEngine
    database: Callable[[], Database]
    secret_box: SecretBox | None
    plans: PayloadPlans
    rules: WebhookRules
    overlap: float
    woken: Callable[[], None]

    @property
    def prepare_writes(self) -> Mapping[str, PrepareWrite]:
        """Mutation → the function that adds what Python computes."""
        return {
            "registerWebhook": self.register,
            "rotateWebhookSecret": self.rotate,
            "resumeWebhook": self.resume,
            "redeliver": self.redeliver,
        }

    async def register(self, wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
        """The columns that the server sets, after validation of the input."""
        client = client_of(viewer)
        if client is None:  # the statement rejects it
            return PreparedWrite()
        if self.secret_box is None:
            return PreparedWrite(errors=(_refused("FORBIDDEN", (), message("webhook.no_key")),))
        checking = WebhookValidator(self.plans, self.rules, viewer, language)
        errors = [error async for error in checking.errors(wanted.given)]
        secret, given = new_secret(), wanted.given
        values = {
            "language": given.get("language") or language,
            "client_id": str(client),
            "scopes": scopes_of(viewer),
            "secret": _bytes(self.secret_box.seal(secret)),
            "most": self.rules.most,
        }
        if given.get("types"):
            values["types"] = sorted(set(given["types"]))
        try:
            values |= await self._start(checking, given.get("after"))
        except RequestError as wrong:
            errors += input_errors(wrong, "after")
        return PreparedWrite(values, tuple(errors), {"secret": secret}, self.woken)

    async def rotate(self, wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
        if self.secret_box is None:
            return PreparedWrite(errors=(_refused("FORBIDDEN", (), message("webhook.no_key")),))
        secret = new_secret()
        values = {"secret": _bytes(self.secret_box.seal(secret)), "overlap": self.overlap}
        return PreparedWrite(values, answers={"secret": secret})

    async def resume(self, wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
        """From a cursor, with the scopes of the viewer who passes it; otherwise from its own position."""
        if (after := wanted.given.get("after")) is None:
            return PreparedWrite(done=self.woken)
        checking = WebhookValidator(self.plans, self.rules, viewer, language)
        try:
            position = await self._start(checking, after)
        except RequestError as wrong:
            return PreparedWrite(errors=input_errors(wrong, "after"))
        return PreparedWrite({**position, "scopes": scopes_of(viewer)}, done=self.woken)

    async def redeliver(self, wanted: WriteInput, viewer: Principal, language: str) -> PreparedWrite:
        """Back to the position of a cursor, or to just before a delivery's change."""
        after, delivery = wanted.given.get("fromCursor"), wanted.given.get("delivery")
        if after is None and delivery is None:
            missing = message("webhook.cursor_or_delivery")
            return PreparedWrite(errors=(_refused("REQUIRED", ("fromCursor",), missing),))
        if after is not None and delivery is not None:
            both = message("webhook.cursor_or_delivery")
            return PreparedWrite(errors=(_refused("INVALID", ("delivery",), both),))
        checking = WebhookValidator(self.plans, self.rules, viewer, language)
        async with self._reading() as connection:
            found = wanted.id and await webhook_store.visible_one(connection, owner_filter(viewer), wanted.id)
            if not found:
                return PreparedWrite()
            try:
                if after is not None:
                    start = checking.cursor(after, found["fingerprint"])
                elif (before := await self._before(connection, found, str(delivery))) is not None:
                    start = before
                else:
                    unknown = message("webhook.delivery_unknown")
                    return PreparedWrite(errors=(_refused("REFERS_TO_NOTHING", ("delivery",), unknown),))
                position = await self._checked(connection, checking, start)
            except RequestError as wrong:
                return PreparedWrite(errors=input_errors(wrong, "fromCursor" if after else "delivery"))
        return PreparedWrite(position, done=self.woken)

    async def deliveries(
        self, viewer: Principal, id: str, first: int | None, after: str | None
    ) -> WebhookDeliveryConnection | None:
        size = graphql_views.size_of(first, self.plans.engine.engine_limits.limits)
        key = graphql_views.key_of(id, "webhook")
        if key is None or not await webhook_store.visible(self.database(), owner_filter(viewer), key):
            return None
        position = graphql_views.after(after, "delivery")
        rows = await webhook_store.deliveries(self.database(), key, size + 1, position)
        return graphql_views.deliveries(rows, size)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that may also number changes of the feed."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseUnavailable("the database went away") from error
            raise

    async def _before(
        self, connection: AsyncConnection, found: RowMapping, delivery: str
    ) -> FeedPosition | None:
        """The position just before the change of a delivery; None if the webhook has no such delivery."""
        key = graphql_views.key_of(delivery, "delivery")
        position = key and await webhook_store.delivery_position(connection, found["id"], key)
        if not position:
            return None
        return FeedPosition(position["epoch"], position["number"] - 1, found["fingerprint"], NO_BATCH)

    async def _start(self, checking: WebhookValidator, after: str | None) -> dict[str, object]:
        """The columns of the position after a viewer's cursor, or of the feed's end; raises RequestError."""
        fingerprint = checking.viewer.fingerprint
        start = checking.cursor(after, fingerprint) if after is not None else None
        async with self._reading() as connection:
            if start is not None:
                return await self._checked(connection, checking, start)
            feed = await webhook_store.present(connection, NO_BATCH.number, NO_BATCH.tag)
        return {"epoch": feed["epoch"], "number": feed["last"], "fingerprint": fingerprint}

    async def _checked(
        self, connection: AsyncConnection, checking: WebhookValidator, start: FeedPosition
    ) -> dict[str, object]:
        """The columns of a position; raises CursorExpired unless all changes after it are kept."""
        feed = await webhook_store.present(connection, start.batch.number, start.batch.tag)
        checking.require_kept(start, feed)
        return {"epoch": start.epoch, "number": start.number, "fingerprint": start.fingerprint}


def owner_filter(viewer: Principal) -> OwnerFilter:
    """The webhooks that a viewer sees: a client its own, staff all, others none."""
    return OwnerFilter(client_of(viewer), everyones=ADMIN in viewer.roles)


def _refused(code: str, path: tuple[str, ...], why: LocalizedMessage) -> InputError:
    return InputError(code, ("input", *path), why)


def _bytes(value: bytes) -> str:
    """PostgreSQL's hex format of a bytea."""
    return f"\\x{value.hex()}"
