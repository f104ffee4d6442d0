"""Random queries, answered by the planner and by a second implementation that knows nothing of it."""

import pytest
from graphql import GraphQLObjectType

from tests import summary
from tests.personas import CAST
from tests.random_queries.generator import ELSEWHERE
from tests.random_queries.run import Harness, Stats, run
from tests.reference.tables import HIDDEN_ROWS, MASKED, MASKED_IN_FILTER, ReferenceWorld
from tests.tiers import TIER

COUNT = 1_000
MOST_HUNDREDS = 20


def arguments_of(world: ReferenceWorld) -> set[str]:
    """Every argument of every field that stands on the database, as `Type.field(argument)`.

    A subscription reads as a query does (tests/access/test_changes.py); a mutation is Python's.
    """
    others = (world.schema.subscription_type, world.schema.mutation_type)
    return {
        f"{name}.{field_name}({argument})"
        for name, type_ in world.schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__") and type_ not in others
        for field_name, field in type_.fields.items()
        if field_name not in ELSEWHERE
        for argument in field.args
    }


def missing(world: ReferenceWorld, tally: Stats) -> set[str]:
    """The arguments that no query gave, and what somebody's answers have not met often enough."""
    met = {
        f"{name}: {what}"
        for name in set(CAST) - {"admin"}
        for what, least in ((HIDDEN_ROWS, 20), (MASKED, 1))
        if tally.met[name, what] < least
    }
    if sum(count for (_, what), count in tally.met.items() if what == MASKED_IN_FILTER) < 10:
        met.add(MASKED_IN_FILTER)
    return arguments_of(world) - tally.arguments | met


@pytest.mark.sized
@pytest.mark.parametrize("part", TIER.random_parts)
def test_a_thousand_random_queries(sound: Harness, part: int) -> None:
    """And some hundreds more, until nothing is missing."""
    start = 2_026 + part
    tally = run(sound, COUNT, start=start)
    for more in range(MOST_HUNDREDS):
        if missing(sound.comparison.world, tally):
            tally += run(sound, 100, start=start * 1_000 + more)
    summary.tell(str(tally))
    for name in CAST:
        summary.tell(f"  as {name}: {tally.summary(name)}")
    assert tally.compared >= COUNT
    assert tally.with_data > tally.compared * 0.6
    assert tally.refused > 0
    assert missing(sound.comparison.world, tally) == set()
