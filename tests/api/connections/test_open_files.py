"""A server that can open no more files logs it, makes room, keeps accepting, and doesn't spin."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from api.connections import open_files
from api.server.server import _keep_running
from tests.api.connections.plain_client import LIVE, PlainClient, connected, metric, status, until
from tests.api.server_processes import Running, served
from tests.own_patches import patch_for_this_test

SENT = "no file can be opened"
IDLE = 8


@pytest.fixture(scope="module")
def patient(seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that ends no connection for its client's silence."""
    variables = {
        "PUENTE_DATABASE_URL": seeded_url,
        "PUENTE_HEAD_TIMEOUT": "600",
        "PUENTE_KEEP_ALIVE": "600",
        "PUENTE_METRICS": "127.0.0.1",
    }
    with served(tmp_path_factory.mktemp("patient") / "state", variables=variables) as running:
        yield running


def files(running: Running) -> set[int]:
    return {int(name) for name in os.listdir(f"/proc/{running.process.pid}/fd")}


@contextmanager
def at_most(running: Running, count: int) -> Iterator[None]:
    """The server may have files of numbers below this only."""
    soft, hard = resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (soft, hard))


def processor_seconds(running: Running) -> float:
    with open(f"/proc/{running.process.pid}/stat") as file:
        after_name = file.read().rsplit(")", 1)[1].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def is_live(running: Running) -> bool:
    with connected(running) as client:
        return client.send(LIVE) and status(client.answer_if_any()) == 200


def fill(running: Running, stack: ExitStack, limit: int) -> list[PlainClient]:
    """Silent connections that take each number that is left, and some more that find none."""
    left = limit - len([number for number in files(running) if number < limit])
    return [stack.enter_context(connected(running)) for _ in range(left + IDLE)]


def is_full(running: Running, limit: int) -> bool:
    return files(running) >= set(range(limit))


def holds_up(running: Running) -> None:
    """It has logged it, answers new connections, and leaves the processor to others."""
    until(lambda: SENT in running.printed)
    until(lambda: is_live(running))
    before, began = processor_seconds(running), time.monotonic()
    until(lambda: time.monotonic() - began > 2)
    assert processor_seconds(running) - before < (time.monotonic() - began) / 2
    assert is_live(running)


def test_where_no_file_is_left_those_that_wait_make_room(patient: Running) -> None:
    limit = max(files(patient)) + IDLE
    with ExitStack() as stack, at_most(patient, limit):
        fill(patient, stack, limit)
        holds_up(patient)
        assert metric(patient, 'process_open_fds{worker="0"}') <= limit
    assert is_live(patient)


def test_so_they_do_where_libuv_has_lost_the_file_that_it_turns_away_by(patient: Running) -> None:
    """It closed it to accept somebody, and another thread took the number: it would try for ever."""
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(connected(patient))
        assert is_live(patient)
        before = files(patient)
        limit = max(before) + 1
        with at_most(patient, min(before) + 3):
            stack.enter_context(connected(patient))
            until(lambda: len(files(patient) & before) < len(before))
        with at_most(patient, limit):
            fill(patient, stack, limit)
            holds_up(patient)
    assert is_live(patient)


def test_what_can_not_be_counted_is_as_many_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> list[str]:
        raise OSError(24, "Too many open files")

    patch_for_this_test(monkeypatch, os, "listdir", refuse)
    assert open_files.open_files() == open_files.file_limit()
    patch_for_this_test(monkeypatch, os, "open", refuse)
    assert not open_files.can_open()


def test_the_database_is_still_watched_when_its_files_could_not_be_read() -> None:
    """A thread that ended with this error would leave a database that dies later dead."""
    tried: list[int] = []

    class Exhausted:
        def ensure_running(self) -> bool:
            tried.append(1)
            raise OSError(24, "Too many open files")

    class Thrice:
        def wait(self, seconds: float) -> bool:
            return len(tried) == 3

    target: Any = SimpleNamespace(postgres=Exhausted())
    stop: Any = Thrice()
    _keep_running(target, stop)
    assert len(tried) == 3
