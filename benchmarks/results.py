"""What one run of the benchmark found, as it is written down."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from benchmarks.access import Access
from benchmarks.actions import ActionsCost
from benchmarks.answer_check import Checked
from benchmarks.fanout.cost import Cost
from benchmarks.fanout.run import Fanout, FanoutResult, StatementCounts, SubscriberMemory
from benchmarks.growth import Growth
from benchmarks.registrations import Registrations
from benchmarks.resources import Memory, Times, Workers
from benchmarks.rounds import Round, Row
from benchmarks.writes import WriteRound, Writes

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Results:
    """Everything that `docs/benchmarks.md` shows."""

    made: str
    machine: Mapping[str, str]
    versions: Mapping[str, Mapping[str, str]]
    checked: list[Checked]
    rows: list[Row]
    growth: list[Growth]
    times: list[Times]
    memory: list[Memory]
    workers: list[Workers]
    access: list[Access] = field(default_factory=list)
    actions: list[ActionsCost] = field(default_factory=list)
    fanout: Fanout = field(default_factory=Fanout)
    writes: list[Writes] = field(default_factory=list)
    registrations: list[Registrations] = field(default_factory=list)

    def write(self) -> Path:
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{self.made[:10]}.json"
        options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
        path.write_bytes(orjson.dumps(asdict(self), option=options) + b"\n")
        return path


def newest() -> Results:
    """The results that were written last."""
    return read(max(FOLDER.glob("*.json")))


def read(path: Path) -> Results:
    held: dict[str, Any] = orjson.loads(path.read_bytes())
    return Results(
        held["made"],
        held["machine"],
        held["versions"],
        [Checked(**one) for one in held["checked"]],
        [Row(one["operation"], _rounds(one["rounds"]), one["unmeasured"]) for one in held["rows"]],
        [
            Growth(one["operation"], {int(scale): turns for scale, turns in _rounds(one["rounds"]).items()})
            for one in held["growth"]
        ],
        [Times(**one) for one in held["times"]],
        [Memory(**one) for one in held["memory"]],
        [
            Workers(one["operation"], {int(workers): rate for workers, rate in one["rates"].items()})
            for one in held["workers"]
        ],
        [Access(**one) for one in held.get("access", [])],
        [ActionsCost(**one) for one in held.get("actions", [])],
        _fanout(held.get("fanout", {})),
        [_writes(one) for one in held.get("writes", [])],
        [Registrations(**one) for one in held.get("registrations", [])],
    )


def _writes(held: Mapping[str, Any]) -> Writes:
    rounds = {peer: [WriteRound(**one) for one in turns] for peer, turns in held["rounds"].items()}
    return Writes(held["operation"], rounds)


def _fanout(held: Mapping[str, Any]) -> Fanout:
    return Fanout(
        [FanoutResult(**one) for one in held.get("results", [])],
        [SubscriberMemory(**one) for one in held.get("memory", [])],
        [StatementCounts(**one) for one in held.get("statements", [])],
        [Cost(**one) for one in held.get("cost", [])],
    )


def _rounds(held: Mapping[str, Any]) -> dict[str, list[Round]]:
    return {name: [Round(**one) for one in rounds] for name, rounds in held.items()}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine(url: str) -> dict[str, str]:
    """What it was measured on; nothing that names the machine itself."""
    with open("/proc/meminfo") as meminfo:
        memory = int(meminfo.readline().split()[1]) >> 20
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "")
    return {
        "processor": model or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "postgresql": asyncio.run(_version(url)),
    }


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("select current_setting('server_version')"))
    finally:
        await connection.close()
