"""`docs/benchmarks.md`: the tables of a run, between the lines that say how it was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import geometric_mean, median

from benchmarks.fanout.run import FanoutResult
from benchmarks.figures import CEILING, PUENTE, PromiseCheck, figures_of, ratios
from benchmarks.peers.peer import ROOT
from benchmarks.results import Results
from benchmarks.rounds import Row, rate_of
from benchmarks.suite import FOLDER

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: made by make bench -->", "<!-- end of what was measured -->"
MIB = 1 << 20


def write(results: Results) -> None:
    """Put the run's tables into the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables(results)}\n{END}{after}")


def tables(results: Results) -> str:
    parts = [
        f"Measured {results.made}.",
        _figures(figures_of(results)),
        "### Answers a second",
        _rates(results),
        "### Round trips to PostgreSQL for one answer",
        _round_trips(results),
        "### Puente's answers for one of each peer",
        _ratios(results),
        "### Milliseconds of 95 of 100 answers, at 1, 5 and 20 times the rows",
        _growth(results),
        "### Milliseconds of an answer with a coordinator's access, and with staff's, at the most rows",
        _access(results),
        "### Milliseconds of processors for a list of 20 projects, with `availableActions` and without",
        _actions(results),
        "### Updates a second of projects, and milliseconds of processors for each",
        _writes(results),
        "### Registrations a second by HTTP, and by bare SQL that locks the event, counts and inserts",
        _registrations(results),
        "### From a commit to subscribers (milliseconds)",
        _deliveries(results),
        _subscribers(results),
        _cost(results),
        "### The first answer, a document never seen, and one that was (milliseconds)",
        _times(results),
        "### Memory of a worker, and two workers",
        _memory(results),
        _workers(results),
        "### Versions and machine",
        _versions(results),
    ]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _figures(found: Sequence[PromiseCheck]) -> str:
    labels = {True: "reached", False: "**missed**", None: "not measured"}

    def row(figure: PromiseCheck) -> list[str]:
        value = "–" if figure.found is None else f"{figure.found:,.2f}"
        return [figure.promise, f"{figure.wanted:,.2f}", value, labels[figure.reached]]

    return _table(["promise", "figure", "found", ""], map(row, found))


def _rates(results: Results) -> str:
    peers = _peers(results)

    def cell(row: Row, peer: str) -> str:
        return rate_of(row, peer) if peer in row.rounds else "–"

    rows = [[_titled(row.operation), *(cell(row, peer) for peer in peers)] for row in results.rows]
    missing = {
        f"{peer}: {why}"
        for row in results.rows
        for peer, why in row.unmeasured.items()
        if len(row.unmeasured)
    }
    notes = "".join(f"\n\nNot measured: {one}." for one in sorted(missing))
    return _table(["operation", *peers], rows) + notes


def _round_trips(results: Results) -> str:
    found = {(one.operation, one.peer): one.round_trips for one in results.checked}
    peers = [peer for peer in _peers(results) if any(key[1] == peer for key in found)]

    def cell(operation: str, peer: str) -> str:
        trips = found.get((operation, peer))
        return "–" if trips is None else str(trips)

    rows = [[_titled(row.operation), *(cell(row.operation, peer) for peer in peers)] for row in results.rows]
    return _table(["operation", *peers], rows)


def _ratios(results: Results) -> str:
    others = [peer for peer in _peers(results) if peer != PUENTE]
    rows = []
    for row in results.rows:
        cells = []
        for peer in others:
            if peer not in row.rounds:
                cells.append("–")
                continue
            low, high = row.spread(PUENTE, peer)
            at_least = "> " if row.is_bound(peer) else ""
            cells.append(f"{at_least}{row.ratio(PUENTE, peer):.2f} ({low:.2f}–{high:.2f})")
        rows.append([_titled(row.operation), *cells])
    means = [ratios(results.rows, peer) for peer in others]
    rows.append(["geometric mean", *(f"**{geometric_mean(m):.2f}**" if m else "–" for m in means)])
    return _table(["operation", *others], rows)


def _growth(results: Results) -> str:
    scales = sorted(results.growth[0].rounds)
    head = ["operation", *(f"{scale}×" for scale in scales), f"{max(scales)}× for 1×"]
    rows = [
        [
            _titled(one.operation),
            *(f"{one.p95(scale):.2f}" for scale in scales),
            f"{one.grown(max(scales)):.2f}",
        ]
        for one in results.growth
    ]
    return _table(head, rows)


def _access(results: Results) -> str:
    rows = [
        [
            _titled(one.operation),
            f"{median(one.coordinator):.2f}",
            f"{median(one.staff):.2f}",
            f"{one.ratio:.2f}",
        ]
        for one in results.access
    ]
    return _table(["operation", "coordinator", "staff", "coordinator for staff"], rows)


