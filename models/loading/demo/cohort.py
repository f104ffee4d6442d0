"""The demo's Climate Ambassadors, as many as were reported, with their activities; and a few grantees."""

from datetime import date, timedelta
from itertools import cycle, islice

from models import (
    Activity,
    ActivityKind,
    ActivityParticipation,
    ActivityRole,
    Cohort,
    Entity,
    MentorPreference,
    Mentorship,
    MentorshipStatus,
    Mobility,
    MobilityActivity,
    MobilityComponent,
    MobilityStatus,
    Participation,
    ParticipationStatus,
)
from models.loading.demo.people import (
    ACADEMIC_HOMES,
    INDUSTRY_HOMES,
    MEXICAN_INSTITUTIONS,
    UC_CAMPUSES,
    synthetic,
)
from models.loading.natural_keys import id_of

START, END = date(2024, 2, 1), date(2026, 12, 31)

HOMES = (*UC_CAMPUSES, *MEXICAN_INSTITUTIONS)
STUDENTS = [(f"student-{n:02d}", home) for n, home in enumerate(islice(cycle(HOMES), 46), 1)]
MENTORS: list[tuple[str, str | None]] = [
    (f"mentor-{n:02d}", home)
    for n, home in enumerate([*islice(cycle(ACADEMIC_HOMES), 30), *islice(cycle(INDUSTRY_HOMES), 17)], 1)
]
GRANTEES = [
    (f"grantee-{n:02d}", home)
    for n, home in enumerate(
        islice(cycle(("uc-los-angeles", "uc-berkeley", "uc-irvine", "uc-santa-barbara")), 8), 1
    )
]

PREFERENCES = {
    "student-22": ("mentor-12", "mentor-26", "mentor-02"),
    "student-34": ("mentor-09", "mentor-02"),
    "student-38": ("mentor-40",),
    "student-40": ("mentor-11", "mentor-31", "mentor-07", "mentor-20", "mentor-35"),
}
"""Whom students prefer, the first choice first."""
AVOIDED = {"student-22": ("mentor-03",), "student-38": ("mentor-02", "mentor-05")}

HOSTS = ("conservation-international", "merm", "gcf-task-force")
MEXICAN_HOSTS = ("unam", "uady", "colef", "universidad-de-guanajuato")

ACTIVITIES = (
    ("course", ActivityKind.COURSE, "Climate science for both sides of the border",
     "Ciencia del clima para los dos lados de la frontera", date(2024, 9, 2), date(2024, 12, 6)),
    ("workshop-energy", ActivityKind.WORKSHOP, "Renewable energy in practice",
     "Energía renovable en la práctica", date(2024, 4, 12), date(2024, 4, 13)),
    ("workshop-policy", ActivityKind.WORKSHOP, "From evidence to public policy",
     "De la evidencia a la política pública", date(2025, 3, 21), date(2025, 3, 21)),
    ("workshop-writing", ActivityKind.WORKSHOP, "Writing a proposal", None,
     date(2025, 10, 3), date(2025, 10, 3)),
    ("committee", ActivityKind.COMMITTEE, "Outreach and Communications",
     "Difusión y Comunicación", date(2024, 3, 1), None),
)  # fmt: skip


def cohorts() -> list[Entity]:
    return [
        synthetic(
            Cohort,
            "climate-ambassadors-demo",
            program_id=id_of("program", "CLIMATE_AMBASSADORS"),
            slug="climate-ambassadors-demo",
            name_en="Climate Ambassadors (demo)",
            name_es="Embajadores del Clima (demostración)",
            starts_on=START,
            ends_on=END,
        ),
        synthetic(
            Cohort,
            "mobility-grants-demo",
            program_id=id_of("program", "STUDENT_MOBILITY_GRANTS"),
            slug="mobility-grants-demo",
            name_en="Mobility grants, summer of 2026 (demo)",
            name_es="Apoyos a la movilidad, verano de 2026 (demostración)",
            starts_on=date(2026, 6, 15),
            ends_on=date(2026, 8, 21),
        ),
    ]


def participations() -> list[Entity]:
    ambassadors = [
        synthetic(
            Participation,
            key,
            participant_id=id_of("participant", key),
            cohort_id=id_of("cohort", "climate-ambassadors-demo"),
            status=ParticipationStatus.COMPLETED if number < 30 else ParticipationStatus.ACTIVE,
            joined_on=START if number < 24 else date(2025, 2, 3),
            left_on=date(2025, 12, 12) if number < 30 else None,
        )
        for number, (key, _) in enumerate(STUDENTS)
    ]
    statuses = list(ParticipationStatus)
    grantees = [
        synthetic(
            Participation,
            key,
            participant_id=id_of("participant", key),
            cohort_id=id_of("cohort", "mobility-grants-demo"),
            status=statuses[number % 5],
        )
        for number, (key, _) in enumerate(GRANTEES)
    ]
    return [*ambassadors, *grantees]


def mentor_preferences() -> list[Entity]:
    return [
        *(
            _preference(student, mentor, rank=rank)
            for student, mentors in PREFERENCES.items()
            for rank, mentor in enumerate(mentors, 1)
        ),
        *(
            _preference(student, mentor, avoid=True)
            for student, mentors in AVOIDED.items()
            for mentor in mentors
        ),
    ]


