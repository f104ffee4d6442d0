"""The official client follows changes over server-sent events, through kills and restarts of the server."""

from __future__ import annotations

import os
import signal
from contextlib import AbstractContextManager

import pytest

from tests.interop.clients import Client, node, started
from tests.interop.restarting_server import House, titles

pytestmark = pytest.mark.lifecycle


def following(house: House, authorization: str) -> AbstractContextManager[Client]:
    address = f"http://127.0.0.1:{house.port}/graphql/stream"
    return started(node(), "follow_sse.mjs", address, authorization)


async def test_a_client_follows_through_a_kill_and_a_restart(house: House) -> None:
    with following(house, f"Bearer {await house.key()}") as client:
        with house.served() as server:
            assert "INTEGRATION" in client.until("viewer")["roles"]
            assert client.until("error")["code"] == "GRAPHQL_VALIDATION_FAILED"
            assert client.until("refused") == {"event": "refused", "network": True, "status": 401}
            client.until("connected")
            await house.title("one")
            assert titles(client, 1) == ["one"]
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            client.until("reconnecting")
            await house.title("two")
        with house.served() as server:
            client.until("connected")
            assert titles(client, 1) == ["two"]
            await house.title("three")
            assert titles(client, 1) == ["three"]
            server.process.send_signal(signal.SIGTERM)
            client.until("reconnecting")
            assert server.process.wait(60) == 0
            await house.title("four")
        with house.served():
            client.until("connected")
            assert titles(client, 1) == ["four"]
            await house.title("stop")
            client.until("completed")
            assert client.process.wait(60) == 0


async def test_a_revoked_key_is_told_to_the_client_as_a_result(house: House) -> None:
    with house.served(), following(house, f"Bearer {await house.key()}") as client:
        client.until("following")
        await house.title("one")
        assert titles(client, 1) == ["one"]
        await house.sql("update api_key set revoked_at = now()")
        assert client.until("ended")["code"] == "UNAUTHENTICATED"
        client.until("completed")
