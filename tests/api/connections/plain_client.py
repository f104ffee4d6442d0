"""A client that sends any bytes, at any pace, to a real server, and looks at the server's process."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.api.server_processes import PATIENCE, Running

SOON = 30.0
"""Seconds: what is immediate on an idle machine may take some on a busy one, but never this many."""

CHUNK = b"x" * 65_536
LIVE = b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class PlainClient:
    socket: socket.socket

    def send(self, data: bytes) -> bool:
        """Whether the server took it, before it answered or ended the connection."""
        while data:
            readable, writable = ready(self.socket, SOON, select.POLLIN | select.POLLOUT)
            if readable:
                return False
            assert writable, "the server takes nothing more, and says nothing"
            try:
                data = data[self.socket.send(data) :]
            except (BrokenPipeError, ConnectionResetError):
                return False
        return True

    def send_all(self, pieces: Iterable[bytes]) -> int:
        """As much as the server takes: how many bytes."""
        sent = 0
        for piece in pieces:
            if not self.send(piece):
                break
            sent += len(piece)
        return sent

    def rest(self, seconds: float = SOON) -> bytes:
        """All that comes until the server ends the connection."""
        received, deadline = b"", time.monotonic() + seconds
        with suppress(ConnectionResetError):
            while True:
                self.socket.settimeout(max(0.01, deadline - time.monotonic()))
                some = self.socket.recv(1_048_576)
                if not some:
                    return received
                received += some
        return received

    def answer(self) -> bytes:
        """One answer with a `Content-Length`."""
        received = b""
        self.socket.settimeout(SOON)
        while not (head := re.search(rb"(?si)^.*?content-length: (\d+).*?\r\n\r\n", received)) or len(
            received
        ) < head.end() + int(head[1]):
            some = self.socket.recv(65_536)
            assert some, received
            received += some
        return received

    def answer_if_any(self) -> bytes:
        """The same, or what came until the server ended the connection."""
        try:
            return self.answer()
        except (AssertionError, ConnectionResetError):
            return b""

    def until(self, end: bytes) -> bytes:
        received = b""
        self.socket.settimeout(SOON)
        while end not in received:
            some = self.socket.recv(65_536)
            assert some, received
            received += some
        return received

    def read_along(self, data: bytes, count: int) -> list[bytes]:
        """The statuses of this many answers to what is sent while they are read, the last one to its end."""
        received = b""
        while received.count(b"HTTP/1.1 ") < count or not ends_whole(received):
            readable, writable = ready(self.socket, SOON, select.POLLIN | (select.POLLOUT if data else 0))
            if writable:
                data = data[self.socket.send(data) :]
            if readable:
                some = self.socket.recv(1_048_576)
                assert some, received[-500:]
                received += some
            assert readable or writable
        return re.findall(rb"HTTP/1\.1 (\d+) ", received)

    def is_open(self) -> bool:
        with suppress(ConnectionResetError):
            readable, _ = ready(self.socket, 0)
            return not readable or bool(self.socket.recv(1, socket.MSG_PEEK))
        return False


def ends_whole(received: bytes) -> bool:
    """Whether the last answer is there to its end, if it says how long it is."""
    last = received[received.rindex(b"HTTP/1.1 ") :]
    head = re.match(rb"(?s).*?\r\n\r\n", last)
    if head is None:
        return False
    length = re.search(rb"(?i)content-length: (\d+)", head[0])
    return length is None or len(last) >= head.end() + int(length[1])


def ready(plain: socket.socket, seconds: float, wanted: int = select.POLLIN) -> tuple[bool, bool]:
    """Whether there is something to read, and room to write."""
    poll = select.poll()
    poll.register(plain, wanted)
    events = sum(event for _, event in poll.poll(seconds * 1_000))
    return bool(events & ~select.POLLOUT), bool(events & select.POLLOUT)


@contextmanager
def connected(running: Running, *, room: int | None = None) -> Iterator[PlainClient]:
    """A connection; `room` bytes are what it has for answers that were not read."""
    with socket.socket() as plain:
        if room is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        plain.connect(("127.0.0.1", running.port))
        yield PlainClient(plain)


def status(answer: bytes) -> int:
    """Of the last answer; 0 where there is none."""
    found = re.findall(rb"HTTP/1\.1 (\d+) ", answer)
    return int(found[-1]) if found else 0


def ask(running: Running, request: bytes) -> bytes:
    """What is answered to some bytes, after which the client says no more."""
    with connected(running) as client:
        client.send(request)
        return client.rest()


def live(running: Running) -> float:
    """Seconds that another client waits for an answer, on a separate connection."""
    begun = time.monotonic()
    with connected(running) as client:
        client.send(LIVE)
        assert status(client.answer()) == 200
    return time.monotonic() - begun


def resident(running: Running) -> int:
    """Bytes of memory that the server's process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{running.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def most_resident(running: Running) -> int:
    """Bytes of memory that it held at most since `forget_most`."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{running.process.pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def forget_most(running: Running) -> None:
    Path(f"/proc/{running.process.pid}/clear_refs").write_text("5")


def metric(running: Running, name: str) -> float:
    answer = ask(running, b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", answer, re.MULTILINE)
    assert found is not None, answer
    return float(found[1])


def until(condition: object, seconds: float = PATIENCE) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
