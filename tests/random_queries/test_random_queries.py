"""Random queries, answered by the planner and by a second implementation that knows nothing of it."""

import pytest

from tests import summary
from tests.personas import CAST
from tests.random_queries.aims import (
    LEAST_MET,
    Aim,
    aims_of_arguments,
    aims_of_masked_filters,
    aims_of_viewers,
)
from tests.random_queries.run import Harness, Stats, pursue, run
from tests.reference.tables import MASKED_IN_FILTER, ReferenceWorld
from tests.tiers import TIER

COUNT = 1_000
MOST_ROUNDS = 200
LEAST_IN_FILTER = 10


def goals(world: ReferenceWorld) -> dict[str, Aim]:
    """What must have been asked and met, and the aim of a query that may do it."""
    return {**aims_of_arguments(world), **aims_of_viewers(), **aims_of_masked_filters()}


def is_reached(goal: str, tally: Stats) -> bool:
    name, _, kind = goal.partition(": ")
    if kind == MASKED_IN_FILTER:
        return sum(count for (_, met), count in tally.met.items() if met == kind) >= LEAST_IN_FILTER
    return tally.met[name, kind] >= LEAST_MET[kind] if kind else goal in tally.arguments


def missing(world: ReferenceWorld, tally: Stats) -> dict[str, Aim]:
    """The arguments that no query gave, and what somebody's answers have not met often enough."""
    return {goal: aim for goal, aim in goals(world).items() if not is_reached(goal, tally)}


@pytest.mark.sized
@pytest.mark.parametrize("part", TIER.random_parts)
def test_a_thousand_random_queries(reference_harness: Harness, part: int) -> None:
    """And more, which aim at what is missing."""
    world, start = reference_harness.comparison.world, 2_026 + part
    tally = run(reference_harness, COUNT, start=start)
    for number in range(MOST_ROUNDS):
        tally += pursue(reference_harness, missing(world, tally).values(), f"{start} round {number}")
    summary.tell(str(tally))
    for name in CAST:
        summary.tell(f"  as {name}: {tally.summary(name)}")
    assert tally.compared >= COUNT
    assert tally.with_data > tally.compared * 0.6
    assert tally.refused > 0
    assert missing(world, tally) == {}