def _preference(student: str, mentor: str, *, rank: int | None = None, avoid: bool = False) -> Entity:
    return synthetic(
        MentorPreference,
        student,
        mentor,
        participation_id=id_of("participation", student),
        participant_id=id_of("participant", student),
        cohort_id=id_of("cohort", "climate-ambassadors-demo"),
        mentor_id=id_of("mentor", mentor),
        rank=rank,
        avoid=avoid,
    )


def mentorships() -> list[Entity]:
    """One mentorship for each mentor, and one for each status that is still missing."""
    main = [mentorship(number, number % len(STUDENTS), None) for number in range(len(MENTORS))]
    others = (MentorshipStatus.PROPOSED, MentorshipStatus.ACCEPTED, MentorshipStatus.ENDED)
    return [*main, *(mentorship(number, number + 20, status) for number, status in enumerate(others))]


def mentorship(mentor: int, student: int, status: MentorshipStatus | None) -> Mentorship:
    over = student < 30
    usual = MentorshipStatus.COMPLETED if over else MentorshipStatus.ACTIVE
    started = status not in {MentorshipStatus.PROPOSED, MentorshipStatus.ACCEPTED}
    mentor_key, student_key = MENTORS[mentor][0], STUDENTS[student][0]
    return synthetic(
        Mentorship,
        mentor_key,
        student_key,
        mentor_id=id_of("mentor", mentor_key),
        participant_id=id_of("participant", student_key),
        cohort_id=id_of("cohort", "climate-ambassadors-demo"),
        status=status or usual,
        starts_on=date(2025, 2, 10) + timedelta(days=student) if started else None,
        ends_on=date(2025, 12, 12) if started and over else None,
        goals="Plan a project and present it." if mentor % 2 else None,
        notes="Met at the workshop; next, the data." if mentor % 3 == 0 else None,
        notes_shared=mentor % 6 == 0,
        sessions=4 + mentor % 7 if started else 0,
    )


def mobilities() -> list[Entity]:
    return [
        *(internship(number) for number in range(0, 42, 3)),
        *(stay(number) for number in range(len(GRANTEES))),
    ]


def internship(number: int) -> Mobility:
    key, home = STUDENTS[number]
    statuses = (
        MobilityStatus.COMPLETED,
        MobilityStatus.ONGOING,
        MobilityStatus.COMPLETED,
        MobilityStatus.PLANNED,
    )
    return synthetic(
        Mobility,
        key,
        participant_id=id_of("participant", key),
        sending_institution_id=id_of("institution", home),
        receiving_institution_id=id_of("institution", HOSTS[number // 3 % 3]),
        program_id=id_of("program", "CLIMATE_AMBASSADORS"),
        activity=MobilityActivity.INTERNSHIP,
        components=[MobilityComponent.INTERNSHIP, *([MobilityComponent.FIELDWORK] if number % 2 else [])],
        starts_on=date(2025, 6, 2),
        ends_on=date(2025, 8, 15),
        status=statuses[number // 3 % 4],
    )


def stay(number: int) -> Mobility:
    key, home = GRANTEES[number]
    activities = [activity for activity in MobilityActivity if activity != MobilityActivity.INTERNSHIP]
    return synthetic(
        Mobility,
        key,
        participant_id=id_of("participant", key),
        sending_institution_id=id_of("institution", home),
        receiving_institution_id=id_of("institution", MEXICAN_HOSTS[number % 4]),
        program_id=id_of("program", "STUDENT_MOBILITY_GRANTS"),
        activity=activities[number % 4],
        components=[
            MobilityComponent.LANGUAGE,
            MobilityComponent.CULTURAL_IMMERSION,
            *([MobilityComponent.SERVICE_LEARNING] if number % 3 else [MobilityComponent.COURSEWORK]),
        ],
        starts_on=date(2026, 6, 15),
        ends_on=date(2026, 8, 21),
        status=MobilityStatus.CANCELLED if number == 4 else MobilityStatus.COMPLETED,
    )


def activities() -> list[Entity]:
    return [
        synthetic(
            Activity,
            key,
            program_id=id_of("program", "CLIMATE_AMBASSADORS"),
            cohort_id=id_of("cohort", "climate-ambassadors-demo"),
            kind=kind,
            title_en=english,
            title_es=spanish,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for key, kind, english, spanish, starts_on, ends_on in ACTIVITIES
    ]


def activity_participations() -> list[Entity]:
    """All students take the course; the other activities have every second, third, … student."""
    return [
        synthetic(
            ActivityParticipation,
            activity,
            student,
            activity_id=id_of("activity", activity),
            participant_id=id_of("participant", student),
            role=activity_role(kind, number),
            since=since,
        )
        for step, (activity, kind, _, _, since, _) in enumerate(ACTIVITIES, 1)
        for number, (student, _) in enumerate(STUDENTS)
        if number % step == 0
    ]


def activity_role(kind: ActivityKind, number: int) -> ActivityRole:
    if number == 0 and kind == ActivityKind.COMMITTEE:
        return ActivityRole.CHAIR
    if number == 12 and kind == ActivityKind.WORKSHOP:
        return ActivityRole.SPEAKER
    return ActivityRole.MEMBER
