"""/metrics says how the feed and its followers are, to those who operate the server."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from api.metrics.endpoint import OLDEST_WRITER
from api.metrics.registry import Registry, RequestStats, as_json, from_json
from api.metrics.workers import WorkerMetrics
from api.runtime.instruments import measure_feed
from delivery.subscriptions.feed_poller import FeedPoller
from models.database.client import engine_for
from tests.api.http_clients import application, ask, reached
from tests.conftest import sibling_url
from tests.feed.subscribers import CHANGES, InProcessServer, in_process_server


def read(text: str) -> dict[str, float]:
    """The samples of an answer, by name and labels; without the label that says whose they are."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()) if k != "worker")
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


BEHIND = {"trusted_proxies": "127.0.0.1", "metrics": "10.0.0.0/8"}


async def scraped(app: Starlette, address: str = "127.0.0.1", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://puente.test") as client:
        return await client.get("/metrics", headers={k.replace("_", "-"): v for k, v in headers.items()})


async def metrics(server: InProcessServer) -> dict[str, float]:
    return read((await scraped(server.app)).text)


async def test_it_is_text_that_prometheus_reads(client: httpx.AsyncClient) -> None:
    await ask(client, "{ institutions { totalCount } }")
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    found = read(answer.text)
    assert found["puente_database_up"] == 1
    assert found["puente_workers"] == 1
    assert found["puente_feed_listening"] == 1
    assert found["puente_graphql_answers_total{status=2xx}"] >= 1
    assert found["puente_graphql_seconds_count"] == sum(
        found[f"puente_graphql_answers_total{{status={status}}}"] for status in ("2xx", "3xx", "4xx", "5xx")
    )
    assert found["process_resident_memory_bytes"] > 10_000_000


async def test_followers_are_counted(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        public, opened = await server.follow("public", types=["VENUE"])
        await server.follow("admin", types=["VENUE"])
        await server.follow("admin", types=["PROJECT"])
        live, _ = await server.follow("public", "subscription { events(first: 1) { totalCount } }")
        await live.until(lambda one: len(one.payloads) == 1)
        await server.sql(
            "update venue set city = 'Loreto' where id = (select min(id::text)::uuid from venue)"
        )
        await public.until(lambda one: len(one.changes) == 1)
        found = await metrics(server)
        assert found["puente_subscribers{kind=changes}"] == 3
        assert found["puente_subscribers{kind=live}"] == 1
        assert found["puente_sessions"] == 2
        assert found["puente_groups"] == 3
        assert found["puente_scenes"] == 1
        assert found["puente_deliveries_total{kind=live}"] == 1
        assert found["puente_deliveries_total{kind=changes}"] >= 1
        assert found["puente_subscriber_statements_total{kind=changes}"] >= 1
        assert found["puente_feed_last"] == found["puente_feed_seen"]
        opened.close()
        assert (await metrics(server))["puente_subscribers{kind=changes}"] == 2


async def test_what_is_still_to_come_is_seen(database_url: str) -> None:
    """Changes without numbers, and transactions that may commit."""
    async with in_process_server(database_url) as server:
        await server.cursor("public")
        before = await metrics(server)
        assert before["puente_oldest_write_transaction_seconds"] == 0
        async with server.engine.connect() as writer, server.engine.connect() as holder:
            await writer.exec_driver_sql("update venue set city = 'Loreto'")
            await writer.exec_driver_sql("select pg_sleep(0.05)")
            assert (await metrics(server))["puente_oldest_write_transaction_seconds"] >= 0.05
            await holder.exec_driver_sql("select from feed for update")
            await writer.commit()
            found = await metrics(server)
            assert found["puente_feed_unnumbered"] > 0
            assert found["puente_feed_unnumbered_age_seconds"] > 0.05
            assert found["puente_feed_last"] == before["puente_feed_last"]
            await holder.rollback()
        await server.cursor("public")
        found = await metrics(server)
        assert found["puente_feed_unnumbered"] == found["puente_feed_unnumbered_age_seconds"] == 0


async def test_what_is_not_known_is_no_zero(database_url: str, superuser_url: str) -> None:
    """Another role's session may have written: who may not look into it does not say that nobody has."""
    async with in_process_server(database_url) as server:
        assert (await metrics(server))[OLDEST_WRITER] == 0
        database = database_url.partition("?")[0].rpartition("/")[2]
        stranger = engine_for(sibling_url(database, superuser_url, "postgres"))
        async with stranger.connect() as connection:
            await connection.exec_driver_sql("update venue set city = 'Loreto'")
            assert OLDEST_WRITER not in await metrics(server)
            async with server.engine.connect() as writer:
                await writer.exec_driver_sql("create table mine ()")
                assert (await metrics(server))[OLDEST_WRITER] > 0, "as old at least"
            await connection.rollback()
        await stranger.dispose()


def test_a_feed_that_was_never_reached_has_no_newest_change() -> None:
    """And every figure survives the way from one worker to another."""
    registry = Registry()
    measure_feed(registry, FeedPoller("", interval=1, batch=1, timeout=1))
    figures = [from_json(one) for one in orjson.loads(orjson.dumps([as_json(one) for one in registry.now()]))]
    assert {one.name for one in figures} == {"puente_feed_listening", "puente_feed_seen_seconds"}
    assert all(isinstance(one.value, float | int) for one in figures)


async def test_no_label_tells_of_a_person_or_of_what_was_sent(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        await server.follow("mentor", CHANGES, types=["PROJECT"])
        text = (await scraped(server.app)).text
        labels = set(re.findall(r'(\w+)="', text))
        assert labels <= {"worker", "kind", "status", "le", "transport", "state", "outcome", "reason"}


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 404),
        ("fd00::7", {}, 404),
        ("8.8.8.8", {}, 404),
        ("2001:db8::1", {}, 404),
        ("127.0.0.1", {"x_forwarded_for": "8.8.8.8"}, 404),
        ("127.0.0.1", {"x_forwarded_for": "10.0.0.1"}, 404),
        ("127.0.0.1", {"forwarded": "for=10.0.0.1"}, 404),
        ("127.0.0.1", {"x_forwarded_host": "puente.example.org"}, 404),
        ("127.0.0.1", {"via": "1.1 proxy"}, 404),
        ("127.0.0.1", {"x_real_ip": "127.0.0.1"}, 404),
    ],
)
async def test_only_those_nearby_may_read_it(
    seeded_url: str, address: str, headers: dict[str, str], status: int
) -> None:
    """Whatever a proxy passes on is not from nearby, unless the proxy is known and says so."""
    app = application(seeded_url)
    async with app.router.lifespan_context(app):
        answer = await scraped(app, address, **headers)
        assert answer.status_code == status
        if status == 404:
            assert "puente_" not in answer.text


