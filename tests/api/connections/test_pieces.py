"""How much work the parser has with what comes in pieces, however small they are."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from api.connections.http_protocol import HttpProtocol
from tests.api.loopback_sockets import usual_state

MEGABYTE = 2**20
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Taken(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.paused = 0

    def write(self, data: Any) -> None:
        self.written += data

    def write_eof(self) -> None:
        self.written += b"EOF"

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        self.written += b"CLOSED"

    def pause_reading(self) -> None:
        self.paused += 1

    def resume_reading(self) -> None:
        self.paused -= 1


class CountingParser:
    """The bytes a parser received: an incomplete line is joined again for each piece."""

    def __init__(self, parser: Any) -> None:
        self.parser, self.joined, self.line = parser, 0, 0

    def feed_data(self, data: bytes) -> None:
        given = bytes(data)
        self.line = self.line + len(given) if b"\n" not in given else len(given) - given.rindex(b"\n")
        self.joined += self.line
        self.parser.feed_data(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)


async def unanswered(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.Event().wait()


def connected() -> tuple[HttpProtocol, Taken, CountingParser]:
    config = Config(unanswered, http=HttpProtocol, ws="none", log_config=None)
    config.load()
    protocol, transport = HttpProtocol(config, ServerState(), usual_state()), Taken()
    protocol.connection_made(transport)
    parser = CountingParser(protocol.parser)
    protocol.parser = cast("Any", parser)
    return protocol, transport, parser


async def end(protocol: HttpProtocol) -> None:
    protocol.connection_lost(None)
    tasks = list(protocol.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(
    "begin", [REQUEST[:-2] + b"a: ", b"GET /", REQUEST[:-2]], ids=["value", "URL", "name"]
)
@pytest.mark.parametrize("size", [1, 100, 5_000, 262_144])
async def test_a_long_line_in_pieces_is_joined_a_few_times(begin: bytes, size: int) -> None:
    protocol, transport, parser = connected()
    protocol.data_received(begin)
    piece, pieces = b"x" * size, min(20_000, 3 * MEGABYTE // size)
    protocol.data_received(b"x" * (MEGABYTE if size < 5_000 else 1))
    for _ in range(pieces):
        protocol.data_received(piece)
    assert parser.joined < 12 * MEGABYTE
    assert (b" 431 " in transport.written) == (size > 1)


async def test_requests_behind_one_that_is_not_answered_wait_unparsed() -> None:
    protocol, transport, _ = connected()
    protocol.data_received(REQUEST * 10_000)
    assert len(protocol.pipeline) < 200
    assert len(protocol.pipeline) * len(REQUEST) + len(protocol.unparsed) > 9_990 * len(REQUEST)
    assert transport.paused == 1
    for cycle, _ in protocol.pipeline:
        cycle.disconnected = True
    protocol.pipeline.clear()
    await end(protocol)


async def test_a_head_at_its_limit_is_read_and_one_beyond_it_is_not() -> None:
    for more, refused in ((0, False), (1, True)):
        protocol, transport, _ = connected()
        limit = protocol.limits.head.bytes
        begin = b"GET / HTTP/1.1\r\nHost: x\r\na: "
        rest = limit - len(begin) - 32 * 2 + more
        protocol.data_received(begin + b"x" * rest)
        protocol.data_received(b"x" * 64)
        assert (b" 431 " in transport.written) == refused
        protocol.connection_lost(None)


async def test_the_usual_request_is_given_to_the_parser_as_it_came() -> None:
    protocol, _, parser = connected()
    given: list[object] = []
    parser.feed_data = given.append  # type: ignore[method-assign, assignment]
    protocol.data_received(REQUEST)
    assert given == [REQUEST]
    assert given[0] is REQUEST
