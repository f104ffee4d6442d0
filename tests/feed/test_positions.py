"""Places in the feed whose change is no longer there, or never was: their history is known all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.feed import prune
from planner.changes.feed_position import BatchId, FeedPosition, parse_cursor
from planner.errors import BadUserInput, CursorExpired
from tests.feed.subscribers import InProcessServer, in_process_server

PAGE = """query ($after: String) { changes(after: $after, types: [VENUE]) {
    edges { cursor node { id cursor } } pageInfo { startCursor endCursor } } }"""
HERE = FeedPosition("0123456789ab", 7, "ba9876543210", BatchId(9, "abcdefabcdef"))


async def moved(server: InProcessServer, times: int = 1) -> str:
    for _ in range(times):
        await server.sql(
            "update venue set city = city || '!' where id = (select min(id::text)::uuid from venue)"
        )
    return await server.cursor("public")


async def all_forgotten(server: InProcessServer) -> None:
    await prune(server.engine, 0, 10**9, 10**9)
    assert await server.value("select floor = last from feed")


async def forgotten_by_hand(server: InProcessServer) -> None:
    await server.sql("delete from change", "update feed set floor = last")


async def some_forgotten(server: InProcessServer) -> None:
    """Up to the middle of the last batch, too."""
    await server.sql("update project set title_en = title_en || '?'")
    await server.cursor("public")
    last = await server.value("select last from feed")
    await server.sql(f"update change set numbered_at = now() - interval '1 day' where number < {last - 1}")
    await prune(server.engine, 3_600, 10**9, 10**9)
    assert await server.value("select last - floor from feed") == 2


async def nothing_forgotten(server: InProcessServer) -> None:
    pass


@pytest.mark.parametrize("forget", [all_forgotten, forgotten_by_hand, some_forgotten, nothing_forgotten])
async def test_the_present_goes_on_whatever_was_forgotten(
    database_url: str, forget: Callable[[InProcessServer], object]
) -> None:
    async with in_process_server(database_url) as server:
        older = await moved(server, 2)
        await moved(server)
        await forget(server)  # type: ignore[misc]
        ends = [await server.cursor("public")]
        ends.append((await server.ask("public", PAGE, after=ends[0]))["changes"]["pageInfo"]["endCursor"])
        await moved(server, 3)
        for after in ends:
            page = (await server.ask("public", PAGE, after=after))["changes"]
            assert len(page["edges"]) == 3
            listener, _ = await server.follow("public", after=after, types=["VENUE"])
            await listener.until(lambda one: len(one.changes) == 3)
            assert [one["id"] for one in listener.changes] == [one["node"]["id"] for one in page["edges"]]
        if forget is nothing_forgotten:
            assert len((await server.ask("public", PAGE, after=older))["changes"]["edges"]) == 4
        else:
            with pytest.raises(CursorExpired) as refused:
                await server.ask("public", PAGE, after=older)
            assert refused.value.problems[0].details == {"reason": "AGE"}


async def test_an_empty_feed_has_a_present_too(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        await server.sql("delete from change", "update feed set last = 0, floor = 0")
        after = await server.cursor("public")
        assert parse_cursor(after).number == 0
        await moved(server, 2)
        assert len((await server.ask("public", PAGE, after=after))["changes"]["edges"]) == 2


async def test_each_batch_has_a_tag_of_its_own(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        await server.sql("update venue set city = city || '!'")
        for _ in range(3):
            await moved(server)
        tags = "select count(*) - count(distinct tag) from change where number > (select last - 3 from feed)"
        assert await server.value(tags) == 0
        assert await server.value("select feed.tag = change.tag from feed join change on number = last")


@pytest.mark.parametrize("position", [HERE, FeedPosition("0" * 12, 0, "0" * 12, BatchId(0, "0" * 12))])
def test_a_cursor_is_read_as_it_was_written(position: FeedPosition) -> None:
    assert parse_cursor(str(position), position.fingerprint) == position
    assert len(str(FeedPosition("f" * 12, 10**18 - 1, "f" * 12, BatchId(10**18 - 1, "f" * 12)))) < 100


@pytest.mark.parametrize(
    ("cursor", "reason"),
    [
        ("0123456789ab.7.ba9876543210", "EPOCH"),  # as cursors were before they had a batch
        ("0123456789ab.10.ba9876543210-9-abcdefabcdef", "EPOCH"),
        ("0123456789ab.7.000000000000-9-abcdefabcdef", "GRANTS"),
        ("0123456789ab.7.000000000000", "GRANTS"),
        ("0123456789ab.7.ba9876543210_4-9-abcdefabcdef", "GRANTS"),
    ],
)
def test_a_cursor_that_stands_for_nothing_that_is_known_has_expired(cursor: str, reason: str) -> None:
    with pytest.raises(CursorExpired) as refused:
        parse_cursor(cursor, HERE.fingerprint, granted_since=5)
    assert refused.value.problems[0].details == {"reason": reason}


@pytest.mark.parametrize(
    "cut",
    [
        "0_",
        "0_x",
        "0_-9-abcdefabcdef",
        "0.",
        "0-",
        "0-9",
        "0-9-",
        "0-9-xyz",
        "0-09-abcdefabcdef",
        "0-9-abcdefabcdef ",
        "",
    ],
)
def test_what_is_no_cursor_is_no_input(cut: str) -> None:
    with pytest.raises(BadUserInput):
        parse_cursor(f"0123456789ab.7.ba987654321{cut}", HERE.fingerprint)
