"""What triggers note of a change: while others write too, of rows that stay as they are, and of masks."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from tests.feed.subscribers import PATIENCE, InProcessServer, Listener


async def test_an_entity_that_is_made_while_it_becomes_visible_is_delivered(server: InProcessServer) -> None:
    """The consent is given before the mentor is committed, and committed after: it finds the mentor."""
    public, _ = await server.follow("public", types=["MENTOR"])
    person = await server.value(
        "select p.id::text from person p where not exists (select from mentor m where m.person_id = p.id)"
        " and not exists (select from consent c where c.person_id = p.id and c.purpose = 'PUBLIC_PROFILE'"
        " and c.withdrawn_at is null) order by p.id limit 1"
    )
    consenting = (
        "insert into consent (person_id, purpose, notice_version) values (:id, 'PUBLIC_PROFILE', '1')"
    )
    making_one = """
        insert into mentor (person_id, sector, capacity, available, expertise)
        values (:id, 'INDUSTRY', 1, true, '{}')
    """
    async with server.engine.connect() as making:
        await making.execute(text(making_one), {"id": person})
        given = asyncio.create_task(server.sql(consenting, id=person))
        await until_waiting(server)
        await making.commit()
    await given
    await public.until(lambda one: len(one.changes) > 0)
    assert {change["kind"] for change in public.changes} == {"ADDED"}


async def test_a_row_that_is_inserted_again_unchanged_is_not_delivered(server: InProcessServer) -> None:
    """An import that finds nothing new inserts every row, on conflict."""
    admin, _ = await server.follow("admin", types=["VENUE"])
    await server.sql("update venue set city = 'Ensenada'")
    await server.sql("update venue set city = 'Tecate'")
    again = """
        insert into venue (id, slug, name_en, name_es, country, time_zone)
        select id, slug, name_en, name_es, country, time_zone from venue on conflict (id) do
    """
    await server.sql(f"{again} nothing")
    await server.sql(f"{again} update set city = excluded.city where venue.country <> excluded.country")
    await server.sql(f"{again} update set address = 'Here'")
    await admin.until(lambda one: len(one.changes) >= 3)
    await server.cursor("admin")
    assert [(one["version"], one["changedFields"]) for one in admin.changes] == [
        (2, ["city"]),
        (3, ["city"]),
        (4, ["address"]),
    ]


AWARDS = """
    subscription { changes(types: [AWARD]) { kind entityId changedFields node { ... on Award { amount } } } }
"""


async def test_an_amount_that_becomes_hidden_is_delivered(server: InProcessServer) -> None:
    """The award's row is as it was: its project was given to others, or its recipient moved."""
    merced = await server.value("select id::text from institution where slug = 'uc-merced'")
    award = await server.value("""
        select a.id::text from award a join project p on p.id = a.project_id
        where a.decided_on is not null and a.recipient_id is null and p.status <> 'DRAFT'
        order by a.id limit 1
    """)
    person = await server.value(
        "select id::text from person where institution_id is not null order by id limit 1"
    )
    await server.sql(
        "delete from project_institution where project_id = (select project_id from award where id = :award)",
        "update award set funder_id = null, recipient_id = :person where id = :award",
        "update person set institution_id = null where id = :person",
        award=award,
        person=person,
    )
    await server.cursor("integration")
    system, _ = await server.follow("integration", AWARDS)

    def amounts(listener: Listener) -> list[str | None]:
        return [one["node"]["amount"] for one in listener.changes if one["entityId"] == f"award_{award}"]

    link = "insert into project_institution (project_id, institution_id, role) select project_id, :m, 'LEAD'"
    for statement in (
        f"{link} from award where id = :award",
        "delete from project_institution where project_id = (select project_id from award where id = :award)",
        "update person set institution_id = :m where id = (select recipient_id from award where id = :award)",
        "update person set institution_id = null where id = (select recipient_id"
        " from award where id = :award)",
    ):
        before = len(amounts(system))
        await server.sql(statement, award=award, m=merced)
        await system.until(lambda _, before=before: len(amounts(system)) > before)  # type: ignore[misc]
    assert [amount is None for amount in amounts(system)] == [False, True, False, True]


async def until_waiting(server: InProcessServer) -> None:
    """Until a transaction waits for another one's lock."""
    waiting = """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
    """
    async with asyncio.timeout(PATIENCE):
        while not await server.value(waiting):
            await asyncio.sleep(0.01)


async def test_whatever_writes_the_feed_is_planned_once_and_by_indexes(server: InProcessServer) -> None:
    """Each function that a trigger of the feed calls, and each that reads or writes notes."""
    unlike = await server.value("""
        select coalesce(string_agg(p.proname, ' '), '') from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname = 'plpgsql'
            and (p.prosrc ~ 'change_note|puente_note_|puente_keep_' or p.proname ~ '^puente_image'
                or p.oid in (select tgfoid from pg_trigger where tgname ~ '_track_'))
            and not array['enable_seqscan=off', 'jit=off', 'plan_cache_mode=force_generic_plan']
                <@ coalesce(p.proconfig, '{}')
    """)
    assert unlike == ""
