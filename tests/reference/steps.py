"""The changes of status: where each starts, and what else must hold; written from the workflows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.archive import ACTS
from tests.reference.grants import in_force, leaves_an_admin, leaves_oneself_admin
from tests.reference.policy import Sight
from tests.reference.rows import Row

Holds = Callable[[Sight, Row], bool]


@dataclass(frozen=True)
class Needed:
    """What must hold for a step, and what is said where it does not."""

    holds: Holds
    code: str
    text: str
    path: str = "id"


@dataclass(frozen=True)
class ReferenceStep:
    type: str
    sources: tuple[str, ...]
    target: str
    needs: tuple[Needed, ...] = ()
    column: str = "status"


def own_webhook(sight: Sight, row: Row) -> bool:
    return row["client_id"] in sight.viewer.clients()


def _in_role(table: str, column: str, role: str) -> Holds:
    return lambda sight, row: any(link["role"] == role for link in sight.rows.owned(table, column, row["id"]))


def _before_the_end(sight: Sight, row: Row) -> bool:
    event = sight.get("event", row["event_id"])
    return event is not None and bool(event["ends_at"] > datetime.now(UTC))


def _came_today(sight: Sight, row: Row) -> bool:
    event = sight.get("event", row["event_id"])
    assert event is not None
    today = datetime.now(ZoneInfo(event["time_zone"])).date()
    return any(one["day"] == today for one in sight.rows.owned("attendance", "registration_id", row["id"]))


def _may_still_answer(sight: Sight, row: Row) -> bool:
    """Somewhere on earth the last day is not over."""
    last = row["respond_by"]
    return last is None or bool(last >= (datetime.now(UTC) - timedelta(hours=12)).date())


def _mentor_has_capacity(sight: Sight, row: Row) -> bool:
    mentor = sight.get("mentor", row["mentor_id"])
    assert mentor is not None
    others = sight.rows.owned("mentorship", "mentor_id", mentor["id"])
    taken = [one for one in others if one["status"] in ("ACCEPTED", "ACTIVE")]
    return len(taken) < int(mentor["capacity"])


def _person(sight: Sight, table: str, key: Any) -> Any:
    profile = sight.get(table, key)
    return profile["person_id"] if profile else None


def _partners_may_know(sight: Sight, row: Row) -> bool:
    consents = sight.rows.owned("consent", "person_id", _person(sight, "participant", row["participant_id"]))
    return any(one["purpose"] == "PARTNER_ACCESS" and one["withdrawn_at"] is None for one in consents)


def is_mentor(sight: Sight, row: Row) -> bool:
    mentor = _person(sight, "mentor", row["mentor_id"])
    return sight.viewer.self_ is not None and bool(mentor == sight.viewer.self_)


def is_mentee(sight: Sight, row: Row) -> bool:
    mentee = _person(sight, "participant", row["participant_id"])
    return sight.viewer.self_ is not None and bool(mentee == sight.viewer.self_)


def may_answer(sight: Sight, row: Row) -> bool:
    """Whoever of the two did not ask."""
    by = row["requested_by"]
    return (by != "MENTOR" and is_mentor(sight, row)) or (by != "PARTICIPANT" and is_mentee(sight, row))


def _is_signed_in_as(sight: Sight, person: Any) -> bool:
    """An issuer's subject is known to be the person, or holds a role as the person."""
    held = [one for one in sight.rows.owned("access_grant", "person_id", person) if in_force(one)]
    return bool(held) or bool(sight.rows.owned("access_identity", "person_id", person))


def is_over(row: Row) -> bool:
    """A call closes at the end of the minute that its form names."""
    last = row["deadline"]
    return last is not None and last.replace(second=0, microsecond=0) + timedelta(minutes=1) <= datetime.now(
        UTC
    )


