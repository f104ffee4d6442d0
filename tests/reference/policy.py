"""Who sees what, written down again as plain Python over rows, from the matrix of who may see and do what.

`SEEN`: which rows of a type; `MASKS`: which masked fields of a row that is seen, with the reason that the
others are told. ADMIN sees everything but what is `WITHHELD`. A type or field that is not stated is seen by
nobody else, so a new one is a difference between the planner and this until it is stated here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from graphql import GraphQLObjectType, GraphQLSchema

from tests.reference import registrations
from tests.reference.calls import call_is_seen
from tests.reference.field_sources import TABLE
from tests.reference.open_fields import OPEN, PUBLIC_IN_OPERATIONS
from tests.reference.rows import Row, Rows
from tests.reference.viewers import Viewer

SMALLEST_COUNT = 5
ACCEPTED = ("ACCEPTED", "ACTIVE")
ASSIGNED = ("PROPOSED", "ACCEPTED", "ACTIVE", "COMPLETED")


@dataclass(repr=False)
class Sight:
    """What one viewer sees of the rows; asked for once, then remembered."""

    schema: GraphQLSchema
    rows: Rows
    viewer: Viewer
    _seen: dict[tuple[str, UUID], bool] = field(default_factory=dict)
    _hidden: dict[tuple[str, UUID], Mapping[str, str]] = field(default_factory=dict)

    def sees(self, type_: str, row: Row) -> bool:
        key = (type_, row["id"])
        if key not in self._seen:
            stated = type_ in SEEN and type_ in OPEN
            self._seen[key] = self.viewer.is_admin or (stated and SEEN[type_](self, row))
        return self._seen[key]

    def hidden(self, type_: str, row: Row) -> Mapping[str, str]:
        """The fields of a row that they do not see, and why."""
        key = (type_, row["id"])
        if key not in self._hidden:
            masked = self._masked(type_, row) if not self.viewer.is_admin or type_ in WITHHELD else {}
            kept = WITHHELD[type_] if self.viewer.is_admin and masked else masked
            self._hidden[key] = {name: reason for name, reason in masked.items() if name in kept}
        return self._hidden[key]

    def _masked(self, type_: str, row: Row) -> Mapping[str, str]:
        object_type = self.schema.type_map[type_]
        assert isinstance(object_type, GraphQLObjectType)
        masked = {}
        for name in sorted(object_type.fields.keys() - OPEN.get(type_, frozenset())):
            reason, condition = MASKS.get((type_, name), ("ROLE", _nobody))
            if not condition(self, row):
                masked[name] = reason
        return masked

    def published(self, count: int, *, exact: bool = False) -> int | None:
        """A figure about people: null where it is so small that it tells, unless it is theirs to know."""
        return count if self.viewer.is_admin or exact or count >= SMALLEST_COUNT else None

    def coordinates(self, institution: UUID | None) -> bool:
        return institution in self.viewer.institutions()

    def get(self, table: str, key: UUID | None) -> Row | None:
        return self.rows.get(table, key)

    def sees_by_key(self, type_: str, key: UUID | None) -> bool:
        row = self.rows.get(TABLE[type_], key)
        return row is not None and self.sees(type_, row)


Condition = Callable[[Sight, Row], bool]


def _everyone(sight: Sight, row: Row) -> bool:
    return True


def _nobody(sight: Sight, row: Row) -> bool:
    return False


def _consented(sight: Sight, person: UUID | None, purpose: str) -> bool:
    """Whether the person said yes to it and has not taken it back; silence is no."""
    given = sight.rows.owned("consent", "person_id", person) if person else []
    return any(one["purpose"] == purpose and one["withdrawn_at"] is None for one in given)


def _home_of(sight: Sight, person: UUID | None) -> UUID | None:
    row = sight.get("person", person)
    home: UUID | None = row["institution_id"] if row else None
    return home


def _person_of(sight: Sight, table: str, key: UUID | None) -> UUID | None:
    row = sight.get(table, key)
    person: UUID | None = row["person_id"] if row else None
    return person


def _linked(sight: Sight, table: str, column: str, key: UUID, institutions: Iterable[UUID]) -> bool:
    links = sight.rows.owned(table, column, key)
    return any(link["institution_id"] in institutions for link in links)


def _own_or_scoped(sight: Sight, scope: str) -> set[UUID]:
    """The institutions whose coordinator the viewer is, or whose system with this scope."""
    return {*sight.viewer.institutions(), *sight.viewer.institutions(scope)}


def _project(sight: Sight, row: Row) -> bool:
    """Not a draft; drafts for its institutions and for those who work on it."""
    contributors = {
        one["person_id"] for one in sight.rows.owned("project_contributor", "project_id", row["id"])
    }
    mine = {*sight.viewer.persons("MENTOR"), *sight.viewer.persons("PARTICIPANT")}
    institutions = _own_or_scoped(sight, "PROJECTS_READ")
    return (
        row["status"] != "DRAFT"
        or bool(contributors & mine)
        or _linked(sight, "project_institution", "project_id", row["id"], institutions)
    )


def _award_is_theirs(sight: Sight, row: Row) -> bool:
    """By, for or within their institution, or to themselves as a participant."""
    institutions = _own_or_scoped(sight, "AWARDS_READ")
    project, recipient = row["project_id"], row["recipient_id"]
    return (
        row["funder_id"] in institutions
        or _home_of(sight, recipient) in institutions
        or recipient in sight.viewer.persons("PARTICIPANT")
        or (
            project is not None and _linked(sight, "project_institution", "project_id", project, institutions)
        )
    )


def _award(sight: Sight, row: Row) -> bool:
    """Once decided for all, before for those it concerns; never where its project is hidden."""
    known = row["project_id"] is None or sight.sees_by_key("Project", row["project_id"])
    return known and (row["decided_on"] is not None or _award_is_theirs(sight, row))


def _event(sight: Sight, row: Row) -> bool:
    institutions = _own_or_scoped(sight, "EVENTS_READ")
    return row["status"] != "DRAFT" or _linked(sight, "event_organizer", "event_id", row["id"], institutions)


def _document(sight: Sight, row: Row) -> bool:
    institutions = _own_or_scoped(sight, "AGREEMENTS_READ")
    return _linked(sight, "agreement_party", "agreement_id", row["id"], institutions)


def _mentor(sight: Sight, row: Row) -> bool:
    """Every coordinator and participant; the others with consent, and the mentor."""
    return (
        any(held.role in ("COORDINATOR", "PARTICIPANT") for held in sight.viewer.held)
        or _is_viewer(sight, "MENTOR", row["person_id"])
        or _consented(sight, row["person_id"], "PUBLIC_PROFILE")
    )


def _mentor_contact(sight: Sight, row: Row) -> bool:
    """The mentor's institution, the mentor, and participants while the mentorship is accepted or active."""
    mentorships = sight.rows.owned("mentorship", "mentor_id", row["id"])
    me = sight.viewer.persons("PARTICIPANT")
    return (
        sight.coordinates(row["institution_id"])
        or _is_viewer(sight, "MENTOR", row["person_id"])
        or any(
            one["status"] in ACCEPTED and _person_of(sight, "participant", one["participant_id"]) in me
            for one in mentorships
        )
    )


