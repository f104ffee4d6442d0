"""What fields stand for where their names do not say it: written down again, by hand."""

from __future__ import annotations

from dataclasses import dataclass


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def camel(constant: str) -> str:
    """`CREATED_AT` → `createdAt`."""
    first, *rest = constant.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


TABLE = {
    type_: snake(type_).lstrip("_")
    for type_ in [
        "Institution",
        "Mentor",
        "Participant",
        "Program",
        "Call",
        "Cohort",
        "Participation",
        "Activity",
        "ActivityParticipation",
        "Mentorship",
        "Mobility",
        "Project",
        "ProjectInstitution",
        "ProjectOutput",
        "Award",
        "Venue",
        "Event",
        "EventOrganizer",
        "Agreement",
        "AgreementParty",
        "Champion",
        "ImpactMetric",
        "Consent",
    ]
} | {"Contributor": "project_contributor", "SpokenLanguage": "person_language"}
TYPE_OF_TABLE = {table: type_ for type_, table in TABLE.items()}

NODES = [
    "Institution",
    "Program",
    "Cohort",
    "Participation",
    "Activity",
    "Project",
    "Award",
    "Agreement",
    "Event",
    "Venue",
    "Mentor",
    "Participant",
    "Mentorship",
    "Mobility",
    "Consent",
]
TYPE_OF_PREFIX = {type_.lower(): type_ for type_ in NODES}

PERSON = {
    ("Mentor", "name"): "person_id",
    ("Mentor", "orcid"): "person_id",
    ("Mentor", "email"): "person_id",
    ("Mentor", "phone"): "person_id",
    ("Participant", "name"): "person_id",
    ("Participant", "orcid"): "person_id",
    ("Participant", "email"): "person_id",
    ("Participant", "phone"): "person_id",
    ("Contributor", "name"): "person_id",
    ("Champion", "name"): "person_id",
    ("Award", "recipient"): "recipient_id",
}

TRANSLATIONS = {
    "names": "name",
    "titles": "title",
    "summaries": "summary",
    "descriptions": "description",
    "biographies": "biography",
    "labels": "label",
}


@dataclass(frozen=True)
class Tied:
    """Rows of another type: those whose `column` holds this row's `key`, or that a `tie` joins to it."""

    type: str
    column: str
    tie: str | None = None
    order: tuple[str, ...] = ()
    key: str = "id"


TIES: dict[tuple[str, str], Tied] = {
    ("Agreement", "parties"): Tied("AgreementParty", "agreement_id", order=("role", "institution_id")),
    ("Agreement", "projects"): Tied("Project", "agreement_id"),
    ("Event", "organizers"): Tied("EventOrganizer", "event_id", order=("-role",)),
    ("Institution", "children"): Tied("Institution", "parent_id"),
    ("Institution", "projects"): Tied("Project", "institution_id", "project_institution"),
    ("Institution", "participants"): Tied("Participant", "institution_id"),
    ("Institution", "mentors"): Tied("Mentor", "institution_id"),
    ("Institution", "events"): Tied("Event", "institution_id", "event_organizer"),
    ("Institution", "agreements"): Tied("Agreement", "institution_id", "agreement_party"),
    ("Institution", "champions"): Tied("Champion", "institution_id"),
    ("Mentor", "languages"): Tied("SpokenLanguage", "person_id", order=("language",), key="person_id"),
    ("Mentor", "mentorships"): Tied("Mentorship", "mentor_id"),
    ("Participant", "languages"): Tied("SpokenLanguage", "person_id", order=("language",), key="person_id"),
    ("Participant", "consents"): Tied("Consent", "person_id", order=("purpose",), key="person_id"),
    ("Participant", "participations"): Tied("Participation", "participant_id"),
    ("Participant", "cohorts"): Tied("Cohort", "participant_id", "participation"),
    ("Participant", "mentorships"): Tied("Mentorship", "participant_id"),
    ("Participant", "mobilities"): Tied("Mobility", "participant_id"),
    ("Participant", "activities"): Tied("ActivityParticipation", "participant_id"),
    ("Program", "calls"): Tied("Call", "program_id", order=("opens_on",)),
    ("Program", "cohorts"): Tied("Cohort", "program_id"),
    ("Program", "activities"): Tied("Activity", "program_id", order=("starts_on",)),
    ("Program", "projects"): Tied("Project", "program_id"),
    ("Cohort", "participations"): Tied("Participation", "cohort_id"),
    ("Cohort", "participants"): Tied("Participant", "cohort_id", "participation"),
    ("Cohort", "mentorships"): Tied("Mentorship", "cohort_id"),
    ("Cohort", "activities"): Tied("Activity", "cohort_id", order=("starts_on",)),
    ("Activity", "participations"): Tied("ActivityParticipation", "activity_id", order=("role",)),
    ("Project", "institutions"): Tied("ProjectInstitution", "project_id", order=("role", "institution_id")),
    ("Project", "contributors"): Tied("Contributor", "project_id", order=("role",)),
    ("Project", "awards"): Tied("Award", "project_id", order=("decided_on",)),
    ("Project", "outputs"): Tied("ProjectOutput", "project_id", order=("published_on",)),
}

ORIGINS = {
    "Agreement": {"Project": "origin_project_id"},
    "Project": {"Award": "origin_award_id", "Project": "origin_project_id"},
}