NOT_OVER = Needed(lambda sight, row: row["ends_at"] > datetime.now(UTC), "DEADLINE_PASSED", "event.over")
BOTH_TITLES = Needed(
    lambda sight, row: None not in (row["title_en"], row["title_es"]), "INCOMPLETE", "call.no_title"
)
WITH_CLOSING = Needed(lambda sight, row: row["deadline"] is not None, "INCOMPLETE", "call.no_closing")
NOT_CLOSED = Needed(lambda sight, row: not is_over(row), "DEADLINE_PASSED", "call.over")
ITS_CLIENT = Needed(own_webhook, "FORBIDDEN", "webhook.only_its_client")
POSITION_KNOWN = Needed(
    lambda sight, row: row["parked_for"] not in ("AGE", "EPOCH", "GRANTS"),
    "INCOMPLETE",
    "webhook.position_lost",
    "after",
)
WITH_HOME = Needed(lambda sight, row: row["institution_id"] is not None, "INCOMPLETE", "person.no_home")
NOT_CONFIRMED = Needed(lambda sight, row: not row["home_confirmed"], "WRONG_STATE", "person.home_confirmed")
WITH_ADDRESS = Needed(lambda sight, row: row["email"] is not None, "INCOMPLETE", "person.no_address")
UNKNOWN_TO_ISSUERS = Needed(
    lambda sight, row: not _is_signed_in_as(sight, row["id"]), "WRONG_STATE", "person.signs_in"
)
NOT_REVOKED = Needed(lambda sight, row: row["revoked_at"] is None, "WRONG_STATE", "grant.revoked")
NOT_LAST_ADMIN = Needed(leaves_an_admin, "INCOMPLETE", "grant.last_admin")
NOT_OWN_ADMIN = Needed(leaves_oneself_admin, "CONFLICT_OF_INTEREST", "grant.own_admin")


def _none_open(table: str, column: str, *statuses: str) -> Holds:
    """No row of a table that refers to this one has one of the statuses."""

    def holds(sight: Sight, row: Row) -> bool:
        return not any(one["status"] in statuses for one in sight.rows.owned(table, column, row["id"]))

    return holds


def _no_mentorships(column: str) -> Needed:
    open_ = _none_open("mentorship", column, "PROPOSED", "ACCEPTED", "ACTIVE")
    return Needed(open_, "WRONG_STATE", "profile.open_mentorships")


