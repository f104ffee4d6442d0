"""Mentors and participants bear their person's name, however it is written."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from models.database.client import engine_for
from tests.models.statements import rows, run, scalar

TABLES = ("mentor", "participant")
OUT_OF_STEP = """
    select t.id from {table} t join person p on p.id = t.person_id
    where (t.name, t.name_fold, t.name_sort_en, t.name_sort_es, t.name_search)
        is distinct from (p.name, p.name_fold, p.name_sort_en, p.name_sort_es, p.search)
"""
ANN = "insert into person (given_name, family_names) values ('Ann', 'Ibáñez') returning id"
INSERT = {
    "mentor": """
        insert into mentor (person_id, sector, capacity, available) values ('{}', 'INDUSTRY', 1, true)
    """,
    "participant": """
        insert into participant (person_id, institution_id, level)
        values ('{}', (select id from institution limit 1), 'MASTERS')
    """,
}


@pytest.mark.parametrize("table", TABLES)
async def test_the_seeded_names_are_the_persons(seeded_url: str, table: str) -> None:
    engine = engine_for(seeded_url)
    assert await rows(engine, OUT_OF_STEP.format(table=table)) == []
    assert await scalar(engine, f"select count(name) from {table}") > 40
    await engine.dispose()


@pytest.mark.parametrize("table", TABLES)
async def test_a_name_follows_the_person(database_url: str, table: str) -> None:
    engine = engine_for(database_url)
    [(person,)] = await rows(engine, ANN)
    await run(engine, INSERT[table].format(person))
    mine = f"select name, name_sort_es, version from {table} where person_id = '{person}'"
    assert await rows(engine, mine) == [("Ann Ibáñez", "iban~ez ann", 1)]
    await run(engine, f"update person set email = 'ann@example.org' where id = '{person}'")
    assert await rows(engine, mine) == [("Ann Ibáñez", "iban~ez ann", 1)]
    await run(
        engine, f"update person set preferred_name = 'Annie', family_names = 'Peña' where id = '{person}'"
    )
    assert await rows(engine, mine) == [("Annie Peña", "pen~a annie", 2)]
    await run(engine, f"update person set given_name = 'Anunciación' where id = '{person}'")
    assert await rows(engine, mine) == [("Annie Peña", "pen~a annie", 2)]
    await run(engine, f"update person set preferred_name = null where id = '{person}'")
    assert await rows(engine, mine) == [("Anunciación Peña", "pen~a anunciacion", 3)]
    await run(engine, f"update {table} set name = 'Somebody' where person_id = '{person}'")
    assert await rows(engine, OUT_OF_STEP.format(table=table)) == []
    await engine.dispose()


@pytest.mark.parametrize("table", TABLES)
async def test_a_name_follows_when_both_are_written_at_once(database_url: str, table: str) -> None:
    """The one who comes second waits for the first to end, and sees what it wrote."""
    engine = engine_for(database_url)
    [(person,)] = await rows(engine, ANN)
    async with engine.connect() as renaming, engine.connect() as inserting:
        await renaming.execute(text(f"update person set family_names = 'Peña' where id = '{person}'"))
        insert = asyncio.create_task(inserting.execute(text(INSERT[table].format(person))))
        await asyncio.sleep(0.2)
        assert not insert.done()
        await renaming.commit()
        await insert
        await inserting.commit()
    assert await rows(engine, OUT_OF_STEP.format(table=table)) == []
    await engine.dispose()
