"""Turns of the clock, by the product and by the model."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from models.database.client import engine_for
from models.timed_steps import take_timed_steps
from schema.workflows import timed_steps
from tests.mutations.model.act import Outcome
from tests.mutations.model.clock import NOBODYS, Turn, pass_time, turns
from tests.mutations.model.feed_changes import snapshot
from tests.mutations.model.world import World
from tests.random_queries.viewers import viewers_of
from tests.reference.field_sources import TYPE_OF_TABLE

if TYPE_CHECKING:
    from tests.mutations.model.trial import Trial


class Wrong(AssertionError):
    """The product does other than the model."""


async def turn_clock(trial: Trial, draw: Random) -> None:
    """Bring some moments nearer, then do what is due by now."""
    world = trial.model.world
    try:
        before = snapshot(world)
        await _bring_nearer(trial, turns(draw, before))
        await _compare(trial, draw, before)
        before = snapshot(world)
        pass_time(world)
        engine = engine_for(trial.url)
        await take_timed_steps(engine, timed_steps())
        await engine.dispose()
        await _compare(trial, draw, before)
    except Wrong as wrong:
        raise Wrong(f"{wrong}\nonce the clock was turned") from None


async def _bring_nearer(trial: Trial, turned: Sequence[Turn]) -> None:
    async with trial.connection.transaction():
        for one in turned:
            columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(one.values, 2))
            statement = f"update {one.table} set {columns} where id = $1"
            await trial.connection.execute(statement, one.id, *one.values.values())
            trial.model.world.update(one.table, one.id, one.values, touch=True)


async def _compare(trial: Trial, draw: Random, before: World) -> None:
    await trial.compare_entries(NOBODYS, Outcome(done=True))
    touched = [(TYPE_OF_TABLE[table], id) for table, id in sorted(await trial.changed_at_once(before))]
    viewers = [viewers_of(draw.choice(trial.audience()))[0]]
    if touched:
        await trial.read(viewers[0], *draw.choice(touched))
        await trial.compare_changes(viewers, before, touched)
