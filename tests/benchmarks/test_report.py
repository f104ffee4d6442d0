"""The page says what was measured, and holds it to the figures."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from benchmarks.figures import figures_of
from benchmarks.growth import Growth
from benchmarks.load import is_whole, measure
from benchmarks.peers.peer import Peer, PeerRequest
from benchmarks.report import PAGE, tables
from benchmarks.results import newest
from benchmarks.rounds import Round, Rounds, Row, _row, rate_of
from benchmarks.server_process import PeerServer
from benchmarks.suite import FOLDER, NESTED, BenchmarkOperation


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
    run = replace(newest(), rows=rows, growth=growth)
    found = {figure.promise: (figure.found, figure.reached) for figure in figures_of(run)}
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
def test_when_an_answer_is_whole(received: bytes, whole: bool) -> None:
    assert is_whole(received) is whole


def test_a_server_that_does_not_answer_is_too_slow_and_stops_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        measured = measure(silent.getsockname()[1], PeerRequest("/", b"{}"), seconds=0.1, connections=2)
    assert measured.too_slow
    assert measured.rate == pytest.approx(1000 / measured.percentile(50))
    assert measured.percentile(50) >= 90, "timers end up to a millisecond early"


def test_one_that_is_not_there_stops_the_run() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        measure(port, PeerRequest("/", b"{}"), seconds=0.1, connections=2)


class Answering(BaseHTTPRequestHandler):
    """Answers after a pause."""

    seconds = 0.0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(self.seconds)
        with suppress(OSError):  # the client may have left
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None: ...


@contextmanager
def peer_that_takes(name: str, seconds: float) -> Iterator[PeerServer]:
    handler = type("Handler", (Answering,), {"seconds": seconds, "protocol_version": "HTTP/1.1"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        peer = Peer(name, lambda url, port: [], lambda operation: PeerRequest("/", b"{}"))
        yield PeerServer(peer, server.server_port, None)  # type: ignore[arg-type]
        server.shutdown()


@pytest.mark.proof
def test_a_peer_too_slow_for_a_round_is_slower_than_one_answer_in_it() -> None:
    """The run goes on: faster peers are measured next to it."""
    operation = BenchmarkOperation("map", "a map", {}, ())
    with peer_that_takes("puente", 0) as quick, peer_that_takes("slow", 3) as slow:
        measured = _row([quick, slow], operation, {}, Rounds(2, seconds=1.0))
    assert [one.too_slow for one in measured.rounds["slow"]] == [True, True]
    assert [one.too_slow for one in measured.rounds["puente"]] == [False, False]
    assert all(one.rate == pytest.approx(1000 / one.p50, rel=0.05) for one in measured.rounds["slow"])
    assert all(one.p50 >= 950 for one in measured.rounds["slow"]), "no answer came within a round of a second"
    assert measured.rate("slow") < measured.rate("puente")
    assert rate_of(measured, "slow") == f"< {measured.rate('slow'):.2g}"
    assert not rate_of(measured, "puente").startswith("<")


def test_a_bound_is_said_to_be_one_and_kept() -> None:
    """In the tables, and in what is written down; results from before have none."""
    slow = [Round(0.5, 2000, 2000, too_slow=True)] * 2 + [Round(0.9, 1100, 1100)]
    found = replace(newest(), rows=[Row("map", {"puente": [Round(90, 1, 2)] * 3, "ceiling": slow}, {})])
    assert "| 90 | < 0.5 |" in tables(found)
    assert "| > 180.00 (100.00–180.00) |" in tables(found)
    kept = orjson.loads(orjson.dumps(asdict(found.rows[0])))
    assert {name: [Round(**one) for one in rounds] for name, rounds in kept["rounds"].items()} == (
        found.rows[0].rounds
    )
    assert not any(one.too_slow for row in newest().rows for rounds in row.rounds.values() for one in rounds)


def test_every_operation_has_its_sql() -> None:
    names = {path.stem for path in FOLDER.glob("*.graphql")}
    assert names == {path.stem for path in FOLDER.glob("*.sql")}
    assert names >= NESTED
