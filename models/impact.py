"""Impact: what the alliance has reported, and what can be counted from the rows to compare with it."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity
from models.columns import NAME_LENGTH


class Measure(Described):
    """What the computed figure counts."""

    PARTICIPANTS = "PARTICIPANTS", "Participants of the program's cohorts."
    UC_CAMPUSES = "UC_CAMPUSES", "UC campuses of the program's participants."
    MX_INSTITUTIONS = "MX_INSTITUTIONS", "Mexican institutions of the program's participants."
    MENTORS = "MENTORS", "Mentors with a mentorship in the program's cohorts."
    PROJECTS = "PROJECTS", "Projects since the metric's first year, except drafts and cancelled ones."
    UC_STUDENTS_IN_MEXICO = (
        "UC_STUDENTS_IN_MEXICO",
        "Participants of UC with a stay at a Mexican institution.",
    )


class Comparator(Described):
    """How to read a reported figure."""

    EXACTLY = "EXACTLY", "Exactly the value."
    AT_LEAST = "AT_LEAST", "The value or more."
    MORE_THAN = "MORE_THAN", "More than the value."
    ABOUT = "ABOUT", "Near the value."


class ImpactMetric(Entity, Archivable, table=True):
    """A reported figure with its source and date, next to the last count of `puente_count_impact`."""

    natural_key = ("key",)
    about_person = NOBODY

    key: str = Field(unique=True)
    label_en: str | None = None
    label_es: str | None = None
    program_id: UUID | None = Field(default=None, foreign_key="program.id")
    measure: Measure
    since_year: int | None = None
    reported_value: int | None = None
    comparator: Comparator | None = None
    as_of: date | None = None
    reported_source: str | None = None
    computed_value: int | None = Field(default=None, sa_column_kwargs={"info": {"kept": True}})

    __table_args__ = (
        CheckConstraint("key ~ '^[a-z0-9]+(_[a-z0-9]+)*$'", name="key_shape"),
        CheckConstraint(
            "num_nonnulls(label_en, label_es) > 0 and (label_en is null or btrim(label_en) <> '')"
            " and (label_es is null or btrim(label_es) <> '')"
            f" and char_length(label_en) <= {NAME_LENGTH} and char_length(label_es) <= {NAME_LENGTH}",
            name="label_present",
        ),
        CheckConstraint("since_year between 1900 and 2200", name="since_year_plausible"),
        CheckConstraint("reported_value >= 0", name="reported_value_positive"),
        CheckConstraint("computed_value >= 0", name="computed_value_positive"),
        CheckConstraint(
            f"btrim(reported_source) <> '' and char_length(reported_source) <= {NAME_LENGTH}",
            name="reported_source_present",
        ),
        CheckConstraint(
            "num_nulls(reported_value, comparator, as_of, reported_source) in (0, 4)", name="reported_whole"
        ),
    )
