"""Changes reach those who may see them, as they see them, whichever way they were made."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from delivery.subscriptions.fanout import DELIVERIES_PER_TURN
from planner.errors import BadUserInput, CursorExpired
from tests.feed.subscribers import PATIENCE, InProcessServer, Listener, in_process_server


def changes_of(listener: Listener, entity: str) -> list[Any]:
    """The changes of one entity."""
    return [one for one in listener.changes if one["entityId"].endswith(entity)]


def has(entity: str, count: int, listener: Listener) -> bool:
    return len(changes_of(listener, entity)) == count


PROJECT = "select min(id::text) from project where status = 'ACTIVE'"


async def test_a_change_reaches_everyone_who_sees_the_entity(server: InProcessServer) -> None:
    public, _ = await server.follow("public", types=["PROJECT"])
    admin, _ = await server.follow("admin", types=["PROJECT"])
    project = await server.value(PROJECT)
    await server.sql("update project set title_en = 'Rain over two rivers' where id = :id", id=project)
    for listener in (public, admin):
        await listener.until(lambda one: len(one.changes) == 1)
        (change,) = listener.changes
        assert change["kind"] == "UPDATED"
        assert change["entityId"] == f"project_{project}"
        assert change["changedFields"] == ["title", "titles"]
        assert change["version"] == 2
        assert change["node"] == {"__typename": "Project", "id": f"project_{project}"}


async def test_what_is_hidden_is_delivered_as_removed_and_shown_again_as_added(
    server: InProcessServer,
) -> None:
    public, _ = await server.follow("public", types=["PROJECT"])
    admin, _ = await server.follow("admin", types=["PROJECT"])
    project = await server.value(PROJECT)
    other = await server.value("select max(id::text) from project where status = 'ACTIVE'")
    update = "update project set status = :status where id = :id"
    for number, status in enumerate(("DRAFT", "DRAFT", "ACTIVE"), 1):
        await server.sql(update, id=project, status=status)
        await server.sql("update project set title_en = title_en || '.' where id = :id", id=other)
        for one in (public, admin):  # who has this one has what came before it
            await one.until(partial(has, other, number))
    assert len(changes_of(admin, project)) == 3
    removed, added = changes_of(public, project)
    assert (removed["kind"], removed["node"], removed["changedFields"]) == ("REMOVED", None, [])
    assert removed["version"] == 1  # without the version that they can't see
    assert (added["kind"], added["version"]) == ("ADDED", 4)
    assert [change["kind"] for change in changes_of(admin, project)] == ["UPDATED"] * 3


async def test_what_was_rolled_back_is_not_delivered(server: InProcessServer) -> None:
    admin, _ = await server.follow("admin", types=["PROJECT"])
    project = await server.value(PROJECT)
    with pytest.raises(Exception, match="division by zero"):
        await server.sql("update project set title_en = 'Never' where id = :id", "select 1 / 0", id=project)
    await server.sql("update project set title_en = 'Committed' where id = :id", id=project)
    await admin.until(lambda one: len(one.changes) == 1)
    assert admin.changes[0]["version"] == 2


async def test_a_transaction_that_stays_open_holds_nobody_up(server: InProcessServer) -> None:
    admin, _ = await server.follow("admin", types=["PROJECT", "VENUE"])
    project = await server.value(PROJECT)
    async with server.engine.connect() as slow:
        await slow.exec_driver_sql("update venue set city = 'Ensenada'")
        await server.sql("update project set title_en = 'Meanwhile' where id = :id", id=project)
        await admin.until(lambda one: [c["type"] for c in one.changes] == ["PROJECT"])
        await slow.commit()
    await admin.until(lambda one: [c["type"] for c in one.changes] == ["PROJECT", "VENUE"])


async def test_one_transaction_makes_one_change_of_an_entity(server: InProcessServer) -> None:
    admin, _ = await server.follow("admin", types=["PROJECT"])
    project = await server.value(PROJECT)
    await server.sql(
        "update project set title_en = 'One' where id = :id",
        "update project set summary_en = 'Two' where id = :id",
        "delete from project_institution where project_id = :id",
        id=project,
    )
    await server.sql("update project set slug = 'last' where id = :id", id=project)
    await admin.until(lambda one: len(one.changes) == 2)
    first, _ = admin.changes
    assert first["version"] == 3
    assert set(first["changedFields"]) >= {"title", "summary", "institutions"}


async def test_a_withdrawn_consent_takes_the_person_away(server: InProcessServer) -> None:
    """The row itself did not change: who sees it is decided by another table."""
    public, _ = await server.follow("public", types=["MENTOR"])
    admin, _ = await server.follow("admin", types=["MENTOR"])
    mentor = await server.value(
        "select min(m.id::text) from mentor m join consent c using (person_id)"
        " where c.purpose = 'PUBLIC_PROFILE' and c.withdrawn_at is null"
    )
    person = await server.value("select person_id from mentor where id = :id", id=mentor)
    await server.sql(
        "update consent set withdrawn_at = now() where person_id = :id and purpose = 'PUBLIC_PROFILE'",
        id=person,
    )
    await public.until(lambda one: len(one.changes) == 1)
    assert public.changes[0]["kind"] == "REMOVED"
    assert public.changes[0]["entityId"] == f"mentor_{mentor}"
    await server.sql("update mentor set capacity = capacity + 1 where id = :id", id=mentor)
    await admin.until(lambda one: len(one.changes) >= 1)
    assert [change["kind"] for change in admin.changes] == ["UPDATED"]  # the consent is none of its fields


async def test_who_leaves_an_institution_leaves_its_filter(server: InProcessServer) -> None:
    home, other = [
        await server.value(f"select id::text from institution where slug = '{slug}'")
        for slug in ("uc-merced", "uc-davis")
    ]
    of_home, _ = await server.follow("admin", types=["PARTICIPANT"], institution=f"institution_{home}")
    of_other, _ = await server.follow("admin", types=["PARTICIPANT"], institution=f"institution_{other}")
    await server.sql(
        "update participant set institution_id = :other"
        " where id = (select min(id::text)::uuid from participant where institution_id = :home)",
        home=home,
        other=other,
    )
    await of_home.until(lambda one: [c["kind"] for c in one.changes] == ["REMOVED"])
    await of_other.until(lambda one: [c["kind"] for c in one.changes] == ["ADDED"])


async def test_following_goes_on_after_a_cursor(database_url: str) -> None:
    """By as many pages as it takes."""
    async with in_process_server(database_url, feed_page=20) as server:
        cursor = await server.cursor("admin")
        for number in range(70):
            await server.sql(f"update venue set city = 'City {number}'")
        listener, opened = await server.follow("admin", after=cursor)
        await listener.until(lambda one: len(one.changes) == 70)
        opened.close()
        await server.sql("update venue set city = 'Mexicali'")
        again, _ = await server.follow("admin", after=listener.cursors[-1])
        await again.until(lambda one: len(one.changes) == 1)
        versions = [change["version"] for change in (*listener.changes, *again.changes)]
        assert versions == list(range(versions[0], versions[0] + 71))
        assert len(listener.changes) == 70


async def test_polling_gives_the_same_changes(server: InProcessServer) -> None:
    cursor = await server.cursor("mentor")
    listener, _ = await server.follow("mentor", after=cursor)
    await server.sql("update participant set level = 'DOCTORAL'", "update project set status = 'DRAFT'")
    await server.cursor("mentor")
    polled, after = [], cursor
    query = """
        query Changes($after: String) {
            changes(after: $after, first: 7) {
                nodes { id cursor kind type entityId version changedFields node { __typename id } }
                pageInfo { hasNextPage endCursor }
            }
        }
    """
    while True:
        page = (await server.ask("mentor", query, after=after))["changes"]
        polled += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert polled
    await listener.until(lambda one: len(one.changes) == len(polled))
    assert listener.changes == polled


async def test_a_cursor_of_other_grants_has_expired(server: InProcessServer) -> None:
    cursor = await server.cursor("public")
    with pytest.raises(CursorExpired) as refused:
        await server.follow("admin", after=cursor)
    assert refused.value.problems[0].details == {"reason": "GRANTS"}
    with pytest.raises(BadUserInput):
        await server.follow("admin", after="not a cursor")


async def test_a_revoked_grant_ends_what_is_open(server: InProcessServer) -> None:
    listener, _ = await server.follow("uc-coordinator", types=["PARTICIPANT"])
    await server.sql("update access_grant set revoked_at = now() where subject = 'uc-coordinator'")
    await server.sql("update participant set level = 'DOCTORAL'")
    await listener.until(lambda one: one.ended)
    assert listener.code == "CURSOR_EXPIRED"
    assert listener.changes == []


async def test_when_grants_change_everybody_is_looked_at_by_one_statement(database_url: str) -> None:
    statements: list[str] = []
    personas = ["admin", "uc-coordinator", "mx-coordinator", "mentor"]
    async with in_process_server(database_url, on_statement=statements.append) as server:
        listeners = [(await server.follow(persona, types=["PROJECT"]))[0] for persona in personas]
        async with asyncio.timeout(PATIENCE):  # the driver tells of a statement later than of its rows
            while sum("from access_grant as granted" in sql for sql in statements) < len(personas):
                await asyncio.sleep(0)
        statements.clear()
        await server.sql("update access_grant set revoked_at = now() where subject = 'mentor'")
        project = await server.value(PROJECT)
        await server.sql("update project set title_en = 'Seen by all' where id = :id", id=project)
        for listener in listeners[:-1]:
            await listener.until(lambda one: len(one.changes) == 1)
        await listeners[-1].until(lambda one: one.ended)
        assert listeners[-1].code == "CURSOR_EXPIRED"
    looked = [sql for sql in statements if "from access_grant as granted" in sql]
    assert ["from unnest" in sql for sql in looked] == [True]


async def test_a_live_query_is_sent_again_when_its_result_has_changed(server: InProcessServer) -> None:
    query = "subscription { events(first: 50) { totalCount nodes { slug } } }"
    listener, _ = await server.follow("public", query)
    await listener.until(lambda one: len(one.payloads) == 1)
    count = listener.payloads[0]["events"]["totalCount"]
    await server.sql("update venue set city = 'Nowhere'", "update event set capacity = 7")
    await server.sql(
        "update event set status = 'DRAFT'"
        " where id = (select min(id::text)::uuid from event where status <> 'DRAFT')"
    )
    await listener.until(lambda one: len(one.payloads) == 2)
    assert listener.payloads[1]["events"]["totalCount"] == count - 1


async def test_a_live_query_sends_nothing_when_nothing_has_changed(server: InProcessServer) -> None:
    watching, _ = await server.follow("public", "subscription { events(first: 1) { totalCount } }")
    await watching.until(lambda one: len(one.payloads) == 1)
    live = server.pipeline.subscriptions.live_queries  # type: ignore[union-attr]
    before = live.read
    await server.sql("update event set capacity = coalesce(capacity, 1) + 1")
    async with asyncio.timeout(PATIENCE):
        while live.read == before:
            await asyncio.sleep(0.01)
    await server.sql("update mentor set capacity = capacity + 1")  # a table that it does not read
    await server.cursor("public")
    assert live.read == before + 1
    assert len(watching.payloads) == 1


async def test_pages_after_different_cursors_stand_in_one_query(server: InProcessServer) -> None:
    before = await server.cursor("admin")
    await server.sql("update venue set city = 'Ensenada'")
    between = await server.cursor("admin")
    await server.sql("update venue set city = 'Tecate'")
    await server.cursor("admin")
    query = """
        query Two($before: String, $between: String) {
            all: changes(after: $before) { nodes { version } }
            later: changes(after: $between, types: [VENUE]) { nodes { version } }
            none: changes(after: $before, types: []) { nodes { version } pageInfo { endCursor } }
            other: changes(after: $before, types: [PROJECT], first: 1) { edges { cursor } }
        }
    """
    data = await server.ask("admin", query, before=before, between=between)
    assert [change["version"] for change in data["all"]["nodes"]] == [2, 3]
    assert [change["version"] for change in data["later"]["nodes"]] == [3]
    assert data["none"]["nodes"] == data["other"]["edges"] == []
    assert data["none"]["pageInfo"]["endCursor"] == await server.cursor("admin")


async def test_a_page_looks_at_no_more_than_it_may_and_says_how_far_it_came(database_url: str) -> None:
    async with in_process_server(database_url, max_scanned_changes=10) as server:
        after = await server.cursor("public")
        for number in range(25):
            await server.sql(f"update venue set city = 'City {number}'")
        end, pages = await server.cursor("public"), 0
        query = """
            query Page($after: String, $types: [EntityType!]) {
                changes(after: $after, types: $types) {
                    nodes { version } pageInfo { endCursor hasNextPage }
                }
            }
        """
        more, found = True, 0
        while more:
            page = (await server.ask("public", query, after=after, types=["VENUE"]))["changes"]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
            pages, found = pages + 1, found + len(page["nodes"])
        assert (after, found, pages) == (end, 25, 3)


async def test_a_cursor_that_another_process_gave_is_good_here_at_once(database_url: str) -> None:
    """This one looks for itself only now and then, and is not woken."""
    async with (
        in_process_server(database_url, feed_interval=60) as here,
        in_process_server(database_url) as there,
    ):
        await here.pipeline.subscriptions.poller.poll()  # type: ignore[union-attr]
        await there.sql("alter table venue disable trigger user")
        await there.sql(
            "insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, at, actor)"
            " select 1, 'VENUE', id, 1, true, '{city}', '{}', '{venue}', now(), 'test' from venue"
        )
        cursor = await there.cursor("admin")
        listener, _ = await here.follow("admin", after=cursor)
        assert listener.code is None


async def test_a_broadcast_to_many_lets_others_have_their_turn(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, turns_with_delivery = 0, set[int]()

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    plain = Listener.next

    def on_delivery(listener: Listener, payload: str, cursor: str | None) -> None:
        turns_with_delivery.add(turns)
        plain(listener, payload, cursor)

    followed = [await server.follow("public", types=["PROJECT"]) for _ in range(DELIVERIES_PER_TURN * 2)]
    monkeypatch.setattr(Listener, "next", on_delivery)
    meanwhile = asyncio.create_task(others())
    await server.sql("update project set title_en = 'For all' where id = :id", id=await server.value(PROJECT))
    await followed[-1][0].until(lambda one: len(one.changes) == 1)
    meanwhile.cancel()
    assert len(turns_with_delivery) > 1