def _mentors(sight: Sight, participant: UUID, statuses: tuple[str, ...]) -> bool:
    """Whether the viewer, a mentor, has a mentorship with the participant."""
    me = sight.viewer.persons("MENTOR")
    return any(
        one["status"] in statuses and _person_of(sight, "mentor", one["mentor_id"]) in me
        for one in sight.rows.owned("mentorship", "participant_id", participant)
    )


def _sent_to_system(sight: Sight, participant: Row, scope: str) -> bool:
    own = participant["institution_id"] in sight.viewer.institutions(scope)
    return own and _consented(sight, participant["person_id"], "SYSTEM_TRANSFER")


def _in_own_program(sight: Sight, participant: UUID) -> bool:
    """Whoever was proposed to the viewer's institution for a program that it runs, and didn't leave it."""
    parts = sight.rows.owned("participation", "participant_id", participant)
    return any(
        part["status"] != "WITHDRAWN" and runs_program_of_cohort(sight, part["cohort_id"]) for part in parts
    )


def _participant(sight: Sight, row: Row) -> bool:
    """Their own institution's; others' that are assigned to them and consent; themselves."""
    stays = sight.rows.owned("mobility", "participant_id", row["id"])
    received = any(
        sight.coordinates(stay["receiving_institution_id"]) and stay["status"] != "CANCELLED"
        for stay in stays
    )
    assigned = received or _in_own_program(sight, row["id"]) or _mentors(sight, row["id"], ASSIGNED)
    return (
        sight.coordinates(row["institution_id"])
        or _is_viewer(sight, "PARTICIPANT", row["person_id"])
        or (assigned and _consented(sight, row["person_id"], "PARTNER_ACCESS"))
        or _sent_to_system(sight, row, "PARTICIPANTS_READ")
    )


