"""One case: somebody, a row and a mutation; refused until the reasons are undone, and then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import orjson

import schema
from api.composition import planning_limits, workflow_settings
from api.graphql.mutations import MutationExecutor
from api.limits.planning_queue import PlanningQueue
from api.settings.settings import read_settings
from models.base import snake_case
from models.database.session_settings import connection_settings
from models.database.writer import WRITE, Statements
from planner.declaration.write_action import WriteAction
from planner.engine import Engine
from planner.mutation.payload import object_field
from planner.mutation.prepared_write import PrepareWrite
from schema.grants import PERSON, Identity, Principal, identified
from tests.engines import BOUNDS
from tests.mutations.harness import OF_ROWS, MutationHarness, given
from tests.mutations.way_out.rights import with_right
from tests.mutations.way_out.ways import Way, one_of_each, ways_of
from tests.personas import CAST, CLIENTS, viewer_of
from tests.reference.steps import STEPS

ME = Identity("https://id.example", "me")
MANY_PLANS = replace(BOUNDS, plan_entries=20_000, plan_bytes=2**30)
LANGUAGES = ("EN", "ES")
TRIED = [
    one
    for one in OF_ROWS.values()
    if one.mutation not in ("redeliver", "resumeWebhook", "rotateWebhookSecret", "renewCalendarLink")
]
"""The others have parts in Python that write too (`tests/webhooks`, `tests/calendars`)."""
ROUNDS = 4
"""Hidden, forbidden, refused for other reasons, done: no way is longer."""
STAYS = {
    "undoCheckIn": ("ATTENDED", "CANCELLED"),
    "publishCall": ("SCHEDULED",),
    "extendCall": ("SCHEDULED",),
}
"""Who came on another day, too, was there; a call may open later."""
NO_RIGHT = {"NOT_FOUND", "FORBIDDEN"}
CORRECTION = "select set_config('puente.correction', '{why}', true);"
EXISTING = "select id from {table} order by id"


class NoWayOut(AssertionError):
    """`availableActions` and the act differ, or undoing the reasons does not help."""


@dataclass(frozen=True)
class OneConnection:
    """Writes and reads within one transaction, which is thrown away."""

    connection: asyncpg.Connection
    prepare_writes: Mapping[str, PrepareWrite] = field(default_factory=dict)

    @property
    def writer(self) -> Any:
        return self

    @property
    def database(self) -> Any:
        return self

    async def write(self, statements: Statements, given: Mapping[str, Any]) -> dict[str, Any]:
        sent = orjson.dumps({**given, "kept": 500}).decode()
        outcome = await self.connection.fetchval(
            WRITE, statements.locks, statements.act, statements.effects, statements.verify, sent
        )
        found: dict[str, Any] = orjson.loads(outcome)
        return found

    async def fetch(self, sql: str, parameters: Sequence[object] = (), *, by_values: bool = False) -> Any:
        return await self.connection.fetchrow(sql, *parameters)


def signed_in(viewer: Principal) -> Principal:
    """The viewer by a token, whom its issuer knows as `me`; systems have none."""
    return identified(viewer, ME) if viewer.kind == PERSON else viewer


@dataclass
class Ways:
    """Tries cases by their number, and counts what they met."""

    harness: MutationHarness
    connection: asyncpg.Connection
    rows: Mapping[str, Sequence[UUID]]
    viewers: Sequence[str]
    seed: int = 0
    met: Counter[str] = field(default_factory=Counter)
    tried: int = 0

    async def run(self, count: int, on_case: Callable[[], Any] = lambda: None) -> None:
        """Try this many cases; raises `NoWayOut` at the first that stays refused."""
        for number in range(count):
            self.tried += 1
            await self.attempt(number)
            on_case()

    async def attempt(self, number: int) -> None:
        """Raises `NoWayOut`, and says of which case."""
        draw = Random(f"{self.seed} {number}")
        action = draw.choice([one for one in TRIED if self.rows[one.type_name]])
        row, name = draw.choice(self.rows[action.type_name]), draw.choice(self.viewers)
        case = Case(self, draw, action, row, signed_in(viewer_of(name)), draw.choice(LANGUAGES))
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            await case.run()
        except NoWayOut as wrong:
            raise NoWayOut(f"{wrong}\nof case {number}: {action.mutation} of {row} as {name}") from None
        finally:
            await transaction.rollback()


@dataclass
class Case:
    where: Ways
    draw: Random
    action: WriteAction
    row: UUID
    viewer: Principal
    language: str

    @property
    def table(self) -> str:
        return snake_case(self.action.type_name)

    async def run(self) -> None:
        ways = ways_of(self.action.mutation, self.action.type_name, self.draw)
        how = one_of_each(ways, [self.draw.choice(("closed", "opened", "as it is")) for _ in ways])
        await self._execute(
            [getattr(way, one) for way, one in zip(ways, how, strict=True) if one != "as it is"]
        )
        known = {
            one: {w.code for w, h in zip(ways, how, strict=True) if h == one} for one in ("closed", "opened")
        }
        known["opened"] -= {w.code for w, h in zip(ways, how, strict=True) if h != "opened"}
        undone: set[str] = set()
        for _ in range(ROUNDS):
            codes = await self._refusals()
            if not codes:
                return
            self._check_outcome(codes, known["closed"] - undone, known["opened"] | undone)
            for code in codes:
                await self._undo(code, ways)
            undone |= codes - NO_RIGHT
        raise NoWayOut(f"still refused: {sorted(codes)}")

    def _check_outcome(self, codes: set[str], closed: set[str], opened: set[str]) -> None:
        if codes & NO_RIGHT:
            return
        if not closed <= codes:
            raise NoWayOut(f"closed: {sorted(closed)}, refused for {sorted(codes)}")
        if codes & opened:
            raise NoWayOut(f"what undoes it was done, and it is refused for {sorted(codes & opened)}")

    async def _refusals(self) -> set[str]:
        """What `availableActions`, a dry run and the act itself say, which is the same; the codes."""
        input = await self._input()
        dry = await self._send(input, dry=True)
        done = await self._send(input, dry=False)
        if dry["userErrors"] != done["userErrors"]:
            raise NoWayOut(f"a dry run says {dry['userErrors']}, the act {done['userErrors']}")
        self._compare_listed(dry)
        codes = {one["code"] for one in done["userErrors"]}
        self.where.met.update(codes or {"done"})
        if not codes:
            await self._compare_status(done)
        return codes

    def _compare_listed(self, dry: Mapping[str, Any]) -> None:
        wrong, object_ = dry["userErrors"], dry[object_field(self.action)]
        if object_ is None:
            if [one["code"] for one in wrong] != ["NOT_FOUND"]:
                raise NoWayOut(f"hidden, and refused for {wrong}")
            return
        actions = {one["name"]: one for one in object_["availableActions"]}
        listed = actions.get(self.action.mutation)
        if listed is None:
            if [one["code"] for one in wrong] != ["FORBIDDEN"]:
                raise NoWayOut(f"not listed, and refused for {wrong}")
        elif (listed["allowed"], listed["reasons"]) != (not wrong, wrong):
            raise NoWayOut(f"listed as {listed}, and refused for {wrong}")

    async def _compare_status(self, done: Mapping[str, Any]) -> None:
        """A step leads where the workflow says."""
        step = STEPS.get(self.action.mutation)
        if done["replayed"] or step is None or not step.target:
            return
        status = await self.where.connection.fetchval(
            f"select {step.column} from {self.table} where id = $1", self.row
        )
        if status not in (step.target, *STAYS.get(self.action.mutation, ())):
            raise NoWayOut(f"done, and its status is {status}")

    async def _input(self) -> dict[str, Any]:
        version = await self.where.connection.fetchval(
            f"select version from {self.table} where id = $1", self.row
        )
        prefix = schema.catalog.types[self.action.type_name].prefix
        return given(self.action, f"{prefix}_{self.row}", version)

    async def _send(self, input: Mapping[str, Any], *, dry: bool) -> dict[str, Any]:
        return await self.where.harness.send(self.viewer, self.action, input, dry=dry, language=self.language)

    async def _undo(self, code: str, ways: Sequence[Way]) -> None:
        if code in NO_RIGHT:
            connection = self.where.connection
            granted = await with_right(connection, self.draw, self.viewer, self.action, self.row)
            self.viewer = signed_in(granted)
            return
        found = [way for way in ways if way.code == code]
        if not found:
            raise NoWayOut(f"nobody knows what undoes {code}")
        self.where.met[f"{code} undone" if not found[0].by_time else "the clock turned back"] += 1
        await self._execute([way.opened for way in found])

    async def _execute(self, statements: Sequence[str]) -> None:
        if statements:
            script = "; ".join(statements).format(id=self.row)
            await self.where.connection.execute(
                f"{CORRECTION.format(why='a test')} {script}; {CORRECTION.format(why='')}"
            )


@asynccontextmanager
async def ways(url: str, seed: int = 0, viewers: Sequence[str] = (*CAST, *CLIENTS)) -> AsyncIterator[Ways]:
    """On a database that stays as it is."""
    connection = await asyncpg.connect(url, server_settings=connection_settings(), statement_cache_size=1_000)
    engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, MANY_PLANS)
    settings = read_settings()
    queue = PlanningQueue(planning_limits(settings))
    executor = MutationExecutor(engine, queue, OneConnection(connection), workflow_settings(settings))
    types = {one.type_name for one in TRIED}
    rows = {
        type_: [row["id"] for row in await connection.fetch(EXISTING.format(table=snake_case(type_)))]
        for type_ in types
    }
    yield Ways(MutationHarness(engine, executor), connection, rows, viewers, seed)
    await connection.close()
