"""Every path of the schema and every row by its id, as every viewer, compared with the reference executor."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests import summary
from tests.access.walk import every_id, questions, stretches
from tests.personas import ALL_VIEWERS, CLIENTS, RECIPIENT
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.run import Harness, Stats
from tests.random_queries.viewers import viewers_of
from tests.reference.field_sources import IDENTIFIED
from tests.reference.ids import global_id
from tests.tiers import TIER

BATCH = 100


@pytest.mark.sized
@pytest.mark.parametrize("name", ALL_VIEWERS)
def test_every_path(reference_harness: Harness, name: str) -> None:
    viewer, tally, paths = viewers_of(name)[len(name) % 2], Stats(), 0
    for stretch in stretches(reference_harness.comparison.world.schema, TIER.walk_depth):
        paths += stretch.paths
        for question in questions(reference_harness.comparison.world, viewer, stretch):
            reference_harness.check(question, tally)
    summary.tell(f"{paths:,} paths walked as {name}, to depth {TIER.walk_depth}: {tally.summary(name)}")
    assert paths > TIER.walk_least
    assert tally.refused == 0
    assert tally.with_data > tally.compared / 2


@pytest.mark.parametrize("name", [*CLIENTS, RECIPIENT])
def test_every_path_from_an_id(reference_harness: Harness, name: str) -> None:
    """As one of two clients whose grants are the same: what only one sees is theirs; and as SELF alone."""
    tally = Stats()
    for stretch in stretches(reference_harness.comparison.world.schema, depth=1):
        if "($id" in stretch.text:
            for question in questions(reference_harness.comparison.world, viewers_of(name)[0], stretch):
                reference_harness.check(question, tally)
    assert tally.compared > len(IDENTIFIED)
    assert tally.refused == 0


@pytest.mark.parametrize("name", [*ALL_VIEWERS, *CLIENTS, RECIPIENT])
def test_every_row_by_its_id(reference_harness: Harness, name: str) -> None:
    viewer, rows, hidden = viewers_of(name)[0], 0, 0
    for ids in every_id(reference_harness.comparison.world).values():
        for start in range(0, len(ids), BATCH):
            page = ids[start : start + BATCH]
            question = RandomQuery(
                "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": page}, viewer
            )
            answer = reference_harness.loop.run(reference_harness.comparison.compare(question))
            rows += len(page)
            hidden += answer.data["nodes"].count(None)
    summary.tell(f"{rows:,} rows asked for by their ids as {name}: {hidden:,} hidden")
    assert (hidden == 0) == (name == "admin")


@pytest.mark.parametrize("name", [*ALL_VIEWERS, *CLIENTS, RECIPIENT])
def test_a_hidden_row_answers_as_one_that_never_was(reference_harness: Harness, name: str) -> None:
    """To the byte, by `node` and by the field of its type."""
    viewer = viewers_of(name)[0]
    sight = reference_harness.comparison.world.sight_of(viewer)
    fields = reference_harness.comparison.world.schema.type_map["Query"].fields  # type: ignore[attr-defined]
    for type_, ids in every_id(reference_harness.comparison.world).items():
        never = global_id(type_, UUID(int=7))
        hidden = [one for one in ids if not sight.sees_by_key(type_, UUID(one.partition("_")[2]))]
        for field in ("node", type_.lower()):
            if field in fields and hidden:
                document = f"query ($id: ID!) {{ {field}(id: $id) {{ __typename id }} }}"
                texts = {
                    reference_harness.loop.run(
                        reference_harness.comparison.text(RandomQuery(document, {"id": one}, viewer))
                    )
                    for one in [*hidden, never]
                }
                assert texts == {(None,)}, (type_, field)