@pytest.mark.parametrize(
    ("settings", "address", "headers", "status"),
    [
        ({"metrics": "ANY"}, "8.8.8.8", {}, 200),
        ({"tokens": False}, "127.0.0.1", {}, 404),
        ({"tokens": False, "metrics": "127.0.0.1"}, "127.0.0.1", {}, 200),
        ({"tokens": False, "metrics": "10.0.0.0/8"}, "10.0.0.9", {}, 200),
        ({"metrics": "NONE"}, "127.0.0.1", {}, 404),
        ({"metrics": "8.8.0.0/16"}, "8.8.8.8", {}, 200),
        ({"metrics": "8.8.0.0/16"}, "127.0.0.1", {}, 404),
        (BEHIND, "127.0.0.1", {"x_forwarded_for": "10.9.9.9"}, 200),
        (BEHIND, "127.0.0.1", {"x_forwarded_for": "10.9.9.9, 8.8.8.8"}, 404),
    ],
)
async def test_who_may_is_a_setting(
    seeded_url: str, settings: dict[str, Any], address: str, headers: dict[str, str], status: int
) -> None:
    app = application(seeded_url, **settings)
    async with app.router.lifespan_context(app):
        assert (await scraped(app, address, **headers)).status_code == status


async def test_without_the_database_the_other_metrics_remain(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        pipeline = client._transport.app.parts.pipeline  # type: ignore[attr-defined]
        await pipeline.database.close()
        found = read((await client.get("/metrics")).text)
        assert found["puente_database_up"] == 0
        assert "puente_feed_last" not in found
        assert found["puente_workers"] == 1


async def test_workers_tell_each_other(tmp_path: Path) -> None:
    """One that has died is left out, one that does not answer is seen."""
    figures = Registry()
    figures.gauge("puente_test", "A test.", lambda: 7)
    own, other = WorkerMetrics(figures, tmp_path), WorkerMetrics(figures, tmp_path)
    async with own.serving(), other.serving():
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(tmp_path / "2"))
        reached = list[asyncio.StreamWriter]()
        silent = await asyncio.start_unix_server(lambda _, writer: reached.append(writer), tmp_path / "3")
        samples = await own.collect()
        assert {number for number, reported in samples.items() if reported} == {"0", "1"}
        assert samples["3"] is None
        assert "2" not in samples
        for writer in reached:
            writer.close()
        silent.close()
    assert not {"0", "1"} & {path.name for path in tmp_path.iterdir()}


async def test_a_worker_that_comes_again_has_the_number_of_the_one_that_ended(tmp_path: Path) -> None:
    """Also of one that was killed, whose socket is still there: or each restart would begin new series."""
    workers = [WorkerMetrics(Registry(), tmp_path) for _ in range(3)]
    async with AsyncExitStack() as running:
        for worker in workers[:2]:
            await running.enter_async_context(worker.serving())
        async with workers[2].serving():
            assert [worker.number for worker in workers] == [0, 1, 2]
        with socket.socket(socket.AF_UNIX) as killed:
            killed.bind(str(tmp_path / "2"))
        again = WorkerMetrics(Registry(), tmp_path)
        async with again.serving():
            assert again.number == 2
            assert set(await workers[0].collect()) == {"0", "1", "2"}


async def test_one_whose_folder_was_cleared_away_tells_of_itself(tmp_path: Path) -> None:
    assert list(await WorkerMetrics(Registry(), tmp_path / "gone").collect()) == ["0"]


def test_a_histogram_has_all_that_is_below_a_bound() -> None:
    requests = RequestStats()
    for seconds in (0.001, 0.0025, 0.3, 60.0):
        requests.count(200, seconds)
    buckets, total = requests.took()  # type: ignore[misc]
    assert dict(buckets)["0.0025"] == 2
    assert dict(buckets)["0.25"] == 2
    assert dict(buckets)["0.5"] == 3
    assert dict(buckets)["+Inf"] == 4
    assert total == pytest.approx(60.3035)
