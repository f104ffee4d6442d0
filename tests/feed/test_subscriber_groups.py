"""Viewers who see the same share their deliveries, until one of them is granted something else."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest

from delivery.subscriptions.subscriptions import SubscriptionRequest
from tests.feed.subscribers import InProcessServer

LIVE = "subscription { participants(first: 100) { totalCount } }"
PEOPLE = (
    "select {} from participant p join institution i on i.id = p.institution_id where i.slug = 'uc-davis'"
)


async def two_alike(server: InProcessServer) -> None:
    """Two coordinators of the same two institutions, each granted by themselves."""
    for subject in ("first", "second"):
        await server.sql(
            "insert into access_grant (issuer, subject, role, institution_id) select 'puente-development',"
            " :subject, 'COORDINATOR', id from institution"
            " where slug in ('universidad-panamericana', 'uc-merced')",
            subject=subject,
        )


async def grant_more(server: InProcessServer, subject: str, *meanwhile: str) -> None:
    """One more institution, in a transaction with other statements."""
    await server.sql(
        "insert into access_grant (issuer, subject, role, institution_id) select 'puente-development',"
        " :subject, 'COORDINATOR', id from institution where slug = 'uc-davis'",
        *meanwhile,
        subject=subject,
    )


def delivered_by_the_statement_alone(server: InProcessServer) -> None:
    """That grants changed is learned with the rows, before the feed's own look at it."""
    following = server.pipeline.subscriptions
    assert following is not None
    following.poller.on_tick.remove(following.sessions.tick)


async def test_a_grant_of_one_viewer_delivers_nothing_to_another_who_saw_the_same(
    server: InProcessServer,
) -> None:
    await two_alike(server)
    first, _ = await server.follow("first", types=["PARTICIPANT", "VENUE"])
    live, _ = await server.follow("first", LIVE)
    second, _ = await server.follow("second", types=["PARTICIPANT", "VENUE"])
    await live.until(lambda one: len(one.payloads) == 1)
    delivered_by_the_statement_alone(server)
    await grant_more(
        server,
        "first",
        f"update participant set level = 'DOCTORAL' where id in ({PEOPLE.format('p.id')})",
        "update venue set city = 'Tecate'",
    )
    await second.until(lambda one: any(change["type"] == "VENUE" for change in one.changes))
    assert {change["type"] for change in second.changes} == {"VENUE"}
    await first.until(lambda one: one.ended)
    assert first.code == "CURSOR_EXPIRED"


async def test_a_live_query_of_one_is_not_another_once_they_see_something_else(
    server: InProcessServer,
) -> None:
    await two_alike(server)
    first, _ = await server.follow("first", LIVE)
    second, _ = await server.follow("second", LIVE)
    for listener in (first, second):
        await listener.until(lambda one: len(one.payloads) == 1)
    before = counted(second.payloads[0])
    delivered_by_the_statement_alone(server)
    await grant_more(server, "first", "update participant set level = 'DOCTORAL'")
    await first.until(lambda one: counted(one.payloads[-1]) > before)
    await server.cursor("admin")
    assert {counted(payload) for payload in second.payloads} == {before}


async def test_a_subscription_that_is_opened_after_a_grant_uses_it(server: InProcessServer) -> None:
    """The process knows them by what they opened before, and was not woken meanwhile."""
    await two_alike(server)
    before, _ = await server.follow("first", types=["PARTICIPANT"])
    await grant_more(server, "first")
    authorization = (await server.credential("first")).authorization
    assert authorization is not None
    await server.pipeline.viewers.refresh(authorization)
    after, _ = await server.follow("first", types=["PARTICIPANT"])
    await server.sql(f"update participant set level = 'DOCTORAL' where id in ({PEOPLE.format('p.id')})")
    await after.until(lambda one: len(one.changes) > 0)
    await before.until(lambda one: one.ended)
    assert (before.code, after.code) == ("CURSOR_EXPIRED", None)


def counted(payload: dict[str, Any]) -> int:
    count: int = payload["participants"]["totalCount"]
    return count


@pytest.mark.parametrize("document", [None, LIVE])
async def test_who_opens_one_is_compared_with_the_others_once(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch, document: str | None
) -> None:
    """What they have in common is a digest of all variables, however many: it is made once."""
    made: list[object] = []
    make = SubscriptionRequest.sharing_key

    def counted(request: SubscriptionRequest, visible: Hashable) -> Hashable:
        made.append(request)
        return make(request, visible)

    monkeypatch.setattr(SubscriptionRequest, "sharing_key", counted)
    for number in (1, 2):  # planned by the first, known to the second
        await (server.follow("admin", document) if document else server.follow("admin"))
        assert len(made) == number
