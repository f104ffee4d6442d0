"""The demo's calls: one that is open, one that opens later, and one that is not announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from models import Call, CallStatus, Entity
from models.loading.demo.people import synthetic
from models.loading.natural_keys import id_of

OPENS, LAST_MINUTE = time(9), time(23, 59)


@dataclass(frozen=True)
class DemoCall:
    """`opens` and `closes`: how many days ahead."""

    slug: str
    title_en: str
    title_es: str
    program: str
    institution: str | None
    status: CallStatus
    opens: int
    closes: int
    zone: str


CALLS = (
    DemoCall(
        "demo-open-call",
        "Seed grants for water research (demo)",
        "Apoyos semilla para la investigación del agua (demostración)",
        "STRATEGIC_RESEARCH",
        "universidad-panamericana",
        CallStatus.OPEN,
        -7,
        28,
        "America/Mexico_City",
    ),
    DemoCall(
        "demo-scheduled-call",
        "Summer research: applications (demo)",
        "Verano de la investigación: solicitudes (demostración)",
        "demo-summer-research",
        None,
        CallStatus.SCHEDULED,
        14,
        35,
        "America/Los_Angeles",
    ),
    DemoCall(
        "demo-draft-call",
        "Travel grants for joint courses (demo)",
        "Apoyos de viaje para cursos conjuntos (demostración)",
        "STUDENT_MOBILITY_GRANTS",
        "uc-merced",
        CallStatus.DRAFT,
        21,
        49,
        "America/Tijuana",
    ),
)


def upcoming_calls(today: date) -> list[list[Entity]]:
    """Each call, alone."""
    return [[_call(one, today)] for one in CALLS]


def _call(one: DemoCall, today: date) -> Entity:
    zone = ZoneInfo(one.zone)
    return synthetic(
        Call,
        one.slug,
        slug=one.slug,
        program_id=id_of("program", one.program),
        institution_id=id_of("institution", one.institution) if one.institution else None,
        title_en=one.title_en,
        title_es=one.title_es,
        status=one.status,
        opens_at=datetime.combine(today + timedelta(days=one.opens), OPENS, zone),
        deadline=datetime.combine(today + timedelta(days=one.closes), LAST_MINUTE, zone),
        time_zone=one.zone,
        max_amount=Decimal(10_000),
        currency="USD",
        eligibility_en="A synthetic call of the demo.",
        eligibility_es="Una convocatoria sintética de la demostración.",
    )