def _participant_contact(sight: Sight, row: Row) -> bool:
    return (
        sight.coordinates(row["institution_id"])
        or _is_viewer(sight, "PARTICIPANT", row["person_id"])
        or _mentors(sight, row["id"], ACCEPTED)
        or _sent_to_system(sight, row, "CONTACTS_READ")
    )


def _of_seen_participant(sight: Sight, row: Row) -> bool:
    return sight.sees_by_key("Participant", row["participant_id"])


def _is_its_mentor(sight: Sight, row: Row) -> bool:
    return _is_viewer(sight, "MENTOR", _person_of(sight, "mentor", row["mentor_id"]))


def _is_its_participant(sight: Sight, row: Row) -> bool:
    return _is_viewer(sight, "PARTICIPANT", _person_of(sight, "participant", row["participant_id"]))


def _is_viewer(sight: Sight, role: str, person: UUID | None) -> bool:
    """Whether somebody is the viewer: themselves, whatever they hold, or whom they hold a role as."""
    return person is not None and person in {sight.viewer.self_, *sight.viewer.persons(role)}


def runs_program_of_cohort(sight: Sight, cohort: UUID | None) -> bool:
    """Whether the viewer coordinates the institution that runs the program of a cohort."""
    found = sight.get("cohort", cohort)
    program = sight.get("program", found["program_id"]) if found else None
    return program is not None and sight.coordinates(program["institution_id"])


def _mentorship(sight: Sight, row: Row) -> bool:
    """The two of them, the institutions of either, and that which runs the cohort's program."""
    return _is_its_mentor(sight, row) or _is_its_participant(sight, row) or manages_mentorship(sight, row)


def manages_mentorship(sight: Sight, row: Row) -> bool:
    ends = (sight.get("participant", row["participant_id"]), sight.get("mentor", row["mentor_id"]))
    at_home = any(end is not None and sight.coordinates(end["institution_id"]) for end in ends)
    return at_home or runs_program_of_cohort(sight, row["cohort_id"])


def _decline_reason(sight: Sight, row: Row) -> bool:
    """Whoever runs the cohort's program, and the mentor who gave it."""
    by_mentor = row["requested_by"] == "PARTICIPANT" and _is_its_mentor(sight, row)
    return by_mentor or runs_program_of_cohort(sight, row["cohort_id"])


def _goals(sight: Sight, row: Row) -> bool:
    return _is_its_mentor(sight, row) or _is_its_participant(sight, row)


def _notes(sight: Sight, row: Row) -> bool:
    """The mentor's; the participant's too once shared; nobody else's."""
    return _is_its_mentor(sight, row) or (_is_its_participant(sight, row) and bool(row["notes_shared"]))


def _preference(sight: Sight, row: Row) -> bool:
    """The participant, and whoever runs the program and sees the participant; never the mentor."""
    runs = runs_program_of_cohort(sight, row["cohort_id"])
    own = _is_theirs(sight, {"person_id": _person_of(sight, "participant", row["participant_id"])})
    return own or (runs and sight.sees_by_key("Participant", row["participant_id"]))


def _mobility(sight: Sight, row: Row) -> bool:
    sent_by_system = row["sending_institution_id"] in sight.viewer.institutions("MOBILITIES_READ")
    person = _person_of(sight, "participant", row["participant_id"])
    return (
        sight.coordinates(row["sending_institution_id"])
        or sight.coordinates(row["receiving_institution_id"])
        or _is_its_participant(sight, row)
        or _mentors(sight, row["participant_id"], ASSIGNED)
        or (sent_by_system and _consented(sight, person, "SYSTEM_TRANSFER"))
    )


def _consent(sight: Sight, row: Row) -> bool:
    own = _own_or_scoped(sight, "CONSENTS_READ")
    return _home_of(sight, row["person_id"]) in own or _is_theirs(sight, row)


