"""What types and fields stand for: what their names say, and by hand where they do not say it.

The names are those of the committed schema: nothing here is read of the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SDL = Path(__file__).parents[2].joinpath("schema.graphql").read_text(encoding="utf-8")


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def camel(constant: str) -> str:
    """`CREATED_AT` → `createdAt`."""
    first, *rest = constant.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def pascal(constant: str) -> str:
    """`AGREEMENT_PARTY` → `AgreementParty`."""
    return "".join(map(str.capitalize, constant.split("_")))


def types_in(enum: str) -> list[str]:
    """The types that the values of an enum of the schema stand for."""
    found = re.search(rf"^enum {enum} {{\n(.*?)^}}", SDL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return [pascal(value) for value in re.findall(r"^  ([A-Z_]+)$", found[1], re.MULTILINE)]


LOOKED_UP = {
    "Webhook": "webhook",
    "WebhookDelivery": "delivery",
    "AccessGrant": "grant",
    "AccessIdentity": "identity",
    "CalendarLink": "calendar",
    "ImpactMetric": "metric",
}
"""Types that only their ids lead to, with the prefix of those."""

TABLE = {
    type_: snake(type_).lstrip("_")
    for type_ in re.findall(r"^type (\w+)", SDL, re.MULTILINE)
    if f"\ninput {type_}Filter {{" in SDL
} | {
    "Contributor": "project_contributor",
    "SpokenLanguage": "person_language",
    **{type_: snake(type_).lstrip("_") for type_ in LOOKED_UP},
}
"""The table of each type that has one: those are the types with a filter."""
TYPE_OF_TABLE = {table: type_ for type_, table in TABLE.items()}

NODES = types_in("EntityType")
SEARCHED = types_in("SearchType")
IDENTIFIED = (*NODES, *LOOKED_UP)
"""The types with a global id."""
PREFIX = (
    {type_: type_.lower() for type_ in NODES}
    | LOOKED_UP
    | {"MentorshipSession": "session", "MentorPreference": "preference"}
)
TYPE_OF_PREFIX = {prefix: type_ for type_, prefix in PREFIX.items()}
RENAMED = {
    ("WebhookDelivery", "at"): "created_at",
    ("Notification", "entityVersion"): "revision",
    ("Registration", "ticketCode"): "code",
    ("Notification", "mailState"): "state",
    ("Notification", "mailError"): "error",
}
CLIENTS_NAME = ("Webhook", "client")

PERSON = {
    ("Mentor", "name"): "person_id",
    ("Mentor", "orcid"): "person_id",
    ("Mentor", "email"): "person_id",
    ("Mentor", "phone"): "person_id",
    ("Person", "name"): "id",
    ("Participant", "name"): "person_id",
    ("Participant", "orcid"): "person_id",
    ("Participant", "email"): "person_id",
    ("Participant", "phone"): "person_id",
    ("Contributor", "name"): "person_id",
    ("Champion", "name"): "person_id",
    ("Registration", "name"): "person_id",
    ("Award", "recipient"): "recipient_id",
}


@dataclass(frozen=True)
class LinkedField:
    """Rows of another type: those whose `column` holds this row's `key`, or that a `tie` joins to it."""

    type: str
    column: str
    table: str | None = None
    order: tuple[str, ...] = ()
    key: str = "id"


def join_of(type_: str, field: str, target: str) -> LinkedField:
    """Rows of the target that name this one by `<its table>_id`, unless TIES says otherwise."""
    return LINKED_FIELDS.get((type_, field)) or LinkedField(target, f"{TABLE[type_]}_id")


LINKED_FIELDS: dict[tuple[str, str], LinkedField] = {
    ("Agreement", "parties"): LinkedField("AgreementParty", "agreement_id", order=("role", "institution_id")),
    ("Event", "externalIds"): LinkedField("EventExternalId", "event_id", order=("scheme", "value")),
    ("Event", "organizers"): LinkedField("EventOrganizer", "event_id", order=("-role",)),
    ("Institution", "children"): LinkedField("Institution", "parent_id"),
    ("Institution", "projects"): LinkedField("Project", "institution_id", "project_institution"),
    ("Institution", "events"): LinkedField("Event", "institution_id", "event_organizer"),
    ("Institution", "agreements"): LinkedField("Agreement", "institution_id", "agreement_party"),
    ("Mentor", "languages"): LinkedField("SpokenLanguage", "person_id", order=("language",), key="person_id"),
    ("Participant", "languages"): LinkedField(
        "SpokenLanguage", "person_id", order=("language",), key="person_id"
    ),
    ("Person", "languages"): LinkedField("SpokenLanguage", "person_id", order=("language",)),
    ("Person", "consents"): LinkedField("Consent", "person_id", order=("purpose",)),
    ("Participant", "consents"): LinkedField("Consent", "person_id", order=("purpose",), key="person_id"),
    ("Participant", "cohorts"): LinkedField("Cohort", "participant_id", "participation"),
    ("Program", "calls"): LinkedField("Call", "program_id", order=("opens_on",)),
    ("Program", "activities"): LinkedField("Activity", "program_id", order=("starts_on",)),
    ("Cohort", "participants"): LinkedField("Participant", "cohort_id", "participation"),
    ("Cohort", "activities"): LinkedField("Activity", "cohort_id", order=("starts_on",)),
    ("Activity", "participations"): LinkedField("ActivityParticipation", "activity_id", order=("role",)),
    ("Participation", "mentorPreferences"): LinkedField(
        "MentorPreference", "participation_id", order=("rank", "mentor_id")
    ),
    ("Project", "institutions"): LinkedField(
        "ProjectInstitution", "project_id", order=("role", "institution_id")
    ),
    ("Project", "contributors"): LinkedField("Contributor", "project_id", order=("role",)),
    ("Project", "awards"): LinkedField("Award", "project_id", order=("decided_on",)),
    ("Project", "externalIds"): LinkedField("ProjectExternalId", "project_id", order=("scheme", "value")),
    ("Project", "outputs"): LinkedField("ProjectOutput", "project_id", order=("published_on",)),
}

ORIGINS = {
    "Agreement": {"Project": "origin_project_id"},
    "Project": {"Award": "origin_award_id", "Project": "origin_project_id"},
    "Notification": {
        "Event": "event_id",
        "Project": "project_id",
        "Registration": "registration_id",
        "Mentorship": "mentorship_id",
        "Mobility": "mobility_id",
        "Participation": "participation_id",
    },
}
