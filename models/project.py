"""Projects, who is in them, and what came out of them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity
from models.columns import (
    NAME_LENGTH,
    bounded,
    external_id,
    folded,
    in_order,
    list_of_numbers,
    localized,
    many_of,
    ordered_by_day,
    ring,
    searchable,
    slug_shape,
    sorted_es,
)
from models.vocabulary import DatePrecision, ResearchField


class ProjectStatus(Described):
    """The status of a project."""

    DRAFT = "DRAFT", "Being written; seen by its institutions only."
    PROPOSED = "PROPOSED", "Submitted, not yet decided."
    ACTIVE = "ACTIVE", "Under way."
    COMPLETED = "COMPLETED", "Reached its end."
    CANCELLED = "CANCELLED", "Stopped before its end, or never started."


class ProjectRole(Described):
    """What an institution does in a project."""

    LEAD = "LEAD", "Leads the project."
    PARTNER = "PARTNER", "Takes part in the project."
    FUNDER = "FUNDER", "Funds the project."


class ContributorRole(Described):
    """What a person does in a project."""

    PI = "PI", "Principal investigator."
    CO_PI = "CO_PI", "Co-principal investigator."
    RESEARCHER = "RESEARCHER", "Researcher."
    STUDENT = "STUDENT", "Student who works in the project."


class OutputKind(Described):
    """The kind of output."""

    ARTICLE = "ARTICLE", "An article in a journal or proceedings."
    BOOK = "BOOK", "A book or a chapter of one."
    DATASET = "DATASET", "A data set."
    REPORT = "REPORT", "A report or a policy paper."
    SOFTWARE = "SOFTWARE", "Software."
    OTHER = "OTHER", "Another kind of output."


class Project(Entity, Archivable, table=True):
    """A collaboration of institutions; `date_precision` says how much of its dates is known."""

    natural_key = ("slug",)
    about_person = NOBODY

    slug: str = Field(unique=True)
    title_en: str | None = None
    title_es: str | None = None
    summary_en: str | None = None
    summary_es: str | None = None
    status: ProjectStatus
    starts_on: date | None = None
    ends_on: date | None = None
    date_precision: DatePrecision = DatePrecision.DAY
    fields: list[ResearchField] = many_of("fields", ResearchField)
    sdgs: list[int] = list_of_numbers("sdgs", 1, 17)
    program_id: UUID | None = Field(default=None, foreign_key="program.id")
    agreement_id: UUID | None = ring("agreement.id")
    origin_award_id: UUID | None = ring("award.id")
    origin_project_id: UUID | None = ring("project.id")
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")
    search: Any = searchable("title_en", "title_es", "summary_en", "summary_es")

    __table_args__ = (
        *localized("title"),
        slug_shape(),
        bounded("summary_en", "summary_es"),
        in_order("starts_on", "ends_on"),
        CheckConstraint("num_nonnulls(origin_award_id, origin_project_id) <= 1", name="origin_at_most_one"),
        CheckConstraint("origin_project_id <> id", name="origin_is_another"),
        Index(None, "status", "id"),
        ordered_by_day("project", "starts_on"),
    )


class ProjectInstitution(Entity, table=True):
    """An institution's part in a project."""

    natural_key = ("project_id", "institution_id", "role")
    about_person = NOBODY
    part_of = "project_id"

    project_id: UUID = Field(foreign_key="project.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    role: ProjectRole
    since: date | None = None
    until: date | None = None

    __table_args__ = (UniqueConstraint("project_id", "institution_id", "role"), in_order("since", "until"))


class ProjectContributor(Entity, table=True):
    """A person's part in a project."""

    natural_key = ("project_id", "person_id", "role")
    about_person = "person_id"
    part_of = "project_id"

    project_id: UUID = Field(foreign_key="project.id")
    person_id: UUID = Field(foreign_key="person.id")
    role: ContributorRole
    since: date | None = None
    until: date | None = None

    __table_args__ = (UniqueConstraint("project_id", "person_id", "role"), in_order("since", "until"))


class ProjectOutput(Entity, table=True):
    """Something that a project published, known by its DOI."""

    natural_key = ("doi",)
    about_person = NOBODY
    part_of = "project_id"

    project_id: UUID = Field(foreign_key="project.id")
    doi: str
    title: str
    kind: OutputKind
    published_on: date | None = None

    __table_args__ = (
        UniqueConstraint("project_id", "doi"),
        CheckConstraint("doi ~ '^10\\.[0-9]{4,9}/[^[:space:]]+$'", name="doi_shape"),
        CheckConstraint(f"btrim(title) <> '' and char_length(title) <= {NAME_LENGTH}", name="title_present"),
    )


class ProjectExternalId(Entity, table=True):
    """An id by which an institution's systems know the project."""

    natural_key = ("institution_id", "scheme", "value")
    about_person = NOBODY
    part_of = "project_id"

    project_id: UUID = Field(foreign_key="project.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    scheme: str
    value: str

    __table_args__ = external_id()
