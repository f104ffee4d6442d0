"""Reports that a request may ask for: the time of its stages, PostgreSQL's plan, the cost.

`"extensions": {"timing": true}` in the request adds the header `Server-Timing`; `{"explain": true}` adds it
too, and `extensions.explain` to the response: the statement, its parameters, PostgreSQL's plan (measured in a
second run of the statement), cache hits, and the stages in milliseconds. In development only.

`{"cost": true}` adds `extensions.cost`, also outside development: it reveals nothing about the rows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from api.http.responses import HttpResponse
from api.messages import message
from models.database.client import Database
from planner.engine import Engine
from planner.errors import Forbidden, NotWellFormed


@dataclass(frozen=True, slots=True)
class InspectionOptions:
    """The requested reports: stages, the statement with its plan, cost."""

    timing: bool = False
    explain: bool = False
    cost: bool = False


def inspection_options(extensions: Mapping[str, Any], *, development: bool) -> InspectionOptions | None:
    """The options in the request's `extensions`; unknown names are ignored."""
    given = {name: extensions[name] for name in ("timing", "explain", "cost") if name in extensions}
    for name, value in given.items():
        if not isinstance(value, bool):
            raise NotWellFormed(message("request.extension_not_boolean", name=name))
    if not any(given.values()):
        return None
    wish = InspectionOptions(**given)
    if (wish.timing or wish.explain) and not development:
        raise Forbidden(message("development.only"))
    return wish


class ServerTiming:
    """The milliseconds of each stage of a request in order, and whether caches served it."""

    __slots__ = ("_engine", "_made", "_since", "cached", "taken")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made = engine.cache_misses
        self.taken: dict[str, float] = {}
        self.cached: dict[str, bool] = {}
        self._since = time.perf_counter()

    def ended(self, stage: str) -> None:
        now, made = time.perf_counter(), self._engine.cache_misses
        self.taken[stage] = round((now - self._since) * 1000, 3)
        self.cached[stage] = made == self._made
        self._since, self._made = now, made

    @property
    def header(self) -> tuple[bytes, bytes]:
        """The header `Server-Timing`, which browsers show."""
        value = ", ".join(f"{stage};dur={taken}" for stage, taken in self.taken.items())
        return (b"server-timing", value.encode())


class NoTiming(ServerTiming):
    """Times nothing, outside development."""

    __slots__ = ()

    def __init__(self) -> None:
        pass

    def ended(self, stage: str) -> None:
        pass


NO_TIMING = NoTiming()


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a request with its parameters; `needs_custom_plan` is the plan's."""

    sql: str
    parameters: Sequence[object]
    needs_custom_plan: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """The facts of an executed request; `statement` is None if none was sent."""

    timing: ServerTiming
    cost: int
    max_cost: int
    statement: Statement | None


async def inspected(
    response: HttpResponse,
    options: InspectionOptions,
    inspection: Inspection,
    database: Database,
) -> HttpResponse:
    """The response with the requested header and members of `extensions`."""
    members: dict[str, object] = {}
    if options.cost:
        members["cost"] = {"asked": inspection.cost, "limit": inspection.max_cost}
    if options.explain:
        members["explain"] = await _explained(inspection.timing, inspection.statement, database)
    if options.timing or options.explain:
        response = replace(response, headers=(*response.headers, inspection.timing.header))
    if not members:
        return response
    extensions = orjson.dumps(members, default=str)
    return replace(response, body=b'%b,"extensions":%b}' % (response.body[:-1], extensions))


async def _explained(
    timing: ServerTiming, statement: Statement | None, database: Database
) -> Mapping[str, object]:
    return {
        "sql": statement.sql if statement else None,
        "parameters": statement.parameters if statement else (),
        "postgresql": await _measured(statement, database) if statement else None,
        "cached": {"document": timing.cached["operation"], "plan": timing.cached["plan"]},
        "stages": timing.taken,
    }


async def _measured(statement: Statement, database: Database) -> Any:
    """PostgreSQL's plan with measurements, from a second run of the statement."""
    explain = f"explain (analyze, buffers, format json) {statement.sql}"
    (plan,) = await database.fetch(explain, statement.parameters, by_values=statement.needs_custom_plan)
    return orjson.loads(plan)[0]
