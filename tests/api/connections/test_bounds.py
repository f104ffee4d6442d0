"""With any number of connections, new ones are answered, and the process has files left."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.api.connections.impatient_server import FILES
from tests.api.connections.plain_client import (
    LIVE,
    SOON,
    PlainClient,
    ask,
    connected,
    live,
    metric,
    status,
)
from tests.api.connections.test_hosts import UPGRADE
from tests.api.server_processes import Running

GET = b"GET /live HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SOCKET = b"GET /graphql HTTP/1.1\r\nHost: x\r\n" + UPGRADE
BURST = 16
"""How many connections may wait to be accepted, whatever the limit of open files is."""
SENT = {
    "nothing": b"",
    "half a head": GET,
    "half a body": POST + b"Content-Length: 100\r\n\r\n{",
    "a request": LIVE,
    "a socket without a word": SOCKET + b"\r\n",
    "a socket of no protocol": SOCKET.replace(b"graphql-transport-ws", b"x") + b"\r\n",
}


def limit(running: Running) -> int:
    return int(metric(running, 'puente_client_connections_max{worker="0"}'))


@contextmanager
def many(running: Running, count: int, sent: bytes, hosts: int = 1) -> Iterator[list[PlainClient]]:
    """Connections from as many addresses of this machine, of which each says the same."""
    with ExitStack() as stack:
        clients = []
        for number in range(count):
            plain = stack.enter_context(socket.socket())
            plain.bind((f"127.0.1.{number % hosts + 1}", 0))
            plain.settimeout(SOON)
            plain.connect(("127.0.0.1", running.port))
            with suppress(ConnectionError):
                plain.sendall(sent)
            clients.append(PlainClient(plain))
            if number % BURST == 0:
                live(running)  # all before it are accepted: the kernel lets no connection wait for a second
        yield clients


@pytest.mark.parametrize(
    ("case", "hosts"), [*((case, 1) for case in SENT), ("nothing", 40), ("a request", 40)]
)
def test_those_that_wait_make_room(server: Running, case: str, hosts: int) -> None:
    most = limit(server)
    with many(server, most + 150, SENT[case], hosts):
        for _ in range(5):
            assert live(server) < SOON
        with connected(server) as client:
            body = b'{"query": "{ __typename }"}'
            client.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert status(client.answer()) == 200
        held = metric(server, 'puente_client_connections{worker="0"}')
        assert held <= (most if hosts > 1 else most // 2 + 3)
        assert metric(server, 'process_open_fds{worker="0"}') < FILES


def test_an_address_with_silent_connections_is_still_served(server: Running) -> None:
    with many(server, limit(server), b""), many(server, 1, LIVE) as (client,):
        assert status(client.answer()) == 200


def test_those_that_are_served_are_not_closed(server: Running) -> None:
    """An event stream that is open stays open, whatever else comes from its address."""
    body = b'{"query": "subscription { changes { cursor } }"}'
    request = b"POST /graphql/stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with many(server, 1, request + b"Content-Length: %d\r\n\r\n" % len(body) + body) as (stream,):
        stream.until(b"text/event-stream")
        with many(server, limit(server) + 100, b""):
            assert live(server) < SOON
            assert stream.is_open()


def test_where_none_waits_more_are_refused(server: Running) -> None:
    body = b'{"query": "subscription { changes { cursor } }"}'
    request = b"POST /graphql/stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    request += b"Content-Length: %d\r\n\r\n" % len(body) + body
    per_address = limit(server) // 2
    with many(server, per_address, request) as streams:
        for stream in streams:
            stream.until(b"text/event-stream")
        with many(server, 1, b"") as (one_more,):
            assert status(one_more.rest()) == 429
        assert live(server) < SOON  # from another address


def test_the_log_says_it_and_does_not_grow(server: Running) -> None:
    with many(server, limit(server) + 150, b""):
        live(server)
    lines = re.findall(r".*is reached.*", server.printed)
    assert lines
    assert "127.0.1.1" in server.printed
    minutes = {line[:16] for line in lines}
    assert len(lines) <= len(minutes) + 1


def test_requests_that_are_none_are_not_logged(server: Running) -> None:
    before = len(server.printed)
    for _ in range(5):
        assert status(ask(server, b"nothing\r\n\r\n")) == 400
        ask(server, GET + b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n")
    assert len(server.printed) == before


def test_as_many_files_as_the_system_allows(server: Running) -> None:
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    (soft, hard) = re.findall(r"Max open files\s+(\d+)\s+(\d+)", limits)[0]
    assert soft == hard == str(FILES)
    assert metric(server, 'process_max_fds{worker="0"}') == FILES
    assert f"instead of 10000 (PUENTE_MAX_CONNECTIONS): the limit of open files is {FILES}" in server.printed
