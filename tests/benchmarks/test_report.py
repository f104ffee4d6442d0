"""The page says what was measured, and holds it to the figures."""

from __future__ import annotations

import socket

import pytest

from benchmarks.figures import figures
from benchmarks.growth import Growth
from benchmarks.load import UnexpectedAnswer, is_whole, measure
from benchmarks.peers.peer import Request
from benchmarks.report import PAGE, tables
from benchmarks.results import newest
from benchmarks.rounds import Round, Row
from benchmarks.suite import FOLDER, NESTED


def row(operation: str, unmeasured: dict[str, str] | None = None, **rates: list[float]) -> Row:
    rounds = {name: [Round(rate, 1.0, 2.0) for rate in found] for name, found in rates.items()}
    return Row(operation, rounds, unmeasured or {})


def test_the_page_is_made_of_the_newest_results() -> None:
    assert tables(newest()) in PAGE.read_text()


def test_a_ratio_is_the_median_of_the_rounds_own() -> None:
    """A round that was disturbed disturbs both, so it counts as the others do."""
    measured = row("map", puente=[100, 10, 120], ceiling=[50, 5, 40])
    assert measured.ratio("puente", "ceiling") == 2
    assert measured.spread("puente", "ceiling") == (2, 3)
    assert measured.rate("puente") == 100


def test_figures_are_reached_missed_or_not_measured() -> None:
    rows = [
        row("map", {"postgraphile": "not installed"}, puente=[90], ceiling=[100]),
        row("node", {"postgraphile": "not installed"}, puente=[70], ceiling=[100]),
    ]
    growth = [Growth("map", {1: [Round(1, 1, 2)], 20: [Round(1, 1, 2.9)]})]
    found = {figure.promise: (figure.found, figure.reached) for figure in figures(rows, growth)}
    assert found["of the ceiling, on every operation"] == (0.7, False)
    assert found["times PostGraphile, on every operation"] == (None, None)
    assert found["times as long at 20 times the rows, at the most"] == (1.45, True)


@pytest.mark.parametrize(
    ("received", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
    ],
)
def test_when_an_answeris_whole(received: bytes, whole: bool) -> None:
    assert is_whole(received) is whole


def test_a_server_that_does_not_answer_is_no_measurement() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnexpectedAnswer, match="no answer"):
        measure(silent.getsockname()[1], Request("/", b"{}"), seconds=0.1, connections=2)


def test_every_operation_has_its_sql() -> None:
    names = {path.stem for path in FOLDER.glob("*.graphql")}
    assert names == {path.stem for path in FOLDER.glob("*.sql")}
    assert names >= NESTED
