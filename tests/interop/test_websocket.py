"""The official clients follow changes over a WebSocket, through kills and restarts of the server."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.interop.clients import node, python, started
from tests.interop.restarting_server import RestartingServer, titles

pytestmark = pytest.mark.lifecycle

CLIENTS: dict[str, tuple[Callable[[], list[str]], str]] = {
    "graphql-ws": (node, "follow_websocket.mjs"),
    "gql": (python, "follow_websocket.py"),
}


@pytest.mark.proof
@pytest.mark.parametrize("which", CLIENTS)
async def test_a_client_follows_through_a_kill_and_a_restart(
    restarting: RestartingServer, which: str
) -> None:
    command, script = CLIENTS[which]
    authorization = f"Bearer {await restarting.key()}"
    address = f"ws://127.0.0.1:{restarting.port}/graphql"
    with started(command(), script, address, authorization) as client:
        with restarting.served() as server:
            assert "INTEGRATION" in client.until("viewer")["roles"]
            assert client.until("error")["code"] == "GRAPHQL_VALIDATION_FAILED"
            client.until("following")
            await restarting.title("one", "two")
            assert titles(client, 2)[-1] == "two"
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            client.until("closed")
            await restarting.title("three")
        with restarting.served() as server:
            client.until("connected")
            assert titles(client, 1) == ["three"]
            await restarting.title("four")
            assert titles(client, 1) == ["four"]
            server.process.send_signal(signal.SIGTERM)
            assert client.until("closed")["code"] == 1012
            server.process.wait()
            await restarting.title("five")
        with restarting.served():
            client.until("connected")
            assert titles(client, 1) == ["five"]
            await restarting.title("stop")
            client.until("completed")
            assert client.until("alive")["typename"] == "Query"
            assert client.process.wait(30) == 0
