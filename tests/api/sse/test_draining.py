"""A server that ends tells its streams to come back: they end without `complete`, and it need not wait."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from models.database.client import engine_for
from tests.api.http_clients import application
from tests.api.loopback_sockets import listening
from tests.api.server_processes import Running, free_port, served
from tests.api.sse.event_stream import Stream, reaching, streamed
from tests.api.sse.test_following import CHANGES, LIVE, TOUCH, next_of
from tests.models.statements import run

AT_ONCE = 30.0  # seconds; this server would wait much longer for what does not end


async def test_streams_end_so_that_their_clients_come_back(database_url: str) -> None:
    async with (
        listening(application(database_url)) as (port, server),
        reaching(port) as client,
        streamed(client, CHANGES) as changes,
        streamed(client, LIVE) as live,
    ):
        await next_of(live)
        server.should_exit = True
        assert await changes.rest() == []
        assert await live.rest() == []
        assert changes.retry is not None
        assert 1_000 <= changes.retry <= 5_000


async def test_missed_changes_are_delivered_by_the_next_server(database_url: str) -> None:
    engine = engine_for(database_url)
    async with (
        listening(application(database_url)) as (port, server),
        reaching(port) as client,
        streamed(client, CHANGES) as stream,
    ):
        await run(engine, TOUCH)
        last = await next_of(stream)
        server.should_exit = True
        assert await stream.rest() == []
    await run(engine, TOUCH)
    assert last.id is not None
    async with (
        listening(application(database_url)) as (port, _),
        reaching(port) as client,
        streamed(client, CHANGES, headers={"last-event-id": last.id}) as stream,
    ):
        assert (await next_of(stream)).json["data"]["changes"]["version"] == 3
    await engine.dispose()


@asynccontextmanager
async def a_stream(server: Running, headers: dict[str, str] | None = None) -> AsyncIterator[Stream]:
    """Over a separate connection, as pages of several browsers have."""
    async with reaching(server.port) as client, streamed(client, CHANGES, headers=headers) as stream:
        yield stream


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="puente-drain-"))
    folder.chmod(0o755)
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.mark.lifecycle
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.proof)])
async def test_sigterm_ends_the_streams_of_every_worker(state: Path, database_url: str, workers: int) -> None:
    variables = {"PUENTE_DATABASE_URL": database_url, "PUENTE_SHUTDOWN_TIMEOUT": "300"}
    with served(state, "--workers", str(workers), variables=variables) as server:
        async with AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(a_stream(server)) for _ in range(4 * workers)]
            server.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(AT_ONCE):
                assert [await stream.rest() for stream in streams] == [[]] * len(streams)
        assert await asyncio.to_thread(server.process.wait, AT_ONCE) == 0
        assert "Traceback" not in server.printed


@pytest.mark.lifecycle
async def test_who_followed_a_server_that_was_killed_resumes_at_the_next(
    state: Path, database_url: str
) -> None:
    variables, port = {"PUENTE_DATABASE_URL": database_url}, free_port()
    engine = engine_for(database_url)
    with served(state, variables=variables, port=port) as server:
        async with a_stream(server) as stream:
            await run(engine, TOUCH)
            last = await next_of(stream)
            server.end(signal.SIGKILL)
            with pytest.raises(httpx.TransportError):
                await stream.rest()
    await run(engine, TOUCH)
    await engine.dispose()
    assert last.id is not None
    with served(state, variables=variables, port=port) as server:
        async with a_stream(server, {"last-event-id": last.id}) as stream:
            event = await next_of(stream)
        assert event.json["data"]["changes"]["version"] == 3
