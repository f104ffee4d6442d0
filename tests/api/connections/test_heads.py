"""Heads are limited in bytes, in number and in total; other clients are not delayed by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import repeat

import pytest

from tests.api.connections.impatient_server import HEADS_BYTES
from tests.api.connections.plain_client import (
    CHUNK,
    LIVE,
    SOON,
    ask,
    connected,
    forget_most,
    live,
    most_resident,
    status,
)
from tests.api.server_processes import Running

MEGABYTE = 2**20
HUNDRED = 100 * MEGABYTE // len(CHUNK)
GET = b"GET /live HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SOCKET = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
REFUSED = {400, 408, 413, 431}
NOT_READ = "a body that nobody reads"
TOO_LARGE: dict[str, tuple[bytes, bytes, int]] = {
    "one value": (GET + b"a: ", CHUNK, HUNDRED),
    "one name": (GET, CHUNK, HUNDRED),
    "the target": (b"GET /", CHUNK, HUNDRED),
    "the query string": (b"GET /graphql?query=", CHUNK, HUNDRED),
    "the method": (b"", b"X" * 65_536, HUNDRED),
    "the host": (b"GET /live HTTP/1.1\r\nHost: ", CHUNK, HUNDRED),
    "200,000 headers": (GET, b"a: b\r\n" * 1_000, 200),
    "200,000 names": (GET, b"".join(b"a%d:\r\n" % n for n in range(1_000)), 200),
    "headers of 10 KB": (GET, b"a: " + b"x" * 10_000 + b"\r\n", 10_000),
    "a socket's value": (SOCKET + b"a: ", CHUNK, HUNDRED),
    "a socket's headers": (SOCKET, b"a: b\r\n" * 1_000, 200),
    "an extension of a chunk": (CHUNKED + b"1;a=", CHUNK, HUNDRED),
    "extensions of many chunks": (CHUNKED, (b"1;a=" + b"x" * 4_000 + b"\r\n{\r\n") * 16, HUNDRED),
    "a trailer": (CHUNKED + b"2\r\n{}\r\n0\r\na: ", CHUNK, HUNDRED),
    "200,000 trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"a: b\r\n" * 1_000, 200),
    NOT_READ: (b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", CHUNK, HUNDRED),
}


@pytest.mark.parametrize("first", [b"", LIVE], ids=["at once", "after an answer"])
@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_is_too_large_is_refused_soon_and_not_kept(server: Running, case: str, first: bytes) -> None:
    begin, piece, pieces = TOO_LARGE[case]
    live(server)
    forget_most(server)
    before = most_resident(server)
    with connected(server) as client:
        assert not first or (client.send(first) and client.answer())
        sent = client.send(begin) and client.send_all(repeat(piece, pieces))
        assert live(server) < SOON
        answer = client.rest()
    if case == NOT_READ:
        assert status(answer) == 405
    else:
        assert status(answer) in REFUSED, answer
        assert b'"errors"' in answer.lower()
    assert sent < 40 * MEGABYTE
    assert most_resident(server) - before < 20 * MEGABYTE


def test_heads_that_never_end_are_bounded_together(server: Running) -> None:
    live(server)
    forget_most(server)
    before = most_resident(server)
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(server)) for _ in range(100)]
        begun = GET + b"a: " + b"x" * (MEGABYTE - 100)
        taken = [client for client in clients if client.send(begun)]
        assert live(server) < SOON
        assert most_resident(server) - before < 4 * HEADS_BYTES
        assert {status(client.rest()) for client in clients} <= {0, 408, 503}
        assert taken
    assert status(ask(server, GET + b"a: " + b"x" * MEGABYTE + b"\r\n\r\n")) == 200


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1_000, 65_536, 2**21])
def test_a_token_of_a_megabyte_is_refused_as_a_token(server: Running, size: int) -> None:
    body = b'{"query": "{ __typename }"}'
    head = POST + b"Authorization: Bearer " + b"x" * 1_400_000
    head += b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connected(server) as client:
        client.send_all(in_pieces(head + body, size))
        answer = client.rest()  # what held so much is closed
    assert status(answer) == 401
    assert b"MALFORMED" in answer


def test_as_many_headers_as_usual_clients_send_are_read(server: Running) -> None:
    lines = b"".join(b"X-Header-%d: %s\r\n" % (n, b"y" * 100) for n in range(120))
    with connected(server) as client:
        client.send(GET + lines + b"\r\n" + LIVE)
        answers = client.answer()
        while answers.count(b'{"live":true}') < 2:
            answers += client.answer()
        assert client.is_open()


def test_requests_that_do_not_wait_for_answers_get_them_all_in_order(server: Running) -> None:
    live(server)
    forget_most(server)
    before = most_resident(server)
    count = 4_000
    request = b"".join(
        b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"live" if n % 3 else b"no") for n in range(count)
    )
    with connected(server) as client:
        answers = client.read_along(request, count)
    assert [one == b"200" for one in answers] == [bool(n % 3) for n in range(count)]
    assert most_resident(server) - before < 20 * MEGABYTE


def test_what_came_before_what_is_no_request_is_answered_first(server: Running) -> None:
    request = b'{"query": "{ projects(first: 1) { nodes { id } } }"}'
    first = POST + b"Content-Length: %d\r\n\r\n" % len(request) + request
    answers = ask(server, first + first + b"no request\r\n\r\n" + LIVE)
    parts = answers.split(b"HTTP/1.1 ")[1:]
    assert [part[:3] for part in parts] == [b"200", b"200", b"400"]
    assert all(part.count(b'"nodes"') == 1 for part in parts[:2])


def test_trailers_are_no_headers(server: Running) -> None:
    chunks = b'1b\r\n{"query": "{ __typename }"}\r\n0\r\nAuthorization: Bearer x\r\nHost: y\r\n\r\n'
    with connected(server) as client:
        client.send(CHUNKED + chunks)
        assert status(client.answer()) == 200
