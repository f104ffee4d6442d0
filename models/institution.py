"""Institutions of both sides: where they are, what they are, which law binds them."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity
from models.city_names import BOTH_CITY_NAMES
from models.columns import (
    coordinates,
    folded,
    generated,
    known_zone,
    localized,
    ring,
    searchable,
    shaped,
    slug_shape,
    sorted_es,
)
from models.vocabulary import Side


class InstitutionKind(Described):
    """What an institution is."""

    UC_SYSTEM = "UC_SYSTEM", "The University of California as a whole, or its system-wide office."
    UC_CAMPUS = "UC_CAMPUS", "One of the ten campuses of the University of California."
    UC_DIVISION = "UC_DIVISION", "A system-wide division of the University of California."
    NATIONAL_LAB = "NATIONAL_LAB", "A national laboratory that the University of California manages."
    PUBLIC_UNIVERSITY = "PUBLIC_UNIVERSITY", "A public university."
    PRIVATE_UNIVERSITY = "PRIVATE_UNIVERSITY", "A private university."
    UNIVERSITY = "UNIVERSITY", "A place of higher education not known to be public or private."
    RESEARCH_CENTER = "RESEARCH_CENTER", "A center or institute of research."
    HEALTH_INSTITUTE = "HEALTH_INSTITUTE", "A hospital or an institute of health."
    GOVERNMENT = "GOVERNMENT", "A government, a ministry or a public agency."
    FUNDER = "FUNDER", "An organization that mainly funds research."
    NGO = "NGO", "A nonprofit organization outside government."
    NETWORK = "NETWORK", "A network of organizations or governments."
    BUSINESS = "BUSINESS", "A company, or a hub of companies."
    ARCHIVE = "ARCHIVE", "A library, museum or archive."
    FACILITY = "FACILITY", "A facility such as an observatory or a field station."
    ALLIANCE_OFFICE = "ALLIANCE_OFFICE", "An office of the alliance itself."
    VENUE = "VENUE", "A venue for events."
    OTHER = "OTHER", "Another kind of organization, or one that is not known."


class LegalRegime(Described):
    """The privacy law that applies to an institution's personal records."""

    US_FERPA = "US_FERPA", "The Family Educational Rights and Privacy Act of the United States."
    MX_PUBLIC = "MX_PUBLIC", "Mexico's law on personal data held by public bodies (LGPDPPSO)."
    MX_PRIVATE = "MX_PRIVATE", "Mexico's law on personal data held by private parties (LFPDPPP)."
    OTHER = "OTHER", "Another law, or one that is not known."


class CoordinatePrecision(Described):
    """What coordinates locate."""

    CITY = "CITY", "The center of the city; several institutions may share the point."
    CAMPUS = "CAMPUS", "The campus itself."


class Institution(Entity, Archivable, table=True):
    """An organization of the alliance or around it."""

    natural_key = ("slug",)
    about_person = NOBODY

    ror_id: str | None = Field(default=None, unique=True)
    slug: str = Field(unique=True)
    name_en: str | None = None
    name_es: str | None = None
    acronym: str | None = None
    kind: InstitutionKind
    side: Side
    legal_regime: LegalRegime = LegalRegime.OTHER
    city: str | None = None
    region: str | None = None
    country: str
    latitude: float | None = None
    longitude: float | None = None
    coordinate_precision: CoordinatePrecision | None = None
    time_zone: str
    website: str | None = None
    parent_id: UUID | None = ring("institution.id")
    predecessor_id: UUID | None = ring("institution.id")
    name_fold_en: str | None = folded("name", "en")
    name_fold_es: str | None = folded("name", "es")
    name_sort_es: str | None = sorted_es("name")
    city_fold: str | None = generated("puente_fold(city)")
    search: Any = searchable("name_en", "name_es", "acronym", BOTH_CITY_NAMES)

    __table_args__ = (
        *localized("name"),
        slug_shape(),
        shaped("ror_id", "^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$"),
        *coordinates(),
        known_zone(),
        CheckConstraint(
            "(coordinate_precision is null) = (latitude is null)", name="coordinate_precision_present"
        ),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("predecessor_id <> id", name="predecessor_is_another"),
        Index(None, "latitude", "longitude"),
        Index(None, "side", "id"),
        Index(None, "kind", "id"),
        Index(None, "country", "id"),
    )
