"""A mail: subject, text and HTML in the recipient's language, and an attachment for calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from delivery.mail.event_times import calendar_method, calendar_of
from delivery.mail.line_text import header_text, one_line
from delivery.mail.mail_topic import MailTopic, SeenEntity, topic_of
from delivery.messages import message
from models.mail_queue import QueuedMail

HTML = """\
<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body>
{body}
</body>
</html>
"""


WRITTEN = frozenset(
    {
        "EVENT_CANCELLED",
        "REGISTRATION_CONFIRMED",
        "MENTORSHIP_REQUESTED",
        "MENTORSHIP_OFFERED",
        "MENTORSHIP_ACCEPTED",
        "MENTORSHIP_DECLINED",
        "MENTORSHIP_LAPSED",
        "MENTORSHIP_STARTED",
        "MENTORSHIP_COMPLETED",
        "MENTORSHIP_ENDED",
        "MOBILITY_PLANNED",
        "MOBILITY_STARTED",
        "MOBILITY_COMPLETED",
        "MOBILITY_CANCELLED",
        "PARTICIPATION_NOMINATED",
        "PARTICIPATION_ACCEPTED",
        "PARTICIPATION_WITHDRAWN",
        "PROJECT_PUBLISHED",
        "PROJECT_COMPLETED",
        "PROJECT_CANCELLED",
    }
)
"""The kinds of notifications with texts; a test checks that these are all kinds."""


class BadAddress(Exception):
    """The address can't receive mail."""


@dataclass(frozen=True, slots=True)
class MailOrigin:
    """The sender of mails."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def origin_of(text: str) -> MailOrigin:
    """The address in a text such as `Alianza MX <no-reply@example.org>`."""
    return MailOrigin(*parseaddr(text))


def compose(mail: QueuedMail, entity: SeenEntity, origin: MailOrigin, now: datetime) -> EmailMessage:
    """The mail of a notification; raises BadAddress. Its Message-ID is the same at every attempt."""
    assert mail.kind in WRITTEN
    topic = topic_of(entity, mail.language)
    made = EmailMessage(SMTP)
    title = one_line(topic.title)
    subject = header_text(message(f"mail_subject.{mail.kind}", title=title).read(mail.language))
    made["From"] = _address(origin.name, origin.address)
    made["To"] = _address(mail.name, mail.email or "")
    made["Subject"] = subject
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{mail.id}@{origin.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    paragraphs = list(_paragraphs(mail, topic, title))
    made.set_content("\n\n".join(paragraphs) + "\n")
    made.add_alternative(_html(mail.language, subject, paragraphs), subtype="html")
    if topic.event is not None and topic.event["datePrecision"] == "DAY":
        _attach_calendar(made, topic.event, origin, mail.created_at)
    # After the parts are set, since setting them removes the headers of the content.
    made["Content-Language"] = mail.language.lower()
    return made


def _paragraphs(mail: QueuedMail, topic: MailTopic, title: str) -> Iterator[str]:
    language = mail.language
    yield message("mail.greeting", name=one_line(mail.name)).read(language)
    yield message(f"mail_text.{mail.kind}", title=title).read(language)
    yield from (one_line(line.read(language)) for line in topic.lines)
    yield message("mail.footer").read(language)


def _html(language: str, subject: str, paragraphs: list[str]) -> str:
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return HTML.format(language=language.lower(), subject=escape(subject), body=body)


def _attach_calendar(made: EmailMessage, event: SeenEntity, origin: MailOrigin, stamp: datetime) -> None:
    content = calendar_of(event, origin.address, origin.domain, stamp)
    method = {"method": calendar_method(event)}
    made.add_attachment(content.decode(), subtype="calendar", filename="event.ics", params=method)


def _address(name: str, address: str) -> Address:
    try:
        read = Address(header_text(name), addr_spec=address)
    except Exception as error:  # the parser has many ways to fail
        raise BadAddress(f"not an address that mail can be sent to: {error}") from error
    if read.addr_spec != address:  # such as one with a comment, of which the header would have less
        raise BadAddress("not an address that mail can be sent to: it has other parts")
    return read
