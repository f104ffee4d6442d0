"""A client that says nothing, little or half, or does not read, is waited for, and not for ever."""

from __future__ import annotations

import time
from contextlib import ExitStack

from api.server.server import protocols
from tests.api.command_processes import ROOT
from tests.api.connections.impatient_server import SECONDS
from tests.api.connections.plain_client import (
    LIVE,
    SOON,
    PlainClient,
    connected,
    live,
    ready,
    status,
    until,
)
from tests.api.http_clients import settings_for
from tests.api.server_processes import Running

ASSETS = ROOT / "api/explorer_assets"

GET = b"GET /live HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
HALF = {
    "nothing": (b"", 0),
    "a byte": (b"G", 408),
    "half a line": (b"GET /live HT", 408),
    "half a head": (GET, 408),
    "half a large head": (GET + b"a: " + b"x" * 100_000, 408),
    "an empty line": (b"\r\n", 0),
    "half a body": (POST + b"Content-Length: 100\r\n\r\n{", 408),
    "half a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n10\r\n{", 408),
    "half a trailer": (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\na: ", 408),
    "a body that nobody reads": (b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", 405),
    "only one request": (LIVE, 200),
    "half of the next": (LIVE + GET, 408),
}
DRIPS = {
    "a head": (GET + b"a: ", b"b"),
    "headers": (GET, b"a: b\r\n"),
    "empty lines": (b"", b"\r\n"),
    "a body": (POST + b"Content-Length: 100000\r\n\r\n", b"{"),
    "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"),
    "an extension of a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a"),
    "trailers": (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"a: b\r\n"),
    "a body that nobody reads": (b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", b"{"),
    "empty lines after an answer": (LIVE, b"\r\n"),
    "the next head": (LIVE + GET + b"a: ", b"b"),
}


def test_half_a_request_is_waited_for_for_a_while(server: Running) -> None:
    with ExitStack() as stack:
        started = time.monotonic()
        clients = {case: stack.enter_context(connected(server)) for case in HALF}
        for case, client in clients.items():
            client.send(HALF[case][0])
        assert live(server) < SOON
        answers = {case: status(client.rest()) for case, client in clients.items()}
    assert time.monotonic() - started > SECONDS * 0.9
    assert answers == {case: expected for case, (_, expected) in HALF.items()}


def test_drop_by_drop_takes_no_longer(server: Running) -> None:
    with ExitStack() as stack:
        clients = {case: stack.enter_context(connected(server)) for case in DRIPS}
        for case, client in clients.items():
            client.send(DRIPS[case][0])
        deadline = time.monotonic() + SOON
        while clients:
            assert time.monotonic() < deadline, list(clients)
            clients = {case: client for case, client in clients.items() if dripped(client, DRIPS[case][1])}
            time.sleep(0.1)
    assert live(server) < SOON


def dripped(client: PlainClient, drop: bytes) -> bool:
    """Whether one more drop is taken."""
    try:
        client.socket.send(drop)
        readable, _ = ready(client.socket, 0)
        return not readable or bool(client.socket.recv(65_536))
    except (BrokenPipeError, ConnectionResetError):
        return False


def test_who_does_not_read_is_cut_off(server: Running) -> None:
    """A large file is request for as often as the server listens."""
    largest = max(ASSETS.glob("*.js.gz"), key=lambda path: path.stat().st_size)
    request = b"GET /explorer/%s HTTP/1.1\r\nHost: x\r\n\r\n" % largest.stem.encode()
    with connected(server, room=4_096) as client:
        client.socket.setblocking(False)
        deadline = time.monotonic() + 2 * SOON
        while not cut(client, request):
            assert time.monotonic() < deadline, "nobody reads, and it is still open"
            time.sleep(0.01)


def cut(client: PlainClient, data: bytes) -> bool:
    """Whether the connection has been reset, without reading from it."""
    try:
        client.socket.send(data)
    except BlockingIOError:
        return False
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_who_reads_slowly_gets_everything(server: Running) -> None:
    count = 60
    with connected(server, room=4_096) as client:
        client.send(LIVE * count)
        received, deadline = b"", time.monotonic() + SOON
        while received.count(b"true") < count:
            assert time.monotonic() < deadline
            some = client.socket.recv(300)
            assert some
            received += some


def test_a_connection_is_kept_for_the_next_request(server: Running) -> None:
    with connected(server) as client:
        for _ in range(3):
            client.send(LIVE)
            assert status(client.answer()) == 200
            time.sleep(SECONDS / 3)
        until(lambda: not client.is_open())


def test_the_usual_keep_alive_outlasts_that_of_balancers() -> None:
    settings = settings_for("postgresql:///")
    assert settings.keep_alive > 60
    assert protocols(settings)["timeout_keep_alive"] == settings.keep_alive
