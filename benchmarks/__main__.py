"""`python -m benchmarks`: measure, report what was measured, or guard what must not get slower."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import guard, plots, report
from benchmarks.access import measure_access
from benchmarks.actions import measure_actions
from benchmarks.answer_check import check
from benchmarks.databases import cluster, copied, grown
from benchmarks.fanout.run import measure_fanout
from benchmarks.figures import figures_of
from benchmarks.growth import measure_growth
from benchmarks.peers.all_peers import PEERS
from benchmarks.registrations import measure_registrations
from benchmarks.resources import measure_memory, measure_times, measure_workers
from benchmarks.results import Results, machine, newest, now
from benchmarks.rounds import Rounds, measure_all
from benchmarks.soak import soak as measure_soak
from benchmarks.suite import facts_of, suite
from benchmarks.tokens import measure_tokens
from benchmarks.writes import measure_writes

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
console = Console(highlight=False)
SCALES = (1, 5, 20)
FANOUT, CHANGES, WRITES, SOAK = "bench_fanout", 20, "bench_writes", "bench_soak"
REGISTRATIONS = "bench_registrations"


@app.command()
def run(
    rounds: Annotated[int, typer.Option(min=1, help="rounds of every operation and peer")] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, help="seconds of each round")] = 2.0,
    scales: Annotated[list[int], typer.Option(help="times the rows, for growth")] = list(SCALES),  # noqa: B006
) -> None:
    """Measure everything, write it to benchmarks/results and docs/benchmarks.md, and hold it to figures."""
    with cluster() as superuser:
        urls = {}
        for scale in scales:
            console.print(f"rows: {scale}× …")
            urls[scale] = grown(superuser, scale)
        url = urls[min(urls)]
        operations = suite(facts_of(url))
        checked = check(PEERS, operations, url)
        if wrong := [one for one in checked if one.wrong]:
            raise SystemExit("\n".join(f"{one.peer}: {one.operation}: {one.wrong}" for one in wrong))
        results = Results(
            made=now(),
            machine=machine(url),
            versions={peer.name: peer.versions() for peer in PEERS if peer.missing() is None},
            checked=checked,
            rows=measure_all(PEERS, operations, url, Rounds(rounds, seconds), console.print),
            growth=measure_growth(urls, rounds=rounds, seconds=seconds, report=console.print),
            times=measure_times(operations, url, console.print),
            memory=measure_memory(operations, url, console.print),
            workers=measure_workers(operations, url, rounds=rounds, seconds=seconds, report=console.print),
            access=measure_access(urls[max(urls)], rounds=rounds, seconds=seconds, report=console.print),
            actions=measure_actions(url, rounds=rounds, report=console.print),
            writes=measure_writes(
                copied(superuser, min(scales), WRITES), rounds=rounds, seconds=seconds, report=console.print
            ),
            registrations=measure_registrations(
                copied(superuser, min(scales), REGISTRATIONS), rounds=rounds, report=console.print
            ),
            fanout=measure_fanout(
                copied(superuser, min(scales), FANOUT), changes=CHANGES, report=console.print
            ),
        )
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def access(
    rounds: Annotated[int, typer.Option(min=1, help="rounds of every operation")] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, help="seconds of each round")] = 2.0,
    scale: Annotated[int, typer.Option(help="times the rows")] = max(SCALES),
) -> None:
    """Measure what access costs, and add it to the newest results."""
    with cluster() as superuser:
        url = grown(superuser, scale)
        found = measure_access(url, rounds=rounds, seconds=seconds, report=console.print)
    results = replace(newest(), access=found)
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def actions(
    rounds: Annotated[int, typer.Option(min=1, help="rounds of every reader's list")] = 9,
) -> None:
    """Measure what availableActions costs, and add it to the newest results."""
    with cluster() as superuser:
        found = measure_actions(grown(superuser, 1), rounds=rounds, report=console.print)
    results = replace(newest(), actions=found)
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def fanout(
    changes: Annotated[int, typer.Option(min=1, help="changes that all subscribers receive")] = CHANGES,
) -> None:
    """Measure how soon many subscribers receive changes, and add it to the newest results."""
    with cluster() as superuser:
        found = measure_fanout(copied(superuser, 1, FANOUT), changes=changes, report=console.print)
    results = replace(newest(), fanout=found)
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def writes(
    rounds: Annotated[int, typer.Option(min=1, help="rounds of every update and peer")] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, help="seconds of each round")] = 2.0,
) -> None:
    """Measure updates next to PostGraphile's, and add them to the newest results."""
    with cluster() as superuser:
        url = copied(superuser, 1, WRITES)
        found = measure_writes(url, rounds=rounds, seconds=seconds, report=console.print)
    results = replace(newest(), writes=found)
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def registrations(
    rounds: Annotated[int, typer.Option(min=1, help="rounds of each")] = 5,
) -> None:
    """Measure registrations next to bare SQL, and add them to the newest results."""
    with cluster() as superuser:
        url = copied(superuser, 1, REGISTRATIONS)
        found = measure_registrations(url, rounds=rounds, report=console.print)
    results = replace(newest(), registrations=found)
    console.print(f"written: {results.write()}")
    _report(results)


@app.command()
def soak(
    sockets: Annotated[int, typer.Option(min=400, help="WebSockets, each with a subscription")] = 2_000,
    minutes: Annotated[float, typer.Option(min=0.5, help="minutes")] = 6.0,
) -> None:
    """Load a server for minutes, and fail if its memory still grows in the last third of the time."""
    with cluster() as superuser:
        found = measure_soak(
            copied(superuser, 1, SOAK), sockets=sockets, seconds=minutes * 60, report=console.print
        )
    console.print(
        f"memory of the last third: {found.growth:.3f} of the second: {'flat' if found.flat else 'GROWS'}"
    )
    raise typer.Exit(int(not found.flat))


@app.command()
def tokens() -> None:
    """Measure what it costs to check a token that was not seen before."""
    for name, microseconds in measure_tokens():
        console.print(f"{name:18} {microseconds:6.0f} µs")


@app.command(name="check")
def check_again(
    peers: Annotated[list[str] | None, typer.Argument(help="names of peers; all if none is named")] = None,
    scale: Annotated[int, typer.Option(help="times the rows")] = 1,
) -> None:
    """Hold peers' answers to the hand-written SQL's, and count their round trips to PostgreSQL."""
    with cluster() as superuser:
        url = grown(superuser, scale)
        selected = [peer for peer in PEERS if not peers or peer.name in peers]
        checked = check(selected, suite(facts_of(url)), url)
    for one in checked:
        console.print(
            f"{one.peer}: {one.operation}: {one.wrong or 'as it should be'}, {one.round_trips} round trips"
        )
    raise typer.Exit(int(any(one.wrong for one in checked)))


@app.command(name="report")
def report_again() -> None:
    """Write docs/benchmarks.md and its plots from the newest results."""
    _report(newest())


@app.command()
def smoke(
    write: Annotated[bool, typer.Option("--write", help="take what is found as the new budgets")] = False,
) -> None:
    """Count what each operation takes: statements, round trips, function calls, pages; fail over a budget."""
    raise typer.Exit(guard.run(console, write=write))


def _report(results: Results) -> None:
    report.write(results)
    plots.write(results)
    for figure in figures_of(results):
        found = "not measured" if figure.found is None else f"{figure.found:.2f}"
        style = {True: "green", False: "bold red", None: "yellow"}[figure.reached]
        console.print(f"{found} {figure.promise} ({figure.wanted})", style=style)


if __name__ == "__main__":
    app()
