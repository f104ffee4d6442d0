"""What impact metrics compute is what the rows add up to when it was last counted."""

from __future__ import annotations

from models.database.client import engine_for
from models.impact import Measure
from models.impact_refresh import LOCK, refresh_impact, refresh_impact_alone
from tests.models.statements import rows, run, scalar

PROJECTS = "select computed_value, version from impact_metric where key = 'projects_since_2020'"
ONE_MORE = """
    insert into project (slug, title_en, status, starts_on, date_precision)
    values ('one-more', 'One more', 'ACTIVE', '2025-01-01', 'DAY')
"""


async def test_seeding_counts(seeded_url: str) -> None:
    engine = engine_for(seeded_url)
    assert await rows(engine, "select key from impact_metric where computed_value is null") == []
    await engine.dispose()


async def test_counting_again_changes_what_changed(database_url: str) -> None:
    engine = engine_for(database_url)
    [(before, version)] = await rows(engine, PROJECTS)
    await run(engine, ONE_MORE)
    assert await refresh_impact_alone(engine) == 1
    assert await rows(engine, PROJECTS) == [(before + 1, version)]
    assert await refresh_impact_alone(engine) == 0
    await run(engine, "update project set status = 'CANCELLED' where slug = 'one-more'")
    async with engine.begin() as connection:
        assert await refresh_impact(connection) == 1
    assert await rows(engine, PROJECTS) == [(before, version)]
    await engine.dispose()


async def test_one_server_counts_at_a_time(database_url: str) -> None:
    engine = engine_for(database_url)
    await run(engine, ONE_MORE)
    async with engine.connect() as other:
        await other.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        assert await refresh_impact_alone(engine) == 0
    assert await refresh_impact_alone(engine) == 1
    await engine.dispose()


async def test_every_measure_is_counted(seeded_url: str) -> None:
    engine = engine_for(seeded_url)
    for measure in Measure:
        assert await scalar(engine, f"select puente_impact('{measure}', null, null)") is not None
    await engine.dispose()
