"""What each mutation may set and what must hold, entity by entity: from the documents and the schema's words.

A new mutation is added here: its fields with their kinds, its links, and what must hold. Who may carry it
out, its statuses and its guards are in `tests/reference/`: docs/testing.md says how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from tests.mutations.model import (
    archive,
    calls,
    consents,
    figures,
    links_by_mail,
    mentorships,
    merging,
    newcomers,
    participations,
    people,
    programs,
    registrations,
    staff_access,
    upserts,
)
from tests.mutations.model.becoming import Becomes
from tests.mutations.model.drawn import Drawn
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
from tests.mutations.model.making import Effect, Making
from tests.mutations.model.vocabulary import (
    DESCRIPTIONS,
    ENDS,
    IN_ORDER,
    NAMES,
    PERSON,
    PROFILES,
    STARTS,
    TITLES,
    ZONE,
    choice,
    institution,
    options,
)
from tests.mutations.model.world import UNLOGGED
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import STEPS

PRECISION = Choice(
    name="datePrecision",
    column="date_precision",
    nullable=False,
    default="DAY",
    options=options("DatePrecision"),
)
PROGRAM = Reference(name="program", column="program_id", types={"Program": "id"})
REGION = Shaped(name="region", shape=re.compile("[A-Z]{2}-[A-Z0-9]{1,3}"))
COUNTRY = Choice(name="country", nullable=False, default=NEEDED, options=("MX", "US", "CA"))
CITY, CAPACITY = Text(name="city"), Count(name="capacity")


INSTITUTION = institution("institution", "institution_id")
SINCE, UNTIL = Day(name="since"), Day(name="until")
SINCE_UNTIL = Must(
    ("until",), lambda row: None in (row["since"], row["until"]) or row["since"] <= row["until"]
)


def _is_for_something(row: Mapping[str, Any]) -> bool:
    return row["project_id"] is not None or row["recipient_id"] is not None


def _on_the_side_of_its_funder(sight: Sight, row: Row) -> bool:
    funder = sight.get("institution", row["funder_id"])
    return funder is None or bool(funder["side"] == row["funder_side"])


def _goes_elsewhere(row: Mapping[str, Any]) -> bool:
    sending, receiving = row["sending_institution_id"], row["receiving_institution_id"]
    return sending is None or bool(sending != receiving)


def _is_sent_from_home(sight: Sight, row: Row) -> bool:
    participant = sight.get("participant", row["participant_id"])
    return participant is None or bool(participant["institution_id"] == row["sending_institution_id"])


FAMILIES: tuple[Any, ...] = (
    *(programs, registrations, mentorships, consents, participations, people, calls, figures, archive),
    staff_access,
    merging,
    newcomers,
    links_by_mail,
)
"""Modules that declare more: each has some of the names below."""


def declared(name: str) -> Mapping[str, Any]:
    """What all families say under a name, by mutation or table."""
    return {key: one for family in FAMILIES for key, one in getattr(family, name, {}).items()}


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
    *(one for family in FAMILIES for one in family.ENTITIES),
)
BY_TYPE: Mapping[str, Entity] = {one.type: one for one in ENTITIES}
REMOVED = staff_access.REMOVED
REASONED = {"cancelProject", "cancelEvent", "cancelMobility", "endMentorship", *calls.REASONED}
"""Steps whose input says why."""
SET_BY_STEPS: Mapping[str, tuple[Field, ...]] = {
    "decideAward": (Day(name="decidedOn", column="decided_on", default=TODAY),),
    "confirmArrival": (STARTS,),
    "confirmDeparture": (ENDS,),
    "setEventCapacity": (CAPACITY,),
    "declineMentorship": (Text(name="declineReason", column="decline_reason"),),
    **declared("SET_BY_STEPS"),
}
"""What a step sets beside the status; a default is for a field that is left out or null."""


STEPS_SET: Mapping[str, Callable[[Sight, Row], Mapping[str, Any]]] = declared("STEPS_SET")
"""What a step sets that no input says, by column."""
EFFECTS: Mapping[str, tuple[Effect, ...]] = declared("EFFECTS")
"""What follows from a step."""
MAKINGS: Mapping[str, Making] = {
    **{one.mutation: one for family in FAMILIES for one in getattr(family, "MAKINGS", ())},
    "upsertProjectByExternalId": upserts.upsert_of(BY_TYPE["Project"], "institutions", "LEAD"),
    "upsertEventByExternalId": upserts.upsert_of(BY_TYPE["Event"], "organizers", "HOST"),
}
"""The mutations that make a row of their own kind."""


PERFORMERS: Mapping[str, tuple[str, ...]] = {
    **declared("PERFORMERS"),
    **dict.fromkeys(("upsertProjectByExternalId", "upsertEventByExternalId"), ("integration",)),
}
"""Whose random acts of a mutation they mostly are."""
LIKELY: Mapping[str, Callable[[Random, Sight, Row], Mapping[str, Any]]] = declared("LIKELY")
"""What random steps mostly set."""
DRAWN: Mapping[str, tuple[Drawn, ...]] = declared("DRAWN")
"""What the database draws, by table."""
UNLOGGED.update(declared("UNLOGGED"))
BECOMES: Mapping[str, tuple[Becomes, ...]] = declared("BECOMES")
"""What an act must keep, of a row before it and after it."""
OF_THEIR_OWN: Mapping[str, Callable[[Any, Row], tuple[str, ...]]] = declared("OF_THEIR_OWN")
"""The steps that do more than set fields."""
LINKED_BY_STEPS: Mapping[str, tuple[Links, ...]] = declared("LINKED_BY_STEPS")
"""The lists of links that a step takes."""


def is_made(mutation: str) -> bool:
    """Whether a mutation makes a row."""
    return mutation in MAKINGS or mutation.startswith("create")


MODELLED: Mapping[str, Entity] = {
    **{f"create{one.type}": one for one in ENTITIES if one.made},
    **{f"update{one.type}": one for one in ENTITIES if one.updated},
    **{name: BY_TYPE[one.type] for name, one in MAKINGS.items()},
    **{
        name: BY_TYPE[step.type]
        for name, step in STEPS.items()
        if step.type in BY_TYPE and name not in ELSEWHERE
    },
}


def fields_of(mutation: str) -> tuple[Field, ...]:
    """The fields of an input that are no lists of links."""
    if mutation in MAKINGS:
        return MAKINGS[mutation].fields
    return (*MODELLED[mutation].creates, *MODELLED[mutation].fields)


def keys_of(mutation: str) -> Sequence[str]:
    """The fields that name a row by its key."""
    key = MAKINGS[mutation].key if mutation in MAKINGS else None
    return [key.name] if key else []
