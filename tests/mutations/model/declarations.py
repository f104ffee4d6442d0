"""What each mutation may set and what must hold, entity by entity: from the documents and the schema's words.

A new mutation is added here: its fields with their kinds, its links, and what must hold. Who may carry it
out, its statuses and its guards are in `tests/reference/`: docs/testing.md says how.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.mutations.model.elsewhere import ELSEWHERE
from tests.mutations.model.entity import Entity, Keeps, Links, Must, ReferenceMust, in_order
from tests.mutations.model.fields import (
    NEEDED,
    TODAY,
    Amount,
    Choice,
    Choices,
    Count,
    Day,
    Field,
    Name,
    Numbers,
    Reference,
    Ror,
    Shaped,
    Text,
    Texts,
    WallClock,
    Words,
)
from tests.reference.field_sources import SDL, camel
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import STEPS
from tests.reference.suggestions import POINTS


def options(enum: str) -> tuple[str, ...]:
    """The values of an enum of the schema."""
    found = re.search(rf"^enum {enum} {{\n(.*?)^}}", SDL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return tuple(re.findall(r"^  ([A-Z0-9_]+)$", found[1], re.MULTILINE))


PRECISION = Choice(
    name="datePrecision",
    column="date_precision",
    nullable=False,
    default="DAY",
    options=options("DatePrecision"),
)
STARTS, ENDS = Day(name="startsOn", column="starts_on"), Day(name="endsOn", column="ends_on")
IN_ORDER = in_order("startsOn", "endsOn", "starts_on", "ends_on")
NAMES = Texts(name="names", stem="name", needed=True, nullable=False, default=NEEDED)
TITLES = Texts(name="titles", stem="title", needed=True, nullable=False, default=NEEDED)
DESCRIPTIONS = Texts(name="descriptions", stem="description")
PROGRAM = Reference(name="program", column="program_id", types={"Program": "id"})
ZONES = (
    "America/Tijuana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Hermosillo",
    "America/Cancun",
)
ZONE = Choice(name="timeZone", column="time_zone", nullable=False, default=NEEDED, options=ZONES)
REGION = Shaped(name="region", shape=re.compile("[A-Z]{2}-[A-Z0-9]{1,3}"))
COUNTRY = Choice(name="country", nullable=False, default=NEEDED, options=("MX", "US", "CA"))
CITY, CAPACITY = Text(name="city"), Count(name="capacity")


def institution(name: str, column: str) -> Reference:
    return Reference(name=name, column=column, types={"Institution": "id"}, nullable=False, default=NEEDED)


INSTITUTION = institution("institution", "institution_id")
PROFILES = {"Mentor": "person_id", "Participant": "person_id"}
PERSON = Reference(name="person", column="person_id", types=PROFILES, nullable=False, default=NEEDED)
SINCE, UNTIL = Day(name="since"), Day(name="until")
SINCE_UNTIL = Must(
    ("until",), lambda row: None in (row["since"], row["until"]) or row["since"] <= row["until"]
)


def choice(name: str, enum: str, *, default: Any = NEEDED, column: str = "") -> Choice:
    return Choice(name=name, column=column, nullable=False, default=default, options=options(enum))


def _weight(kind: str, points: int) -> Count:
    """How much a reason for suggesting a mentor counts in a cohort."""
    column = f"{kind.lower()}_weight"
    return Count(name=camel(column), column=column, nullable=False, default=points, least=0, most=100)


def _is_for_something(row: Mapping[str, Any]) -> bool:
    return row["project_id"] is not None or row["recipient_id"] is not None


def _of_its_program(sight: Sight, row: Row) -> bool:
    cohort = sight.get("cohort", row["cohort_id"])
    return cohort is None or bool(cohort["program_id"] == row["program_id"])


def _on_the_side_of_its_funder(sight: Sight, row: Row) -> bool:
    funder = sight.get("institution", row["funder_id"])
    return funder is None or bool(funder["side"] == row["funder_side"])


def _goes_elsewhere(row: Mapping[str, Any]) -> bool:
    return bool(row["sending_institution_id"] != row["receiving_institution_id"])


def _is_sent_from_home(sight: Sight, row: Row) -> bool:
    participant = sight.get("participant", row["participant_id"])
    return participant is None or bool(participant["institution_id"] == row["sending_institution_id"])


ENTITIES = (
    Entity(
        "Institution",
        (
            NAMES,
            Text(name="acronym"),
            CITY,
            REGION,
            COUNTRY,
            ZONE,
            Choice(name="website", options=("https://example.org", "http://example.org/a")),
            Ror(name="rorId", column="ror_id"),
            choice("kind", "InstitutionKind"),
            choice("side", "Side"),
            choice("legalRegime", "LegalRegime", default="OTHER", column="legal_regime"),
        ),
        creates=(Reference(name="parent", column="parent_id", types={"Institution": "id"}),),
        unique=("rorId",),
    ),
    Entity(
        "Program",
        (NAMES, DESCRIPTIONS),
        creates=(
            Shaped(name="code", nullable=False, default=NEEDED, shape=re.compile("[A-Z0-9]+(_[A-Z0-9]+)*")),
            choice("pillar", "Pillar"),
            choice("kind", "ProgramKind"),
            Reference(name="institution", column="institution_id", types={"Institution": "id"}),
        ),
        unique=("code",),
    ),
    Entity(
        "Cohort",
        (
            NAMES,
            Day(name="startsOn", column="starts_on", nullable=False, default=NEEDED),
            ENDS,
            *(_weight(kind, points) for kind, points in POINTS.items()),
        ),
        creates=(
            Reference(
                name="program", column="program_id", types={"Program": "id"}, nullable=False, default=NEEDED
            ),
        ),
        musts=(IN_ORDER,),
    ),
    Entity(
        "Activity",
        (TITLES, STARTS, ENDS),
        creates=(
            choice("kind", "ActivityKind"),
            Reference(
                name="program", column="program_id", types={"Program": "id"}, nullable=False, default=NEEDED
            ),
            Reference(name="cohort", column="cohort_id", types={"Cohort": "id"}),
        ),
        musts=(IN_ORDER,),
        needs=(ReferenceMust("cohort", _of_its_program),),
    ),
    Entity(
        "Award",
        (
            Amount(name="amount", nullable=False, default=NEEDED),
            Choice(name="currency", nullable=False, default=NEEDED, options=("USD", "MXN")),
            STARTS,
            ENDS,
            PROGRAM,
        ),
        creates=(
            choice("kind", "AwardKind"),
            Reference(name="funder", column="funder_id", types={"Institution": "id"}),
            choice("funderSide", "Side", column="funder_side"),
            Reference(name="project", column="project_id", types={"Project": "id"}),
            Reference(name="recipientProfile", column="recipient_id", types=PROFILES),
        ),
        musts=(IN_ORDER, Must(("project",), _is_for_something, "INVALID")),
        needs=(ReferenceMust("funderSide", _on_the_side_of_its_funder),),
    ),
    Entity(
        "Venue",
        (NAMES, Text(name="address"), CITY, REGION, COUNTRY, CAPACITY, ZONE),
        creates=(Reference(name="institution", column="institution_id", types={"Institution": "id"}),),
    ),
    Entity(
        "Agreement",
        (
            TITLES,
            Day(name="signedOn", column="signed_on"),
            Day(name="validFrom", column="valid_from"),
            Day(name="validTo", column="valid_to"),
            PRECISION,
        ),
        creates=(
            choice("type", "AgreementType"),
            Reference(name="previous", column="previous_id", types={"Agreement": "id"}),
        ),
        links=(
            Links(
                "parties",
                "AgreementParty",
                "agreement_party",
                "agreement_id",
                ("institution_id",),
                (choice("role", "PartyRole", default="SIGNATORY"), SINCE, INSTITUTION),
                theirs=lambda sight, link: sight.coordinates(link["institution_id"]),
            ),
        ),
        begins={"status": "DRAFT"},
        musts=(in_order("validFrom", "validTo", "valid_from", "valid_to"),),
        keeps=(Keeps("parties", ("ACTIVE", "EXPIRED", "TERMINATED"), "SIGNATORY", least=2),),
    ),
    Entity(
        "Event",
        (
            TITLES,
            DESCRIPTIONS,
            WallClock(name="localStart", column="starts_at", default=NEEDED),
            WallClock(name="localEnd", column="ends_at", default=NEEDED),
            ZONE,
            PRECISION,
            choice("mode", "EventMode"),
            Reference(name="venue", column="venue_id", types={"Venue": "id"}),
            Choices(name="languages", options=("EN", "ES")),
            Words(name="topics"),
            PROGRAM,
        ),
        creates=(CAPACITY,),
        links=(
            Links(
                "organizers",
                "EventOrganizer",
                "event_organizer",
                "event_id",
                ("institution_id",),
                (choice("role", "OrganizerRole"), SINCE, INSTITUTION),
            ),
        ),
        begins={"status": "DRAFT"},
        musts=(in_order("localStart", "localEnd", "starts_at", "ends_at"),),
        keeps=(Keeps("organizers", ("PUBLISHED",), "HOST"),),
    ),
    Entity(
        "Project",
        (
            TITLES,
            Texts(name="summaries", stem="summary"),
            STARTS,
            ENDS,
            PRECISION,
            Choices(name="fields", options=options("ResearchField")),
            Numbers(name="sdgs", highest=17),
            PROGRAM,
            Reference(name="agreement", column="agreement_id", types={"Agreement": "id"}),
        ),
        links=(
            Links(
                "institutions",
                "ProjectInstitution",
                "project_institution",
                "project_id",
                ("institution_id", "role"),
                (choice("role", "ProjectRole"), SINCE, UNTIL, INSTITUTION),
                musts=(SINCE_UNTIL,),
            ),
            Links(
                "contributors",
                "Contributor",
                "project_contributor",
                "project_id",
                ("person_id", "role"),
                (
                    choice("role", "ContributorRole"),
                    SINCE,
                    UNTIL,
                    PERSON,
                ),
                musts=(SINCE_UNTIL,),
                named="person",
            ),
            Links(
                "outputs",
                "ProjectOutput",
                "project_output",
                "project_id",
                ("doi",),
                (
                    Shaped(
                        name="doi", nullable=False, default=NEEDED, shape=re.compile(r"10\.[0-9]{4,9}/\S+")
                    ),
                    Name(name="title", nullable=False, default=NEEDED),
                    choice("kind", "OutputKind"),
                    Day(name="publishedOn", column="published_on"),
                ),
            ),
        ),
        begins={"status": "DRAFT"},
        musts=(IN_ORDER,),
        keeps=(Keeps("institutions", ("ACTIVE",), "LEAD"),),
    ),
    Entity(
        "Mentor",
        (
            Texts(name="biographies", stem="biography"),
            Choices(name="expertise", options=options("ResearchField")),
            Count(name="capacity", nullable=False, least=0),
            Choice(name="available", nullable=False, options=(True, False)),
        ),
        made=False,
    ),
    Entity(
        "Mobility",
        (
            choice("activity", "MobilityActivity"),
            Choices(name="components", options=options("MobilityComponent")),
            STARTS,
            ENDS,
            PROGRAM,
        ),
        creates=(
            Reference(
                name="participant",
                column="participant_id",
                types={"Participant": "id"},
                nullable=False,
                default=NEEDED,
            ),
            institution("sendingInstitution", "sending_institution_id"),
            institution("receivingInstitution", "receiving_institution_id"),
        ),
        begins={"status": "PLANNED"},
        musts=(IN_ORDER, Must(("sendingInstitution", "receivingInstitution"), _goes_elsewhere, "INVALID")),
        needs=(ReferenceMust("sendingInstitution", _is_sent_from_home, "NOT_ELIGIBLE"),),
    ),
)
BY_TYPE: Mapping[str, Entity] = {one.type: one for one in ENTITIES}
REASONED = {"cancelProject", "cancelEvent", "cancelMobility"}
"""Steps whose input says why."""
SET_BY_STEPS: Mapping[str, tuple[Field, ...]] = {
    "decideAward": (Day(name="decidedOn", column="decided_on", default=TODAY),),
    "confirmArrival": (STARTS,),
    "confirmDeparture": (ENDS,),
}
"""What a step sets beside the status; a default is for a field that is left out or null."""


@dataclass(frozen=True)
class Follows:
    """A step of a row has rows of another table, in these statuses, go to another."""

    table: str
    owner: str
    sources: tuple[str, ...]
    target: str


EFFECTS: Mapping[str, tuple[Follows, ...]] = {
    "cancelEvent": (Follows("registration", "event_id", ("CONFIRMED", "WAITLISTED"), "CANCELLED"),),
}
"""What follows from a step."""
MODELLED: Mapping[str, Entity] = {
    **{f"create{one.type}": one for one in ENTITIES if one.made},
    **{f"update{one.type}": one for one in ENTITIES},
    **{
        name: BY_TYPE[step.type]
        for name, step in STEPS.items()
        if step.type in BY_TYPE and name not in ELSEWHERE
    },
}
