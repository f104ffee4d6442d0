"""How much of a process's time new documents may take, and of whose; what is known waits for none of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import httpx
import pytest

from api.limits.planning_queue import BURST, PlanningBudget, PlanningLimits, PlanningQueue
from planner.errors import RateLimited
from tests.api.http_clients import admin, ask, codes, reached, signed_in
from tests.api.test_rate_limits import addresses
from tests.feed.subscribers import in_process_server

pytestmark = pytest.mark.usefixtures("nothing_planned")

KNOWN = "{ __typename }"
AWARDS = "subscription { changes(types: [AWARD]) { id } }"


def queue(clock: Callable[[], float] | None = None, **limits: Any) -> PlanningQueue:
    given = {"viewer_seconds": 0, "address_seconds": 0, "share": 1, "waiting": 10, "patience": 60, **limits}
    return PlanningQueue(PlanningLimits(**given), *([clock] if clock else []))


@asynccontextmanager
async def working(waiting: PlanningQueue, address: str = "192.0.2.9") -> AsyncIterator[None]:
    """While the block lasts, something is planned."""
    ended = Event()
    task = asyncio.create_task(waiting.run("", address, ended.wait))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        ended.set()
        await task


def nothing() -> None:
    """Work that takes no time."""


async def test_one_is_planned_at_a_time_and_addresses_take_turns() -> None:
    waiting, done = queue(), list[str]()
    names = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]
    async with working(waiting):
        tasks = [asyncio.create_task(waiting.run("", name[0], partial(done.append, name))) for name in names]
        await asyncio.sleep(0)
        assert (done, waiting.waiting) == ([], len(names))
    await asyncio.gather(*tasks)
    assert done == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


async def test_the_queue_is_limited_and_half_of_it_for_one_address() -> None:
    waiting = queue(waiting=4)
    async with working(waiting):
        tasks = [asyncio.create_task(waiting.run("", key, nothing)) for key in "aaabcd"]
        await asyncio.sleep(0)
        assert waiting.waiting == 4
    results = await asyncio.gather(*tasks, return_exceptions=True)
    refused = [result for result in results if isinstance(result, RateLimited)]
    assert [results.index(one) for one in refused] == [2, 5]
    assert {one.retry_after for one in refused} == {1}
    assert waiting.refused == 2
    await waiting.run("", "a", nothing)


async def test_nobody_waits_for_ever_and_who_leaves_keeps_nobody_waiting() -> None:
    waiting = queue(patience=0.05)
    async with working(waiting):
        with pytest.raises(RateLimited, match="The document was not planned within"):
            await waiting.run("", "a", nothing)
        assert waiting.waiting == 0
    waiting = queue()
    async with working(waiting):
        gone, last = (asyncio.create_task(waiting.run("", key, nothing)) for key in "ab")
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        assert waiting.waiting == 1
    await last
    await waiting.run("", "c", nothing)


async def test_who_is_cancelled_when_the_turn_has_come_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = queue()
    give = waiting._next
    async with working(waiting):
        gone, last = (asyncio.create_task(waiting.run("", key, nothing)) for key in "ab")
        await asyncio.sleep(0)

        def give_and_cancel() -> None:
            give()
            gone.cancel()

        monkeypatch.setattr(waiting, "_next", give_and_cancel)
    async with asyncio.timeout(30):
        await last
        monkeypatch.undo()
        await waiting.run("", "c", nothing)
    assert gone.cancelled()


async def test_who_leaves_while_it_is_planned_keeps_its_turn_until_that_is_done() -> None:
    waiting, ended = queue(), Event()
    task = asyncio.create_task(waiting.run("", "a", partial(ended.wait, 60)))
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    after = asyncio.create_task(waiting.run("", "b", nothing))
    await asyncio.sleep(0)
    assert waiting.waiting == 1
    ended.set()
    await after
    assert len(waiting._addresses) == 0, "nothing is counted where nothing is bounded"


async def test_what_fails_is_raised_and_counted() -> None:
    waiting = queue(address_seconds=60)
    with pytest.raises(ZeroDivisionError):
        await waiting.run("", "a", lambda: 1 // 0)
    assert len(waiting._addresses) == 1
    await waiting.run("", "a", nothing)


class Shared:
    """Something that many want, made by one of them."""

    def __init__(self, queue: PlanningQueue) -> None:
        self._queue = queue
        self.made: list[int] = []
        self.known: int | None = None

    async def want(self, number: int, work: Callable[[int], int]) -> int:
        async def run() -> int:
            self.made.append(number)
            return await self._queue.run("", "a", partial(self._make, number, work))

        return await self._queue.run_once("key", lambda: self.known, run)

    def _make(self, number: int, work: Callable[[int], int]) -> int:
        self.known = work(number)
        return self.known


async def test_of_many_who_want_the_same_one_comes() -> None:
    waiting = queue(waiting=2)
    shared = Shared(waiting)
    async with working(waiting):
        tasks = [asyncio.create_task(shared.want(number, lambda one: one + 7)) for number in range(100)]
        await asyncio.sleep(0)
        assert waiting.waiting == 1
    assert await asyncio.gather(*tasks) == [7] * 100
    assert shared.made == [0]
    assert not waiting._under_way


async def test_where_one_fails_or_leaves_the_next_comes() -> None:
    """Each gets the errors of its own document."""
    waiting = queue(waiting=2)
    shared = Shared(waiting)
    async with working(waiting):
        tasks = [asyncio.create_task(shared.want(number, lambda one: 6 // one)) for number in (9, 0, 3, 4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
    gone, failed, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert (type(gone), type(failed), others) == (asyncio.CancelledError, ZeroDivisionError, [2, 2])
    assert shared.made == [9, 0, 3]
    assert not waiting._under_way


async def test_nobody_waits_for_ever_for_another() -> None:
    waiting = queue(patience=0.05)
    shared = Shared(waiting)
    async with working(waiting):
        tasks = [asyncio.create_task(shared.want(number, lambda one: one)) for number in range(3)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in results] == [RateLimited] * 3
    assert waiting.refused == 3
    assert not waiting._under_way


async def test_all_together_have_a_share_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    now, rests = 0.0, list[float]()
    waiting = queue(lambda: now, share=0.25)
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def rest(seconds: float, then: Callable[..., None], *of_others: Any, **more: Any) -> object:
        nonlocal now
        if of_others:  # who else is on the loop, such as a server of the session
            return later(seconds, then, *of_others, **more)
        rests.append(seconds)
        now += seconds
        return loop.call_soon(then)

    def work() -> None:
        nonlocal now
        now += BURST / 2

    monkeypatch.setattr(loop, "call_later", rest)
    for _ in range(6):
        await waiting.run("", "address", work)
        await asyncio.sleep(0)
    assert rests[0] == rests[1] == 0, "a burst passes"
    assert sum(rests[3:]) / (3 * BURST / 2) == pytest.approx(3), "a quarter is planning, three are not"


async def test_what_is_owed_waits_in_turns_of_its_own_and_is_refused_by_nobody() -> None:
    """However many it is, it takes no room from what is asked for, and counts for the same budget."""
    waiting, done = queue(waiting=4, patience=0.01, viewer_seconds=1), list[str]()
    waiting._viewers.add("a", 60.0)
    async with working(waiting):
        owed = [
            asyncio.create_task(waiting.run_owed("a", "", partial(done.append, f"a{number}")))
            for number in range(6)
        ]
        await asyncio.sleep(0)
        assert waiting.waiting == 6
        with pytest.raises(RateLimited):
            await waiting.run("a", "", nothing)
        with pytest.raises(RateLimited, match="not planned within"):
            await waiting.run("b", "", nothing)
        wanted = asyncio.create_task(waiting.run("", "address", partial(done.append, "b0")))
        waiting._limits = replace(waiting._limits, patience=60)
        await asyncio.sleep(0)
        owed.pop().cancel()
    await asyncio.gather(wanted, *owed)
    assert done == ["a0", "b0", "a1", "a2", "a3", "a4"]
    assert len(waiting._viewers._work["a"].done) == 6


def test_a_budget_is_of_any_minute() -> None:
    now = 1_000.0
    budget = PlanningBudget(2.0, "address", lambda: now)
    budget.add("a", 1.5)
    budget.require_left("a")
    now += 10
    budget.add("a", 1.5)
    now += 0.5
    with pytest.raises(RateLimited) as refused:
        budget.require_left("a")
    assert refused.value.retry_after == 50
    assert refused.value.problems[0].details == {"limit": 2.0, "asked": 3.0}
    budget.require_left("b")
    now += 49.5
    budget.require_left("a")
    now += 60
    budget.add("b", 0.1)
    assert len(budget) == 1, "nobody is remembered for longer than a minute"


def by_post(client: httpx.AsyncClient, document: str, headers: dict[str, str]) -> Any:
    return client.post("/graphql", json={"query": document}, headers=headers)


def by_get(client: httpx.AsyncClient, document: str, headers: dict[str, str]) -> Any:
    return client.get("/graphql", params={"query": document}, headers=headers)


def by_stream(client: httpx.AsyncClient, document: str, headers: dict[str, str]) -> Any:
    accept = {"accept": "text/event-stream"}
    return client.post("/graphql/stream", json={"query": document}, headers={**headers, **accept})


async def spend(client: httpx.AsyncClient, address: str, headers: dict[str, str]) -> None:
    """All that an address, and who has this header, may take of a minute."""
    pipeline = client._transport.app.parts.pipeline  # type: ignore[attr-defined]
    pipeline.planning._addresses.add(address, 60.0)
    if headers:
        viewer = await pipeline.viewers.authenticate(headers["authorization"].encode())
        pipeline.planning._viewers.add(viewer.key, 60.0)


@pytest.mark.parametrize("send", [by_post, by_get, by_stream])
@pytest.mark.parametrize("persona", ["public", "admin"])
async def test_who_has_spent_the_budget_is_answered_what_is_known(
    seeded_url: str, persona: str, send: Any
) -> None:
    credentials = signed_in(persona)
    async with addresses(seeded_url, "192.0.2.1", "192.0.2.2") as (one, two):
        assert (await send(one, KNOWN, credentials)).status_code == 200
        await spend(one, "192.0.2.1", credentials)
        for document in ("{ new: __typename }", "{ nothing }", "{"):
            refused = await send(one, document, credentials)
            assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
            assert 0 < int(refused.headers["retry-after"]) <= 60
            extensions = refused.json()["errors"][0]["extensions"]
            assert (extensions["limit"], round(extensions["asked"])) == (10.0, 60)
        assert (await send(one, KNOWN, credentials)).status_code == 200
        assert (await send(two, "{ new: __typename }", {})).status_code == 200
        if not credentials:
            assert (await send(one, "{ new: __typename }", admin())).status_code == 200


VARIED = (
    "query ($first: Int, $filter: ProjectFilter) { projects(first: $first, filter: $filter) { totalCount } }"
)
INTROSPECTION = "query ($old: Boolean) { __schema { types { fields(includeDeprecated: $old) { name } } } }"
COSTLY: dict[str, tuple[str, dict[str, Any]]] = {
    "a plan for another shape": (VARIED, {"filter": {"title": {"eq": "x"}}}),
    "many values": (VARIED, {"filter": {"and": [{"title": {"eq": "x"}}] * 150}}),
    "introspection with variables": (INTROSPECTION, {"old": True}),
}


@pytest.mark.parametrize(("document", "variables"), COSTLY.values(), ids=COSTLY)
async def test_what_takes_long_of_a_known_document_is_counted_too(
    seeded_url: str, document: str, variables: dict[str, Any]
) -> None:
    async with addresses(seeded_url, "192.0.2.1") as (one,):
        assert (await ask(one, VARIED)).status_code == 200
        if document != VARIED:
            assert (await ask(one, document, variables)).status_code == 200
        await spend(one, "192.0.2.1", {})
        refused = await ask(one, document, variables)
        assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
        assert (await ask(one, VARIED)).status_code == 200


async def test_what_is_new_is_counted_by_its_time(seeded_url: str) -> None:
    async with addresses(seeded_url, "192.0.2.1") as (one,):
        planning = one._transport.app.parts.pipeline.planning  # type: ignore[attr-defined]
        took = []
        for document in (KNOWN, KNOWN, "{ nothing }", "{", VARIED):
            before = planning.seconds
            await ask(one, document)
            took.append(planning.seconds - before)
        assert took[1] == 0
        assert all(seconds > 0 for seconds in (took[0], *took[2:]))
        assert planning._addresses._work["192.0.2.1"].seconds == pytest.approx(planning.seconds)


@pytest.mark.parametrize("credentials", ["public", "admin"])
async def test_who_come_back_together_with_one_document_have_it_planned_once(
    seeded_url: str, credentials: str
) -> None:
    """More than may wait; the server has just been started, and knows none of it."""
    async with in_process_server(seeded_url, planning_queue=4) as server:
        planned, engine = [], server.pipeline.engine
        monitored = server.pipeline.planning.run

        async def run(viewer: str, address: str, work: Callable[[], Any]) -> Any:
            planned.append(viewer)
            return await monitored(viewer, address, work)

        server.pipeline.planning.run = run  # type: ignore[method-assign]
        opened = await asyncio.gather(*(server.follow(credentials, AWARDS) for _ in range(50)))
        answered = await asyncio.gather(
            *(server.ask(credentials, "{ mentors { totalCount } }") for _ in range(50))
        )
        assert len(planned) == 4, "each is read, and planned"
        assert len({one["mentors"]["totalCount"] for one in answered}) == 1
        assert engine.known_document(AWARDS)
        for _, subscription in opened:
            subscription.close()


async def test_a_known_document_passes_while_others_wait(seeded_url: str) -> None:
    """A request that waits too long gets `Retry-After`."""
    async with reached(seeded_url, planning_timeout=0.3) as client:
        app = client._transport.app  # type: ignore[attr-defined]
        assert (await ask(client, KNOWN)).status_code == 200
        async with working(app.parts.pipeline.planning):
            waits = asyncio.create_task(ask(client, "{ waits: __typename }"))
            for _ in range(20):
                assert (await ask(client, KNOWN)).status_code == 200
            assert (await client.get("/live")).status_code == 200
            late = await waits
        assert (late.status_code, late.headers["retry-after"]) == (429, "1")
        assert (await ask(client, "{ waits: __typename }")).status_code == 200
