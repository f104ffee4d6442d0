"""Who may do it: the grants that let somebody carry out a mutation of a row, written from the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from uuid import UUID

import asyncpg

from models.access import AccessScope
from planner.declaration.write_action import WriteAction
from schema.grants import Grant, Principal, client_principal, make_principal
from schema.roles import ADMIN, COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT
from tests.reference.actions import NOT_BY_STAFF

BOUND = {"COORDINATOR": COORDINATOR, "MENTOR": MENTOR, "PARTICIPANT": PARTICIPANT}
ORGANIZER = """select 'COORDINATOR', institution_id from event_organizer
    where event_id = (select event_id from registration where id = $1)"""
MENTOR_OF = (
    "select 'MENTOR', m.person_id from mentorship s join mentor m on m.id = s.mentor_id where s.id = $1"
)
MENTEE_OF = """
    select 'PARTICIPANT', p.person_id from mentorship s join participant p on p.id = s.participant_id
    where s.id = $1"""
ANSWERING = (
    f"{MENTOR_OF} and requested_by <> 'MENTOR' union all {MENTEE_OF} and requested_by <> 'PARTICIPANT'"
)
ITS_PARTICIPANT = "from participation s join participant p on p.id = s.participant_id"
ITS_PROGRAM = f"""
    select 'COORDINATOR', g.institution_id {ITS_PARTICIPANT} join cohort c on c.id = s.cohort_id
    join program g on g.id = c.program_id join consent k on k.person_id = p.person_id
    where s.id = $1 and g.institution_id is not null and s.status <> 'WITHDRAWN'
        and k.purpose = 'PARTNER_ACCESS' and k.withdrawn_at is null"""
"""Who runs it, if they may know whose it is."""
WRITERS: Mapping[str, str] = {
    "Institution": "select 'COORDINATOR', $1::uuid",
    "Project": """select 'COORDINATOR', institution_id from project_institution
        where project_id = $1 and role in ('LEAD', 'PARTNER')""",
    "Event": """select 'COORDINATOR', institution_id from event_organizer
        where event_id = $1 and role in ('HOST', 'CO_HOST')""",
    "Venue": "select 'COORDINATOR', institution_id from venue where id = $1 and institution_id is not null",
    "ImpactMetric": """select 'COORDINATOR', p.institution_id from impact_metric m
        join program p on p.id = m.program_id where m.id = $1 and p.institution_id is not null""",
    "CalendarLink": "select 'PARTICIPANT', person_id from calendar_link where id = $1",
    "Webhook": "select 'CLIENT', client_id from webhook where id = $1",
    "Mentor": "select 'MENTOR', person_id from mentor where id = $1",
    "Participant": "select 'COORDINATOR', institution_id from participant where id = $1",
    "Participation": ITS_PROGRAM,
    "Person": "select 'COORDINATOR', institution_id from person where id = $1 and institution_id is not null",
    "Mentorship": f"{MENTOR_OF} union all {MENTEE_OF}",
    "Mobility": "select 'COORDINATOR', sending_institution_id from mobility where id = $1",
    "Registration": f"""
        select 'PARTICIPANT', person_id from registration where id = $1 and person_id is not null
        union all {ORGANIZER}""",
}
ARRIVED = "select 'COORDINATOR', receiving_institution_id from mobility where id = $1"
ACTORS: Mapping[str, str] = {
    "acceptMentorship": ANSWERING,
    "declineMentorship": ANSWERING,
    "confirmArrival": ARRIVED,
    "confirmDeparture": ARRIVED,
    "undoCheckIn": f"{ORGANIZER} union all {ORGANIZER.replace('COORDINATOR', 'ATTENDANCE_WRITE')}",
    "updateMyProfile": "select 'PARTICIPANT', $1::uuid",
    **dict.fromkeys(
        ("archiveMentor", "unarchiveMentor"),
        "select 'COORDINATOR', institution_id from mentor where id = $1 and institution_id is not null",
    ),
    **dict.fromkeys(("changeHome", "mergePeople", "archiveInstitution", "unarchiveInstitution"), ""),
    **dict.fromkeys(
        ("withdrawParticipation", "setMentorPreferences"),
        f"select 'PARTICIPANT', p.person_id {ITS_PARTICIPANT} where s.id = $1",
    ),
}
"""Who carries out a mutation, where it is not whoever may write the row."""
STAFF = Grant(ADMIN)
SCOPES = {one.value for one in AccessScope}
SYSTEM = Grant(INTEGRATION, institution=UUID(int=0))
"""A client's own webhooks are its own wherever it is a system."""


async def with_right(
    connection: asyncpg.Connection, draw: Random, viewer: Principal, action: WriteAction, row: UUID
) -> Principal:
    """The same viewer, with a grant that lets them; staff, where nobody else may."""
    statement = ACTORS.get(action.mutation, WRITERS.get(action.type_name, ""))
    found = await connection.fetch(statement, row) if statement else []
    ways = [*map(tuple, found), *([] if action.mutation in NOT_BY_STAFF else [("ADMIN", None)])]
    role, bound = draw.choice(ways)
    if role == "CLIENT":
        return client_principal(bound, (SYSTEM,), epoch=None)
    if role == "ADMIN":
        return make_principal("PERSON", (*viewer.grants, STAFF), epoch=None, key="given")
    if role in SCOPES:
        system = Grant(INTEGRATION, institution=bound, scopes=frozenset({role}))
        return make_principal("PERSON", (*viewer.grants, system), epoch=None, key="given")
    if role == "COORDINATOR":
        given = Grant(COORDINATOR, institution=bound)
        return make_principal("PERSON", (*viewer.grants, given), epoch=None, key="given")
    return make_principal(
        "PERSON", (Grant(BOUND[role], person=bound), *viewer.grants), epoch=None, key="given"
    )
