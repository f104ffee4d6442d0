"""The tasks of the demo's people: requests, stays, nominations, a proposal to publish."""

from __future__ import annotations

from datetime import date, timedelta

from models import (
    Cohort,
    DatePrecision,
    Entity,
    Mentorship,
    MentorshipRequester,
    MentorshipStatus,
    Mobility,
    MobilityActivity,
    MobilityComponent,
    MobilityStatus,
    Participation,
    ParticipationStatus,
    Pillar,
    Program,
    ProgramKind,
    Project,
    ProjectContributor,
    ProjectInstitution,
    ProjectStatus,
    ResearchField,
)
from models.loading.demo import cohort
from models.loading.demo.people import synthetic
from models.loading.natural_keys import id_of
from models.project import ContributorRole, ProjectRole

MENTOR, PARTICIPANT = MentorshipRequester.MENTOR, MentorshipRequester.PARTICIPANT
REQUESTS = (
    ("mentor-02", "student-03", PARTICIPANT, 6),
    ("mentor-02", "student-24", PARTICIPANT, 9),
    ("mentor-12", "student-22", MENTOR, 5),
    ("mentor-26", "student-22", PARTICIPANT, 8),
)
"""Mentor, participant, who asked, and in how many days the answer is due."""
STAYS = (
    ("student-06", "uc-merced", MobilityStatus.PLANNED, 7),
    ("student-01", "universidad-panamericana", MobilityStatus.PLANNED, 11),
    ("student-13", "uc-merced", MobilityStatus.ONGOING, -40),
    ("student-12", "universidad-panamericana", MobilityStatus.ONGOING, -50),
)
"""Participant, who receives them, how far it is, and in how many days it begins."""
LASTS = timedelta(days=60)
SUMMER = "demo-summer-research"
NOMINATED = ("student-05", "student-15")
PROPOSAL = "demo-upcoming-proposal"


def upcoming_tasks(today: date) -> list[list[Entity]]:
    """Each row that waits for somebody, with what belongs to it."""
    alone: list[Entity] = [
        *(_request(*one, today=today) for one in REQUESTS),
        *(_stay(*one, today=today) for one in STAYS),
    ]
    return [*([entity] for entity in alone), [_program()], _cohort(today), _proposal(today)]


def _program() -> Program:
    return synthetic(
        Program,
        SUMMER,
        code="DEMO_SUMMER_RESEARCH",
        slug=SUMMER,
        name_en="Summer research (demo)",
        name_es="Verano de la investigación (demostración)",
        description_en="A synthetic program of the demo.",
        description_es="Un programa sintético de la demostración.",
        pillar=Pillar.MOBILITY_AND_TALENT,
        kind=ProgramKind.TALENT_PROGRAM,
        institution_id=id_of("institution", "uc-merced"),
    )


def _cohort(today: date) -> list[Entity]:
    begins = today + timedelta(days=45)
    cohort = synthetic(
        Cohort,
        SUMMER,
        program_id=id_of("program", SUMMER),
        slug=SUMMER,
        name_en="Next summer (demo)",
        name_es="Próximo verano (demostración)",
        starts_on=begins,
        ends_on=begins + LASTS,
    )
    return [cohort, *(_nomination(student) for student in NOMINATED)]


def _nomination(student: str) -> Participation:
    return synthetic(
        Participation,
        SUMMER,
        student,
        participant_id=id_of("participant", student),
        cohort_id=id_of("cohort", SUMMER),
        status=ParticipationStatus.NOMINATED,
    )


def _request(
    mentor: str, student: str, requester: MentorshipRequester, days: int, *, today: date
) -> Mentorship:
    return synthetic(
        Mentorship,
        "upcoming",
        mentor,
        student,
        mentor_id=id_of("mentor", mentor),
        participant_id=id_of("participant", student),
        cohort_id=id_of("cohort", "climate-ambassadors-demo"),
        status=MentorshipStatus.PROPOSED,
        requested_by=requester,
        respond_by=today + timedelta(days=days),
        goals="Plan a project and present it.",
    )


def _stay(student: str, receiving: str, status: MobilityStatus, days: int, *, today: date) -> Mobility:
    begins = today + timedelta(days=days)
    return synthetic(
        Mobility,
        "upcoming",
        student,
        participant_id=id_of("participant", student),
        sending_institution_id=id_of("institution", dict(cohort.STUDENTS)[student]),
        receiving_institution_id=id_of("institution", receiving),
        program_id=id_of("program", "STUDENT_MOBILITY_GRANTS"),
        activity=MobilityActivity.RESEARCH,
        components=[MobilityComponent.LANGUAGE],
        starts_on=begins,
        ends_on=begins + LASTS,
        status=status,
    )


def _proposal(today: date) -> list[Entity]:
    begins = today + timedelta(days=14)
    project = synthetic(
        Project,
        PROPOSAL,
        slug=PROPOSAL,
        title_en="Soils that keep water",
        title_es="Suelos que guardan el agua",
        summary_en="A synthetic project of the demo.",
        summary_es="Un proyecto sintético de la demostración.",
        status=ProjectStatus.PROPOSED,
        starts_on=begins,
        ends_on=begins + timedelta(days=730),
        date_precision=DatePrecision.DAY,
        fields=[ResearchField.AGRICULTURE],
        sdgs=[2, 6],
        program_id=id_of("program", "STRATEGIC_RESEARCH"),
    )
    return [project, *_institutions(), _contributor()]


def _institutions() -> list[Entity]:
    return [
        synthetic(
            ProjectInstitution,
            PROPOSAL,
            slug,
            project_id=id_of("project", PROPOSAL),
            institution_id=id_of("institution", slug),
            role=role,
        )
        for slug, role in (
            ("uc-merced", ProjectRole.LEAD),
            ("universidad-panamericana", ProjectRole.PARTNER),
        )
    ]


def _contributor() -> Entity:
    return synthetic(
        ProjectContributor,
        PROPOSAL,
        project_id=id_of("project", PROPOSAL),
        person_id=id_of("person", "mentor-02"),
        role=ContributorRole.PI,
    )
