"""A record of the Research Organization Registry, of schema version 1 or 2."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError, field_validator
from pydantic_core import from_json

from models.columns import NAME_LENGTH
from models.identifiers import is_ror_id
from models.loading.problems import unstorable
from models.loading.time_zones import region_of_geonames

PREFIX = "https://ror.org/"
SPANISH_SPEAKING = frozenset("AR BO CL CO CR CU DO EC ES GT HN MX NI PA PE PR PY SV UY VE".split())  # noqa: SIM905
SPANISH = re.compile(r"\b(de|del|la|las|los|el|y|para|en)\b|[áéíóúñ]", re.IGNORECASE)


@dataclass(frozen=True)
class RorRecord:
    """The parts of a ROR record that Puente uses; ids are without URL, types in lower case."""

    ror_id: str
    status: str
    name_en: str | None
    name_es: str | None
    acronym: str | None
    types: frozenset[str]
    city: str | None
    region: str | None
    country: str
    latitude: float | None
    longitude: float | None
    website: str | None
    parents: tuple[str, ...]
    predecessors: tuple[str, ...]


class Relationship(BaseModel):
    type: str
    id: str


class RorDocument(BaseModel):
    """The fields that both versions share."""

    id: str
    status: Literal["active", "inactive", "withdrawn"]
    types: list[str]
    relationships: list[Relationship] = []

    @field_validator("id")
    @classmethod
    def checked(cls, value: str) -> str:
        bare = value.removeprefix(PREFIX)
        if not is_ror_id(bare):
            raise ValueError("is not a ROR id: its format or its checksum is wrong")
        return bare


class Admin1(BaseModel):
    code: str | None = None


class GeonamesCity(BaseModel):
    city: str | None = None
    geonames_admin1: Admin1 | None = None


class Address(BaseModel):
    lat: float | None = None
    lng: float | None = None
    city: str | None = None
    geonames_city: GeonamesCity | None = None


class Country(BaseModel):
    country_code: str


class Label(BaseModel):
    label: str
    iso639: str | None = None


class RecordV1(RorDocument):
    """https://ror.readme.io/v1/docs/ror-data-structure"""

    name: str
    labels: list[Label] = []
    acronyms: list[str] = []
    links: list[str] = []
    country: Country
    addresses: list[Address] = []


class RorName(BaseModel):
    value: str
    lang: str | None = None
    types: list[str] = []


class RorLink(BaseModel):
    type: str
    value: str


class GeonamesDetails(BaseModel):
    country_code: str
    country_subdivision_code: str | None = None
    name: str | None = None
    lat: float | None = None
    lng: float | None = None


class RorLocation(BaseModel):
    geonames_details: GeonamesDetails


class RecordV2(RorDocument):
    """https://ror.readme.io/docs/ror-data-structure"""

    names: list[RorName]
    links: list[RorLink] = []
    locations: list[RorLocation]


def parse(line: bytes) -> RorRecord:
    """The record in a text of JSON; raises ValueError with a sentence."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    try:
        document = from_json(text)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("is not a JSON object")
    record = from_document(document)
    check(record)
    return record


def from_document(document: dict[str, Any]) -> RorRecord:
    try:
        if "names" in document:
            return from_v2(RecordV2.model_validate(document))
        if "name" in document:
            return from_v1(RecordV1.model_validate(document))
    except ValidationError as error:
        raise ValueError("; ".join(map(sentence, error.errors()))) from None
    raise ValueError("is neither a v1 nor a v2 record of ROR: it has no name")


def sentence(error: Any) -> str:
    path = ".".join(map(str, error["loc"]))
    return f"{path} {error['msg'].removeprefix('Value error, ')}"


def from_v1(record: RecordV1) -> RorRecord:
    names = [(label.iso639, label.label) for label in record.labels]
    address = record.addresses[0] if record.addresses else Address()
    city = address.geonames_city or GeonamesCity()
    return assemble(
        record,
        display=(None, record.name),
        names=names,
        acronym=first(record.acronyms),
        city=city.city or address.city,
        region=region_of_geonames(city.geonames_admin1.code if city.geonames_admin1 else None),
        country=record.country.country_code,
        latitude=address.lat,
        longitude=address.lng,
        website=first(record.links),
    )


def from_v2(record: RecordV2) -> RorRecord:
    labels = [name for name in record.names if {"label", "ror_display"} & set(name.types)]
    displays = [(name.lang, name.value) for name in labels if "ror_display" in name.types]
    if not displays:
        raise ValueError("has no name of type ror_display")
    if not record.locations:
        raise ValueError("has no location")
    details = record.locations[0].geonames_details
    division = details.country_subdivision_code
    return assemble(
        record,
        display=displays[0],
        names=[(name.lang, name.value) for name in labels],
        acronym=first([name.value for name in record.names if "acronym" in name.types]),
        city=details.name,
        region=f"{details.country_code}-{division}" if division else None,
        country=details.country_code,
        latitude=details.lat,
        longitude=details.lng,
        website=first([link.value for link in record.links if link.type == "website"]),
    )


def assemble(
    record: RorDocument, *, display: tuple[str | None, str], names: list[tuple[str | None, str]], **facts: Any
) -> RorRecord:
    english, spanish = by_language(display, names, facts["country"] in SPANISH_SPEAKING)
    related = [(relation.type.lower(), relation.id.removeprefix(PREFIX)) for relation in record.relationships]
    return RorRecord(
        ror_id=record.id,
        status=record.status,
        name_en=english,
        name_es=spanish,
        types=frozenset(kind.lower() for kind in record.types),
        parents=tuple(ror_id for kind, ror_id in related if kind == "parent"),
        predecessors=tuple(ror_id for kind, ror_id in related if kind == "predecessor"),
        **facts,
    )


def by_language(
    display: tuple[str | None, str], names: list[tuple[str | None, str]], spanish_speaking: bool
) -> tuple[str | None, str | None]:
    """The English and the Spanish name; the language of an unlabeled display name is guessed."""
    language, name = display[0], display[1].strip()
    english, spanish = (
        first([value for code, value in [display, *names] if code == wanted]) for wanted in ("en", "es")
    )
    if language in {"en", "es"} or name in {english, spanish}:
        return english, spanish
    reads_spanish = language is None and spanish_speaking and (english or SPANISH.search(name))
    if spanish is None and reads_spanish:
        return english, name
    return english or name, spanish


def first(values: Sequence[str]) -> str | None:
    return next((value.strip() for value in values if value.strip()), None)


def check(record: RorRecord) -> None:
    """Raise ValueError for values that the database would reject."""
    for name in ("name_en", "name_es", "acronym", "city", "website", "country", "region"):
        value = getattr(record, name)
        if value and (reason := unstorable(value)):
            raise ValueError(f"{name} {reason}")
    if not (record.name_en or record.name_es):
        raise ValueError("has an empty name")
    if max(len(record.name_en or ""), len(record.name_es or "")) > NAME_LENGTH:
        raise ValueError(f"has a name of more than {NAME_LENGTH} characters")
    if not re.fullmatch("[A-Z]{2}", record.country):
        raise ValueError(f"has no country code of two capital letters: {record.country!r}")
    if record.region and not re.fullmatch("[A-Z]{2}-[A-Z0-9]{1,3}", record.region):
        raise ValueError(f"has no ISO 3166-2 region: {record.region!r}")
    check_point(record.latitude, record.longitude)


def check_point(latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise ValueError("has one coordinate without the other")
    for value, limit in ((latitude, 90), (longitude, 180)):
        if value is not None and not (math.isfinite(value) and abs(value) <= limit):
            raise ValueError(f"has a coordinate out of range: {value}")
