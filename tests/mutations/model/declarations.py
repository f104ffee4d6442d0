"""What each mutation may set and what must hold, entity by entity: from the documents and the schema's words.

A new mutation is added here: its fields with their kinds, its links, and what must hold. Who may carry it
out, its statuses and its guards are in `tests/reference/actions.py`. docs/testing.md says how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.base import snake_case
from tests.mutations.model.elsewhere import ELSEWHERE
from tests.mutations.model.fields import (
    NEEDED,
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
from tests.reference.actions import STEPS
from tests.reference.field_sources import SDL


def options(enum: str) -> tuple[str, ...]:
    """The values of an enum of the schema."""
    found = re.search(rf"^enum {enum} {{\n(.*?)^}}", SDL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return tuple(re.findall(r"^  ([A-Z0-9_]+)$", found[1], re.MULTILINE))


@dataclass(frozen=True)
class Must:
    """What must hold of several columns of a row; the first of these fields that was given is named."""

    fields: tuple[str, ...]
    holds: Callable[[Mapping[str, Any]], bool]
    code: str = "OUT_OF_RANGE"


def in_order(first: str, last: str, start: str, end: str) -> Must:
    def holds(row: Mapping[str, Any]) -> bool:
        return row[start] is None or row[end] is None or row[start] <= row[end]

    return Must((last, first), holds)


@dataclass(frozen=True)
class Links:
    """A list of links that is given whole; `keys` tell one from another.

    `named`: the masked field without which the viewer can't tell a link, which then stays.
    """

    name: str
    type: str
    table: str
    owner: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    musts: tuple[Must, ...] = ()
    named: str | None = None


@dataclass(frozen=True)
class Keeps:
    """In this status at least so many links have this role; looked at where the list is given."""

    links: str
    statuses: tuple[str, ...]
    role: str
    least: int = 1


@dataclass(frozen=True)
class Entity:
    """A type whose rows mutations make and change; `creates` are set only when a row is made.

    `made`: whether a mutation makes one.
    """

    type: str
    fields: tuple[Field, ...]
    creates: tuple[Field, ...] = ()
    links: tuple[Links, ...] = ()
    begins: Mapping[str, Any] = None  # type: ignore[assignment]
    musts: tuple[Must, ...] = ()
    keeps: tuple[Keeps, ...] = ()
    made: bool = True
    unique: tuple[str, ...] = ()
    """Fields of which no two rows have the same value."""

    @property
    def table(self) -> str:
        return snake_case(self.type)


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
INSTITUTION = Reference(
    name="institution", column="institution_id", types={"Institution": "id"}, nullable=False, default=NEEDED
)
SINCE, UNTIL = Day(name="since"), Day(name="until")
SINCE_UNTIL = Must(
    ("until",), lambda row: None in (row["since"], row["until"]) or row["since"] <= row["until"]
)


def choice(name: str, enum: str, *, default: Any = NEEDED, column: str = "") -> Choice:
    return Choice(name=name, column=column, nullable=False, default=default, options=options(enum))


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
        (NAMES, Day(name="startsOn", column="starts_on", nullable=False, default=NEEDED), ENDS),
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
                    Reference(
                        name="person",
                        column="person_id",
                        types={"Mentor": "person_id", "Participant": "person_id"},
                        nullable=False,
                        default=NEEDED,
                    ),
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
)
BY_TYPE: Mapping[str, Entity] = {one.type: one for one in ENTITIES}
REASONED = {"cancelProject", "cancelEvent"}
"""Steps whose input says why."""


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
