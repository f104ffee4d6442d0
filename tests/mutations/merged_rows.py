"""A person who has a row wherever one may, and how many rows are somebody's."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine

import models
from models.person_merge import MergeRule, PersonReference, references_to
from tests.models.statements import run, scalar

KEPT, LOST, OTHER = (UUID(int=number) for number in (0xA1, 0xB2, 0xC3))
PERSON = """
    insert into person (id, given_name, family_names, is_synthetic)
    values ('{person}', 'Itzel', 'Núñez', true)"""
PROFILES = """
    with mentors as (
        insert into mentor (id, person_id, sector, capacity, available)
        values ('{mentor}', '{person}', 'ACADEMIC', 5, true)
    )
    insert into participant (id, person_id, institution_id, level)
    select '{participant}', '{person}', id, 'DOCTORAL' from institution where slug = 'uc-merced'"""
OVER = "(select id from event order by id limit 1)"
ROWS: Mapping[str, str] = {
    "access_grant": "insert into access_grant (issuer, subject, role, person_id)"
    " values ('https://id.example', '{person}', 'PARTICIPANT', '{person}')",
    "access_identity": "insert into access_identity (issuer, subject, person_id)"
    " values ('https://id.example', '{person}', '{person}')",
    "activity_participation": "insert into activity_participation (activity_id, participant_id, role)"
    " select id, '{participant}', 'MEMBER' from activity order by id limit 1",
    "award": "insert into award (kind, recipient_id, amount, currency, funder_side)"
    " values ('SEED', '{person}', 5, 'USD', 'UC')",
    "calendar_link": "insert into calendar_link (issuer, subject, person_id, secret_hash)"
    " values ('https://id.example', '{person}', '{person}', sha256('{person}'))",
    "champion": "insert into champion (person_id, institution_id, counterpart_id)"
    " select '{person}', a.id, b.id from institution a, institution b"
    " where a.slug = 'uc-merced' and b.slug = 'unam'",
    "consent": "insert into consent (person_id, purpose, notice_version)"
    " values ('{person}', 'ATTRIBUTION', '1')",
    "mentorship": "insert into mentorship (mentor_id, participant_id, status, sessions)"
    " select '{mentor}', id, 'COMPLETED', 1 from participant"
    " where person_id <> '{person}' order by id limit 1",
    "mobility": "insert into mobility (participant_id, sending_institution_id, receiving_institution_id,"
    " activity, status) select '{participant}', a.id, b.id, 'STUDY', 'COMPLETED'"
    " from institution a, institution b where a.slug = 'uc-merced' and b.slug = 'unam'",
    "participation": "insert into participation (participant_id, cohort_id, status)"
    " select '{participant}', id, 'ACTIVE' from cohort order by id limit 1",
    "mentor_preference": "insert into mentor_preference"
    " (participation_id, participant_id, cohort_id, mentor_id, rank)"
    " select id, participant_id, cohort_id, '{mentor}', 1 from participation"
    " where participant_id = '{participant}'",
    "person_language": "insert into person_language (person_id, language, level)"
    " values ('{person}', 'es', 'NATIVE')",
    "person_merge": "insert into person_merge (person_id, duplicate_id)"
    " values ('{person}', gen_random_uuid())",
    "project_contributor": "insert into project_contributor (project_id, person_id, role)"
    " select id, '{person}', 'PI' from project order by id limit 1",
    "registration": f"insert into registration (event_id, person_id, status)"
    f" values ({OVER}, '{{person}}', 'CONFIRMED')",
    "attendance": "insert into attendance (registration_id, day)"
    " select id, date '2026-01-01' from registration where person_id = '{person}'",
    "mentorship_session": "insert into mentorship_session (mentorship_id, mentor_id, participant_id, held_on)"
    " select id, mentor_id, participant_id, date '2026-01-01' from mentorship"
    " where '{mentor}' = mentor_id or '{participant}' = participant_id",
    "notification": "insert into notification (person_id, kind, event_id, revision, language)"
    f" values ('{{person}}', 'EVENT_CANCELLED', {OVER}, 7, 'ES')",
    "notification_preference": "insert into notification_preference (person_id, kind, mailed)"
    " values ('{person}', 'EVENT_CANCELLED', true)",
    "secret_link": "insert into secret_link (purpose, person_id, email, expires_at)"
    " values ('INVITATION', '{person}', 'merged@example.org', now() + interval '1 day')",
    "link_secret": "insert into link_secret (secret_hash, link_id)"
    " select sha256(id::text::bytea), id from secret_link where person_id = '{person}'",
}
"""A row of each table that refers to a person, or to a row that is merged with another's."""
MENTEE = (
    "insert into mentorship (mentor_id, participant_id, status, sessions)"
    " select id, '{participant}', 'COMPLETED', 1 from mentor"
    " where person_id <> '{person}' order by id limit 1"
)
ABOUT = (
    "insert into notification (person_id, kind, registration_id, revision, language)"
    " select person_id, 'REGISTRATION_CONFIRMED', id, 7, 'ES' from registration where person_id = '{person}'",
    "insert into notification (person_id, kind, participation_id, revision, language)"
    " select '{person}', 'PARTICIPATION_ACCEPTED', id, 7, 'ES' from participation"
    " where participant_id = '{participant}'",
)


