"""Several processes on one database send to the same webhooks, one at a time to each, even if some die."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database.client import engine_for
from models.webhook import ParkReason
from models.webhook_leases import claim, park, release
from tests.api.http_clients import reached
from tests.api.server_processes import Running, served
from tests.webhooks.harness import KEY, QUICK, Campus, campus
from tests.webhooks.receiver import OK, Answering, Got, Receiver, receiving

CHANGES = 40


def in_order(receiver: Receiver) -> list[int]:
    """The numbers of what was accepted, each the first time; whether that is their order is asserted."""
    numbers = list(dict.fromkeys(one.number for one in receiver.accepted))
    assert numbers == sorted(numbers)
    return numbers


async def changed(merced: Campus, times: int = CHANGES) -> None:
    for number in range(times):
        await merced.rename(f"Title {number}")


async def test_two_servers_send_each_change_in_order(database_url: str) -> None:
    """Each webhook is with one of them at a time, so nothing is sent twice either."""
    async with (
        campus(database_url, webhook_turn=5) as merced,
        reached(database_url, **{**QUICK, "webhook_turn": 5}),
        receiving() as one,
        receiving() as two,
        receiving() as three,
    ):
        receivers = (one, two, three)
        for receiver in receivers:
            await merced.register(receiver.url, types=["PROJECT"])
        await changed(merced)
        for receiver in receivers:
            await receiver.until(lambda one: len(set(one.messages)) == CHANGES)
        assert {tuple(receiver.messages) for receiver in receivers} == {tuple(one.messages)}
    assert len(in_order(one)) == len(one.got) == CHANGES


async def test_a_slow_worker_that_lost_its_lease_changes_nothing(database_url: str) -> None:
    """It was leased by a process that is gone; another takes it over, and the first comes too late."""
    async with (
        campus(database_url, webhook_timeout=1.0, webhook_lease=2.0) as merced,
        receiving() as receiver,
    ):
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.do("pauseWebhook", made.id)
        await merced.rename("One", "Two")
        await merced.sql("update webhook set state = 'ACTIVE', next_attempt_at = now() + interval '1 hour'")
        await merced.sql(
            "update webhook set lease = :lease, leased_until = now() + interval '1 s'", lease=uuid7()
        )
        await merced.sql("update webhook set next_attempt_at = now()")
        await receiver.until(lambda one: len(one.got) == 2)
        left = await merced.value("select leased_until is null or leased_until > now() from webhook")
        assert left
        assert await claim(merced.engine, 10, 5.0, failing=False) == []


@pytest.mark.parametrize("ends", ["release", "park"])
async def test_a_lease_that_was_taken_away_is_over_when_its_worker_is_done(
    database_url: str, ends: str
) -> None:
    """A rewind takes the lease away and waits for what is under way, but for no longer than that."""
    async with campus(database_url) as merced:
        made = await merced.register("https://registrar.example.org", types=["PROJECT"])
        await merced.do("pauseWebhook", made.id)
        await merced.rename("One")
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("select puente_number_changes()"))
        await connection.execute(text("update webhook set state = 'ACTIVE', next_attempt_at = now()"))
    (leased,) = await claim(engine, 10, 60.0, failing=False)
    async with engine.begin() as connection:
        await connection.execute(text("update webhook set lease = null"))  # as a rewind does
    assert await claim(engine, 10, 60.0, failing=False) == []
    if ends == "release":
        await release(engine, leased, leased.number)
    else:
        await park(engine, leased, ParkReason.CLIENT)
    (again,) = await claim(engine, 10, 60.0, failing=False)
    assert (again.id, again.number) == (leased.id, leased.number)
    await engine.dispose()


async def test_a_rewind_while_a_message_is_under_way_counts(database_url: str) -> None:
    """The worker that has just delivered does not move the webhook on from where it was put."""

    def slow(got: Got) -> Answering:
        return Answering(after=0.3)

    async with campus(database_url) as merced, receiving(slow) as receiver:
        start = (await merced.ask("{ changeCursor }"))["changeCursor"]
        made = await merced.register(receiver.url, types=["PROJECT"], after=start)
        await merced.rename("One", "Two")
        await receiver.until(lambda one: len(one.got) == 2)
        await merced.do("redeliver", made.id, fromCursor=start)
        receiver.answer = lambda _: OK
        await receiver.until(lambda one: len(one.accepted) >= 4)
    first, second = sorted(set(receiver.messages), key=receiver.messages.index)
    assert receiver.messages[-2:] == [first, second]


@contextmanager
def server(url: str, state: Path) -> Iterator[Running]:
    settings = {**QUICK, "webhook_timeout": 3.0, "webhook_lease": 6.0}
    del settings["webhook_key"]
    variables = {f"PUENTE_{name.upper()}": str(value) for name, value in settings.items()}
    with served(
        state, variables={"PUENTE_DATABASE_URL": url, "PUENTE_WEBHOOK_KEY": KEY, **variables}
    ) as running:
        yield running


@pytest.mark.proof
@pytest.mark.lifecycle
async def test_servers_are_killed_while_they_send(database_url: str, tmp_path: Path) -> None:
    """`kill -9` of one, and then of the other that took over: nothing is lost, nothing out of order."""
    killed: list[int] = []
    async with campus(database_url, webhook_key="") as merced, receiving() as receiver:
        with server(database_url, tmp_path / "a") as one, server(database_url, tmp_path / "b") as other:
            registered = await _registered(merced, receiver, one)

            def answer(got: Got) -> Answering:
                for at, process in ((10, one), (25, other)):
                    if len(receiver.got) >= at and process.process.pid not in killed:
                        killed.append(process.process.pid)
                        os.killpg(process.process.pid, signal.SIGKILL)
                        return Answering(hangs=True)
                return OK

            receiver.answer = answer
            await changed(merced)
            await receiver.until(lambda _: len(killed) >= 1)
            async with asyncio.timeout(60):
                while len(killed) < 2:
                    await asyncio.sleep(0.05)
        with server(database_url, tmp_path / "c"):
            async with asyncio.timeout(60):
                while len(set(receiver.messages)) < CHANGES:
                    await asyncio.sleep(0.05)
    assert registered
    assert len(in_order(receiver)) == CHANGES
    assert len(receiver.got) <= CHANGES + 4  # those that were under way came again, with the same id


async def _registered(merced: Campus, receiver: Receiver, at: Running) -> str:
    """By the server that runs, which has the key; the one of the test has none, and so sends nothing."""
    import httpx

    async with httpx.AsyncClient(base_url=at.address) as client:
        own, merced.http = merced.http, client
        made = await merced.register(receiver.url, types=["PROJECT"])
        merced.http = own
    return made.id