KEPT: dict[str, tuple[Needed, ...]] = {
    "archiveMentor": (_no_mentorships("mentor_id"),),
    "archiveParticipant": (
        _no_mentorships("participant_id"),
        Needed(
            _none_open("participation", "participant_id", "NOMINATED", "ACCEPTED", "ACTIVE"),
            "WRONG_STATE",
            "profile.open_participations",
        ),
        Needed(
            _none_open("mobility", "participant_id", "PLANNED", "ONGOING"),
            "WRONG_STATE",
            "profile.open_stays",
        ),
    ),
}
"""Nobody is archived of whom something is going on."""
STEPS = {
    "publishProject": ReferenceStep(
        "Project",
        ("DRAFT", "PROPOSED"),
        "ACTIVE",
        (Needed(_in_role("project_institution", "project_id", "LEAD"), "INCOMPLETE", "project.no_lead"),),
    ),
    "completeProject": ReferenceStep("Project", ("ACTIVE",), "COMPLETED"),
    "cancelProject": ReferenceStep("Project", ("PROPOSED", "ACTIVE"), "CANCELLED"),
    "publishEvent": ReferenceStep(
        "Event",
        ("DRAFT",),
        "PUBLISHED",
        (
            NOT_OVER,
            Needed(_in_role("event_organizer", "event_id", "HOST"), "INCOMPLETE", "event.no_host"),
        ),
    ),
    "cancelEvent": ReferenceStep("Event", ("PUBLISHED",), "CANCELLED", (NOT_OVER,)),
    "publishCall": ReferenceStep("Call", ("DRAFT",), "OPEN", (BOTH_TITLES, WITH_CLOSING, NOT_CLOSED)),
    "extendCall": ReferenceStep("Call", ("SCHEDULED", "OPEN", "CLOSED"), "OPEN"),
    "shortenCall": ReferenceStep("Call", ("SCHEDULED", "OPEN"), "", (NOT_CLOSED,)),
    "cancelCall": ReferenceStep("Call", ("SCHEDULED", "OPEN", "CLOSED"), "CANCELLED"),
    "rotateWebhookSecret": ReferenceStep("Webhook", (), "", (ITS_CLIENT,), "state"),
    "pauseWebhook": ReferenceStep("Webhook", ("ACTIVE",), "PAUSED", column="state"),
    "resumeWebhook": ReferenceStep("Webhook", ("PAUSED", "PARKED"), "ACTIVE", (POSITION_KNOWN,), "state"),
    "redeliver": ReferenceStep("Webhook", (), "", (ITS_CLIENT,), "state"),
    "removeWebhook": ReferenceStep("Webhook", (), "", column="state"),
    "acceptMentorship": ReferenceStep(
        "Mentorship",
        ("PROPOSED",),
        "ACCEPTED",
        (
            Needed(_may_still_answer, "DEADLINE_PASSED", "mentorship.too_late"),
            Needed(_mentor_has_capacity, "CAPACITY_REACHED", "mentorship.no_place"),
            Needed(_partners_may_know, "CONSENT_MISSING", "mentorship.no_consent"),
        ),
    ),
    "declineMentorship": ReferenceStep("Mentorship", ("PROPOSED",), "DECLINED"),
    "startMentorship": ReferenceStep("Mentorship", ("ACCEPTED",), "ACTIVE"),
    "completeMentorship": ReferenceStep("Mentorship", ("ACTIVE",), "COMPLETED"),
    "endMentorship": ReferenceStep("Mentorship", ("ACCEPTED", "ACTIVE"), "ENDED"),
    "confirmArrival": ReferenceStep("Mobility", ("PLANNED",), "ONGOING"),
    "confirmDeparture": ReferenceStep("Mobility", ("ONGOING",), "COMPLETED"),
    "cancelMobility": ReferenceStep("Mobility", ("PLANNED", "ONGOING"), "CANCELLED"),
    "decideAward": ReferenceStep(
        "Award",
        (),
        "",
        (Needed(lambda sight, row: row["decided_on"] is None, "WRONG_STATE", "award.decided"),),
        "decided_on",
    ),
    "setEventCapacity": ReferenceStep("Event", ("DRAFT", "PUBLISHED"), ""),
    "cancelRegistration": ReferenceStep(
        "Registration",
        ("CONFIRMED", "WAITLISTED"),
        "CANCELLED",
        (Needed(_before_the_end, "DEADLINE_PASSED", "event.over"),),
    ),
    "undoCheckIn": ReferenceStep(
        "Registration",
        ("ATTENDED",),
        "CONFIRMED",
        (Needed(_came_today, "DEADLINE_PASSED", "registration.not_today"),),
    ),
    "acceptParticipation": ReferenceStep("Participation", ("NOMINATED",), "ACCEPTED"),
    "startParticipation": ReferenceStep("Participation", ("ACCEPTED",), "ACTIVE"),
    "completeParticipation": ReferenceStep("Participation", ("ACTIVE",), "COMPLETED"),
    "withdrawParticipation": ReferenceStep("Participation", ("NOMINATED", "ACCEPTED", "ACTIVE"), "WITHDRAWN"),
    "setMentorPreferences": ReferenceStep("Participation", ("NOMINATED", "ACCEPTED", "ACTIVE"), ""),
    "revokeRole": ReferenceStep("AccessGrant", (), "", (NOT_REVOKED, NOT_LAST_ADMIN, NOT_OWN_ADMIN)),
    "unlinkIdentity": ReferenceStep("AccessIdentity", (), ""),
    "renewCalendarLink": ReferenceStep("CalendarLink", (), ""),
    "revokeCalendarLink": ReferenceStep("CalendarLink", (), ""),
    "updateMyProfile": ReferenceStep("Person", (), ""),
    "confirmHome": ReferenceStep("Person", (), "", (WITH_HOME, NOT_CONFIRMED)),
    "changeHome": ReferenceStep("Person", (), ""),
    "invitePerson": ReferenceStep("Person", (), "", (WITH_ADDRESS, UNKNOWN_TO_ISSUERS)),
    "mergePeople": ReferenceStep("Person", (), ""),
    **{name: ReferenceStep(type_, (), "", KEPT.get(name, ()), "archived_at") for name, type_ in ACTS.items()},
}
CONSEQUENCES = {
    "call": {("DRAFT", "SCHEDULED"), ("SCHEDULED", "OPEN"), ("OPEN", "CLOSED")},
    "mentorship": {("PROPOSED", "LAPSED"), ("ACCEPTED", "ACTIVE")},
    "registration": {
        *(("WAITLISTED", "CONFIRMED"), ("CONFIRMED", "ATTENDED"), ("CONFIRMED", "NO_SHOW")),
        ("ATTENDED", "CANCELLED"),
    },
}
"""Changes of status by other rows' steps, and by time."""
STEPS_BY_LINK = {
    "cancelGuestRegistration": ReferenceStep("Registration", ("CONFIRMED", "WAITLISTED"), "CANCELLED")
}
"""Of whoever has a mailed link; for others there are none."""
