"""What an action is refused for, and what undoes it: written from the workflows, as plain SQL.

`closed` makes the reason hold and `opened` undoes it, of the row whose id is `{id}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import models
from models.base import snake_case
from tests.reference.archive import ARCHIVABLE
from tests.reference.steps import STEPS


@dataclass(frozen=True)
class Way:
    """Into a refusal and out of it."""

    code: str
    closed: str
    opened: str
    by_time: bool = False
    """Nobody can undo it: the time has passed."""
    sets: str = ""
    """What it changes, if other ways change the same: one of these is done at a time."""


STATUSES: Mapping[str, list[str]] = {
    "Project": [one.value for one in models.ProjectStatus],
    "Event": [one.value for one in models.EventStatus],
    "Call": [one.value for one in models.CallStatus],
    "Registration": [one.value for one in models.RegistrationStatus],
    "Mentorship": [one.value for one in models.MentorshipStatus],
    "Mobility": [one.value for one in models.MobilityStatus],
    "Participation": [one.value for one in models.ParticipationStatus],
    "Webhook": [one.value for one in models.WebhookState],
}
SET_STATUS = "update {table} set status = '{status}' where id = '{{id}}'"
SET_REGISTRATION = """
    update registration other set status = 'CANCELLED' from registration r where r.id = '{{id}}'
        and other.id <> r.id and other.event_id = r.event_id and other.person_id = r.person_id
        and other.status in ('CONFIRMED', 'WAITLISTED', 'ATTENDED');
    update registration set status = '{status}' where id = '{{id}}'
"""
SET_WEBHOOK = """
    update webhook set state = '{status}', parked_for = case '{status}' when 'PARKED' then 'FAILING' end
    where id = '{{id}}'
