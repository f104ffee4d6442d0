"""Projects, with their institutions, contributors, awards and outputs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, func, or_, select

import models
from models.notification import NotificationKind
from models.project import ContributorRole, OutputKind, ProjectRole, ProjectStatus
from models.vocabulary import DatePrecision, ResearchField
from planner.declaration.access import Rule
from planner.declaration.bindings import Argument, FacetSource, RootFields, Searchable
from planner.declaration.fields import column, derived, localized, many, one, one_of, table_of
from planner.declaration.row import Row
from planner.declaration.writes import Guard, StepTask, Workflow, WorkflowStep, creation, with_upsert, writes
from planner.document.arguments import Arguments
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, SLUG, Entity, HiddenField, Money, Translation, hidden, translated
from schema.concerns import by_link
from schema.dates import by_year
from schema.declarations import declarations, link, node
from schema.messages import message
from schema.person import profile_of
from schema.recipients import contributors
from schema.roles import Scope
from schema.rules import linked_in_role

if TYPE_CHECKING:
    from schema.agreement import Agreement
    from schema.award import Award
    from schema.common import Node
    from schema.institution import Institution
    from schema.person import Profile
    from schema.program import Program

declarations.enums(ProjectStatus, ProjectRole, ContributorRole, OutputKind, DatePrecision, ResearchField)


def _institutions(row: Row) -> Column:
    """The ids of a project's institutions, without duplicates."""
    link_row = row.context.row("ProjectInstitution")
    ids = select(func.array_agg(link_row["institution_id"].distinct()))
    return scalar_subquery(
        ids.where(link_row["project_id"] == row["id"], *link_row.visibility_conditions()),
        *link_row.from_clauses,
    )


def _institution_name(row: Row, key: Column) -> Column:
    institution = row.context.row("Institution")
    name = institution.expression("name")
    return scalar_subquery(
        select(name).where(institution["id"] == key, *institution.visibility_conditions()),
        *institution.from_clauses,
    )


def _total_awarded(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """The sum of the decided awards in each currency, published to everyone who sees the project."""
    assert row is not None
    award = table_of(models.Award).alias()
    total = select(func.sum(award.c.amount).label("amount"), award.c.currency)
    total = total.where(award.c.project_id == row["id"], award.c.decided_on.is_not(None))
    return total.group_by(award.c.currency).correlate_except(award).subquery()


HAS_A_LEAD = Guard(
    linked_in_role(models.ProjectInstitution, "project_id", ProjectRole.LEAD),
    "INCOMPLETE",
    message("project.no_lead"),
)
LED_WHILE_ACTIVE = Guard(
    Rule(
        lambda row: or_(row["status"] != ProjectStatus.ACTIVE.value, HAS_A_LEAD.rule(row)), "led while active"
    ),
    "INCOMPLETE",
    message("project.no_lead"),
    ("institutions",),
)
WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "publishProject",
            "Show a project to everyone, as under way.",
            (ProjectStatus.DRAFT, ProjectStatus.PROPOSED),
            ProjectStatus.ACTIVE,
            guards=(HAS_A_LEAD,),
            task=StepTask(
                "PUBLISH_PROJECT",
                "Publish a draft or a proposal.",
                lambda row: row["starts_on"],
            ),
            tells=(contributors(NotificationKind.PROJECT_PUBLISHED),),
        ),
        WorkflowStep(
            "completeProject",
            "Mark a project as completed.",
            (ProjectStatus.ACTIVE,),
            ProjectStatus.COMPLETED,
            tells=(contributors(NotificationKind.PROJECT_COMPLETED),),
        ),
        WorkflowStep(
            "cancelProject",
            "Cancel a project that is under way or proposed.",
            (ProjectStatus.PROPOSED, ProjectStatus.ACTIVE),
            ProjectStatus.CANCELLED,
            needs_reason=True,
            tells=(contributors(NotificationKind.PROJECT_CANCELLED),),
        ),
    ),
)


