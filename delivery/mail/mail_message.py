"""A mail: subject, text and HTML in the recipient's language, and an attachment for calendars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from icalendar.prop import vDatetime

from delivery.calendar.calendar_file import (
    CANCELLED,
    CalendarOrigin,
    calendar_of,
    entry_of,
    event_component,
)
from delivery.calendar.date_text import day_words
from delivery.calendar.line_text import header_text, one_line
from delivery.mail.mail_topic import MailTopic, SeenEntity, topic_of
from delivery.messages import message
from models.mail_queue import QueuedMail
from models.secret_link import PREFIX

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
        "GUEST_CONFIRMED",
        "GUEST_WAITLISTED",
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
LINKS = frozenset({"INVITATION", "KNOWN_ADDRESS"})
"""The purposes of links that are mailed by themselves, with texts; a test checks that these are all."""
ADDRESS_OF_LINK = re.compile(rf"https?://\S+#{PREFIX}[\w-]+")


class BadAddress(Exception):
    """The address can't receive mail."""


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """The secret of a link, and the portal's page for it."""

    secret: str
    page: str | None

    @property
    def address(self) -> str:
        """Browsers send a fragment of an address to no server."""
        return self.secret if self.page is None else f"{self.page}#{self.secret}"


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


def compose(
    mail: QueuedMail, entity: SeenEntity, origin: MailOrigin, now: datetime, link: LinkAddress | None = None
) -> EmailMessage:
    """The mail of a notification; raises BadAddress. Its Message-ID is the same at every attempt."""
    assert mail.kind in WRITTEN
    topic = topic_of(entity, mail.language)
    title = one_line(topic.title)
    subject = header_text(message(f"mail_subject.{mail.kind}", title=title).read(mail.language))
    made = mail_of(mail, subject, list(_paragraphs(mail, topic, title, link)), origin, now)
    if topic.event is not None and topic.event["datePrecision"] == "DAY":
        _attach_calendar(made, topic.event, mail, origin)
    _set_language(made, mail.language)
    return made


def compose_link(mail: QueuedMail, link: LinkAddress, origin: MailOrigin, now: datetime) -> EmailMessage:
    """The mail of a link; raises BadAddress."""
    assert mail.kind in LINKS
    assert mail.expires_at is not None
    language = mail.language
    subject = message(f"link_subject.{mail.kind}").read(language)
    paragraphs = [
        message("mail.greeting", name=one_line(mail.name)).read(language),
        message(f"link_text.{mail.kind}").read(language),
        link.address,
        message("link.until", day=day_words(mail.expires_at.astimezone(UTC).date())).read(language),
        message("link.ignore").read(language),
    ]
    made = mail_of(mail, subject, paragraphs, origin, now)
    _set_language(made, language)
    return made


def mail_of(
    mail: QueuedMail, subject: str, paragraphs: list[str], origin: MailOrigin, now: datetime
) -> EmailMessage:
    """A mail with its headers, as text and as HTML; raises BadAddress."""
    made = EmailMessage(SMTP)
    made["From"] = _address(origin.name, origin.address)
    made["To"] = _address(mail.name, mail.email or "")
    made["Subject"] = subject
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{mail.id}@{origin.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n\n".join(paragraphs) + "\n")
    made.add_alternative(_html(mail.language, subject, paragraphs), subtype="html")
    return made


def _set_language(made: EmailMessage, language: str) -> None:
    """After the parts are set, since setting them removes the headers of the content."""
    made["Content-Language"] = language.lower()


def _paragraphs(mail: QueuedMail, topic: MailTopic, title: str, link: LinkAddress | None) -> Iterator[str]:
    language = mail.language
    yield message("mail.greeting", name=one_line(mail.name)).read(language)
    yield message(f"mail_text.{mail.kind}", title=title).read(language)
    yield from (one_line(line.read(language)) for line in topic.lines)
    if link is not None:
        yield message("mail.own_link").read(language)
        yield link.address
    yield message("mail.footer").read(language)


def _html(language: str, subject: str, paragraphs: list[str]) -> str:
    body = "\n".join(f"<p>{_linked(escape(paragraph))}</p>" for paragraph in paragraphs)
    return HTML.format(language=language.lower(), subject=escape(subject), body=body)


def _linked(paragraph: str) -> str:
    """A paragraph that is the address of a link can be followed."""
    if ADDRESS_OF_LINK.fullmatch(paragraph) is None:
        return paragraph
    return f'<a href="{paragraph}">{paragraph}</a>'


def _attach_calendar(made: EmailMessage, event: SeenEntity, mail: QueuedMail, origin: MailOrigin) -> None:
    """The event for a calendar, with the METHOD of a message (RFC 5546)."""
    method = "CANCEL" if event["status"] == CANCELLED else "PUBLISH"
    component = event_component(entry_of(event), CalendarOrigin(origin.domain, None), mail.language)
    component["dtstamp"] = vDatetime(mail.created_at.astimezone(UTC))
    component.add("organizer", f"mailto:{origin.address}")
    calendar = calendar_of([component])
    calendar.add("method", method)
    content: bytes = calendar.to_ical()
    made.add_attachment(content.decode(), subtype="calendar", filename="event.ics", params={"method": method})


def _address(name: str, address: str) -> Address:
    try:
        read = Address(header_text(name), addr_spec=address)
    except Exception as error:  # the parser has many ways to fail
        raise BadAddress(f"not an address that mail can be sent to: {error}") from error
    if read.addr_spec != address:  # such as one with a comment, of which the header would have less
        raise BadAddress("not an address that mail can be sent to: it has other parts")
    return read