"""
SETS = {"Registration": SET_REGISTRATION, "Webhook": SET_WEBHOOK}


def set_status(type_: str, status: str) -> str:
    """Put the row into a status; nobody registers twice for the same event."""
    return SETS.get(type_, SET_STATUS).format(table=type_.lower(), status=status)


OVER = (
    "update event set starts_at = now() - interval '2 days', ends_at = now() - interval '1 day' where id = "
)
AHEAD = (
    "update event set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days' where id = "
)
ITS_EVENT = "(select event_id from registration where id = '{id}')"
EVENT_OVER = Way("DEADLINE_PASSED", f"{OVER}'{{id}}'", f"{AHEAD}'{{id}}'", by_time=True)
NO_HOST = Way(
    "INCOMPLETE",
    "delete from event_organizer where event_id = '{id}' and role = 'HOST'",
    """insert into event_organizer (event_id, institution_id, role)
        select '{id}', (select id from institution order by slug limit 1), 'HOST' on conflict do nothing""",
)
NO_TITLE = Way(
    "INCOMPLETE",
    "update call set title_en = coalesce(title_en, title_es), title_es = null where id = '{id}'",
    "update call set title_es = 'Convocatoria' where id = '{id}'",
)
CLOSES_LATER = "update call set opens_at = null, deadline = now() + interval '60 days' where id = '{id}'"
NO_CLOSING = Way(
    "INCOMPLETE", "update call set deadline = null where id = '{id}'", CLOSES_LATER, sets="closing"
)
CALL_OVER = Way(
    "DEADLINE_PASSED",
    "update call set opens_at = null, deadline = now() - interval '1 day' where id = '{id}'",
    CLOSES_LATER,
    by_time=True,
    sets="closing",
)
NO_LEAD = Way(
    "INCOMPLETE",
    "delete from project_institution where project_id = '{id}' and role = 'LEAD'",
    """insert into project_institution (project_id, institution_id, role)
        select '{id}', (select id from institution order by slug limit 1), 'LEAD' on conflict do nothing""",
)
TODAY = "(now() at time zone e.time_zone)::date"
NOT_TODAY = Way(
    "DEADLINE_PASSED",
    f"""delete from attendance a using registration r, event e
        where a.registration_id = r.id and r.event_id = e.id and r.id = '{{id}}' and a.day = {TODAY}""",
    f"""insert into attendance (registration_id, day) select r.id, {TODAY}
        from registration r join event e on e.id = r.event_id where r.id = '{{id}}' on conflict do nothing""",
    by_time=True,
)
LAPSED = Way(
    "DEADLINE_PASSED",
    "update mentorship set respond_by = current_date - 3 where id = '{id}'",
    "update mentorship set respond_by = current_date + 3 where id = '{id}'",
    by_time=True,
)
OF_MENTOR = "(select mentor_id from mentorship where id = '{id}')"
TAKEN = f"""(
    select count(*) from mentorship where mentor_id = {OF_MENTOR} and status in ('ACCEPTED', 'ACTIVE'))"""
MENTOR_IS_FULL = Way(
    "CAPACITY_REACHED",
    f"update mentor set capacity = {TAKEN} where id = {OF_MENTOR}",
    f"update mentor set capacity = {TAKEN} + 1 where id = {OF_MENTOR}",
)
OF_MENTEE = """(select p.person_id from participant p join mentorship m on m.participant_id = p.id
    where m.id = '{id}')"""
NO_CONSENT = Way(
    "CONSENT_MISSING",
    f"""update consent set withdrawn_at = greatest(now(), granted_at)
        where person_id = {OF_MENTEE} and purpose = 'PARTNER_ACCESS' and withdrawn_at is null""",
    f"""insert into consent (person_id, purpose, notice_version)
        values ({OF_MENTEE}, 'PARTNER_ACCESS', '1') on conflict do nothing""",
)
NO_HOME = Way(
    "INCOMPLETE",
    "update person set institution_id = null where id = '{id}'",
    """update person set institution_id = (select id from institution order by slug limit 1)
        where id = '{id}' and institution_id is null""",
)
HOME_CONFIRMED = Way(
    "WRONG_STATE",
    "update person set home_confirmed = true where id = '{id}'",
    "update person set home_confirmed = false where id = '{id}'",
)
NO_ADDRESS = Way(
    "INCOMPLETE",
    "update person set email = null where id = '{id}'",
    "update person set email = '{id}@example.org' where id = '{id}' and email is null",
)
SIGNED_IN = Way(
    "WRONG_STATE",
    "insert into access_identity (issuer, subject, person_id) values ('https://id.example', '{id}', '{id}')",
    "delete from access_identity where person_id = '{id}';"
    " update access_grant set revoked_at = now() where person_id = '{id}' and revoked_at is null",
)
DECIDED = Way(
    "WRONG_STATE",
    "update award set decided_on = current_date where id = '{id}'",
    "update award set decided_on = null where id = '{id}'",
)
REVOKED = Way(
    "WRONG_STATE",
    "update access_grant set revoked_at = now() where id = '{id}'",
    "update access_grant set revoked_at = null where id = '{id}'",
)
OTHER_ADMIN = (
    "insert into access_grant (issuer, subject, role) values ('https://id.example', 'other', 'ADMIN')"
)
LAST_ADMIN = Way(
    "INCOMPLETE",
    "update access_grant set revoked_at = now() where role = 'ADMIN' and id <> '{id}';"
    " update access_grant set role = 'ADMIN', institution_id = null, person_id = null, scopes = '{{}}',"
    " expires_at = null where id = '{id}'",
    OTHER_ADMIN,
)
OWN_ADMIN = Way(
    "CONFLICT_OF_INTEREST",
    "update access_grant set revoked_at = now() where (issuer, subject) = ('https://id.example', 'me')"
    " and id <> '{id}';"
    " update access_grant set issuer = 'https://id.example', subject = 'me', role = 'ADMIN',"
    " institution_id = null, person_id = null, scopes = '{{}}' where id = '{id}'",
    "update access_grant set subject = 'somebody else' where id = '{id}'",
)
"""Who tries it is whom this issuer knows as `me`."""

MENTORING = "insert into mentorship (mentor_id, participant_id, status) select"
ENDED = "update mentorship set status = 'ENDED' where status in ('PROPOSED', 'ACCEPTED', 'ACTIVE') and"
HAS_MENTEE = Way(
    "WRONG_STATE",
    f"{MENTORING} '{{id}}', id, 'ACTIVE' from participant order by id limit 1",
    f"{ENDED} mentor_id = '{{id}}'",
)
HAS_MENTOR = Way(
    "WRONG_STATE",
    f"{MENTORING} id, '{{id}}', 'PROPOSED' from mentor order by id limit 1",
    f"{ENDED} participant_id = '{{id}}'",
)
IN_A_COHORT = Way(
    "WRONG_STATE",
    """insert into participation (participant_id, cohort_id, status)
        select '{id}', id, 'NOMINATED' from cohort order by id limit 1
        on conflict (participant_id, cohort_id) do update set status = excluded.status""",
    """update participation set status = 'COMPLETED'
        where participant_id = '{id}' and status in ('NOMINATED', 'ACCEPTED', 'ACTIVE')""",
)
ABROAD = Way(
    "WRONG_STATE",
    """insert into mobility
        (participant_id, sending_institution_id, receiving_institution_id, activity, status)
        select '{id}', a.id, b.id, 'STUDY', 'ONGOING' from institution a, institution b
        where a.slug = 'uc-merced' and b.slug = 'unam'""",
    """update mobility set status = 'CANCELLED'
        where participant_id = '{id}' and status in ('PLANNED', 'ONGOING')""",
)
GUARDS: Mapping[str, tuple[Way, ...]] = {
    "publishProject": (NO_LEAD,),
    "publishEvent": (EVENT_OVER, NO_HOST),
    "publishCall": (NO_TITLE, NO_CLOSING, CALL_OVER),
    "shortenCall": (CALL_OVER,),
    "cancelEvent": (EVENT_OVER,),
    "cancelRegistration": (Way("DEADLINE_PASSED", OVER + ITS_EVENT, AHEAD + ITS_EVENT, by_time=True),),
    "undoCheckIn": (NOT_TODAY,),
    "decideAward": (DECIDED,),
    "revokeRole": (REVOKED, LAST_ADMIN, OWN_ADMIN),
    "invitePerson": (NO_ADDRESS, SIGNED_IN),
    "confirmHome": (NO_HOME, HOME_CONFIRMED),
    "acceptMentorship": (LAPSED, MENTOR_IS_FULL, NO_CONSENT),
    "archiveMentor": (HAS_MENTEE,),
    "archiveParticipant": (HAS_MENTOR, IN_A_COHORT, ABROAD),
}
"""What must hold for a step beside where it starts."""


def ways_of(mutation: str, type_: str, draw: Random) -> list[Way]:
    """All ways into a refusal of the mutation, and out of it."""
    return [*_ways_of_step(mutation, draw), *out_of_the_archive(mutation, type_)]


def out_of_the_archive(mutation: str, type_: str) -> list[Way]:
    """An archived row can only be unarchived, and only such a row."""
    if type_ not in ARCHIVABLE:
        return []
    table = snake_case(type_)
    archived, unarchived = (
        f"update {table} set archived_at = {moment} where id = '{{id}}'" for moment in ("now()", "null")
    )
    if mutation.startswith("unarchive"):
        archived, unarchived = unarchived, archived
    return [Way("WRONG_STATE", archived, unarchived)]


def _ways_of_step(mutation: str, draw: Random) -> list[Way]:
    step = STEPS.get(mutation)
    if step is None:
        return []
    elsewhere = [one for one in STATUSES.get(step.type, ()) if one not in step.sources]
    if not step.sources or not elsewhere:
        return list(GUARDS.get(mutation, ()))
    closed, opened = (set_status(step.type, draw.choice(some)) for some in (elsewhere, step.sources))
    return [Way("WRONG_STATE", closed, opened), *GUARDS.get(mutation, ())]


def one_of_each(ways: Sequence[Way], how: Sequence[str]) -> list[str]:
    """How each way is gone, `closed` or `opened`, where no two change the same; others stay `as it is`."""
    done: set[str] = set()
    found = []
    for way, one in zip(ways, how, strict=True):
        found.append("as it is" if way.sets in done else one)
        if way.sets and one != "as it is":
            done.add(way.sets)
    return found
