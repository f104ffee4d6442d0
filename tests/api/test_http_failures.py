"""A database that is slow, gone or unready; clients that leave while their statement runs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, ask, codes, reached
from tests.api.loopback_sockets import served
from tests.conftest import run_alone

QUERY = "{ projects(first: 1) { nodes { id } } }"
PATIENCE = 45.0  # shorter than the time limit of statements, so that only a cancellation ends them in time


@asynccontextmanager
async def locked_projects(url: str) -> AsyncIterator[AsyncConnection]:
    """While it lasts, no statement that reads projects gets on; gives another connection to watch from."""
    engine = engine_for(url)
    async with engine.connect() as locking, engine.connect() as watching:
        await watching.execution_options(isolation_level="AUTOCOMMIT")  # activity is frozen in a transaction
        await locking.execute(text("lock table project in access exclusive mode"))
        yield watching
        await locking.rollback()
    await engine.dispose()


async def waiting(connection: AsyncConnection) -> int:
    """How many statements wait for a lock in this database."""
    found = await connection.scalar(
        text("""
            select count(*) from pg_stat_activity
            where datname = current_database() and state = 'active' and wait_event_type = 'Lock'
        """)
    )
    return int(found)


async def until_waiting(connection: AsyncConnection, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while await waiting(connection) != count:
        assert time.monotonic() < deadline, f"never were {count} statements waiting"
        await asyncio.sleep(0.02)


def raw_request(query: str, method: str = "POST") -> bytes:
    if method == "GET":
        target = str(httpx.QueryParams({"query": query}))
        return f"GET /graphql?{target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    body = json.dumps({"query": query}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_client_that_leaves_takes_its_statement_with_it(database_url: str, method: str) -> None:
    async with served(database_url, pool_size=1, statement_timeout=60) as port:
        async with locked_projects(database_url) as connection:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(raw_request(QUERY, method))
            await until_waiting(connection, 1)
            writer.close()
            await until_waiting(connection, 0)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            assert len((await ask(client, QUERY)).json()["data"]["projects"]["nodes"]) == 1


async def test_one_that_leaves_while_it_queues_for_a_connection_does_not_get_one(database_url: str) -> None:
    async with (
        served(database_url, pool_size=1, statement_timeout=60) as port,
        locked_projects(database_url) as connection,
    ):
        _, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(raw_request(QUERY))
        await until_waiting(connection, 1)
        _, second = await asyncio.open_connection("127.0.0.1", port)
        second.write(raw_request(QUERY))
        await asyncio.sleep(0.3)
        second.close()
        await asyncio.sleep(0.1)
        first.close()
        await until_waiting(connection, 0)
        await asyncio.sleep(0.2)
        assert await waiting(connection) == 0


async def test_a_slow_statement_of_a_patient_client_is_answered(database_url: str) -> None:
    """Also on the same connection a second time: waiting for the client's end leaves nothing behind."""
    async with served(database_url, pool_size=1, statement_timeout=60) as port:
        limits = httpx.Limits(max_connections=1)
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=PATIENCE) as client:
            for _ in range(2):
                async with locked_projects(database_url) as connection:
                    request_body = asyncio.create_task(ask(client, QUERY))
                    await until_waiting(connection, 1)
                    await asyncio.sleep(0.3)
                assert (await request_body).status_code == 200
                assert (await ask(client, QUERY)).status_code == 200


async def test_a_shutdown_is_not_taken_for_a_client_that_left(database_url: str) -> None:
    async with (
        reached(database_url, statement_timeout=60) as client,
        locked_projects(database_url) as connection,
    ):
        request_body = asyncio.create_task(ask(client, QUERY))
        await until_waiting(connection, 1)
        request_body.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request_body
        await until_waiting(connection, 0)


async def test_a_statement_that_takes_too_long_is_504(database_url: str) -> None:
    async with reached(database_url, statement_timeout=0.9, pool_size=1) as client:
        async with locked_projects(database_url):
            for accept in (GRAPHQL_RESPONSE, JSON):
                response = await ask(client, QUERY, headers={"accept": accept, "accept-language": "es"})
                assert (response.status_code, codes(response)) == (504, ["TIMEOUT"])
                (error,) = response.json()["errors"]
                assert error["message"].startswith("La respuesta tardó más de 0.9 segundos")
                assert error["extensions"]["limit"] == 0.9
        assert (await ask(client, QUERY)).status_code == 200


async def test_waiting_too_long_for_a_connection_gets_retry_after(database_url: str) -> None:
    async with reached(database_url, pool_size=1, pool_timeout=0.2, statement_timeout=60) as client:
        async with locked_projects(database_url) as connection:
            first = asyncio.create_task(ask(client, QUERY))
            await until_waiting(connection, 1)
            response = await ask(client, QUERY, headers={"accept-language": "es"})
            assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
            assert response.headers["retry-after"] == "1"
            assert response.json()["errors"][0]["message"].startswith("El servidor está saturado")
            assert (await ask(client, "{ __typename }")).status_code == 200
        assert (await first).status_code == 200
        assert (await ask(client, QUERY)).status_code == 200


async def test_a_database_that_is_gone_is_503_until_it_is_back(database_url: str, superuser_url: str) -> None:
    name = urlsplit(database_url).path.strip("/")
    async with reached(database_url, pool_size=2) as client:
        assert (await ask(client, QUERY)).status_code == 200
        await run_alone(
            superuser_url,
            f"alter database {name} allow_connections false",
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
        )
        for accept in (GRAPHQL_RESPONSE, JSON):
            response = await ask(client, QUERY, headers={"accept": accept})
            assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
            assert response.headers["retry-after"] == "1"
            assert name not in response.text
        response = await client.get("/ready")
        assert (response.status_code, response.json()) == (503, {"ready": False, "database": "unavailable"})
        assert (await client.get("/live")).status_code == 200
        assert (await ask(client, "{ __typename }")).status_code == 200
        await run_alone(superuser_url, f"alter database {name} allow_connections true")
        assert (await ask(client, QUERY)).status_code == 200
        assert (await client.get("/ready")).status_code == 200


HEAD = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
BODY = b'{"query": "{ __typename }"}'


@pytest.mark.parametrize("arrived", [0, 5])
async def test_a_body_that_does_not_arrive_is_408(seeded_url: str, arrived: int) -> None:
    """The connection is closed, so what comes later is not taken for another request."""
    async with served(seeded_url, request_timeout=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.format(len(BODY)).encode() + BODY[:arrived])
        answer = (await asyncio.wait_for(reader.read(), PATIENCE)).decode()
        writer.close()
    assert answer.startswith("HTTP/1.1 408 ")
    assert "connection: close" in answer
    assert json.loads(answer.partition("\r\n\r\n")[2])["errors"] == [
        {
            "message": "The body did not arrive within 0.2 seconds.",
            "extensions": {"limit": 0.2, "code": "TIMEOUT"},
        }
    ]


async def test_a_body_that_arrives_in_pieces_is_read(seeded_url: str) -> None:
    async with served(seeded_url, request_timeout=PATIENCE) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.format(len(BODY)).encode())
        for byte in BODY:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.002)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_who_leaves_before_the_body_has_arrived_gets_no_answer(seeded_url: str) -> None:
    async with served(seeded_url, request_timeout=PATIENCE) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.format(len(BODY)).encode())
        await asyncio.sleep(0.05)
        writer.close()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await ask(client, "{ __typename }")).status_code == 200
