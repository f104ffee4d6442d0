"""Receivers that fail, each in its way: what is tried again, what is parked, and that nobody else waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from models.api_client_commands import revoke_client
from models.database.client import Database
from models.webhook_leases import WebhookStats, webhook_stats
from tests.webhooks.harness import Campus, campus, id_in, new_key
from tests.webhooks.receiver import HANGING, OK, Answering, Got, Receiver, receiving


@pytest.fixture
async def merced(database_url: str) -> AsyncIterator[Campus]:
    async with campus(database_url) as made:
        yield made


IMPATIENT: dict[str, Any] = {"webhook_timeout": 1.0, "webhook_lease": 3.0}
"""For receivers that hang: they are given up soon."""


async def test_a_receiver_that_was_down_for_a_while_gets_everything_in_order(merced: Campus) -> None:
    """First nobody is at its port, then it answers 503, then it is well."""
    receiver, sick = Receiver(), [True]
    receiver.answer = lambda _: Answering(503) if sick[0] else OK
    await receiver.start()
    await receiver.stop()
    made = await merced.register(receiver.url, types=["PROJECT"])
    await merced.rename("One", "Two", "Three")

    async def tried(times: int) -> bool:
        return len(await merced.log(made.id)) >= times

    await merced.until(lambda: tried(3))
    await receiver.start()
    await receiver.until(lambda one: len(one.got) >= 2)
    sick[0] = False
    await receiver.until(lambda one: len(one.accepted) == 3)

    async def delivered() -> bool:
        return len([one for one in await merced.log(made.id) if one["status"] == "DELIVERED"]) == 3

    await merced.until(delivered)
    await receiver.stop()
    log = await merced.log(made.id)
    failed = [one for one in log if one["status"] == "RETRYING"]
    assert [one["status"] for one in log] == ["RETRYING"] * len(failed) + ["DELIVERED"] * 3
    assert [one["attempts"] for one in log] == [*range(1, len(failed) + 2), 1, 1]
    assert {one["message"] for one in failed} == {receiver.messages[0]} == {receiver.got[0].message}
    assert [one["error"].partition(":")[0] for one in failed][:2] == ["cannot connect"] * 2
    assert {one["responseStatus"] for one in failed} == {None, 503}
    assert all(one["nextAttemptAt"] > one["at"] for one in failed)
    numbers = [one.number for one in receiver.accepted]
    assert numbers == sorted(set(numbers))
    webhook = await merced.webhook(made.id)
    assert (webhook["state"], webhook["attempts"], webhook["nextAttemptAt"]) == ("ACTIVE", 0, None)


async def test_one_that_hangs_holds_up_no_other(database_url: str) -> None:
    """There is one place for each of them but one, and those that hang are tried all the time."""
    async with (
        campus(database_url, webhook_concurrency=4, webhook_max_attempts=1_000, **IMPATIENT) as merced,
        receiving(lambda _: HANGING) as hanging,
        receiving() as well,
    ):
        stuck = [await merced.register(hanging.url, types=["PROJECT"]) for _ in range(6)]
        await merced.rename("They hang")
        await hanging.until(lambda one: len(one.got) >= 4)
        await merced.register(well.url, types=["PROJECT"])
        for number in range(5):
            await merced.rename(f"Title {number}")
            await well.until(lambda one, number=number: len(one.got) == number + 1)  # type: ignore[misc]
        assert hanging.accepted == []

        async def timed_out() -> bool:
            log = await merced.log(stuck[0].id)
            return bool(log) and log[0]["error"] == "no answer within 1 seconds"

        await merced.until(timed_out)


async def test_redirects_are_not_followed(merced: Campus) -> None:
    async with receiving() as inner:
        to = Answering(307, {"location": inner.url})
        async with receiving(lambda _: to) as receiver:
            made = await merced.register(receiver.url, types=["PROJECT"])
            await merced.rename("Elsewhere")
            await receiver.until(lambda one: len(one.got) == 2)
            log = await merced.log(made.id)
        assert inner.connections == 0
    assert log[0]["error"] == "answered 307: redirects are not followed"


async def test_410_parks_at_once_and_it_can_be_resumed(merced: Campus) -> None:
    async with receiving(lambda _: Answering(410)) as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Gone")
        parked = await merced.until_state(made.id, "PARKED")
        assert parked["parkedFor"] == "GONE"
        await merced.rename("Nobody hears")
        assert len(receiver.got) == 1
        receiver.answer = lambda _: OK
        resumed = await merced.do("resumeWebhook", made.id)
        assert (resumed["webhook"]["state"], resumed["webhook"]["parkedFor"]) == ("ACTIVE", None)
        await receiver.until(lambda one: len(one.accepted) == 2)
        log = await merced.log(made.id)
    assert [(one["status"], one["responseStatus"]) for one in log[:1]] == [("FAILED", 410)]


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_kept_to(merced: Campus, status: int) -> None:
    async with receiving(lambda _: Answering(status, {"retry-after": "7"})) as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Later")
        await receiver.until(lambda one: len(one.got) == 1)
        await merced.until(lambda: _logged(merced, made.id))
        (tried,) = await merced.log(made.id)
    ended, again = (datetime.fromisoformat(tried[name]) for name in ("at", "nextAttemptAt"))
    assert 7 <= (again - ended).total_seconds() <= 8


async def test_an_answer_without_an_end_is_cut_off_and_counts(merced: Campus) -> None:
    async with receiving(lambda _: Answering(200, endless=True)) as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("So much")
        await receiver.until(lambda one: len(one.got) == 1)
        await merced.until(lambda: _logged(merced, made.id))
        (delivered,) = await merced.log(made.id)
    assert (delivered["status"], delivered["responseStatus"]) == ("DELIVERED", 200)


async def test_too_many_failures_park(database_url: str) -> None:
    async with (
        campus(database_url, webhook_max_attempts=3) as merced,
        receiving(lambda _: Answering(500)) as receiver,
    ):
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Never")
        parked = await merced.until_state(made.id, "PARKED")
        assert parked["nextAttemptAt"] is None  # nothing is tried again until it is resumed
        log = await merced.log(made.id)
        database = await Database.open(database_url)
        assert await webhook_stats(database) == WebhookStats(0, 0, 1, 0, 0, 0)
        await database.close()
        metrics = (await merced.http.get("/metrics")).text
        assert 'puente_webhooks{state="parked"} 1.0' in metrics
        assert 'outcome="failed",' in metrics
    assert parked["parkedFor"] == "FAILING"
    assert [(one["status"], one["attempts"]) for one in log] == [
        ("RETRYING", 1),
        ("RETRYING", 2),
        ("FAILED", 3),
    ]
    assert len(receiver.got) == 3


async def test_failing_for_too_long_parks(database_url: str) -> None:
    async with (
        campus(database_url, webhook_patience=1.0) as merced,
        receiving(lambda _: Answering(500)) as receiver,
    ):
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Never")
        assert (await merced.until_state(made.id, "PARKED"))["parkedFor"] == "FAILING"
        assert len(receiver.got) > 2


async def test_a_revoked_client_is_sent_nothing(merced: Campus) -> None:
    async with receiving() as receiver:
        await merced.register(receiver.url, types=["PROJECT"])
        await revoke_client(merced.engine, "Registrar")
        await merced.rename("Not for you")
        await merced.until(lambda: _parked(merced, "CLIENT"))
        assert receiver.got == []


async def test_another_key_with_the_same_scopes_changes_nothing(merced: Campus) -> None:
    async with receiving() as receiver:
        await merced.register(receiver.url, types=["PROJECT"])
        await new_key(merced.engine)
        await merced.sql("update api_key set revoked_at = now() where id = :id", id=id_in(merced.key))
        await merced.rename("Rotated")
        await receiver.until(lambda one: len(one.got) == 1)


async def test_a_client_that_sees_something_else_takes_a_new_snapshot(merced: Campus) -> None:
    """Its new key has no scope: what it followed until now is not what it may see."""
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        other = await new_key(merced.engine, scopes=())
        await merced.sql("update api_key set revoked_at = now() where id = :id", id=id_in(merced.key))
        merced.key = other
        await merced.rename("Something else")
        assert (await merced.until_state(made.id, "PARKED"))["parkedFor"] == "GRANTS"
        refused = await merced.tried("resumeWebhook", made.id)
        assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
            ("INCOMPLETE", ["input", "after"])
        ]
        cursor = (await merced.ask("{ changeCursor }"))["changeCursor"]
        resumed = await merced.do("resumeWebhook", made.id, after=cursor)
        assert resumed["webhook"]["scopes"] == []
        await merced.rename("From here on")
        await receiver.until(lambda one: len(one.got) == 1)


async def test_one_that_is_behind_what_is_kept_is_parked(merced: Campus) -> None:
    async with receiving(lambda _: Answering(500)) as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("Old", "Older")
        await receiver.until(lambda one: len(one.got) >= 1)
        await merced.sql("delete from change", "update feed set floor = last")
        assert (await merced.until_state(made.id, "PARKED"))["parkedFor"] == "AGE"


async def test_what_is_sent_to_one_does_not_depend_on_what_another_answers(merced: Campus) -> None:
    """A webhook that fails in the middle continues there, and gets nothing again that it accepted."""

    def every_third(got: Got) -> Answering:
        seen = sum(one.message == got.message for one in flaky.got)
        return Answering(500) if got.number % 3 == 0 and seen < 3 else OK

    async with receiving() as well, receiving() as flaky:
        flaky.answer = every_third
        for receiver in (well, flaky):
            await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename(*(f"Title {number}" for number in range(9)))
        await well.until(lambda one: len(one.accepted) == 9)
        await flaky.until(lambda one: len(one.accepted) == 9)
    assert well.messages == flaky.messages
    assert len(flaky.got) == 9 + 2 * 3


async def _logged(merced: Campus, id: str) -> bool:
    return bool(await merced.log(id))


async def _parked(merced: Campus, reason: str) -> bool:
    found = await merced.value("select coalesce(parked_for, '') from webhook")
    return bool(found == reason)
