"""A request to change the protocol is answered as any other where there is nothing to change it to.

RFC 9110, 7.8: a server may ignore `Upgrade`. Only a WebSocket's handshake is taken up, which is a GET; its
head has the limits that any other has.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.api.connections.plain_client import LIVE, connected, status
from tests.api.server_processes import Running

H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"
UPGRADES: dict[str, bytes] = {
    "h2c": H2C,
    "something else": b"Connection: upgrade\r\nUpgrade: foo\r\n",
    "several": b"Connection: keep-alive, Upgrade\r\nUpgrade: h2c, websocket\r\n",
    "TLS": b"Upgrade: TLS/1.3, HTTP/1.1\r\nConnection: Upgrade\r\n",
    "to nothing": b"Connection: upgrade\r\n",
    "not by this hop": b"Upgrade: h2c\r\n",
    "a socket": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
}
LARGE = 60_000


def body(size: int) -> bytes:
    return json.dumps({"query": "{ __typename }" + " " * size}).encode()


def chunked(data: bytes) -> bytes:
    pieces = [data[start : start + 5_000] for start in range(0, len(data), 5_000)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def post(headers: bytes, size: int, *, in_chunks: bool) -> bytes:
    sent = body(size)
    length = b"Transfer-Encoding: chunked" if in_chunks else b"Content-Length: %d" % len(sent)
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
    return head + length + b"\r\n\r\n" + (chunked(sent) if in_chunks else sent)


@pytest.mark.parametrize("case", UPGRADES)
@pytest.mark.parametrize("size", [0, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("in_chunks", [False, True], ids=["at a length", "in chunks"])
def test_a_body_arrives_and_so_does_the_next_request(
    server: Running, case: str, size: int, in_chunks: bool
) -> None:
    """Sent with it, and after its answer."""
    request = post(UPGRADES[case], size, in_chunks=in_chunks)
    with connected(server) as client:
        client.send(request)
        answer = client.answer()
        assert status(answer) == 200, answer
        assert b'{"data":{"__typename":"Query"}}' in answer
        assert client.read_along(request + LIVE, 2) == [b"200", b"200"]
        client.send(LIVE)
        assert status(client.answer()) == 200


NO_SOCKETS = {name: headers for name, headers in UPGRADES.items() if name != "a socket"}


@pytest.mark.parametrize("case", NO_SOCKETS)
def test_a_get_is_answered_and_so_is_the_next(server: Running, case: str) -> None:
    request = b"GET /live HTTP/1.1\r\nHost: x\r\n" + NO_SOCKETS[case] + b"\r\n"
    with connected(server) as client:
        assert client.read_along(request + request + LIVE, 3) == [b"200"] * 3
        client.send(request)
        assert status(client.answer()) == 200


def test_the_body_may_come_late(server: Running) -> None:
    request = post(H2C, LARGE, in_chunks=False)
    head, _, rest = request.partition(b"\r\n\r\n")
    with connected(server) as client:
        client.send(head + b"\r\n\r\n")
        assert client.is_open()
        client.send(rest)
        assert status(client.answer()) == 200


GET = b"GET /graphql%b HTTP/1.1\r\nHost: x\r\n%b%b\r\n"
HANDSHAKE = UPGRADES["a socket"] + b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
HEADERS = 200
MEGABYTE = 2**20


def lines(count: int) -> bytes:
    return b"".join(b"a%d: b\r\n" % number for number in range(count))


WITHIN: dict[str, tuple[bytes, bytes]] = {
    "a long value": (b"", b"a: " + b"x" * 10_000 + b"\r\n"),
    "a value of a megabyte": (b"", b"a: " + b"x" * MEGABYTE + b"\r\n"),
    "a long name": (b"", b"x" * 10_000 + b": a\r\n"),
    "a long target": (b"?query=" + b"x" * 10_000, b""),
    "as many headers as may be": (b"", lines(HEADERS - 6)),
    "bytes that are no ASCII": (b"", b"a: \xf1\xe9\r\n"),
    "two lines of one name": (b"", b"a: b\r\na: c\r\n"),
}
BEYOND: dict[str, tuple[bytes, bytes]] = {
    "a value of three megabytes": (b"", b"a: " + b"x" * 3 * MEGABYTE + b"\r\n"),
    "a target of three megabytes": (b"?query=" + b"x" * 3 * MEGABYTE, b""),
    "too many headers": (b"", lines(HEADERS)),
}


@pytest.mark.parametrize("case", WITHIN)
def test_a_handshake_may_have_the_head_of_any_request(server: Running, case: str) -> None:
    """And the socket is one."""
    target, more = WITHIN[case]
    with connected(server) as client:
        assert client.send(GET % (target, HANDSHAKE, more))
        head = client.until(b"\r\n\r\n")
        assert status(head) == 101, head
        assert b"graphql-transport-ws" in head
        client.send(masked(b'{"type": "connection_init"}'))
        client.until(b"connection_ack")


@pytest.mark.parametrize("case", BEYOND)
def test_a_head_beyond_the_limits_is_refused_alike(server: Running, case: str) -> None:
    """In the same words, whatever it asks for."""
    target, more = BEYOND[case]
    answers = []
    for headers in (b"", HANDSHAKE):
        with connected(server) as client:
            client.send(GET % (target, headers, more))
            answers.append(client.rest())
    plain, handshake = (answer.partition(b"\r\n\r\n") for answer in answers)
    assert status(plain[0]) == status(handshake[0]) == 431
    assert names_of(plain[0]) == names_of(handshake[0])
    (error,), (other,) = (json.loads(answer[2])["errors"] for answer in (plain, handshake))
    assert error["extensions"]["code"] == other["extensions"]["code"]
    assert error["message"] == other["message"]


FAILED = {
    "another version": HANDSHAKE.replace(b"Version: 13", b"Version: 12"),
    "no version": HANDSHAKE.replace(b"Sec-WebSocket-Version: 13\r\n", b""),
    "a key that is none": HANDSHAKE.replace(KEY, b"x"),
    "no key": HANDSHAKE.replace(b"Sec-WebSocket-Key: %b\r\n" % KEY, b""),
    "two keys": HANDSHAKE + b"Sec-WebSocket-Key: %b\r\n" % KEY,
}


@pytest.mark.parametrize("case", FAILED)
def test_a_handshake_that_is_none_is_answered_in_our_words(server: Running, case: str) -> None:
    with connected(server) as client:
        client.send(GET % (b"", FAILED[case], b""))
        head, _, text = client.rest().partition(b"\r\n\r\n")
    assert status(head) == 400
    assert b"sec-websocket-version: 13" in head
    assert json.loads(text)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: GET % (b"?query={__typename}", HANDSHAKE + b"Content-Length: 2\r\n", b"") + b"{}",
        lambda: (GET % (b"?query={__typename}", HANDSHAKE, b"")).replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
    ids=["a body", "HTTP/1.0"],
)
def test_what_can_be_no_handshake_is_a_request(server: Running, request_of: Callable[[], bytes]) -> None:
    with connected(server) as client:
        client.send(request_of())
        answer = client.answer()
    assert status(answer) == 200
    assert b'{"data":{"__typename":"Query"}}' in answer


def masked(text: bytes) -> bytes:
    """A text message as a client sends it; its mask leaves the bytes as they are (RFC 6455, 5.3)."""
    assert len(text) < 126
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


def names_of(head: bytes) -> list[bytes]:
    return sorted(line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:])
