"""Whatever people call themselves and what they write, a mail has its own headers, parts and recipient."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest

from delivery.mail.mail_message import BadAddress, compose, origin_of
from models.mail_queue import QueuedMail

ORIGIN = origin_of("Alianza MX <no-reply@alianza.test>")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
ADDRESS = "itzel@example.edu"
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
    *("Content-Type", "MIME-Version"),
}
PROPERTIES = {
    *("BEGIN", "END", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "ORGANIZER"),
    *("LOCATION", "VERSION", "PRODID", "METHOD", "CALSCALE", "DESCRIPTION", "LAST-MODIFIED"),
}
LINE_BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
ENCODED = (
    "=?utf-8?q?a=0D=0ABcc:_x=40example.org?=",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbA==?=",
    "=?utf-8?q?a=0A=0D=0A=0D=0A?= text",
    "Ann=?utf-8?q?=0D=0ABcc:x?=",
    "==?utf-8?q?=0D=0ABcc:x?=",
    "=?utf-8*en?q?=0D=0ABcc:x?=",
    "=?utf-8?q?=ED=A0=80?=",
    "=?unknown-8bit?q?=FF?=",
    "=?utf-8?q?=3Cx=40example.org=3E=2C?=",
    '"=?utf-8?q?=22=0D=0ABcc:x?="',
)
"""What a mail's reader would decode (RFC 2047), and so does Python's library when a header is set."""
NAMES = (
    *(f"Ann{end}Bcc: x@example.org{end}{end}text" for end in LINE_BREAKS),
    *ENCODED,
    "Ann <x@example.org>, Eve",
    '"Ann" \\ (comment',
    "<script>alert(1)</script>",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "\x1b[31m\x07\x7f",
    "ñ" * 201,
    "x" * 201,
    "1 + 1 =? 2",
    "a;b,c:d\\nATTENDEE:x",
    "\ufeff\u200bAnn",
    ".",
)


def mail_of(kind: str, name: str, address: str, entity: dict[str, Any]) -> EmailMessage:
    """The mail as its recipient's program reads it."""
    queued = QueuedMail(
        UUID(int=5), UUID(int=6), 1, NOW, kind, "ES", UUID(int=7), address, name, entity["id"], 1, NOW, True
    )
    read = message_from_bytes(compose(queued, entity, ORIGIN, NOW).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def mentorship(text: str) -> dict[str, Any]:
    person = {"displayName": text}
    return {
        "__typename": "Mentorship",
        "id": "mentorship_1",
        "displayName": text,
        "participant": person,
        "mentor": person,
        "cohort": {"displayName": text},
        "mentorshipStatus": "PROPOSED",
        "respondBy": "2026-12-01",
        "declineReason": text,
    }


def event(text: str) -> dict[str, Any]:
    return {
        "__typename": "Event",
        "id": "event_1",
        "slug": "fair",
        "displayName": text,
        "description": text,
        "updatedAt": "2026-11-27T08:00:00+00:00",
        "datePrecision": "DAY",
        "timeZone": "America/Tijuana",
        "startsAt": "2027-03-01T17:00:00+00:00",
        "endsAt": "2027-03-01T19:00:00+00:00",
        "version": 3,
        "status": "CANCELLED",
        "venue": {"displayName": text, "address": text, "city": text},
    }


def assert_its_own(mail: EmailMessage, name: str) -> None:
    """Nothing was added to it, and it can be read."""
    assert sorted(mail.keys()) == sorted(HEADERS)
    (to,) = mail["To"].addresses
    assert to.addr_spec == ADDRESS
    assert [one.addr_spec for one in mail["From"].addresses] == ["no-reply@alianza.test"]
    for header in (to.display_name, mail["Subject"]):
        assert header.isprintable()
    assert to.display_name.replace(" ", "") == "".join(c for c in name if c.isprintable() and c != " ")
    assert max(map(len, mail.as_bytes().splitlines())) < 998
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()][:2] == [
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_of_people(name: str) -> None:
    """Those that read it, and those that it is about."""
    mail = mail_of("MENTORSHIP_REQUESTED", name, ADDRESS, mentorship(name))
    assert_its_own(mail, name)
    assert not mail.is_attachment()
    text = mail.get_body(("plain",))
    assert text is not None
    assert len(text.get_content().split("\r\n\r\n")) == 6  # a greeting, what it is, three lines, the end
    page = mail.get_body(("html",))
    assert page is not None
    assert re.findall(r"<(\w+)", page.get_content().partition("<body>")[2]) == ["p"] * 6


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_of_events_and_places(name: str) -> None:
    mail = mail_of("EVENT_CANCELLED", "Ann", ADDRESS, event(name))
    assert_its_own(mail, "Ann")
    (calendar,) = mail.iter_attachments()
    lines = re.split(r"\r\n(?![ \t])", calendar.get_content().partition("BEGIN:VTIMEZONE")[0])
    entry = re.search(r"BEGIN:VEVENT.*END:VEVENT", calendar.get_content().replace("\r\n", "\n"), re.DOTALL)
    assert entry is not None
    lines += re.split(r"\n(?![ \t])", entry[0])
    assert {re.split("[:;]", line)[0] for line in lines if line.strip()} <= PROPERTIES
    assert entry[0].replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "address",
    [
        "itzel(comment)@example.edu",
        "itzel@example.edu (comment)",
        "<itzel@example.edu>",
        "itzel@example.edu,x@example.org",
        "=?utf-8?q?x?=@example.edu",
        "itzel@example.edu\r\nBcc:x@example.org",
        "\u202eitzel@example.edu",
        "itzel",
        "",
    ],
)
def test_what_is_no_address_gets_nothing(address: str) -> None:
    """Or the header would name another than the mail goes to."""
    with pytest.raises(BadAddress):
        mail_of("MENTORSHIP_REQUESTED", "Ann", address, mentorship("Ann"))
