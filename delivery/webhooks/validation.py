"""What a client wants of a webhook, looked at before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from delivery.messages import message
from delivery.webhooks.addresses import is_public
from delivery.webhooks.graphql_views import key_of
from delivery.webhooks.payload_document import PayloadPlans, WebhookRequest
from models.webhook import DESCRIPTION_LENGTH
from planner.changes.feed_position import FeedPosition, cursor_expired, parse_cursor
from planner.errors import RateLimited, RequestError
from planner.message_catalog import LocalizedMessage
from schema.grants import Principal
from schema.user_errors import InputRejected, UserError, refused_by, rejected
from schema.webhook import RegisterWebhookInput

ONE_CHANGE = {"after": None, "first": 1, "types": None, "institution": None}
LOCAL = ("localhost", ".localhost", ".local", ".internal")


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """How many webhooks a client may have, and whether they may reach private addresses, also by http."""

    most: int
    private: bool


@dataclass(frozen=True, slots=True)
class WebhookValidator:
    """Validates a webhook's input, with messages in the viewer's language."""

    plans: PayloadPlans
    rules: WebhookRules
    viewer: Principal
    language: str

    async def validate(self, wanted: RegisterWebhookInput) -> dict[str, Any]:
        """The row's columns; raises InputRejected with everything that is wrong, and RateLimited."""
        language = wanted.language.value if wanted.language else self.language
        found: list[UserError] = []
        for check in (self._url, self._description, self._document, self._institution, self._types):
            try:
                if (planned := check(wanted)) is not None:
                    await planned
            except InputRejected as wrong:
                found += wrong.errors
        if found:
            raise InputRejected(*found)
        return {
            "url": str(wanted.url),
            "description": wanted.description,
            "types": sorted({type_.value for type_ in wanted.types or ()}),
            "institution": wanted.institution and key_of(wanted.institution, "institution"),
            "document": wanted.document,
            "language": language,
            "scopes": scopes_of(self.viewer),
        }

    def cursor(self, after: str, fingerprint: str, path: tuple[str, ...]) -> FeedPosition:
        """The position in a cursor with this fingerprint; raises InputRejected."""
        try:
            return parse_cursor(after, fingerprint, self.viewer.granted_since)
        except RequestError as error:
            raise refused_by(error, self.language, path) from error

    def require_kept(self, start: FeedPosition, feed: RowMapping, path: tuple[str, ...]) -> None:
        """All changes after a position are still there; raises InputRejected."""
        reason = None
        if start.epoch != feed["epoch"] or start.number > feed["last"] or not feed["continued"]:
            reason = "EPOCH"
        elif start.number < feed["floor"]:
            reason = "AGE"
        if reason is not None:
            raise refused_by(cursor_expired(reason), self.language, path)

    def _url(self, wanted: RegisterWebhookInput) -> None:
        text = str(wanted.url)
        try:
            url = urlsplit(text)
            host, port = url.hostname or "", url.port
        except ValueError:
            raise self._wrong("url", message("webhook_url.malformed")) from None
        if not text.isascii() or not text.isprintable() or " " in text:
            raise self._wrong("url", message("webhook_url.characters"))
        if url.scheme != "https" and not self.rules.private:
            raise self._wrong("url", message("webhook_url.not_https"))
        if "@" in url.netloc or url.fragment or not host or port == 0:
            raise self._wrong("url", message("webhook_url.parts"))
        if not self.rules.private and _is_local(host):
            raise self._wrong("url", message("webhook_url.private"))

    def _description(self, wanted: RegisterWebhookInput) -> None:
        if len(wanted.description or "") > DESCRIPTION_LENGTH:
            too_long = message("webhook.description_too_long", limit=DESCRIPTION_LENGTH)
            raise self._wrong("description", too_long)

    async def _document(self, wanted: RegisterWebhookInput) -> None:
        """Plans the document for one change, so that its errors are reported now."""
        try:
            await self.plans.wanted(WebhookRequest(wanted.document, ONE_CHANGE, self.viewer, self.language))
        except RateLimited:
            raise
        except RequestError as error:
            raise refused_by(error, self.language, ("input", "document")) from error

    def _institution(self, wanted: RegisterWebhookInput) -> None:
        if wanted.institution is not None and key_of(wanted.institution, "institution") is None:
            raise self._wrong("institution", message("webhook.not_an_institution"))

    def _types(self, wanted: RegisterWebhookInput) -> None:
        """An empty list is no wish for everything, which is what the row's empty list stands for."""
        if wanted.types is not None and not wanted.types:
            raise self._wrong("types", message("webhook.no_types"))

    def _wrong(self, member: str, why: LocalizedMessage) -> InputRejected:
        return rejected(self.language, "BAD_USER_INPUT", ("input", member), why)


def scopes_of(viewer: Principal) -> list[str]:
    return sorted({scope for grant in viewer.grants for scope in grant.scopes})


def _is_local(host: str) -> bool:
    """Whether the address says so itself; what its name resolves to is looked at when it is sent to."""
    is_number = ":" in host or host.replace(".", "").isdigit()
    return (is_number and not is_public(host)) or f".{host.lower().rstrip('.')}".endswith(
        tuple(one if one.startswith(".") else f".{one}" for one in LOCAL)
    )
