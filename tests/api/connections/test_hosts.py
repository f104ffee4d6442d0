"""A request says once, and with one voice, which host it is for (RFC 9112, 3.2), and is HTTP otherwise."""

from __future__ import annotations

import pytest

from tests.api.connections.plain_client import ask, connected, status
from tests.api.server_processes import Running

UPGRADE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
HOSTS = {
    "no host": (b"/graphql", b""),
    "two": (b"/graphql", b"Host: a\r\nHost: b\r\n"),
    "the same twice": (b"/graphql", b"Host: a\r\nhost: a\r\n"),
    "two in a list": (b"/graphql", b"Host: a, b\r\n"),
    "a path": (b"/graphql", b"Host: a/b\r\n"),
    "someone": (b"/graphql", b"Host: me@a\r\n"),
    "a port that is no number": (b"/graphql", b"Host: a:b\r\n"),
    "spaces": (b"/graphql", b"Host: a b\r\n"),
    "no ASCII": (b"/graphql", b"Host: \xc3\xb1\r\n"),
    "very long": (b"/graphql", b"Host: " + b"a" * 400 + b"\r\n"),
    "another in the target": (b"http://b/graphql", b"Host: a\r\n"),
    "another port in the target": (b"http://a:81/graphql", b"Host: a\r\n"),
    "the port of another scheme": (b"https://a:80/graphql", b"Host: a\r\n"),
    "someone in the target": (b"http://me@a/graphql", b"Host: a\r\n"),
    "only in the target": (b"http://a/graphql", b""),
    "in the target, and twice": (b"http://a/graphql", b"Host: a\r\nHost: a\r\n"),
    "another scheme": (b"ftp://a/graphql", b"Host: a\r\n"),
    "no path": (b"graphql", b"Host: a\r\n"),
    "an authority": (b"a:80", b"Host: a\r\n"),
}
GOOD = {
    "HTTP/1.0 without": b"GET /live HTTP/1.0\r\n",
    "HTTP/1.0": b"GET /live HTTP/1.0\r\nHost: a\r\n",
    "a port": b"GET /live HTTP/1.1\r\nHost: a:8000\r\n",
    "IPv6": b"GET /live HTTP/1.1\r\nHost: [::1]:8000\r\n",
    "the same in the target": b"GET http://A/live HTTP/1.1\r\nHost: a:80\r\n",
    "the same with its port": b"GET HTTPS://a:443/live?x HTTP/1.1\r\nHost: a\r\n",
    "nothing in particular": b"GET /live HTTP/1.1\r\nHost:\r\n",
    "no path": b"GET http://a HTTP/1.1\r\nHost: a\r\n",
    "a query without a path": b"GET http://a?x HTTP/1.1\r\nHost: a\r\n",
}
MALFORMED = {
    "a space before the colon": b"a : b\r\n",
    "a name with a space": b"a b: c\r\n",
    "no name": b": b\r\n",
    "no colon": b"ab\r\n",
    "NUL in a name": b"a\0: b\r\n",
    "no ASCII in a name": b"\xc3\xb1: b\r\n",
    "NUL in a value": b"a: \0\r\n",
    "DEL in a value": b"a: \x7f\r\n",
    "a bare CR": b"a: b\rc\r\n",
    "a bare LF": b"a: b\nc: d\r\n",
    "a folded line": b"a: b\r\n c\r\n",
    "two lengths": b"Content-Length: 1\r\nContent-Length: 2\r\n",
    "a length and chunks": b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
    "a length that is none": b"Content-Length: +1\r\n",
    "chunks that aren't last": b"Transfer-Encoding: chunked, gzip\r\n",
    "chunks by another name": b"Transfer-Encoding: xchunked\r\n",
}


@pytest.mark.parametrize("more", [b"", UPGRADE], ids=["HTTP", "WebSocket"])
@pytest.mark.parametrize("case", HOSTS)
def test_which_host_it_is_for_must_be_clear(server: Running, case: str, more: bytes) -> None:
    target, hosts = HOSTS[case]
    answer = ask(server, b"GET %s HTTP/1.1\r\n%s%s\r\n" % (target, hosts, more))
    assert status(answer) == 400
    assert b"BAD_USER_INPUT" in answer
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("case", GOOD)
def test_a_host_that_is_clear_is_answered(server: Running, case: str) -> None:
    answer = ask(server, GOOD[case] + b"Connection: close\r\n\r\n")
    assert status(answer) == 200
    assert (b'{"live":true}' in answer) == (b"live" in GOOD[case])


@pytest.mark.parametrize("more", [b"", UPGRADE], ids=["HTTP", "WebSocket"])
@pytest.mark.parametrize("case", MALFORMED)
def test_headers_that_are_none_are_400(server: Running, case: str, more: bytes) -> None:
    answer = ask(server, b"POST /graphql HTTP/1.1\r\nHost: a\r\n" + more + MALFORMED[case] + b"\r\n0\r\n\r\n")
    assert status(answer) == 400


def test_a_socket_may_be_asked_for_by_its_whole_address(server: Running) -> None:
    with connected(server) as client:
        client.send(b"GET http://a/graphql HTTP/1.1\r\nHost: a\r\n" + UPGRADE + b"\r\n")
        assert status(client.until(b"\r\n\r\n")) == 101
