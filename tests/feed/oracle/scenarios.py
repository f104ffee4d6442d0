"""Interleavings that random writers seldom hit, played on purpose."""

from __future__ import annotations

import asyncio

import asyncpg

from models.loading.natural_keys import id_of
from tests.conftest import correcting
from tests.feed.oracle.random_rows import Statement

HOME = id_of("institution", "uc-merced")
DRAFT = """
    insert into project (slug, title_en, date_precision, status) values ('scene', 'Scene', 'DAY', 'DRAFT')
    returning id
"""
ADD_LINK = "insert into project_institution (project_id, institution_id, role) values ($1, $2, 'LEAD')"
ADD_OUTPUT = """
    insert into project_output (project_id, doi, title, kind) values ($1, '10.1000/s', 'S', 'OTHER')
"""
UNTIE = "delete from project_institution where project_id = $1 and institution_id = $2"
MENTORS = "select person_id from mentor order by id limit 5"
CHANGE_PHONES = f"update person set phone = $1 where id in ({MENTORS})"
SHOW_PROFILES = f"""
    insert into consent (person_id, purpose, notice_version, granted_at)
    select person_id, 'PUBLIC_PROFILE', '1', clock_timestamp() from ({MENTORS}) m
"""
HIDE_PROFILES = f"""
    update consent set withdrawn_at = clock_timestamp()
    where purpose = 'PUBLIC_PROFILE' and withdrawn_at is null and person_id in ({MENTORS})
"""

GUESTS = """
    select p.person_id, p.id from participant p join mobility m on m.participant_id = p.id
    where m.receiving_institution_id = $1 and p.institution_id <> $1
"""
WITHDRAW = f"""
    update consent set withdrawn_at = clock_timestamp()
    where purpose = 'PARTNER_ACCESS' and withdrawn_at is null
        and person_id in (select person_id from ({GUESTS} order by 1 limit 30) g)
"""
CONSENT = f"""
    insert into consent (person_id, purpose, notice_version, granted_at)
    select distinct person_id, 'PARTNER_ACCESS', '3', clock_timestamp() from ({GUESTS} order by 1 limit 20) g
    on conflict do nothing
"""
CHANGE_CONTACTS = """
    update person set phone = $1 where id in (
        select m.person_id from mentor m join consent c on c.person_id = m.person_id
        where c.purpose = 'PUBLIC_PROFILE' and c.withdrawn_at is null)
"""
CANCEL = f"""
    update mobility set status = 'CANCELLED'
    where participant_id in (select id from ({GUESTS} order by 1 limit 10) g)
"""


async def write_skew(url: str) -> None:
    """One looks at how something is; another shows it to more viewers; the first takes that back."""
    first, second = await asyncpg.connect(url), await asyncpg.connect(url)
    project = await first.fetchval(DRAFT)
    link = (project, HOME)
    await _take_back(first, second, (ADD_OUTPUT, (project,)), (ADD_LINK, link), (UNTIE, link))
    for phone in ("+525555550001", "+525555550002"):
        await first.execute(HIDE_PROFILES)  # a consent grows no version, whose row would hold the second
        await _take_back(first, second, (CHANGE_PHONES, (phone,)), (SHOW_PROFILES, ()), (HIDE_PROFILES, ()))
    await first.close()
    await second.close()


async def _take_back(
    first: asyncpg.Connection,
    second: asyncpg.Connection,
    look: Statement,
    show: Statement,
    hide: Statement,
) -> None:
    async with first.transaction():
        await _send(first, look)
        showing = asyncio.create_task(_send(second, show))
        await asyncio.wait([showing], timeout=0.5)  # with the lock it waits for the first to end
        await asyncio.sleep(0.5)
        await _send(first, hide)
    await showing


async def _send(connection: asyncpg.Connection, statement: Statement) -> None:
    sql, parameters = statement
    await connection.execute(sql, *parameters)


async def late_first(url: str) -> None:
    """Who began first changes an event last, several times."""
    first, second = await asyncpg.connect(url), await asyncpg.connect(url)
    event = await first.fetchval("select id from event where status <> 'DRAFT' order by id limit 1")
    change = "update event set capacity = coalesce(capacity, 0) + 1 where id = $1"
    for _ in range(8):
        async with first.transaction():
            await first.execute("update venue set address = 'A' where slug = 'made-7'")
            await second.execute(change, event)
            await first.execute(change, event)
        await asyncio.sleep(0.05)
    await first.close()
    await second.close()


async def consents(url: str) -> None:
    """A mentor's profile is shown to everyone, and hidden again, without the mentor's row being touched."""
    connection = await asyncpg.connect(url)
    person = id_of("person", "mentor-02")
    for _ in range(2):
        await connection.execute(
            "insert into consent (person_id, purpose, notice_version, granted_at)"
            " values ($1, 'PUBLIC_PROFILE', '1', clock_timestamp()) on conflict do nothing",
            person,
        )
        await connection.execute(
            "update consent set withdrawn_at = clock_timestamp() where person_id = $1"
            " and withdrawn_at is null",
            person,
        )
    await connection.close()


async def guests(url: str) -> None:
    """Receiving institutions see who comes, or no longer do: by consent, by another stay."""
    connection = await asyncpg.connect(correcting(url))
    await connection.execute(WITHDRAW, HOME)
    await connection.execute(CONSENT, HOME)
    await connection.execute(CANCEL, HOME)
    await connection.close()


async def contacts(url: str) -> None:
    """Public mentors change fields that only few may see."""
    connection = await asyncpg.connect(url)
    for phone in ("+526641234567", "+525512345678"):
        await connection.execute(CHANGE_CONTACTS, phone)
    await connection.close()


async def play(url: str) -> None:
    await contacts(url)
    await guests(url)
    await write_skew(url)
    await late_first(url)
    await consents(url)