def ids_of(person: UUID) -> dict[str, UUID]:
    return {"person": person, **{kind: uuid5(person, kind) for kind in ("mentor", "participant")}}


async def insert_rows(engine: AsyncEngine, person: UUID, *statements: str) -> None:
    await run(engine, *(one.format(**ids_of(person)) for one in statements))


async def everything_of(engine: AsyncEngine, person: UUID) -> None:
    """A person who has a row wherever one may have one."""
    await insert_rows(engine, person, PERSON, PROFILES, ROWS["mentorship"], MENTEE)
    await insert_rows(engine, person, *(ROWS[table] for table in ROWS if table != "mentorship"), *ABOUT)


OF_GUESTS = frozenset({"notification.guest_id", "secret_link.registration_id"})
"""References to registrations of guests, who are no persons."""


def references() -> list[PersonReference]:
    """The references to people, and to what is merged with them."""
    found: dict[str, PersonReference] = {}
    tables = ["person"]
    for table in tables:
        for one in references_to(table):
            found[one.name] = one
            if one.rule is MergeRule.MERGED and one.table not in tables:
                tables.append(one.table)
    return [one for name, one in found.items() if name not in OF_GUESTS]


async def counts(engine: AsyncEngine, person: UUID) -> dict[str, int]:
    """How many rows refer to the person, or to rows of theirs, by reference."""
    found = {}
    for one in references():
        target = next(iter(models.metadata.tables[one.table].c[one.column].foreign_keys)).column.table.name
        rows_of_person = {
            "person": f"'{person}'",
            "registration": f"(select id from registration where person_id = '{person}')",
            "participation": "(select id from participation where participant_id ="
            f" (select id from participant where person_id = '{person}'))",
        }.get(target, f"(select id from {target} where person_id = '{person}')")
        found[one.name] = await scalar(
            engine, f"select count(*) from {one.table} where {one.column} in ({rows_of_person})"
        )
    return found


def of_both(template: str) -> str:
    """A statement for each of the two."""
    return "; ".join(template.format(**ids_of(one)) for one in (KEPT, LOST))


STUDENT = f"(select id from participant where person_id not in ('{KEPT}', '{LOST}') order by id limit 1)"
TEACHER = f"(select id from mentor where person_id not in ('{KEPT}', '{LOST}') order by id limit 1)"
AHEAD = "(select id from event order by id desc limit 1)"
MENTORSHIP = "insert into mentorship (mentor_id, participant_id, status) values"
STAY = (
    "insert into mobility (participant_id, sending_institution_id, receiving_institution_id, activity,"
    " status, starts_on) select '{participant}', a.id, b.id, 'STUDY', 'PLANNED', date '2027-01-01'"
    " from institution a, institution b where a.slug = 'uc-merced' and b.slug = 'unam'"
)
ACCEPTED = f"{MENTORSHIP} ('{{mentor}}', {STUDENT}, 'ACCEPTED')"
REFUSED: Mapping[str, tuple[str, str, str]] = {
    "a second ORCID iD": (
        "ALREADY_EXISTS",
        f"update person set orcid = '0000-0002-1825-0097' where id = '{KEPT}';"
        f" update person set orcid = '0000-0001-5109-3700' where id = '{LOST}'",
        f"update person set orcid = null where id = '{KEPT}'",
    ),
    "an event to come": (
        "ALREADY_EXISTS",
        f"update event set starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'"
        f" where id = {AHEAD}; "
        + of_both(
            "insert into registration (event_id, person_id, status)"
            f" values ({AHEAD}, '{{person}}', 'CONFIRMED')"
        ),
        f"update registration set status = 'CANCELLED' where person_id = '{KEPT}'",
    ),
    "a mentee of both": (
        "ALREADY_EXISTS",
        of_both(f"{MENTORSHIP} ('{{mentor}}', {STUDENT}, 'PROPOSED')"),
        f"update mentorship set status = 'DECLINED' where participant_id = {STUDENT}",
    ),
    "a mentor of both": (
        "ALREADY_EXISTS",
        of_both(f"{MENTORSHIP} ({TEACHER}, '{{participant}}', 'PROPOSED')"),
        f"update mentorship set status = 'DECLINED' where participant_id = '{ids_of(LOST)['participant']}'",
    ),
    "more mentees than places": (
        "CAPACITY_REACHED",
        f"update mentor set capacity = 0 where id = '{ids_of(KEPT)['mentor']}';"
        + ACCEPTED.format(**ids_of(LOST)),
        f"update mentor set capacity = 1 where id = '{ids_of(KEPT)['mentor']}'",
    ),
    "stays at one time": (
        "ALREADY_EXISTS",
        of_both(STAY),
        f"update mobility set status = 'CANCELLED' where participant_id = '{ids_of(LOST)['participant']}'",
    ),
    "a mentor of oneself": (
        "INVALID",
        f"{MENTORSHIP} ('{ids_of(LOST)['mentor']}', '{ids_of(KEPT)['participant']}', 'DECLINED')",
        "delete from mentorship where status = 'DECLINED' and mentor_id = '{}'".format(
            ids_of(LOST)["mentor"]
        ),
    ),
}
"""What can't be one person's: the code, how it comes, and how it goes."""
