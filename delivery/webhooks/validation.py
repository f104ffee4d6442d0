"""Validation of the input that registers a webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from delivery.messages import message
from delivery.webhooks.addresses import is_public
from delivery.webhooks.payload_document import PayloadPlans, WebhookRequest
from planner.changes.feed_position import FeedPosition, cursor_expired, parse_cursor
from planner.errors import CursorExpired, RateLimited, RequestError
from planner.message_catalog import LocalizedMessage
from planner.mutation.write_input import InputError
from schema.grants import Principal

ONE_CHANGE = {"after": None, "first": 1, "types": None, "institution": None}
LOCAL = ("localhost", ".localhost", ".local", ".internal")


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """`most` webhooks per client; `private` allows private addresses and plain http."""

    most: int
    private: bool


@dataclass(frozen=True, slots=True)
class WebhookValidator:
    """Validates the input of a registration for a viewer."""

    plans: PayloadPlans
    rules: WebhookRules
    viewer: Principal
    language: str

    async def errors(self, given: Mapping[str, Any]) -> AsyncIterator[InputError]:
        """All errors of an input; raises RateLimited."""
        for error in self._of_url(str(given["url"])):
            yield error
        for error in await self._of_document(given.get("document")):
            yield error
        if given.get("types") == []:  # in a row it means all types
            yield _invalid("types", message("webhook.no_types"))

    def cursor(self, after: str, fingerprint: str) -> FeedPosition:
        """The position in a cursor with this fingerprint; raises BadUserInput, CursorExpired."""
        return parse_cursor(after, fingerprint, self.viewer.granted_since)

    def require_kept(self, start: FeedPosition, feed: RowMapping) -> None:
        """Raises CursorExpired unless all changes after a position are kept."""
        if start.epoch != feed["epoch"] or start.number > feed["last"] or not feed["continued"]:
            raise cursor_expired("EPOCH")
        if start.number < feed["floor"]:
            raise cursor_expired("AGE")

    def _of_url(self, text: str) -> Iterator[InputError]:
        """The first error of a URL."""
        try:
            url = urlsplit(text)
            host, port = url.hostname or "", url.port
        except ValueError:
            yield _invalid("url", message("webhook_url.malformed"))
            return
        if not text.isascii() or not text.isprintable() or " " in text:
            yield _invalid("url", message("webhook_url.characters"))
        elif url.scheme != "https" and not self.rules.private:
            yield _invalid("url", message("webhook_url.not_https"))
        elif "@" in url.netloc or url.fragment or not host or port == 0:
            yield _invalid("url", message("webhook_url.parts"))
        elif not self.rules.private and _is_local(host):
            yield _invalid("url", message("webhook_url.private"))

    async def _of_document(self, document: str | None) -> tuple[InputError, ...]:
        """Plans the document for one change, so that its errors are reported at registration."""
        try:
            await self.plans.wanted(WebhookRequest(document, ONE_CHANGE, self.viewer, self.language))
        except RateLimited:
            raise
        except RequestError as error:
            return input_errors(error, "document")
        return ()


def input_errors(error: RequestError, field: str) -> tuple[InputError, ...]:
    """The user errors for an error of the planner in a field of the input."""
    code = error.code if isinstance(error, CursorExpired) else "INVALID"
    return tuple(InputError(code, ("input", field), problem.message) for problem in error.problems)


def _invalid(field: str, why: LocalizedMessage) -> InputError:
    return InputError("INVALID", ("input", field), why)


def scopes_of(viewer: Principal) -> list[str]:
    return sorted({scope for grant in viewer.grants for scope in grant.scopes})


def _is_local(host: str) -> bool:
    """Whether the host is local by its text alone; `PinnedBackend` checks what a name resolves to."""
    is_number = ":" in host or host.replace(".", "").isdigit()
    return (is_number and not is_public(host)) or f".{host.lower().rstrip('.')}".endswith(
        tuple(one if one.startswith(".") else f".{one}" for one in LOCAL)
    )
