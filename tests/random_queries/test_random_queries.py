"""Random queries, answered by the planner and by a second implementation that knows nothing of it."""

from graphql import GraphQLObjectType

from tests import proved
from tests.personas import CAST
from tests.random_queries.generating import ELSEWHERE
from tests.random_queries.running import Court, run
from tests.reference.world import HIDDEN_ROWS, MASKED, MASKED_IN_FILTER, World

COUNT = 3_000


def arguments_of(world: World) -> set[str]:
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


def test_three_thousand_random_queries(sound: Court) -> None:
    tally = run(sound, COUNT, start=2_026)
    proved.tell(str(tally))
    for name in CAST:
        proved.tell(f"  as {name}: {tally.told(name)}")
    assert tally.compared == COUNT
    assert tally.with_data > COUNT * 0.6
    assert tally.refused > 0
    assert arguments_of(sound.judge.world) - tally.arguments == set()
    for name in set(CAST) - {"admin"}:
        assert tally.met[name, HIDDEN_ROWS] > 20, name
        assert tally.met[name, MASKED] > 0, name
    assert sum(count for (_, what), count in tally.met.items() if what == MASKED_IN_FILTER) > 10
