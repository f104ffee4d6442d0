"""Random changes: what is delivered must be the difference between what viewers see before and after."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import asyncpg

from tests.feed.mutations import Mutator
from tests.feed.visible_dependencies import Entities, Stage, wrong_changes
from tests.personas import CAST

REFUSED = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.RaiseError,
)
"""What constraints say to changes that must not be."""

INVARIANTS_EVERY = 10


class WrongChanges(AssertionError):
    """What was delivered is not what changed."""


@dataclass
class Trial:
    """A database that is changed again and again in transactions that are rolled back.

    Each transaction makes one or more changes; a second one follows on what the first left.
    """

    stage: Stage
    mutator: Mutator
    seen: dict[str, Entities] = field(default_factory=dict)
    changed: int = 0
    change_count: int = 0

    @classmethod
    async def begin(cls, stage: Stage) -> Trial:
        mutator = Mutator(stage.connection, random.Random(0))
        await mutator.learn()
        return cls(stage, mutator)

    async def compare(self, number: int, people: int = len(CAST)) -> bool:
        """Make the change with this number, and compare as this many viewers; False if it is not allowed.

        Raises WrongChanges, with the number and what was done.
        """
        draw = self.mutator.draw = random.Random(f"change {number}")
        names = draw.sample(list(CAST), people)
        before = {name: await self._seen(name) for name in names}
        transaction = self.stage.connection.transaction()
        await transaction.start()
        try:
            for _ in range(draw.choice([1, 1, 2])):
                done = await self._change(draw.choice([1, 1, 1, 2, 3]))
                if not done:
                    return False
                once = len(done) == 1 and not done[0].startswith("replace")
                before = await self.look(before, f"change {number}: {done}", once=once)
            if number % INVARIANTS_EVERY == 0:
                await self.stage.assert_invariants()
            return True
        except REFUSED:
            return False
        finally:
            await transaction.rollback()

    async def _seen(self, name: str) -> Entities:
        """What a viewer sees of the database now."""
        if name not in self.seen:
            self.seen[name] = await self.stage.seen(name)
        return self.seen[name]

    async def _change(self, steps: int) -> Sequence[str]:
        done = [await self.mutator.mutate() for _ in range(steps)]
        await self.stage.connection.execute("set constraints all immediate")
        self.changed += 1
        return [one for one in done if one is not None]

    async def look(
        self, before: dict[str, Entities], changed_rows: str, *, once: bool
    ) -> dict[str, Entities]:
        """Compare what was delivered since with what is visible now, which is returned.

        If the change was made `once` and not undone, nothing may be delivered without a difference.
        """
        start = await self.stage.connection.fetchval("select last from feed")
        upto = await self.stage.number()
        after = {}
        for name, was in before.items():
            changes = await self.stage.changes(name, start, upto)
            after[name] = await self.stage.seen(name)
            self.change_count += len(changes)
            if wrong := list(wrong_changes(was, after[name], changes, once=once)):
                raise WrongChanges("\n".join([f"as {name}, {changed_rows}", *wrong]))
        return after


async def run(stage: Stage, numbers: Iterable[int], people: int = len(CAST)) -> Trial:
    """Try the changes of these numbers; raises WrongChanges."""
    trial = await Trial.begin(stage)
    for number in numbers:
        await trial.compare(number, people)
    return trial
