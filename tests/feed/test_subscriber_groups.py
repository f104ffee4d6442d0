"""Those who see the same are told together, until one of them is granted something else."""

from __future__ import annotations

from typing import Any

from tests.feed.subscribers import InProcessServer

LIVE = "subscription { participants(first: 100) { totalCount } }"
PEOPLE = (
    "select {} from participant p join institution i on i.id = p.institution_id where i.slug = 'uc-davis'"
)


async def two_alike(house: InProcessServer) -> None:
    """Two coordinators of the same two institutions, each granted by themselves."""
    for subject in ("first", "second"):
        await house.sql(
            "insert into access_grant (issuer, subject, role, institution_id) select 'puente-development',"
            " :subject, 'COORDINATOR', id from institution"
            " where slug in ('universidad-panamericana', 'uc-merced')",
            subject=subject,
        )


async def grant_more(house: InProcessServer, subject: str, *meanwhile: str) -> None:
    """One more institution, in a transaction with other statements."""
    await house.sql(
        "insert into access_grant (issuer, subject, role, institution_id) select 'puente-development',"
        " :subject, 'COORDINATOR', id from institution where slug = 'uc-davis'",
        *meanwhile,
        subject=subject,
    )


def delivered_by_the_statement_alone(house: InProcessServer) -> None:
    """That grants changed is learned with the rows, before the feed's own look at it."""
    following = house.pipeline.subscriptions
    assert following is not None
    following.poller.on_tick.remove(following.sessions.tick)


async def test_what_one_is_granted_is_not_told_to_another_who_saw_the_same(house: InProcessServer) -> None:
    await two_alike(house)
    first, _ = await house.follow("first", types=["PARTICIPANT", "VENUE"])
    live, _ = await house.follow("first", LIVE)
    second, _ = await house.follow("second", types=["PARTICIPANT", "VENUE"])
    await live.until(lambda one: len(one.payloads) == 1)
    delivered_by_the_statement_alone(house)
    await grant_more(
        house,
        "first",
        f"update participant set level = 'DOCTORAL' where id in ({PEOPLE.format('p.id')})",
        "update venue set city = 'Tecate'",
    )
    await second.until(lambda one: any(change["type"] == "VENUE" for change in one.changes))
    assert {change["type"] for change in second.changes} == {"VENUE"}
    await first.until(lambda one: one.ended)
    assert first.code == "CURSOR_EXPIRED"


async def test_a_live_query_of_one_is_not_another_once_they_see_something_else(
    house: InProcessServer,
) -> None:
    await two_alike(house)
    first, _ = await house.follow("first", LIVE)
    second, _ = await house.follow("second", LIVE)
    for listener in (first, second):
        await listener.until(lambda one: len(one.payloads) == 1)
    before = counted(second.payloads[0])
    delivered_by_the_statement_alone(house)
    await grant_more(house, "first", "update participant set level = 'DOCTORAL'")
    await first.until(lambda one: counted(one.payloads[-1]) > before)
    await house.cursor("admin")
    assert {counted(payload) for payload in second.payloads} == {before}


async def test_who_opens_another_after_a_grant_is_told_as_who_they_are_now(house: InProcessServer) -> None:
    """The process knows them by what they opened before, and was not woken meanwhile."""
    await two_alike(house)
    before, _ = await house.follow("first", types=["PARTICIPANT"])
    await grant_more(house, "first")
    authorization = (await house.credential("first")).authorization
    assert authorization is not None
    await house.pipeline.viewers.refresh(authorization)
    after, _ = await house.follow("first", types=["PARTICIPANT"])
    await house.sql(f"update participant set level = 'DOCTORAL' where id in ({PEOPLE.format('p.id')})")
    await after.until(lambda one: len(one.changes) > 0)
    await before.until(lambda one: one.ended)
    assert (before.code, after.code) == ("CURSOR_EXPIRED", None)


def counted(payload: dict[str, Any]) -> int:
    count: int = payload["participants"]["totalCount"]
    return count
