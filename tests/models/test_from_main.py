"""A database that was made before the migrations were folded into one comes to be as a new one is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from models.invariants import find_breaches
from models.migrations import current_revision, head_revision, upgrade
from models.migrations.files import run_script
from schema.invariants import QUERIES
from tests.models.statements import rows, run, scalar
from tests.models.test_names import OUT_OF_STEP

OLD = sorted((Path(__file__).parent / "main_0007").glob("*.sql"))
"""What the seven migrations ran, in their order (the functions come before the tables)."""
ROWS = (
    "insert into program (code, slug, name_en, pillar, kind) values ('A', 'a', 'A', 'RESEARCH', 'SEED')",
    "insert into venue (slug, name_en, country, time_zone) values ('here', 'Here', 'MX', 'America/Tijuana')",
    "select puente_number_changes()",
    "update venue set city = 'Tecate'",
)
PEOPLE = (
    "insert into institution (slug, name_en, kind, side, legal_regime, country, time_zone)"
    " values ('i', 'I', 'UC_CAMPUS', 'UC', 'US_FERPA', 'US', 'America/Tijuana')",
    "insert into person (given_name, family_names, preferred_name)"
    " values ('Xóchitl', 'Nuño', 'Pepe'), ('Ana', 'Nuño', null)",
    "insert into mentor (person_id, sector, capacity, available) select id, 'INDUSTRY', 1, true from person",
    "insert into participant (person_id, institution_id, level)"
    " select p.id, i.id, 'MASTERS' from person p, institution i",
)
WRITTEN = "select id, version, updated_at from mentor union select id, version, updated_at from participant"
CATALOG = {
    "columns": """
        select table_name, column_name, data_type, column_default, is_nullable, collation_name,
            generation_expression
        from information_schema.columns where table_schema = 'public' order by 1, 2""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace order by 1, 2""",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
    "triggers": """
        select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger
        where not tgisinternal order by 1, 2""",
    "functions": """
        select oid::regprocedure::text, pg_get_functiondef(oid), obj_description(oid) from pg_proc
        where pronamespace = 'public'::regnamespace order by 1""",
    "options": """
        select relname, reloptions::text from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1""",
}


async def made_by_main(url: str) -> AsyncEngine:
    """With some rows, a change that has its number and one that has none yet."""
    engine = engine_for(url)

    def run_old(connection: Connection) -> None:
        for path in sorted(OLD, key=lambda one: (one.name[:4], one.name != "0001_functions.sql")):
            run_script(connection, path.read_text("utf-8"))
        connection.execute(text("create table alembic_version (version_num varchar(32) not null)"))
        connection.execute(
            text("alter table alembic_version add constraint alembic_version_pkc primary key (version_num)")
        )
        connection.execute(text("insert into alembic_version values ('0007')"))

    async with engine.begin() as connection:
        await connection.run_sync(run_old)
    for statement in ROWS:
        await run(engine, statement)
    return engine


async def catalog(engine: AsyncEngine) -> dict[str, Sequence[tuple[object, ...]]]:
    return {name: await rows(engine, sql) for name, sql in CATALOG.items()}


async def test_it_comes_to_be_as_a_new_one(empty_url: str, migrated_url: str) -> None:
    engine = await made_by_main(empty_url)
    feed = await rows(engine, "select epoch, last, floor from feed")
    await upgrade(empty_url)
    assert await current_revision(empty_url) == head_revision()
    new = engine_for(migrated_url)
    one, other = await catalog(engine), await catalog(new)
    for name in CATALOG:
        assert one[name] == other[name], name
    assert await rows(engine, "select epoch, last, floor from feed") == feed
    await new.dispose()
    await engine.dispose()


async def test_changes_keep_their_ids(empty_url: str) -> None:
    """A client knows them by the epoch; only the last one needs a tag that no other database has."""
    engine = await made_by_main(empty_url)
    (epoch, last), *_ = await rows(engine, "select epoch, last from feed")
    await upgrade(empty_url)
    before = f"select tag = '{epoch}' from change where number < {last}"
    assert {same for (same,) in await rows(engine, before)} == {True}
    ends = """
        select feed.tag = change.tag, feed.tag <> epoch, floor_tag = epoch
        from feed join change on number = last
    """
    assert await rows(engine, ends) == [(True, True, True)]
    await engine.dispose()


async def test_what_was_noted_before_is_delivered_after(empty_url: str) -> None:
    engine = await made_by_main(empty_url)
    (epoch, last), *_ = await rows(engine, "select epoch, last from feed")
    assert last == 2
    await upgrade(empty_url)
    await run(engine, "update venue set city = 'Ensenada'")
    await run(engine, "select puente_number_changes()")
    assert await rows(engine, "select epoch, last from feed") == [(epoch, last + 2)]
    numbered = """
        select version, columns @> '{city}', was #>> '{venue,0,version}' from change
        where number > 2 order by number
    """
    assert await rows(engine, numbered) == [(2, True, "1"), (3, True, "2")]
    assert await scalar(engine, "select count(*) from change_note") == 0
    await engine.dispose()


NUMBERS = {
    "+52 1 (55) 1234-5678": "+525512345678",
    "+52 1 55 1234 567": "+521551234567",
    "+1 530.555.0101": "+15305550101",
    "+525512345678": "+525512345678",
    "+44 (0)20 7946 0958": "+44 (0)20 7946 0958",
    "55 1234 5678": "55 1234 5678",
    "+1 530 555 0101 ext. 5": "+1 530 555 0101 ext. 5",
    "+52": "+52",
}
"""Phone numbers of then, and what becomes of each."""


async def test_phone_numbers_that_are_international_get_their_form(empty_url: str) -> None:
    """The others are found by `puente doctor --invariants`, and stay until somebody knows what they are."""
    engine = await made_by_main(empty_url)
    for phone in NUMBERS:
        await run(
            engine, f"insert into person (given_name, family_names, phone) values ('{phone}', 'N', '{phone}')"
        )
    await upgrade(empty_url)
    stored = await rows(engine, "select given_name, phone, version from person")
    assert {given: phone for given, phone, _ in stored} == NUMBERS
    assert {given for given, phone, version in stored if (given == phone) != (version == 1)} == set()
    breaches = await find_breaches(empty_url, {"stored_forms": QUERIES["stored_forms"]})
    assert breaches["stored_forms"].count == 3, "without the one that is too short to tell"
    await engine.dispose()


async def test_people_are_ordered_and_found_by_the_names_they_go_by(empty_url: str) -> None:
    """No change is delivered: what viewers see of them stays the same."""
    engine = await made_by_main(empty_url)
    for statement in PEOPLE:
        await run(engine, statement)
    before = set(await rows(engine, WRITTEN))
    noted = await scalar(engine, "select count(*) from change_note")
    await upgrade(empty_url)
    for table in ("mentor", "participant"):
        keys = f"select name, name_sort_en, name_sort_es from {table} order by name"
        assert await rows(engine, keys) == [
            ("Ana Nuño", "nuno ana", "nun~o ana"),
            ("Pepe Nuño", "nuno pepe", "nun~o pepe"),
        ]
        found = f"select count(*) from {table} where name_search @@ puente_query"
        assert await scalar(engine, f"{found}('xochitl')") == 0
        assert await scalar(engine, f"{found}('pepe')") == 1
        assert await rows(engine, OUT_OF_STEP.format(table=table)) == []
    assert set(await rows(engine, WRITTEN)) == before
    assert await scalar(engine, "select count(*) from change_note") == noted
    await run(engine, "update person set preferred_name = 'Pepa' where preferred_name is not null")
    assert await scalar(engine, "select count(*) from mentor where name_sort_en = 'nuno pepa'") == 1
    await engine.dispose()


async def test_what_was_written_before_is_found_by_its_words(empty_url: str) -> None:
    """Every search vector is rebuilt, including copies of people's names, and no change is delivered."""
    engine = await made_by_main(empty_url)
    for statement in PEOPLE:
        await run(engine, statement)
    await run(engine, "update person set family_names = 'Nuño–O’Higgins' where given_name = 'Ana'")
    await run(engine, "update program set name_es = '¡Energía!/flor'")
    searched = {"program": ("search", "energia flor"), "mentor": ("name_search", "o'higgins nuno")}
    searched |= {"participant": searched["mentor"], "person": ("search", "ohiggins")}
    found = "select count(*) from {} where {} @@ puente_query('{}')"
    ask = {
        table: found.format(table, column, words.replace("'", "''"))
        for table, (column, words) in searched.items()
    }
    assert [await scalar(engine, sql) for sql in ask.values()] == [0, 0, 0, 0]
    written = f"{WRITTEN} union select id, version, updated_at from program"
    before = set(await rows(engine, written))
    noted = await scalar(engine, "select count(*) from change_note")
    await upgrade(empty_url)
    assert [await scalar(engine, sql) for sql in ask.values()] == [1, 1, 1, 1]
    assert set(await rows(engine, written)) == before
    assert await scalar(engine, "select count(*) from change_note") == noted
    await engine.dispose()


BEYOND = (
    "insert into cohort (slug, name_en, program_id, starts_on, ends_on)"
    " select 'endless', 'Endless', id, '-infinity', 'infinity' from program",
    "insert into consent (person_id, purpose, notice_version, granted_at, withdrawn_at)"
    " select id, 'ATTRIBUTION', '1', '4713-01-01 BC', 'infinity' from person",
)


async def test_what_lay_beyond_the_calendar_is_its_nearest_end(empty_url: str) -> None:
    """Such as an end that never comes, which the driver made infinity of."""
    engine = await made_by_main(empty_url)
    await run(engine, "insert into person (given_name, family_names) values ('A', 'B')", *BEYOND)
    await upgrade(empty_url)
    assert await rows(engine, "select starts_on::text, ends_on::text from cohort") == [
        ("0001-01-01", "9999-12-31")
    ]
    assert await rows(engine, "select granted_at::text, withdrawn_at::text from consent") == [
        ("0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00")
    ]
    await engine.dispose()
