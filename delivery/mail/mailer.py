"""Mails one notification or link: writes the mail, sends it, and records the result."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.mail.mail_message import BadAddress, LinkAddress, MailOrigin, compose, compose_link
from delivery.mail.mail_topic import still_applies
from delivery.mail.recipient_view import RecipientView
from delivery.mail.senders import MailSender, SendOutcome, SendResult
from delivery.webhooks.retry_policy import RetryPolicy
from models.mail_queue import QueuedMail, finish, keep_secret, release, retry
from models.notification import NotificationState
from models.secret_link import hash_of, new_secret

logger = logging.getLogger("puente")

NO_ADDRESS = "the person has no address"
UNWANTED = "the person wants no such mail"
NOT_VISIBLE = "the person may not see what it is about"
NO_LONGER_SO = "it is no longer so"
TOO_OLD = "it could not be sent for too long"


@dataclass(slots=True)
class MailCounts:
    """The results of this process's attempts since its start, by state; `retried` are tried again."""

    sent: int = 0
    bounced: int = 0
    suppressed: int = 0
    failed: int = 0
    retried: int = 0

    def note(self, state: NotificationState) -> None:
        name = state.value.lower()
        setattr(self, name, getattr(self, name) + 1)


@dataclass(frozen=True, slots=True)
class MailLimits:
    """Seconds of a lease, and of an attempt."""

    lease: float
    timeout: float


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends leased mails."""

    engine: AsyncEngine
    view: RecipientView
    sender: MailSender
    origin: MailOrigin
    retry_policy: RetryPolicy
    limits: MailLimits
    link_page: str | None = None
    guest_page: str | None = None
    counts: MailCounts = field(default_factory=MailCounts)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def deliver(self, mail: QueuedMail, leased_at: float) -> None:
        """`leased_at` is when the lease was requested, by the monotonic clock. Raises DatabaseError."""
        if mail.kind is None or not mail.email:
            await self._end(mail, NotificationState.SUPPRESSED, NO_ADDRESS)
            return
        if not mail.wanted:
            await self._end(mail, NotificationState.SUPPRESSED, UNWANTED)
            return
        if self._is_too_old(mail):
            await self._end(mail, NotificationState.FAILED, TOO_OLD)
            return
        try:
            composed = await self._composed(mail)
        except BadAddress as error:
            await self._end(mail, NotificationState.BOUNCED, str(error))
            return
        if composed is None:
            return
        if time.monotonic() > leased_at + self.limits.lease - self.limits.timeout:
            await release(self.engine, mail)  # another process could take it while it is being sent
            return
        await self._note(mail, await self.sender.send(composed, mail.email))

    async def _composed(self, mail: QueuedMail) -> EmailMessage | None:
        """The mail; None for a reason that is recorded, or if the lease was lost. Raises BadAddress."""
        if mail.expires_at is not None:
            link = self._new_link(mail)
            return await self._with_secret(mail, link, compose_link(mail, link, self.origin, self.now()))
        entity = await self.view.read(mail)
        if entity is None:
            await self._end(mail, NotificationState.SUPPRESSED, NOT_VISIBLE)
            return None
        if not still_applies(mail.kind or "", entity):
            await self._end(mail, NotificationState.SUPPRESSED, NO_LONGER_SO)
            return None
        found = self._new_link(mail) if mail.link is not None else None
        composed = compose(mail, entity, self.origin, self.now(), found)
        return composed if found is None else await self._with_secret(mail, found, composed)

    def _new_link(self, mail: QueuedMail) -> LinkAddress:
        """With a secret that is nowhere but in this mail."""
        return LinkAddress(new_secret(), self.link_page if mail.guest is None else self.guest_page)

    async def _with_secret(
        self, mail: QueuedMail, link: LinkAddress, composed: EmailMessage
    ) -> EmailMessage | None:
        """The mail, once the hash of its secret is stored; None if the lease was lost."""
        return composed if await keep_secret(self.engine, mail, hash_of(link.secret)) else None

    def _is_too_old(self, mail: QueuedMail) -> bool:
        return (self.now() - mail.queued_at).total_seconds() >= self.retry_policy.patience

    async def _note(self, mail: QueuedMail, result: SendResult) -> None:
        if result.outcome is SendOutcome.SENT:
            await self._end(mail, NotificationState.SENT)
        elif result.outcome is SendOutcome.BOUNCED:
            await self._end(mail, NotificationState.BOUNCED, result.error)
        elif self.retry_policy.is_exhausted(mail.attempts, mail.queued_at, self.now()):
            await self._end(mail, NotificationState.FAILED, result.error)
        else:
            self.counts.retried += 1
            await retry(self.engine, mail, self.retry_policy.delay(mail.attempts), result.error or "")

    async def _end(self, mail: QueuedMail, state: NotificationState, error: str | None = None) -> None:
        if state in (NotificationState.FAILED, NotificationState.BOUNCED):
            logger.warning("the mail of notification %s %s: %s", mail.id, state.value.lower(), error)
        self.counts.note(state)
        await finish(self.engine, mail, state, error)
