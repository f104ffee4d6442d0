"""A guard against a slow path that creeps in: it counts what one answer takes, and measures no seconds.

For each operation: statements and round trips to PostgreSQL, function calls in Python for a plan that is
known and for a document that is not, and the pages that PostgreSQL reads. `budgets.json` says how many.
Of bulk writes it counts the rows that are scanned (`bulk_writes.py`).
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import uvloop
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette

from api.app import Application
from api.composition import OnStatement
from api.settings.settings import read_settings
from benchmarks.bulk_writes import MOST, scanned_rows
from benchmarks.databases import cluster, grown
from benchmarks.peers.puente import UNCOUNTED, application, explaining, request, state
from benchmarks.roundtrips import Relay, relayed
from benchmarks.suite import COORDINATOR, BenchmarkOperation, facts_of, project_actions, suite

BUDGETS = Path(__file__).parent / "budgets.json"
REPEATED = 30
SLACK = {"calls": 1.03, "cold_calls": 1.05, "pages": 1.3}
"""Ids differ from one grown database to the next, and so do some pages; so does Python between versions."""


@dataclass(frozen=True)
class BudgetCounts:
    """What one answer takes."""

    statements: int
    round_trips: int
    calls: int
    cold_calls: int
    pages: int

    def exceeded(self, budget: Mapping[str, int]) -> list[str]:
        """Where it is more than it may be."""
        return [
            f"{name} {value} (at most {budget.get(name, 0)})"
            for name, value in asdict(self).items()
            if value > budget.get(name, 0)
        ]


def run(console: Console, *, write: bool) -> int:
    """Count, and compare with the budgets or rewrite them; returns the exit code."""
    with cluster() as superuser:
        url = grown(superuser, 1)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the server runs
            found = runner.run(count_all(url))
            scanned = runner.run(scanned_rows(url))
    if write:
        budgets = {name: _budget(counts) for name, counts in found.items()}
        BUDGETS.write_bytes(orjson.dumps(budgets, option=orjson.OPT_INDENT_2) + b"\n")
    budgets = orjson.loads(BUDGETS.read_bytes())
    console.print(_table(found))
    over = {name: counts.exceeded(budgets.get(name, {})) for name, counts in found.items()}
    for name, complaints in over.items():
        for complaint in complaints:
            console.print(f"{name}: {complaint}", style="bold red")
    slow = {way: rows for way, rows in scanned.items() if rows > MOST}
    for way, rows in slow.items():
        console.print(f"bulk write, {way}: {rows:.0f} rows scanned (at most {MOST:g})", style="bold red")
    return int(any(over.values()) or bool(slow))


def _budget(counts: BudgetCounts) -> dict[str, int]:
    return {name: round(value * SLACK.get(name, 1)) for name, value in asdict(counts).items()}


def _table(found: Mapping[str, BudgetCounts]) -> Table:
    table = Table("operation", *(one.name.replace("_", " ") for one in fields(BudgetCounts)))
    for name, counts in found.items():
        table.add_row(name, *(str(value) for value in asdict(counts).values()))
    return table


async def count_all(url: str) -> dict[str, BudgetCounts]:
    operations = await asyncio.to_thread(lambda: (*suite(facts_of(url)), project_actions(COORDINATOR)))
    statements: list[str] = []
    async with relayed(url) as relay, running(relay.url, statements.append) as app:
        sent = {one.name: await measured_request(app, one, relay, statements) for one in operations}
    async with running(url) as app:
        return {one.name: BudgetCounts(*sent[one.name], *await taken(app, one)) for one in operations}


class InlineExecutor(Executor):
    """Does at once what it is given."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*given, **named))
        return future


@asynccontextmanager
async def running(url: str, on_statement: OnStatement | None = None) -> AsyncIterator[Starlette]:
    """The application, on one connection of each kind; the change feed rests."""
    kept = {"database_url": url, "state": state(), "pool_size": 1, "feed_interval": 60.0}
    app = application(read_settings(**kept, **UNCOUNTED), on_statement)
    assert isinstance(app, Application)
    app.parts.pipeline.planning.executor = InlineExecutor()  # calls are counted in this thread alone
    async with app.router.lifespan_context(app):
        yield app


ANSWERS = 8


async def measured_request(
    app: Starlette, operation: BenchmarkOperation, relay: Relay, statements: list[str]
) -> tuple[int, int]:
    """Statements and round trips of an answer whose plan is known.

    Counted once the server rests, which sends mails at its start; the fewest of some.
    """
    answer = _answering(app, operation)
    await answer()
    await relay.rests()
    counted = []
    for _ in range(ANSWERS):
        statements.clear()
        before = relay.trips
        await answer()
        await asyncio.sleep(0)
        counted.append((len(statements), relay.trips - before))
    return min(counted)


async def taken(app: Starlette, operation: BenchmarkOperation) -> tuple[int, int, int]:
    """Function calls with a plan that is known and with a document that is not, and pages."""
    answer = _answering(app, operation)
    await answer()
    calls = [await _calls(answer) for _ in range(REPEATED)]
    cold = [await _calls(_answering(app, operation.varied(number))) for number in range(5)]
    return min(calls), min(cold), await _pages(app, operation)


def _answering(
    app: Starlette, operation: BenchmarkOperation, **extensions: bool
) -> Callable[[], Awaitable[bytes]]:
    """Asks by ASGI, and gives the answer's body."""
    http = request(operation)
    payload = orjson.dumps({**orjson.loads(http.body), "extensions": extensions})
    headers = [(name.encode(), value.encode()) for name, value in http.headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": http.path,
        "query_string": b"",
        "headers": [*headers, (b"content-length", str(len(payload)).encode())],
    }

    async def answer() -> bytes:
        sent: list[Any] = []
        messages = iter([{"type": "http.request", "body": payload, "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in messages:
                return message
            await asyncio.get_running_loop().create_future()  # the client stays, and says no more
            raise AssertionError

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)
        body: bytes = sent[1]["body"]
        if sent[0]["status"] != 200:
            raise SystemExit(f"{operation.name}: {body.decode()}")
        return body

    return answer


async def _calls(answer: Callable[[], Awaitable[bytes]]) -> int:
    """Function calls of an answer, those of Python and of extensions."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    gc.disable()
    sys.setprofile(count)
    try:
        await answer()
    finally:
        sys.setprofile(None)
        gc.enable()
    return counted


async def _pages(app: Starlette, operation: BenchmarkOperation) -> int:
    """Pages of 8 KiB that PostgreSQL read for the statement, from its buffers or from the disk."""
    with explaining(app):
        answer = orjson.loads(await _answering(app, operation, explain=True)())
    plan = answer["extensions"]["explain"]["postgresql"]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