def _actions(results: Results) -> str:
    rows = [
        [
            one.reader,
            f"{median(one.with_actions):.2f}",
            f"{median(one.without):.2f}",
            f"{one.ratio:.2f}",
        ]
        for one in results.actions
    ]
    return _table(["reader", "with", "without", "with for without"], rows)


def _writes(results: Results) -> str:
    rows = [
        [
            one.operation,
            peer,
            f"{median(turn.rate for turn in turns):.0f}",
            f"{median(turn.milliseconds for turn in turns):.2f}",
            "–" if one.ratio is None or peer == PUENTE else f"{one.ratio:.2f}",
        ]
        for one in results.writes
        for peer, turns in one.rounds.items()
    ]
    return _table(["what changes", "server", "a second", "milliseconds", "Puente's for one"], rows)


def _registrations(results: Results) -> str:
    rows = [
        [one.events, f"{median(one.puente):.0f}", f"{median(one.bare):.0f}", f"{one.ratio:.2f}"]
        for one in results.registrations
    ]
    return _table(["registrations", "a second", "bare SQL", "Puente's for one"], rows)


def _deliveries(results: Results) -> str:
    head = [
        "what",
        "server",
        "subscribers",
        "delivered",
        "of",
        "a second",
        "numbered",
        "the first",
        "p50",
        "p95",
        "the last, p50",
        "the last, p95",
    ]

    def ms(value: float | None) -> str:
        return "–" if value is None else f"{value:,.0f}"

    def row(one: FanoutResult) -> list[str]:
        taken = [one.numbered, one.first, one.p50, one.p95, one.last50, one.last95]
        counts = [one.subscribers, one.delivered, one.offered, round(one.rate)]
        return [one.scenario, one.peer, *(f"{count:,}" for count in counts), *map(ms, taken)]

    ordered = sorted(results.fanout.results, key=lambda one: (one.scenario, one.subscribers))
    return _table(head, map(row, ordered))


def _subscribers(results: Results) -> str:
    memory = [
        [one.peer, f"{one.subscribers:,}", f"{one.opened / 1000:.0f}", f"{one.after / 1000:.0f}"]
        for one in results.fanout.memory
    ]
    trips = [[f"{one.subscribers:,}", f"{one.round_trips:g}"] for one in results.fanout.statements]
    return "\n\n".join(
        (
            _table(["server", "subscribers", "KB for each, once open", "after all deliveries"], memory),
            _table(["subscribers of Puente", "round trips to PostgreSQL for a change"], trips),
        )
    )


def _cost(results: Results) -> str:
    rows = [
        [one.write, f"{one.without:.0f}", f"{one.with_feed:.0f}", f"{one.with_feed - one.without:.0f}"]
        for one in results.fanout.cost
    ]
    return _table(["a write, µs a row", "without the feed", "with it", "more"], rows)


def _times(results: Results) -> str:
    rows = [
        [_titled(one.operation), f"{one.first:.0f}", f"{one.cold:.1f}", f"{one.cached:.2f}"]
        for one in results.times
    ]
    return _table(["operation", "first", "never seen", "seen"], rows)


def _memory(results: Results) -> str:
    rows = [
        [one.when, f"{one.worker / MIB:.0f}", f"{one.backends / MIB:.0f}", str(one.connections)]
        for one in results.memory
    ]
    return _table(["when", "worker, MiB", "PostgreSQL's processes for it, MiB", "connections"], rows)


def _workers(results: Results) -> str:
    rows = [
        [
            _titled(one.operation),
            *(f"{one.rates[n]:,.0f}" for n in (1, 2)),
            f"{one.rates[2] / one.rates[1]:.2f}",
        ]
        for one in results.workers
    ]
    return _table(["operation", "1 worker", "2 workers", "2 for 1"], rows)


def _versions(results: Results) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    rows = [
        [name, ", ".join(f"{k} {v}" for k, v in found.items()) or "–"]
        for name, found in results.versions.items()
    ]
    return f"{machine}.\n\n" + _table(["peer", "made of"], rows).replace("---:", "---")


def _peers(results: Results) -> list[str]:
    named = dict.fromkeys(peer for row in results.rows for peer in row.rounds)
    return [PUENTE, CEILING, *(peer for peer in named if peer not in (PUENTE, CEILING))]


def _titled(operation: str) -> str:
    (file,) = [*FOLDER.rglob(f"{operation}.graphql"), FOLDER / f"{operation}.graphql"][:1]
    return f"[{operation}](../{file.relative_to(ROOT)})" if file.exists() else operation
