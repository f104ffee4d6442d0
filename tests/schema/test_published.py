"""Figures about people are published unless they are so small that they tell of somebody."""

import json

import pytest
from sqlalchemy import text

from models.database.client import Database, engine_for
from planner.viewer import Viewer
from tests.engines import default_engine

COHORT = """
    with made as (
        insert into cohort (program_id, slug, name_en, starts_on)
        select id, 'small', 'Small', date '2026-01-01' from program where slug = 'climate-ambassadors'
        returning id
    )
    insert into participation (participant_id, cohort_id, status)
    select chosen.id, made.id, 'ACTIVE'
    from made, (select id from participant order by id limit :size) as chosen
"""


@pytest.mark.parametrize(
    ("roles", "size", "expected"),
    [({"PUBLIC"}, 4, None), ({"PUBLIC"}, 5, 5), ({"PUBLIC", "ADMIN"}, 4, 4), ({"PUBLIC"}, 0, None)],
)
async def test_a_small_cohort_s_count(
    database_url: str, roles: set[str], size: int, expected: int | None
) -> None:
    writer = engine_for(database_url)
    async with writer.begin() as connection:
        await connection.execute(text(COHORT), {"size": size})
    await writer.dispose()
    engine = default_engine()
    operation = engine.operation('{ cohort(slug: "small") { participantCount } }', None)
    plan, _ = engine.plan(operation, {}, Viewer(frozenset(roles)), "EN")
    assert plan is not None
    database = await Database.open(database_url)
    row = await database.fetch(plan.sql, plan.parameters({}, Viewer(frozenset(roles))))
    await database.close()
    assert json.loads(row[0]) == {"participantCount": expected}
