"""Senders of mails: a mail server (SMTP), or in development a folder."""

from __future__ import annotations

import asyncio
import os
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum
from pathlib import Path
from typing import Protocol

import aiosmtplib
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from delivery.mail.mail_message import MailOrigin


class SendOutcome(Enum):
    """The result of an attempt."""

    SENT = "SENT"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome, and where it was not sent, why."""

    outcome: SendOutcome
    error: str | None = None


SENT = SendResult(SendOutcome.SENT)


class MailSender(Protocol):
    """Sends a mail to one address; raises nothing for what a server answers."""

    async def send(self, mail: EmailMessage, address: str) -> SendResult: ...


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server. `tls` is starttls, implicit or none; `timeout` seconds are for all of a mail."""

    host: str
    port: int
    tls: str
    timeout: float
    user: str | None
    password: str | None = field(repr=False)
    certificates: Path | None


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends over a connection for each mail."""

    server: SmtpServer
    origin: MailOrigin

    async def send(self, mail: EmailMessage, address: str) -> SendResult:
        try:
            async with asyncio.timeout(self.server.timeout):
                await self._send(mail, address)
        except SMTPRecipientsRefused as refused:
            return _of_reply(refused.recipients[0])
        except (SMTPRecipientRefused, SMTPDataError) as refused:
            return _of_reply(refused)
        except SMTPNotSupported as error:  # of the address if that isn't in ASCII, else of the connection
            outcome = SendOutcome.FAILED if address.isascii() else SendOutcome.BOUNCED
            return SendResult(outcome, f"the mail server lacks what is needed: {error}")
        except TimeoutError:  # those of the library too
            return SendResult(SendOutcome.FAILED, f"no answer within {self.server.timeout:g} seconds")
        except SMTPResponseException as refused:  # not about this mail: of the server's settings, or ours
            return SendResult(SendOutcome.FAILED, f"answered {refused.code}: {refused.message}")
        except (SMTPException, OSError, ValueError) as error:
            return SendResult(SendOutcome.FAILED, f"{type(error).__name__}: {error}")
        return SENT

    async def _send(self, mail: EmailMessage, address: str) -> None:
        server = self.server
        await aiosmtplib.send(
            mail,
            sender=self.origin.address,
            recipients=[address],
            hostname=server.host,
            port=server.port,
            local_hostname=self.origin.domain,  # else the system is asked, which may take long
            username=server.user,
            password=server.password,
            timeout=server.timeout,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else self._context(),
        )

    def _context(self) -> ssl.SSLContext:
        certificates = self.server.certificates
        return ssl.create_default_context(cafile=str(certificates) if certificates else None)


def _of_reply(refused: SMTPResponseException) -> SendResult:
    """A reply of 500 on is for good, others are for now (RFC 5321, 4.2.1)."""
    outcome = SendOutcome.BOUNCED if refused.code >= 500 else SendOutcome.FAILED
    return SendResult(outcome, f"answered {refused.code}: {refused.message}")


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Keeps each mail as a file, named for its notification: sent again, it takes the file's place."""

    folder: Path

    async def send(self, mail: EmailMessage, address: str) -> SendResult:
        await asyncio.to_thread(self._write, mail)
        return SENT

    def _write(self, mail: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(mail.as_bytes())
        unfinished.replace(self.folder / f"{name}.eml")