def _is_theirs(sight: Sight, row: Row) -> bool:
    return sight.viewer.self_ is not None and bool(row["person_id"] == sight.viewer.self_)


def _person(sight: Sight, row: Row) -> bool:
    """The person themselves, and their home institution."""
    return row["id"] == sight.viewer.self_ or sight.coordinates(row["institution_id"])


def _named(column: str) -> Condition:
    """A name beside something public: by consent, for the person's institution, for the person."""

    def is_named(sight: Sight, row: Row) -> bool:
        person = row[column]
        home = _home_of(sight, person)
        mine = person is not None and person == sight.viewer.self_
        attributed = _consented(sight, person, "ATTRIBUTION")
        return attributed or mine or (home is not None and sight.coordinates(home))

    return is_named


PUBLIC_TYPES = (
    "Institution Program Cohort Activity ProjectInstitution Contributor ProjectOutput AgreementParty"
    " ProjectExternalId EventExternalId EventOrganizer Venue SpokenLanguage Champion ImpactMetric"
)
SEEN: Mapping[str, Condition] = {
    **dict.fromkeys([*PUBLIC_TYPES.split(), *PUBLIC_IN_OPERATIONS], _everyone),
    "Participation": _of_seen_participant,
    "ActivityParticipation": _of_seen_participant,
    "Project": _project,
    "Award": _award,
    "Agreement": lambda sight, row: row["status"] != "DRAFT" or _document(sight, row),
    "Event": _event,
    "Call": call_is_seen,
    "Mentor": _mentor,
    "Person": _person,
    "Participant": _participant,
    "Mentorship": _mentorship,
    "MentorshipSession": lambda sight, row: _is_its_mentor(sight, row) or _is_its_participant(sight, row),
    "MentorPreference": _preference,
    "Mobility": _mobility,
    "Consent": _consent,
    "Notification": _is_theirs,
    "Registration": registrations.seen,
    "Attendance": registrations.attendance,
    "AccessGrant": lambda sight, row: False,
    "AccessIdentity": _is_theirs,
    "CalendarLink": _is_theirs,
    "Webhook": lambda sight, row: row["client_id"] in sight.viewer.clients(),
    "WebhookDelivery": lambda sight, row: sight.sees_by_key("Webhook", row["webhook_id"]),
}
MASKS: Mapping[tuple[str, str], tuple[str, Condition]] = {
    ("Contributor", "name"): ("CONSENT", _named("person_id")),
    ("Contributor", "person"): ("CONSENT", _named("person_id")),
    ("Champion", "name"): ("CONSENT", _named("person_id")),
    ("Champion", "person"): ("CONSENT", _named("person_id")),
    ("Award", "recipient"): ("CONSENT", _named("recipient_id")),
    ("Award", "recipientProfile"): ("CONSENT", _named("recipient_id")),
    ("Award", "amount"): ("ROLE", _award_is_theirs),
    ("Agreement", "documentUrl"): ("ROLE", _document),
    **{("Mentor", name): ("ROLE", _mentor_contact) for name in ("email", "phone")},
    **{("Participant", name): ("ROLE", _participant_contact) for name in ("email", "phone")},
    ("MentorshipSession", "summary"): ("ROLE", _is_its_mentor),
    ("MentorshipSession", "sharedNote"): ("ROLE", _goals),
    ("Mentorship", "declineReason"): ("ROLE", _decline_reason),
    ("Mentorship", "goals"): ("ROLE", _goals),
    ("Mentorship", "notes"): ("ROLE", _notes),
    ("Mentorship", "notesShared"): ("ROLE", _notes),
    ("Registration", "name"): ("ROLE", registrations.named),
    **{("Registration", name): ("ROLE", registrations.managed) for name in ("position", "guest")},
    **{("Registration", name): ("ROLE", registrations.ticket) for name in ("attendedOn", "ticketCode")},
    **{("Consent", name): ("ROLE", _is_theirs) for name in ("noticeVersion", "grantedAt", "withdrawnAt")},
}

WITHHELD: Mapping[str, frozenset[str]] = {
    "Mentorship": frozenset({"notes", "notesShared"}),
    "MentorshipSession": frozenset({"summary", "sharedNote"}),
}
"""Masked fields that ADMIN reads by another role alone: what a mentor noted, for themselves or for both."""
