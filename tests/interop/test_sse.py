"""The official client follows changes over server-sent events, through kills and restarts of the server."""

from __future__ import annotations

import os
import signal
from contextlib import AbstractContextManager

import pytest

from tests.interop.clients import Client, node, started
from tests.interop.restarting_server import RestartingServer, titles

pytestmark = pytest.mark.lifecycle


def following(restarting: RestartingServer, authorization: str) -> AbstractContextManager[Client]:
    address = f"http://127.0.0.1:{restarting.port}/graphql/stream"
    return started(node(), "follow_sse.mjs", address, authorization)


@pytest.mark.proof
async def test_a_client_follows_through_a_kill_and_a_restart(restarting: RestartingServer) -> None:
    with following(restarting, f"Bearer {await restarting.key()}") as client:
        with restarting.served() as server:
            assert "INTEGRATION" in client.until("viewer")["roles"]
            assert client.until("error")["code"] == "GRAPHQL_VALIDATION_FAILED"
            assert client.until("refused") == {"event": "refused", "network": True, "status": 401}
            client.until("connected")
            await restarting.title("one")
            assert titles(client, 1) == ["one"]
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            client.until("reconnecting")
            await restarting.title("two")
        with restarting.served() as server:
            client.until("connected")
            assert titles(client, 1) == ["two"]
            await restarting.title("three")
            assert titles(client, 1) == ["three"]
            server.process.send_signal(signal.SIGTERM)
            client.until("reconnecting")
            assert server.process.wait(60) == 0
            await restarting.title("four")
        with restarting.served():
            client.until("connected")
            assert titles(client, 1) == ["four"]
            await restarting.title("stop")
            client.until("completed")
            assert client.process.wait(60) == 0


async def test_a_revoked_key_reaches_the_client_as_a_result(restarting: RestartingServer) -> None:
    with restarting.served(), following(restarting, f"Bearer {await restarting.key()}") as client:
        client.until("following")
        await restarting.title("one")
        assert titles(client, 1) == ["one"]
        await restarting.sql("update api_key set revoked_at = now()")
        assert client.until("ended")["code"] == "UNAUTHENTICATED"
        client.until("completed")
