"""Institutions, and their relations to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

import models
from models.institution import CoordinatePrecision, InstitutionKind, LegalRegime
from models.vocabulary import Side
from planner.declaration.bindings import Argument, FacetSource, Key, RootFields, Searchable
from planner.declaration.fields import (
    column,
    connection,
    count,
    derived,
    embedded,
    localized,
    many,
    one,
    owned,
    table_of,
    through,
)
from planner.declaration.row import Row
from planner.declaration.writes import creation, writes
from planner.document.arguments import Arguments
from planner.sql import Column, Condition, scalar_subquery
from schema.city import city
from schema.collaboration import Collaboration, collaborations_of, first_of
from schema.common import GLOBAL_ID, SLUG, Entity, Location, Translation, translated
from schema.concerns import by_column
from schema.declarations import declarations, node
from schema.roles import COORDINATOR
from schema.scalars import RORID, URL, CountryCode, TimeZone
from schema.suppression import suppress_small

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection
    from schema.agreement import Agreement
    from schema.champion import Champion
    from schema.event import Event
    from schema.person import Mentor, Participant
    from schema.project import Project

declarations.enums(InstitutionKind, LegalRegime, CoordinatePrecision, Side)


ROR_ID = Key("rorId", "RORID | None", "Its ROR id.", "ror_id")


def _is_placed(row: Row) -> Condition:
    return row["latitude"].is_not(None)


def _participants(row: Row, arguments: Arguments) -> Column:
    participant = table_of(models.Participant).alias()
    count = select(func.count()).where(participant.c.institution_id == row["id"])
    return suppress_small(row, scalar_subquery(count, participant), _own(row))


def _stays(row: Row, arguments: Arguments) -> Column:
    stay = table_of(models.Mobility).alias()
    ends = or_(stay.c.sending_institution_id == row["id"], stay.c.receiving_institution_id == row["id"])
    return suppress_small(row, scalar_subquery(select(func.count()).where(ends), stay), _own(row))


def _own(row: Row) -> Condition | None:
    """True for the institution's coordinators, who see exact figures."""
    return row.context.has_attribute(row["id"], COORDINATOR) if COORDINATOR in row.context.roles else None


@node(
    models.Institution,
    "institution",
    roots=RootFields(
        "One institution; all given keys must match.",
        (GLOBAL_ID, ROR_ID, SLUG),
        "institutions",
        "Institutions.",
    ),
    changes="Institutions.",
    writes=writes(
        "names acronym city region country timeZone website rorId kind side legalRegime",
        creations=(creation("parent"),),
    ),
    concerns=by_column("id"),
    searched="Institutions, by names, acronym and city.",
    search=(Searchable(lambda row: row["search"], ("name", "acronym", "city")),),
    facets={
        "kind": FacetSource(("kind",), lambda row: row["kind"]),
        "side": FacetSource(("side",), lambda row: row["side"]),
        "country": FacetSource(("country",), lambda row: row["country"]),
    },
)
class Institution(Entity):
    """An organization of the alliance, or one that works with it."""

    ror_id: RORID | None = column("Its id in the Research Organization Registry, if verified.")
    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each available language.", "name")
    acronym: str | None = column("Its acronym.")
    kind: InstitutionKind = column("The kind of institution.")
    side: Side = column("Its side in the alliance.")
    legal_regime: LegalRegime = column("The privacy law that binds it.")
    city: str | None = city(folded=True)
    region: str | None = column("Its state (ISO 3166-2).")
    country: CountryCode = column("Its country (ISO 3166-1 alpha-2).")
    location: Location | None = embedded("Its coordinates.", _is_placed)
    coordinate_precision: CoordinatePrecision | None = column("What its coordinates point at.")
    time_zone: TimeZone = column("Its time zone.")
    website: URL | None = column("Its website.", filter=False)
    parent: Institution | None = one("The institution it is part of.")
    predecessor: Institution | None = one("The institution that it replaced.")
    children: Connection[Institution] = connection(
        "The institutions that are part of it.", owned("parent_id")
    )
    projects: Connection[Project] = connection(
        "The projects it takes part in.", through("ProjectInstitution", "institution_id", "project_id")
    )
    participants: Connection[Participant] = connection(
        "The participants who study here.", owned("institution_id")
    )
    participant_count: int | None = count(
        "How many participants study here; null if the figure is too small to publish.", _participants
    )
    mobility_count: int | None = count(
        "How many stays it sends and receives; null if the figure is too small to publish.", _stays
    )
    mentors: Connection[Mentor] = connection("The mentors who work here.", owned("institution_id"))
    events: Connection[Event] = connection(
        "The events it organizes.", through("EventOrganizer", "institution_id", "event_id")
    )
    agreements: Connection[Agreement] = connection(
        "The agreements it is a party to.", through("AgreementParty", "institution_id", "agreement_id")
    )
    champions: list[Champion] = many(
        "Its faculty with ties to institutions on the other side.", "institution_id"
    )
    collaborations: list[Collaboration] = derived(
        "The institutions it shares projects with, most shared projects first.",
        collaborations_of,
        order=("-weight", "counterpart_id"),
        limit=first_of,
        arguments=(Argument("first", "int | None", "At most this many."),),
    )
