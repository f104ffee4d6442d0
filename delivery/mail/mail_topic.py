"""The title and details of the entity that a mail is about, as its recipient sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from delivery.calendar.date_text import day_words, range_words
from delivery.calendar.event_times import times_of, venue_of
from delivery.messages import message
from planner.message_catalog import LocalizedMessage

SeenEntity: TypeAlias = Mapping[str, Any]
"""An entity as the recipient sees it: what is selected in `recipient_view`."""

APPLIES_WHILE: Mapping[str, frozenset[str]] = {
    "REGISTRATION_CONFIRMED": frozenset({"CONFIRMED"}),
    "GUEST_CONFIRMED": frozenset({"CONFIRMED"}),
    "GUEST_WAITLISTED": frozenset({"WAITLISTED"}),
    "MENTORSHIP_REQUESTED": frozenset({"PROPOSED"}),
    "MENTORSHIP_OFFERED": frozenset({"PROPOSED"}),
    "MENTORSHIP_ACCEPTED": frozenset({"ACCEPTED", "ACTIVE"}),
    "MENTORSHIP_STARTED": frozenset({"ACTIVE"}),
    "PARTICIPATION_NOMINATED": frozenset({"NOMINATED"}),
    "PARTICIPATION_ACCEPTED": frozenset({"ACCEPTED", "ACTIVE"}),
    "MOBILITY_PLANNED": frozenset({"PLANNED", "ONGOING"}),
    "MOBILITY_STARTED": frozenset({"ONGOING"}),
}
"""The statuses in which a mail of a kind still says what holds; others say what stays."""


@dataclass(frozen=True, slots=True)
class MailTopic:
    """`event`: what goes into a calendar, if anything does."""

    title: str
    lines: tuple[LocalizedMessage, ...] = ()
    event: SeenEntity | None = None


def still_applies(kind: str, entity: SeenEntity) -> bool:
    """Whether a mail of the kind would still say what holds: who got a place may have given it back since."""
    if entity["__typename"] == "Registration" and entity["event"] is None:
        return False
    return kind not in APPLIES_WHILE or _status(entity) in APPLIES_WHILE[kind]


def _status(entity: SeenEntity) -> str:
    return str(entity[f"{entity['__typename'].lower()}Status"])


def topic_of(entity: SeenEntity, language: str) -> MailTopic:
    """The topic for an entity; its name, for a type without a function here."""
    named = TOPICS.get(entity["__typename"], _named)
    return named(entity, language)


def _named(entity: SeenEntity, language: str) -> MailTopic:
    return MailTopic(entity["displayName"] or entity["id"])


def _event(event: SeenEntity, language: str) -> MailTopic:
    lines = [message("mail.when", when=times_of(event).words)]
    if where := venue_of(event):
        lines.append(message("mail.where", where=where))
    return MailTopic(event["displayName"] or event["id"], tuple(lines), event)


def _registration(registration: SeenEntity, language: str) -> MailTopic:
    topic = _event(registration["event"], language)
    code = registration["ticketCode"]
    if code is None or registration["registrationStatus"] != "CONFIRMED":
        return topic
    return replace(topic, lines=(*topic.lines, message("mail.ticket", code=code)))


def _mentorship(mentorship: SeenEntity, language: str) -> MailTopic:
    title = message(
        "mail.mentorship",
        participant=_name(mentorship["participant"], language),
        mentor=_name(mentorship["mentor"], language),
    )
    return MailTopic(title.read(language), tuple(_lines_of_mentorship(mentorship)))


def _lines_of_mentorship(mentorship: SeenEntity) -> Iterator[LocalizedMessage]:
    if (cohort := mentorship["cohort"]) is not None:
        yield message("mail.cohort", cohort=cohort["displayName"])
    if mentorship["mentorshipStatus"] == "PROPOSED" and mentorship["respondBy"] is not None:
        yield message("mail.answer_by", day=day_words(date.fromisoformat(mentorship["respondBy"])))
    if mentorship["declineReason"] is not None:
        yield message("mail.reason", reason=mentorship["declineReason"])


def _participation(participation: SeenEntity, language: str) -> MailTopic:
    participant = _name(participation["participant"], language)
    return MailTopic(f"{participant}, {participation['takesPartIn']['displayName']}")


def _mobility(mobility: SeenEntity, language: str) -> MailTopic:
    title = message(
        "mail.mobility",
        participant=_name(mobility["participant"], language),
        sending=mobility["sendingInstitution"]["displayName"],
        receiving=mobility["receivingInstitution"]["displayName"],
    )
    first, last = _day(mobility["startsOn"]), _day(mobility["endsOn"])
    lines = [message("mail.when", when=range_words(first, last))] if first or last else []
    return MailTopic(title.read(language), tuple(lines))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def _name(person: SeenEntity | None, language: str) -> str:
    """A person's name; "someone" if the recipient can't see it."""
    name = person["displayName"] if person is not None else None
    return name or message("mail.somebody").read(language)


TOPICS: Mapping[str, Callable[[SeenEntity, str], MailTopic]] = {
    "Event": _event,
    "Registration": _registration,
    "Mentorship": _mentorship,
    "Mobility": _mobility,
    "Participation": _participation,
}
