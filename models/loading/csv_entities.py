"""The CSV files that can be imported: columns, keys, and lists of links."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

import models
from models import (
    CoordinatePrecision,
    DatePrecision,
    EventMode,
    EventStatus,
    InstitutionKind,
    Language,
    LanguageLevel,
    LegalRegime,
    OrganizerRole,
    ProjectRole,
    ProjectStatus,
    ResearchField,
    Side,
)
from models.columns import NAME_LENGTH, TEXT_LENGTH
from models.loading import cell_values
from models.loading.cell_values import CellParser

Values = Mapping[str, Any]
Complaints = Iterator[tuple[tuple[str, ...], str]]
"""Problems of a row's values taken together: the columns involved, and a sentence."""

NAME, LONG = cell_values.text(NAME_LENGTH), cell_values.text(TEXT_LENGTH)


@dataclass(frozen=True)
class CsvColumn:
    """A column of the file; `stored` is the table's column if its name differs, `refers_to` another table."""

    name: str
    read: CellParser
    required: bool = False
    stored: str | None = None
    refers_to: str | None = None

    @property
    def target(self) -> str:
        return self.stored or self.name


@dataclass(frozen=True)
class CsvLinks:
    """A column whose items are rows of a link table; they replace the stored rows.

    `label_in_key`: a member may be listed twice, with different labels.
    """

    name: str
    read: CellParser
    table: str
    owner: str
    member: str
    label: str
    label_in_key: bool = False
    refers_to: str | None = None


@dataclass(frozen=True)
class CsvFormat:
    """A kind of file. `keys`: the columns that identify a row; `check` compares the values of a row."""

    name: str
    table: Table
    columns: tuple[CsvColumn, ...]
    keys: tuple[str, ...]
    links: tuple[CsvLinks, ...]
    check: Callable[[Values], Complaints]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns] + [link.name for link in self.links]


def both_languages(name: str, read: CellParser) -> tuple[CsvColumn, CsvColumn]:
    return CsvColumn(f"{name}_en", read), CsvColumn(f"{name}_es", read)


def in_order(values: Values, start: str, end: str) -> Complaints:
    if values.get(start) and values.get(end) and values[end] < values[start]:
        yield (start, end), f"{end} is before {start}"


def named(values: Values, name: str) -> Complaints:
    if not values.get(f"{name}_en") and not values.get(f"{name}_es"):
        yield (f"{name}_en", f"{name}_es"), f"{name}_en and {name}_es are both empty"


def check_institution(values: Values) -> Complaints:
    yield from named(values, "name")
    point = ("latitude", "longitude", "coordinate_precision")
    if len({values.get(name) is None for name in point}) > 1:
        yield point, "latitude, longitude and coordinate_precision go together: all or none"
    for name in ("parent_id", "predecessor_id"):
        if values.get(name) is not None and values.get(name) == values.get("id"):
            yield (name,), f"{name.removesuffix('_id')} is the institution itself"


def check_person(values: Values) -> Complaints:
    if not values.get("email") and not values.get("orcid"):
        yield ("email", "orcid"), "email and orcid are both empty: nothing identifies the person"


def check_project(values: Values) -> Complaints:
    yield from named(values, "title")
    yield from in_order(values, "starts_on", "ends_on")


def check_event(values: Values) -> Complaints:
    yield from named(values, "title")
    yield from in_order(values, "starts_at", "ends_at")
    if len(" ".join(values.get("topics") or ())) > TEXT_LENGTH:
        yield ("topics",), f"topics are longer than {TEXT_LENGTH} characters"
    for name in ("starts_at", "ends_at"):
        if values.get(name) and not 1900 <= values[name].year < 2200:
            yield (name,), f"{name} is not between 1900 and 2200"


INSTITUTIONS = CsvFormat(
    name="institutions",
    table=models.metadata.tables["institution"],
    keys=("ror_id", "slug"),
    columns=(
        CsvColumn("slug", cell_values.slug, required=True),
        CsvColumn("ror_id", cell_values.ror_id),
        *both_languages("name", NAME),
        CsvColumn("acronym", NAME),
        CsvColumn("kind", cell_values.one_of(InstitutionKind), required=True),
        CsvColumn("side", cell_values.one_of(Side), required=True),
        CsvColumn("legal_regime", cell_values.one_of(LegalRegime)),
        CsvColumn("city", NAME),
        CsvColumn("region", cell_values.region),
        CsvColumn("country", cell_values.country, required=True),
        CsvColumn("latitude", cell_values.degrees(90)),
        CsvColumn("longitude", cell_values.degrees(180)),
        CsvColumn("coordinate_precision", cell_values.one_of(CoordinatePrecision)),
        CsvColumn("time_zone", cell_values.time_zone, required=True),
        CsvColumn("website", cell_values.url),
        CsvColumn("parent", cell_values.institution, stored="parent_id", refers_to="institution"),
        CsvColumn("predecessor", cell_values.institution, stored="predecessor_id", refers_to="institution"),
        CsvColumn("source", LONG),
    ),
    links=(),
    check=check_institution,
)

