"""Whom steps notify: queries of persons' ids, each of the id of a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

import models
from models.program import ParticipationStatus
from models.registration import RegistrationStatus
from planner.declaration.fields import table_of
from planner.declaration.writes import Tell
from planner.sql import Column

REGISTERED = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED)
TAKING_PART = (ParticipationStatus.ACCEPTED, ParticipationStatus.ACTIVE)


def contributors(kind: str) -> Tell:
    """The people who take part in a project now."""

    def people(project: Column) -> Select[Any]:
        link = table_of(models.ProjectContributor).alias()
        present = or_(link.c.until.is_(None), link.c.until >= func.current_date())
        return select(link.c.person_id).where(link.c.project_id == project, present)

    return Tell(kind, people, "its contributors")


def enrolled(kind: str) -> Tell:
    """The participants of the program that an event is part of."""

    def people(event: Column) -> Select[Any]:
        held, cohort = table_of(models.Event).alias(), table_of(models.Cohort).alias()
        participation = table_of(models.Participation).alias()
        participant = table_of(models.Participant).alias()
        joined = (
            held.join(cohort, cohort.c.program_id == held.c.program_id)
            .join(participation, participation.c.cohort_id == cohort.c.id)
            .join(participant, participant.c.id == participation.c.participant_id)
        )
        taking_part = participation.c.status.in_([status.value for status in TAKING_PART])
        return select(participant.c.person_id).select_from(joined).where(held.c.id == event, taking_part)

    return Tell(kind, people, "participants of its program")


def registered(kind: str) -> Tell:
    """Who has a place at an event, or waits for one."""

    def people(event: Column) -> Select[Any]:
        registration = table_of(models.Registration).alias()
        is_open = registration.c.status.in_([status.value for status in REGISTERED])
        return select(registration.c.person_id).where(registration.c.event_id == event, is_open)

    return Tell(kind, people, "whoever is registered for it")
