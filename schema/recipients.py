"""The recipients of notifications: queries of ids for a row's id, of persons and of guests' registrations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import array

import models
from models.access import GrantedRole
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


def nominee(kind: str) -> Tell:
    """The participant of a participation."""

    def people(participation: Column) -> Select[Any]:
        part, participant = table_of(models.Participation).alias(), table_of(models.Participant).alias()
        joined = part.join(participant, participant.c.id == part.c.participant_id)
        return select(participant.c.person_id).select_from(joined).where(part.c.id == participation)

    return Tell(kind, people, "the participant")


def home_coordinators(kind: str) -> Tell:
    """The coordinators of the participant's institution."""

    def people(participation: Column) -> Select[Any]:
        grant, part = _in_force(), table_of(models.Participation).alias()
        participant = table_of(models.Participant).alias()
        joined = part.join(participant, participant.c.id == part.c.participant_id).join(
            grant, _coordinates(grant, participant.c.institution_id)
        )
        return _people_of(grant).select_from(joined).where(part.c.id == participation)

    return Tell(kind, people, "coordinators of the participant's institution")


def program_coordinators(kind: str) -> Tell:
    """The coordinators of the institution that runs the program of a participation."""

    def people(participation: Column) -> Select[Any]:
        grant, part = _in_force(), table_of(models.Participation).alias()
        cohort, program = table_of(models.Cohort).alias(), table_of(models.Program).alias()
        joined = (
            part.join(cohort, cohort.c.id == part.c.cohort_id)
            .join(program, program.c.id == cohort.c.program_id)
            .join(grant, _coordinates(grant, program.c.institution_id))
        )
        return _people_of(grant).select_from(joined).where(part.c.id == participation)

    return Tell(kind, people, "coordinators of the institution that runs the program")


def _coordinates(grant: Any, institution: Column) -> Any:
    return and_(grant.c.role == GrantedRole.COORDINATOR.value, grant.c.institution_id == institution)


def registered(kind: str) -> Tell:
    """The people and guests who have a place at an event, or wait for one."""

    def people(event: Column) -> Select[Any]:
        registration = table_of(models.Registration).alias()
        is_open = registration.c.status.in_([status.value for status in REGISTERED])
        return select(_attendee(registration)).where(registration.c.event_id == event, is_open)

    return Tell(kind, people, "everyone registered for it")


def registrant(kind: str) -> Tell:
    """The person or guest of a registration."""

    def people(id: Column) -> Select[Any]:
        registration = table_of(models.Registration).alias()
        return select(_attendee(registration)).where(registration.c.id == id)

    return Tell(kind, people, "the person who registered, or the guest")


def guest(kind: str, status: RegistrationStatus, words: str) -> Tell:
    """The guest of a registration that has this status, whom somebody else has registered."""

    def people(id: Column) -> Select[Any]:
        registration = table_of(models.Registration).alias()
        return select(registration.c.id).where(
            registration.c.id == id,
            registration.c.person_id.is_(None),
            registration.c.status == status.value,
        )

    return Tell(kind, people, words)


def _attendee(registration: Any) -> Column:
    """The person's id, or that of the registration for a guest."""
    return func.coalesce(registration.c.person_id, registration.c.id)


def the_two(kind: str) -> Tell:
    """The mentor and the participant of a mentorship; nobody is notified of what they did themselves."""

    def people(id: Column) -> Select[Any]:
        mentorship = table_of(models.Mentorship).alias()
        mentor, participant = table_of(models.Mentor).alias(), table_of(models.Participant).alias()
        two = func.unnest(array([mentor.c.person_id, participant.c.person_id]))
        joined = mentorship.join(mentor, mentor.c.id == mentorship.c.mentor_id).join(
            participant, participant.c.id == mentorship.c.participant_id
        )
        return select(two).select_from(joined).where(mentorship.c.id == id)

    return Tell(kind, people, "the other person, or both")


def program_staff(kind: str) -> Tell:
    """The coordinators of the institution that runs the program; without one, the alliance's staff."""

    def people(id: Column) -> Select[Any]:
        grant, mentorship = _in_force(), table_of(models.Mentorship).alias()
        cohort, program = table_of(models.Cohort).alias(), table_of(models.Program).alias()
        joined = mentorship.join(cohort, cohort.c.id == mentorship.c.cohort_id).join(
            program, program.c.id == cohort.c.program_id
        )
        runs = or_(
            and_(
                grant.c.role == GrantedRole.COORDINATOR.value,
                grant.c.institution_id == program.c.institution_id,
            ),
            and_(grant.c.role == GrantedRole.ADMIN.value, program.c.institution_id.is_(None)),
        )
        return _people_of(grant).select_from(joined.join(grant, runs)).where(mentorship.c.id == id)

    return Tell(kind, people, "those who run its program")


def staying(kind: str) -> Tell:
    """The participant of a stay."""

    def people(id: Column) -> Select[Any]:
        mobility, participant = table_of(models.Mobility).alias(), table_of(models.Participant).alias()
        return select(participant.c.person_id).where(
            mobility.c.id == id, participant.c.id == mobility.c.participant_id
        )

    return Tell(kind, people, "the participant")


def both_sides(kind: str) -> Tell:
    """The coordinators of the sending and the receiving institution."""

    def people(id: Column) -> Select[Any]:
        grant, mobility = _in_force(), table_of(models.Mobility).alias()
        sides = or_(
            grant.c.institution_id == mobility.c.sending_institution_id,
            grant.c.institution_id == mobility.c.receiving_institution_id,
        )
        return _people_of(grant).where(
            mobility.c.id == id, grant.c.role == GrantedRole.COORDINATOR.value, sides
        )

    return Tell(kind, people, "coordinators of both institutions")


def _in_force() -> Any:
    """The grants that are in force now."""
    grant = table_of(models.AccessGrant)
    valid = or_(grant.c.expires_at.is_(None), grant.c.expires_at > func.now())
    return select(grant).where(grant.c.revoked_at.is_(None), valid).subquery()


def _people_of(grant: Any) -> Select[Any]:
    """The persons that those who hold the grants are known to be."""
    return select(func.puente_person_of(grant.c.issuer, grant.c.subject))
