"""The statements of lists and loaders: the columns of each type, and which rows are meant.

A row's `key` is its id, its `owner` is what it belongs to, and `:keys` are those that a loader asks for.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import col

from models import (
    Agreement,
    Award,
    Cohort,
    Event,
    EventOrganizer,
    ImpactMetric,
    Institution,
    Mentor,
    Mentorship,
    Participant,
    Participation,
    Person,
    Program,
    Project,
    ProjectContributor,
    ProjectInstitution,
    ProjectOutput,
    Venue,
)

FIRST: BindParameter[int] = bindparam("first", type_=Integer())
WORDS = func.puente_query(bindparam("text", type_=Text()))


def columns(model: Any, *names: str, **labels: str) -> list[ColumnElement[Any]]:
    labelled = [getattr(model, name).label(label) for label, name in labels.items()]
    return [*labelled, *(getattr(model, name) for name in names)]


def localized(model: Any, name: str) -> ColumnElement[Any]:
    """The English text, or the Spanish one where there is none."""
    return func.coalesce(*columns(model, f"{name}_en", f"{name}_es")).label(name)


def matches_parameter(column: Any) -> ColumnElement[bool]:
    """One array as the parameter, so that the statement is the same for any number of keys."""
    return col(column) == any_(bindparam("keys", type_=ARRAY(Uuid())))


def matches(column: Any) -> ColumnElement[bool]:
    return col(column).op("@@", is_comparison=True)(WORDS)


def first_of_each(statement: Select[Any], owner: Any, *order: Any) -> Select[Any]:
    """The first `:first` rows of each owner."""
    number = func.row_number().over(partition_by=owner, order_by=order).label("number")
    numbered = (
        statement.where(matches_parameter(owner)).add_columns(col(owner).label("owner"), number).subquery()
    )
    kept = [column for column in numbered.c if column.name != "number"]
    return select(*kept).where(numbered.c.number <= FIRST).order_by(numbered.c.owner, numbered.c.number)


# Projects, and what belongs to them
PROJECTS = select(
    localized(Project, "title"),
    localized(Project, "summary"),
    *columns(Project, "slug", "status", "starts_on", "ends_on", "fields", "sdgs", "program_id"),
    *columns(Project, key="id", position="title_fold_en"),
).where(col(Project.status) != "DRAFT")
PROJECTS_BY_TITLE = PROJECTS.order_by(col(Project.title_fold_en), col(Project.id)).limit(FIRST)
PROJECTS_AFTER = PROJECTS_BY_TITLE.where(
    tuple_(*columns(Project, "title_fold_en", "id"))
    > tuple_(bindparam("position", type_=Text()), bindparam("key", type_=Uuid()))
)
PROJECT_BY_SLUG = PROJECTS.where(col(Project.slug) == bindparam("slug"))
PROJECT_BY_KEY = PROJECTS.where(matches_parameter(Project.id))

INSTITUTIONS_OF_PROJECT = (
    select(*columns(ProjectInstitution, "role", "since", "institution_id", owner="project_id"))
    .where(matches_parameter(ProjectInstitution.project_id))
    .order_by(*columns(ProjectInstitution, "role", "institution_id", "id"))
)
INSTITUTIONS_OF_PROJECT_BY_ROLE = INSTITUTIONS_OF_PROJECT.where(
    col(ProjectInstitution.role) == bindparam("role")
)
CONTRIBUTORS_OF_PROJECT = (
    select(*columns(ProjectContributor, "role", "since", owner="project_id"))
    .where(matches_parameter(ProjectContributor.project_id))
    .order_by(*columns(ProjectContributor, "role", "id"))
)
AWARDS_OF_PROJECT = (
    select(*columns(Award, "kind", "currency", "decided_on", owner="project_id"))
    .where(matches_parameter(Award.project_id), col(Award.decided_on).is_not(None))
    .order_by(*columns(Award, "decided_on", "id"))
)
TOTALS_OF_PROJECT = (
    select(*columns(Award, "currency", owner="project_id"), func.sum(Award.amount).label("amount"))
    .where(matches_parameter(Award.project_id), col(Award.decided_on).is_not(None))
    .group_by(*columns(Award, "project_id", "currency"))
    .order_by(*columns(Award, "currency"))
)
OUTPUTS_OF_PROJECT = (
    select(*columns(ProjectOutput, "doi", "title", owner="project_id"))
    .where(matches_parameter(ProjectOutput.project_id))
    .order_by(*columns(ProjectOutput, "published_on", "id"))
)

# Institutions, programs, events
INSTITUTIONS = select(
    localized(Institution, "name"),
    *columns(Institution, "slug", "acronym", "kind", "side", "city", "country", "website"),
    *columns(Institution, "latitude", "longitude", key="id"),
)
INSTITUTIONS_BY_NAME = INSTITUTIONS.order_by(*columns(Institution, "name_fold_en", "id")).limit(FIRST)
INSTITUTION_BY_KEY = INSTITUTIONS.where(matches_parameter(Institution.id))
PROGRAM_BY_KEY = select(*columns(Program, key="id"), localized(Program, "name")).where(
    matches_parameter(Program.id)
)

EVENTS = select(
    localized(Event, "title"),
    *columns(Event, "slug", "starts_at", "time_zone", "mode", "topics", "venue_id", key="id"),
).where(col(Event.status) != "DRAFT")
EVENTS_BY_START = EVENTS.order_by(*columns(Event, "starts_at", "id")).limit(FIRST)
EVENT_BY_KEY = EVENTS.where(matches_parameter(Event.id))
VENUE_BY_KEY = select(*columns(Venue, "city", key="id"), localized(Venue, "name")).where(
    matches_parameter(Venue.id)
)
ORGANIZERS_OF_EVENT = (
    select(*columns(EventOrganizer, "role", "institution_id", owner="event_id"))
    .where(matches_parameter(EventOrganizer.event_id))
    .order_by(col(EventOrganizer.role).desc(), col(EventOrganizer.id))
)

# People
MENTORS = select(
    localized(Mentor, "biography"),
    *columns(Mentor, "name", "sector", "expertise", "capacity", "institution_id", key="id"),
)
MENTORS_BY_NAME = MENTORS.order_by(*columns(Mentor, "name_sort_en", "id")).limit(FIRST)
MENTORS_MATCHING = MENTORS_BY_NAME.where(or_(matches(Mentor.search), matches(Mentor.name_search)))
MENTOR_BY_KEY = MENTORS.where(matches_parameter(Mentor.id))

COHORTS = select(*columns(Cohort, key="id"), localized(Cohort, "name"))
COHORT_BY_SLUG = COHORTS.where(col(Cohort.slug) == bindparam("slug"))
COHORT_BY_KEY = COHORTS.where(matches_parameter(Cohort.id))
PARTICIPANTS_OF_COHORT = first_of_each(
    select(*columns(Participant, "name", "level", "institution_id", key="id"), *columns(Person, "email"))
    .join(Person, col(Person.id) == Participant.person_id)
    .join(Participation, col(Participation.participant_id) == Participant.id),
    Participation.cohort_id,
    *columns(Participant, "name_sort_en", "id"),
)
MENTORSHIPS_OF_PARTICIPANT = first_of_each(
    select(*columns(Mentorship, "status", "sessions", "mentor_id")),
    Mentorship.participant_id,
    col(Mentorship.id),
)

AGREEMENT_BY_KEY = select(*columns(Agreement, key="id")).where(
    matches_parameter(Agreement.id), col(Agreement.status) != "DRAFT"
)

# Small counts of people are suppressed
COUNTS_OF_PEOPLE = ("PARTICIPANTS", "MENTORS", "UC_STUDENTS_IN_MEXICO")
SMALLEST_COUNT = 5
IMPACT = select(
    localized(ImpactMetric, "label"),
    *columns(ImpactMetric, "key", "comparator", "as_of", value="reported_value", source="reported_source"),
    case(
        (col(ImpactMetric.measure).not_in(COUNTS_OF_PEOPLE), col(ImpactMetric.computed_value)),
        (col(ImpactMetric.computed_value) >= SMALLEST_COUNT, col(ImpactMetric.computed_value)),
    ).label("computed"),
).order_by(*columns(ImpactMetric, "key", "id"))

# Which rows of which type have the words, best first
_SEARCHED: list[tuple[Any, list[ColumnElement[bool]]]] = [
    (Project, [col(Project.status) != "DRAFT"]),
    (Event, [col(Event.status) != "DRAFT"]),
    (Institution, []),
    (Program, []),
    (Cohort, []),
    (Agreement, [col(Agreement.status) != "DRAFT"]),
]
_hits = union_all(
    *(
        select(
            literal(model.__name__).label("kind"),
            *columns(model, key="id"),
            func.ts_rank(model.search, WORDS).label("rank"),
        ).where(matches(model.search), *conditions)
        for model, conditions in _SEARCHED
    )
).subquery()
HITS = select(_hits.c.kind, _hits.c.key).order_by(_hits.c.rank.desc(), _hits.c.kind, _hits.c.key).limit(FIRST)