@node(
    models.Project,
    "project",
    roots=RootFields("One project; all given keys must match.", (GLOBAL_ID, SLUG), "projects", "Projects."),
    changes="Projects, with their institutions, contributors and outputs.",
    writes=with_upsert(
        writes(
            "titles summaries startsOn endsOn datePrecision fields sdgs program agreement",
            WORKFLOW,
            links="institutions contributors outputs",
            creations=(creation(status=ProjectStatus.DRAFT),),
            holds=(LED_WHILE_ACTIVE,),
        ),
        "externalIds",
        Scope.PROJECTS_WRITE,
    ),
    concerns=by_link(models.ProjectInstitution, "project_id"),
    searched="Projects, by title and summary.",
    search=(Searchable(lambda row: row["search"], ("title", "summary")),),
    facets={
        "field": FacetSource(("fields",), lambda row: row["fields"], many=True),
        "status": FacetSource(("status",), lambda row: row["status"]),
        "year": by_year("startsOn", "starts_on"),
        "institution": FacetSource(
            ("institutions",), _institutions, many=True, label=_institution_name, prefix="institution"
        ),
    },
)
class Project(Entity):
    """A collaboration of institutions from both sides of the border."""

    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each available language.", "title")
    summary: str | None = localized("What it is about.")
    summaries: list[Translation] = translated("What it is about, in each available language.", "summary")
    status: ProjectStatus = column("Its status.", order=True)
    starts_on: date | None = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    date_precision: DatePrecision = column("How precise its dates are.")
    fields: list[ResearchField] = column("The fields of research it belongs to.")
    sdgs: list[int] = column("The UN Sustainable Development Goals that it serves, 1 to 17.")
    program: Program | None = one("The program it is part of.")
    institutions: list[ProjectInstitution] = many(
        "The institutions that take part, by role.",
        "project_id",
        order=("role", "institution_id"),
        equal={"role": "role"},
        arguments=(Argument("role", "ProjectRole | None", "Only those in this role."),),
    )
    contributors: list[Contributor] = many(
        "The people who take part, by role.",
        "project_id",
        order=("role",),
        equal={"role": "role"},
        arguments=(Argument("role", "ContributorRole | None", "Only those in this role."),),
    )
    awards: list[Award] = many("Its awards, decided or requested.", "project_id", order=("decided_on",))
    total_awarded: list[Money] = derived(
        "The sum of its decided awards, in each currency.", _total_awarded, order=("currency",)
    )
    outputs: list[ProjectOutput] = many("Its publications.", "project_id", order=("published_on",))
    external_ids: list[ProjectExternalId] = many(
        "The ids that institutions' systems know it by.", "project_id", order=("scheme", "value")
    )
    agreement: Agreement | None = one("The agreement under which it is carried out.")
    originated_from: Node | None = one_of(
        "The earlier stage that it grew out of.", {"Award": "origin_award_id", "Project": "origin_project_id"}
    )


@link(models.ProjectInstitution)
class ProjectInstitution:
    """An institution's part in a project."""

    role: ProjectRole = column("What it does in the project.")
    since: date | None = column("The start date.")
    until: date | None = column("The end date.")
    institution: Institution = one("The institution.")
    project: Project | None = one("The project.")


@link(models.ProjectContributor)
class Contributor:
    """A person's part in a project."""

    role: ContributorRole = column("What the person does in the project.")
    since: date | None = column("The start date.")
    until: date | None = column("The end date.")
    name: str | None = column(
        "The person's name, with consent.",
        via=("person_id", models.Person),
        folded="name_fold",
        sorted={"EN": "name_sort_en", "ES": "name_sort_es"},
    )
    person: Profile | None = one_of(
        "The person as a mentor, or as a participant.",
        profile_of("person_id"),
    )
    project: Project | None = one("The project.")
    hidden_fields: list[HiddenField] = hidden()


@link(models.ProjectOutput)
class ProjectOutput:
    """A publication of a project."""

    doi: str = column("Its Digital Object Identifier, without a URL.")
    title: str = column("Its title, in its own language.")
    kind: OutputKind = column("The kind of output.")
    published_on: date | None = column("The day of publication.")
    project: Project | None = one("The project.")


@link(models.ProjectExternalId)
class ProjectExternalId:
    """An id that an institution's systems know a project by."""

    institution: Institution = one("The institution that gave the id.")
    scheme: str = column("The system or list that the id is from, such as `cris`.")
    value: str = column("The id, unique in its scheme for the institution.")
    project: Project | None = one("The project.")
