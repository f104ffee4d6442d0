"""Changes arrive at a client's system, signed, in order, and as the client may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from tests.webhooks.harness import Campus, campus
from tests.webhooks.receiver import Answering, receiving

FULL = """
subscription Sync { changes { id kind entityId changedFields node { ...Shown ... on Venue { city } } } }
fragment Shown on Project { title status institutions { institution { slug } } }
"""
ELSEWHERE = """
    select id from project where status = 'ACTIVE' and not exists (
        select from project_institution join institution on institution.id = institution_id
        where project_id = project.id and institution.slug = 'uc-merced'
    ) order by id limit 1
"""
"""A project of other institutions, that UC Merced sees because it is public."""


@pytest.fixture
async def merced(database_url: str) -> AsyncIterator[Campus]:
    async with campus(database_url) as made:
        yield made


async def test_a_thin_message_has_ids_and_nothing_else(merced: Campus) -> None:
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Rain over two rivers")
        await receiver.until(lambda one: len(one.got) == 1)
    (got,) = receiver.got
    payload = got.verified(made.secret)
    assert payload.keys() == {"type", "timestamp", "data"}
    assert payload["type"] == "PROJECT.UPDATED"
    data = payload["data"]
    assert data.keys() == {"id", "cursor", "kind", "type", "entityId", "version", "at"}
    assert got.message == f"change_{data['id'].replace('.', '_')}"
    assert payload["timestamp"] == data["at"]
    assert "Rain" not in got.body.decode()
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        got.verified("whsec_" + "A" * 44)


async def test_a_full_message_is_what_a_subscription_with_the_document_receives(merced: Campus) -> None:
    async with receiving() as receiver:
        start = (await merced.ask("{ changeCursor }"))["changeCursor"]
        await merced.register(receiver.url, document=FULL, types=["PROJECT", "VENUE"], language="ES")
        await merced.sql("update venue set city = 'Ensenada' where city <> 'Ensenada'")
        await merced.rename("Rain", "Wind")
        wanted = await merced.value("select count(*) from venue where city = 'Ensenada'") + 2
        await receiver.until(lambda one: len(one.got) >= wanted)
    polled = await merced.ask(
        """query ($after: String) { changes(after: $after, types: [PROJECT, VENUE], first: 100) { nodes {
            id kind entityId changedFields node {
                ... on Venue { city }
                ... on Project { title(language: ES) status institutions { institution { slug } } }
            } } } }""",
        after=start,
    )
    newest = polled["changes"]["nodes"]
    assert [one.payload["data"]["id"] for one in receiver.got] == [node["id"] for node in newest]
    assert receiver.got[-1].payload["data"] == newest[-1]
    assert receiver.got[0].payload["data"]["node"].keys() == newest[0]["node"].keys()


async def test_what_the_client_may_no_longer_see_is_delivered_as_removed(merced: Campus) -> None:
    async with receiving() as receiver:
        await merced.register(receiver.url, document=FULL, types=["PROJECT"])
        project = await merced.value(ELSEWHERE)
        await merced.sql("update project set status = 'DRAFT' where id = :id", id=project)
        await receiver.until(lambda one: len(one.got) == 1)
        await merced.sql("update project set title_en = 'Secret' where id = :id", id=project)
        await merced.rename("After")
        await receiver.until(lambda one: len(one.got) == 2)
    removed, after = receiver.got
    assert removed.payload["type"] == "PROJECT.REMOVED"
    assert removed.payload["data"]["node"] is None
    assert "Secret" not in "".join(one.body.decode() for one in receiver.got)
    assert after.payload["data"]["node"]["title"] == "After"


async def test_only_what_concerns_an_institution_is_sent(merced: Campus) -> None:
    async with receiving() as receiver:
        merced_id = await merced.value(
            "select 'institution_' || id from institution where slug = 'uc-merced'"
        )
        await merced.register(receiver.url, institution=merced_id, types=["INSTITUTION"])
        await merced.sql("update institution set city = city || '!' where slug in ('uc-merced', 'colef')")
        await receiver.until(lambda one: len(one.got) == 1)
        await merced.sql("update institution set city = 'Merced' where slug = 'uc-merced'")
        await receiver.until(lambda one: len(one.got) == 2)
    assert {one.payload["data"]["entityId"] for one in receiver.got} == {merced_id}


async def test_the_changes_after_a_cursor_are_sent_to_a_webhook_that_begins_there(merced: Campus) -> None:
    start = (await merced.ask("{ changeCursor }"))["changeCursor"]
    await merced.rename("Before", "it was registered")
    async with receiving() as receiver:
        await merced.register(receiver.url, types=["PROJECT"], after=start)
        await receiver.until(lambda one: len(one.got) == 2)


async def test_it_gets_past_many_changes_that_are_not_for_the_client(database_url: str) -> None:
    """A page reads a limited number of changes, and may contain none to send although more follow."""
    async with campus(database_url, max_scanned_changes=10) as merced, receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.do("pauseWebhook", made.id)
        project = await merced.value(ELSEWHERE)
        for number in range(45):
            draft = "update project set status = 'DRAFT', title_en = :title where id = :id"
            await merced.sql(draft, title=f"Draft {number}", id=project)
        await merced.rename("At last")
        await merced.do("resumeWebhook", made.id)
        await receiver.until(lambda one: len(one.got) == 2)
    assert [one.payload["type"] for one in receiver.got] == ["PROJECT.REMOVED", "PROJECT.UPDATED"]


async def test_changes_come_in_order_one_request_each(merced: Campus) -> None:
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename(*(f"Title {number}" for number in range(60)))
        await receiver.until(lambda one: len(one.got) >= 60)
        await merced.until_logged(made.id, 60)
        log = await merced.log(made.id)
    numbers = [one.number for one in receiver.got]
    assert numbers == sorted(set(numbers))
    assert [one["message"] for one in log] == receiver.messages
    assert {(one["status"], one["responseStatus"], one["attempts"]) for one in log} == {("DELIVERED", 204, 1)}


async def test_what_is_hidden_while_another_change_is_delivered_is_not_sent(merced: Campus) -> None:
    """The second change was read with the first, and what it shows is read again before it is sent."""
    async with receiving(lambda _: Answering(after=0.5)) as receiver:
        await merced.register(receiver.url, document=FULL, types=["PROJECT"])
        await merced.sql(
            "update project set title_en = 'Two at once' where id in"
            " (select id from project where status = 'ACTIVE' order by id limit 2)"
        )
        await receiver.until(lambda one: len(one.got) == 1)
        await merced.sql(
            "update project set status = 'DRAFT' where id in (select id from project"
            " where title_en = 'Two at once') and 'project_' || id <> :first",
            first=receiver.got[0].payload["data"]["entityId"],
        )
        await receiver.until(lambda one: len(one.got) == 2)
    first, second = (one.payload for one in receiver.got)
    assert first["data"]["node"]["title"] == "Two at once"
    assert (second["type"], second["data"]["node"]) == ("PROJECT.REMOVED", None)


async def test_a_client_that_loses_a_scope_meanwhile_is_sent_no_more(merced: Campus) -> None:
    """Looked at again before each delivery: the second change was read with the first, and is not sent."""

    async def revoke() -> None:
        await merced.sql("update api_key set revoked_at = now()")

    async with receiving(lambda _: Answering(after=0.5)) as receiver:
        await merced.register(receiver.url, types=["PROJECT"], document=FULL)
        await merced.sql("select 1")
        await merced.rename("First", "Second")
        await receiver.until(lambda one: len(one.got) == 1)
        await revoke()
        await merced.until(lambda: _is(merced, "PARKED", "CLIENT"))
    assert [one.payload["data"]["node"]["title"] for one in receiver.got] in (["First"], ["Second"])


async def _is(merced: Campus, state: str, reason: str) -> bool:
    found = await merced.value("select state || ' ' || coalesce(parked_for, '') from webhook")
    return bool(found == f"{state} {reason}")
