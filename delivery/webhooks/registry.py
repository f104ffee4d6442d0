"""What clients do with their webhooks: within what they may, in one transaction each."""

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
from delivery.webhooks.validation import WebhookRules, WebhookValidator, scopes_of
from models import webhook_store
from models.base import uuid7
from models.database.client import Database, DatabaseUnavailable
from models.webhook import ParkReason, WebhookState
from models.webhook_store import NotRegistered, OwnerFilter
from planner.changes.feed_position import NO_WITNESS, FeedPosition
from planner.message_catalog import LocalizedMessage
from schema.grants import Principal, client_of
from schema.roles import ADMIN
from schema.user_errors import InputRejected, rejected
from schema.webhook import RegisterWebhookInput, Webhook, WebhookConnection, WebhookDeliveryConnection

LOST = frozenset({ParkReason.AGE, ParkReason.EPOCH, ParkReason.GRANTS})
"""Reasons for which a webhook's position is no longer usable."""


@dataclass(frozen=True, slots=True)
class WebhookRegistry:
    """Keeps webhooks. Without a `safe` for secrets there are none."""

    engine: AsyncEngine
    database: Callable[[], Database]
    secret_box: SecretBox | None
    plans: PayloadPlans
    rules: WebhookRules
    overlap: float
    woken: Callable[[], None]

    async def register(
        self, viewer: Principal, language: str, wanted: RegisterWebhookInput
    ) -> tuple[Webhook, str]:
        client = client_of(viewer)
        if client is None:
            raise _not_for_you(language, message("webhook.only_clients"))
        if self.secret_box is None:
            raise rejected(language, "UNAVAILABLE", (), message("webhook.no_key"))
        checking = WebhookValidator(self.plans, self.rules, viewer, language)
        values = await checking.validate(wanted)
        secret, id = new_secret(), uuid7()
        async with self._writing() as connection:
            position = await self._start(connection, checking, wanted.after, ("input", "after"))
            values |= {"id": id, "client": client, "secret": self.secret_box.seal(secret), **position}
            try:
                await webhook_store.add(connection, values, self.rules.most)
            except NotRegistered as error:
                raise self._not_registered(error, language) from error
            made = graphql_views.webhook(await webhook_store.one(connection, id))
        self.woken()
        return made, secret

    async def rotate(self, viewer: Principal, language: str, id: str) -> tuple[Webhook, str]:
        secret = new_secret()
        async with self._writing() as connection:
            found = await self._own(connection, viewer, language, id)
            assert self.secret_box is not None
            sealed = self.secret_box.seal(secret)
            await webhook_store.change(
                connection, webhook_store.ROTATE, found["id"], secret=sealed, overlap=self.overlap
            )
            return graphql_views.webhook(await webhook_store.one(connection, found["id"])), secret

    async def pause(self, viewer: Principal, language: str, id: str) -> Webhook:
        async with self._writing() as connection:
            found = await self._visible(connection, viewer, language, id)
            if found["state"] == WebhookState.PARKED:
                raise rejected(language, "CONFLICT", ("id",), message("webhook.parked"))
            await webhook_store.change(connection, webhook_store.PAUSE, found["id"])
            return graphql_views.webhook(await webhook_store.one(connection, found["id"]))

    async def resume(self, viewer: Principal, language: str, id: str, after: str | None) -> Webhook:
        async with self._writing() as connection:
            if after is not None:
                found = await self._own(connection, viewer, language, id)
                checking = WebhookValidator(self.plans, self.rules, viewer, language)
                position = await self._start(connection, checking, after, ("after",))
                await self._go_on(connection, found, position, scopes_of(viewer))
            else:
                found = await self._visible(connection, viewer, language, id)
                if found["parked_for"] in LOST:
                    raise rejected(language, "CURSOR_EXPIRED", ("after",), message("webhook.position_lost"))
                position = {name: found[name] for name in ("epoch", "number", "fingerprint")}
                await self._go_on(connection, found, position)
            resumed = graphql_views.webhook(await webhook_store.one(connection, found["id"]))
        self.woken()
        return resumed

    async def remove(self, viewer: Principal, language: str, id: str) -> None:
        async with self._writing() as connection:
            found = await self._visible(connection, viewer, language, id)
            await webhook_store.change(connection, webhook_store.REMOVE, found["id"])

    async def redeliver(
        self, viewer: Principal, language: str, id: str, after: str | None, delivery: str | None
    ) -> Webhook:
        """Move the webhook back to a position; a paused one stays paused."""
        if (after is None) is (delivery is None):
            raise rejected(language, "BAD_USER_INPUT", (), message("webhook.cursor_or_delivery"))
        async with self._writing() as connection:
            found = await self._own(connection, viewer, language, id)
            checking = WebhookValidator(self.plans, self.rules, viewer, language)
            if after is not None:
                start = checking.cursor(after, found["fingerprint"], ("fromCursor",))
            else:
                assert delivery is not None
                start = await self._before(connection, language, found, delivery)
            position = await self._checked(connection, checking, start, ("fromCursor",))
            await self._go_on(connection, found, position, paused=found["state"] == WebhookState.PAUSED)
            moved = graphql_views.webhook(await webhook_store.one(connection, found["id"]))
        self.woken()
        return moved

    async def page(self, viewer: Principal, first: int | None, after: str | None) -> WebhookConnection:
        size = graphql_views.size_of(first, self.plans.engine.engine_limits.limits)
        rows = await webhook_store.page(
            self.database(), owner_filter(viewer), size + 1, graphql_views.after(after, "webhook")
        )
        return graphql_views.webhooks(rows, size)

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
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseUnavailable("the database went away") from error
            raise

    async def _visible(
        self, connection: AsyncConnection, viewer: Principal, language: str, id: str
    ) -> RowMapping:
        """A webhook of the viewer, or any for staff; raises InputRejected as if there were none otherwise."""
        key = graphql_views.key_of(id, "webhook")
        found = key and await webhook_store.visible_one(connection, owner_filter(viewer), key)
        if not found:
            raise rejected(language, "NOT_FOUND", ("id",), message("webhook.unknown"))
        return found

    async def _own(
        self, connection: AsyncConnection, viewer: Principal, language: str, id: str
    ) -> RowMapping:
        """A webhook of the client itself, for what staff may not do on its behalf."""
        found = await self._visible(connection, viewer, language, id)
        if found["client_id"] != client_of(viewer):
            raise _not_for_you(language, message("webhook.only_its_client"))
        return found

    async def _before(
        self, connection: AsyncConnection, language: str, found: RowMapping, delivery: str
    ) -> FeedPosition:
        """Just before the change that a delivery was of."""
        key = graphql_views.key_of(delivery, "delivery")
        position = key and await webhook_store.delivery_position(connection, found["id"], key)
        if not position:
            raise rejected(language, "NOT_FOUND", ("delivery",), message("webhook.delivery_unknown"))
        return FeedPosition(position["epoch"], position["number"] - 1, found["fingerprint"], NO_WITNESS)

    async def _start(
        self,
        connection: AsyncConnection,
        checking: WebhookValidator,
        after: str | None,
        path: tuple[str, ...],
    ) -> dict[str, object]:
        """After a cursor of the viewer, or now; raises InputRejected."""
        fingerprint = checking.viewer.fingerprint
        if after is not None:
            start = checking.cursor(after, fingerprint, path)
            return await self._checked(connection, checking, start, path)
        feed = await webhook_store.present(connection, NO_WITNESS.number, NO_WITNESS.tag)
        return {"epoch": feed["epoch"], "number": feed["last"], "fingerprint": fingerprint}

    async def _checked(
        self,
        connection: AsyncConnection,
        checking: WebhookValidator,
        start: FeedPosition,
        path: tuple[str, ...],
    ) -> dict[str, object]:
        """The columns of a position, if all changes after it are there; raises InputRejected."""
        feed = await webhook_store.present(connection, start.witness.number, start.witness.tag)
        checking.require_kept(start, feed, path)
        return {"epoch": start.epoch, "number": start.number, "fingerprint": start.fingerprint}

    async def _go_on(
        self,
        connection: AsyncConnection,
        found: RowMapping,
        position: Mapping[str, object],
        scopes: list[str] | None = None,
        *,
        paused: bool = False,
    ) -> None:
        """From a position on, with new scopes if there are any."""
        state = WebhookState.PAUSED if paused else WebhookState.ACTIVE
        values = {**position, "state": state.value, "scopes": scopes}
        await webhook_store.change(connection, webhook_store.GO_ON, found["id"], **values)

    def _not_registered(self, error: NotRegistered, language: str) -> InputRejected:
        if error.full:
            return rejected(language, "CONFLICT", (), message("webhook.too_many", limit=self.rules.most))
        return _not_for_you(language, message("webhook.only_clients"))


def owner_filter(viewer: Principal) -> OwnerFilter:
    """Whose webhooks somebody sees: a client its own, staff everyone's, others none."""
    return OwnerFilter(client_of(viewer), everyones=ADMIN in viewer.roles)


def _not_for_you(language: str, why: LocalizedMessage) -> InputRejected:
    return rejected(language, "FORBIDDEN", (), why)