PEOPLE = CsvFormat(
    name="people",
    table=models.metadata.tables["person"],
    keys=("orcid", "email"),
    columns=(
        CsvColumn("given_name", cell_values.text(100), required=True),
        CsvColumn("family_names", cell_values.text(100), required=True),
        CsvColumn("preferred_name", cell_values.text(100)),
        CsvColumn("orcid", cell_values.orcid),
        CsvColumn("email", cell_values.email),
        CsvColumn("phone", cell_values.phone),
        CsvColumn("institution", cell_values.institution, stored="institution_id", refers_to="institution"),
        CsvColumn("source", LONG),
    ),
    links=(
        CsvLinks(
            name="languages",
            read=cell_values.pairs(
                cell_values.shaped("[a-z]{2}", "a language of two letters"), cell_values.one_of(LanguageLevel)
            ),
            table="person_language",
            owner="person_id",
            member="language",
            label="level",
        ),
    ),
    check=check_person,
)

PROJECTS = CsvFormat(
    name="projects",
    table=models.metadata.tables["project"],
    keys=("slug",),
    columns=(
        CsvColumn("slug", cell_values.slug, required=True),
        *both_languages("title", NAME),
        *both_languages("summary", LONG),
        CsvColumn("status", cell_values.one_of(ProjectStatus), required=True),
        CsvColumn("starts_on", cell_values.day),
        CsvColumn("ends_on", cell_values.day),
        CsvColumn("date_precision", cell_values.one_of(DatePrecision)),
        CsvColumn("fields", cell_values.items(cell_values.one_of(ResearchField))),
        CsvColumn("sdgs", cell_values.items(cell_values.whole(1, 17))),
        CsvColumn(
            "program",
            cell_values.shaped("[A-Z0-9_]+", "a program's code"),
            stored="program_id",
            refers_to="program",
        ),
        CsvColumn("source", LONG),
    ),
    links=(
        CsvLinks(
            name="institutions",
            read=cell_values.pairs(cell_values.institution, cell_values.one_of(ProjectRole)),
            table="project_institution",
            owner="project_id",
            member="institution_id",
            label="role",
            label_in_key=True,
            refers_to="institution",
        ),
    ),
    check=check_project,
)

EVENTS = CsvFormat(
    name="events",
    table=models.metadata.tables["event"],
    keys=("slug",),
    columns=(
        CsvColumn("slug", cell_values.slug, required=True),
        *both_languages("title", NAME),
        *both_languages("description", LONG),
        CsvColumn("starts_at", cell_values.clock, required=True),
        CsvColumn("ends_at", cell_values.clock, required=True),
        CsvColumn("time_zone", cell_values.time_zone, required=True),
        CsvColumn("date_precision", cell_values.one_of(DatePrecision)),
        CsvColumn("mode", cell_values.one_of(EventMode), required=True),
        CsvColumn("venue", cell_values.slug, stored="venue_id", refers_to="venue"),
        CsvColumn(
            "program",
            cell_values.shaped("[A-Z0-9_]+", "a program's code"),
            stored="program_id",
            refers_to="program",
        ),
        CsvColumn("languages", cell_values.items(cell_values.one_of(Language))),
        CsvColumn("capacity", cell_values.whole(1)),
        CsvColumn("topics", cell_values.items(cell_values.text(100))),
        CsvColumn("status", cell_values.one_of(EventStatus), required=True),
        CsvColumn("source", LONG),
    ),
    links=(
        CsvLinks(
            name="organizers",
            read=cell_values.pairs(cell_values.institution, cell_values.one_of(OrganizerRole)),
            table="event_organizer",
            owner="event_id",
            member="institution_id",
            label="role",
            refers_to="institution",
        ),
    ),
    check=check_event,
)

ENTITIES = {entity.name: entity for entity in (INSTITUTIONS, PEOPLE, PROJECTS, EVENTS)}
