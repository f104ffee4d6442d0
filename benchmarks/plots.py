"""The plots of `docs/benchmarks.md`: answers a second next to the peers', and times by number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.peers.peer import ROOT
from benchmarks.results import Results

FOLDER = ROOT / "docs" / "benchmarks"
COLORS = {
    "puente": "#0b6e4f",
    "ceiling": "#9aa0a6",
    "tuned ceiling": "#c9cdd2",
    "postgraphile": "#d1495b",
    "strawchemy": "#edae49",
    "strawberry-loaders": "#30638e",
}


def write(results: Results) -> None:
    """Draw both as SVG, the same bytes for the same results."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "puente", "svg.fonttype": "none", "font.size": 9})
    FOLDER.mkdir(exist_ok=True)
    _save(_rates(results), "rates.svg")
    _save(_growth(results), "growth.svg")


def _rates(results: Results) -> Any:
    """Bars on a logarithmic scale: a group for each operation, a bar for each peer."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    peers = list(dict.fromkeys(peer for row in results.rows for peer in row.rounds))
    height = 0.85 / len(peers)
    for position, peer in enumerate(peers):
        rows = [(index, row.rate(peer)) for index, row in enumerate(results.rows) if peer in row.rounds]
        positions = [index + position * height for index, _ in rows]
        axes.barh(positions, [rate for _, rate in rows], height, label=peer, color=COLORS.get(peer))
    axes.set_yticks([index + 0.4 for index in range(len(results.rows))], _names(results))
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("answers a second (logarithmic)")
    figure.legend(loc="outside upper center", ncols=len(peers))
    return figure


def _growth(results: Results) -> Any:
    """A line for each operation: milliseconds of 95 of 100 answers at each scale."""
    from matplotlib import color_sequences
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    colors = color_sequences["tab20"]
    axes.set_prop_cycle(color=[*colors[::2], *colors[1::2]])
    for growth in results.growth:
        scales = sorted(growth.rounds)
        axes.plot(scales, [growth.p95(scale) for scale in scales], marker="o", label=growth.operation)
    axes.set_xscale("log")
    axes.set_xticks(scales, [f"{scale}×" for scale in scales])
    axes.set_xlabel("times 20,000 projects and 50,000 people")
    axes.set_ylabel("milliseconds (p95)")
    axes.set_ylim(bottom=0)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _names(results: Results) -> Sequence[str]:
    return [row.operation.replace("_", " ") for row in results.rows]


def _save(figure: Any, name: str) -> None:
    figure.savefig(FOLDER / name, metadata={"Date": None})
