"""The same rows are found, ordered, filtered, counted and named alike on databases of every locale."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

import asyncpg
import pytest

from models.database.client import Database
from models.database.session_settings import connection_settings
from models.migrations import upgrade
from planner.errors import RequestError
from tests.conftest import VERSION, run_alone, sibling_url
from tests.locales import LOCALES, cluster_with_locales, make_databases, tell_absent
from tests.mutations.harness import ACTIONS, mutating
from tests.operations.test_operations import CASES, answer, read_case
from tests.random_queries.comparison import Comparison, RandomQuery
from tests.random_queries.generator import random_question
from tests.random_queries.random_source import Drawn
from tests.random_queries.run import Harness, seeded
from tests.random_queries.viewers import VIEWERS
from tests.tiers import TIER

pytestmark = pytest.mark.sized

EMBEDDED = "builtin_utf8"
"""What the embedded database has; the others are compared with it."""
NEXT = "select setval(oid::regclass, 1000000) from pg_class where relkind = 'S'"
"""Where numbers go on, beyond those that were copied."""
QUESTIONS = 300
ADMINS = [viewer for viewer in VIEWERS if viewer.name == "admin"]
SOME = {name: LOCALES[name] for name in (EMBEDDED, "libc_es")}
COLUMNS = """
    select c.relname::text as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
        and not a.attisdropped and (a.attgenerated = '' or $1) and c.relname <> 'alembic_version'
    group by c.relname order by c.relname
"""
TITLES = (
    *("Istanbul İzmir ILGIN ırmak", "istanbul izmir ılgın IRMAK", "STRASSE", "Straße", "straẞe", "ΣΊΣΥΦΟΣ"),
    *("Σίσυφος", "σισυφοσ", "ÑANDÚ", "ñandú", "nandu", "n\u0303andu\u0301", "Nz", "Ña", "na", "nb", "co-op"),
    *("coop", "co op", "CO-OP", "Zürich", "ZURICH", "zu\u0308rich", "\ufb01sh", "FISH", "ǅ", "ǆ", "Æsir"),
    *("aesir", "Ållon", "ÅLLON", "allon", "çà", "ca", "chico", "cuna", "llama", "luna", "a b", "a  b", "a-b"),
    *("a_b", "A.b", "a’b", "a'b", "10", "9", "1-0", "日本", "Ｆｕｌｌ", "full", "Ⅻ", "xii", "é", "e\u0301"),
    *("É", "E", "e", "f", "º", "o", "ª", "\ufb00", "😀", "\U0001f468\u200d\U0001f469", "Ж", "ж", "\u0130"),
    *("i\u0307", "I", "i", "ı"),
)
TOUGH = """
    insert into institution (
        id, created_at, updated_at, slug, name_en, name_es, acronym, kind, side, legal_regime, country,
        time_zone, city
    )
    select md5(title || n)::uuid, '2025-01-01Z', '2025-01-01Z', 'tough-' || n, title,
        case when n % 3 > 0 then reverse(title) end, title, 'UNIVERSITY', 'PARTNER', 'OTHER', 'US',
        'America/Los_Angeles', title
    from unnest($1::text[]) with ordinality as t(title, n)
"""
LOOK = """
    query ($text: String!) {
        search(text: $text, first: 50) { totalCount nodes { __typename ... on Institution { slug } } }
        named: institutions(filter: {name: {eq: $text}}) { nodes { slug } }
        like: institutions(first: 100, filter: {name: {contains: $text}}) { totalCount nodes { slug } }
        from: institutions(first: 100, filter: {name: {startsWith: $text}}) { totalCount nodes { slug } }
        in: institutions(first: 100, filter: {city: {contains: $text}}) { totalCount nodes { slug } }
    }
"""
SETTINGS = {
    "datestyle": "SQL, DMY",
    "intervalstyle": "sql_standard",
    "timezone": "Asia/Kolkata",
    "timezone_abbreviations": "India",
    "extra_float_digits": "-15",
    "bytea_output": "escape",
    "default_text_search_config": "pg_catalog.turkish",
    "lc_messages": "es_MX.utf8",
    "lc_monetary": "es_MX.utf8",
    "lc_numeric": "es_MX.utf8",
    "lc_time": "es_MX.utf8",
    "standard_conforming_strings": "off",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "quote_all_identifiers": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "xmlbinary": "hex",
    "gin_fuzzy_search_limit": "1",
}
"""Session defaults of a database that other programs may want, in the Spanish one."""
ORDERED = """
    query ($after: String) {
        institutions(first: 100, after: $after, filter: {slug: {startsWith: "tough"}},
            orderBy: [{field: NAME, direction: %s}]) {
            nodes { slug } facets { values { value count } } pageInfo { hasNextPage endCursor }
        }
    }
"""


@asynccontextmanager
async def connected(url: str, **settings: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the database's own settings, but for these."""
    connection = await asyncpg.connect(url, server_settings=settings)
    try:
        yield connection
    finally:
        await connection.close()


async def copy_rows(source: str, target: str) -> None:
    """Give a migrated database the rows of another; what is computed from them is computed there."""
    superuser = sibling_url(urlsplit(target).path[1:], target, "postgres")
    async with connected(source) as one, connected(superuser) as other:
        tables = await one.fetch(COLUMNS, False)
        await other.execute("set session_replication_role = replica")
        await other.execute(f"truncate {', '.join(table for table, _ in tables)}")
        for table, columns in tables:
            rows, names = io.BytesIO(), ", ".join(f'"{column}"' for column in columns)
            await one.copy_from_query(f"select {names} from {table}", output=rows, format="binary")
            rows.seek(0)
            await other.copy_to_table(table, columns=columns, source=rows, format="binary")
        await other.execute(TOUGH, TITLES)
        await other.execute(NEXT)
        await other.execute("analyze")


@pytest.fixture(scope="module")
def locales_cluster() -> Iterator[str]:
    with cluster_with_locales(VERSION) as url:
        yield url


@pytest.fixture(scope="module")
async def databases(locales_cluster: str, hard_url: str) -> Mapping[str, str]:
    """One with the same rows for each locale that there is."""
    made, absent = await make_databases(locales_cluster, LOCALES if TIER.every_locale else SOME)
    if "libc_es" in made:
        changes = [f"alter database libc_es set {name} = '{value}'" for name, value in SETTINGS.items()]
        await run_alone(sibling_url("postgres", locales_cluster, "postgres"), *changes)
    for url in made.values():
        await upgrade(url)
        await copy_rows(hard_url, url)
    tell_absent("whole answers", made, absent)
    return made


async def test_what_is_computed_is_the_same(databases: Mapping[str, str]) -> None:
    """Folded texts, keys to sort by, vectors of search: every column of every row."""
    found = {name: await everything(url) for name, url in databases.items()}
    for name, tables in found.items():
        for table, rows in tables.items():
            assert rows == found[EMBEDDED][table], (name, table)


async def everything(url: str) -> dict[str, list[str]]:
    tables = {}
    async with connected(url, **connection_settings()) as connection:
        for table, columns in await connection.fetch(COLUMNS, True):
            names = ", ".join(f'"{column}"::text' for column in columns)
            rows = await connection.fetch(f"select row({names})::text as row from {table}")
            tables[table] = sorted(row["row"] for row in rows)
    return tables


async def test_operations_have_the_same_answers(databases: Mapping[str, str]) -> None:
    found = {name: await answered(url) for name, url in databases.items()}
    for name, answers in found.items():
        for path, one in answers.items():
            assert one == found[EMBEDDED][path], (name, path)


async def answered(url: str) -> dict[str, Any]:
    database = await Database.open(url)
    try:
        return {str(path): await answer(database, read_case(path)) for path in CASES}
    finally:
        await database.close()


def looked_for() -> Iterator[RandomQuery]:
    """Each text in every way, as admin in both languages."""
    for text in TITLES:
        shapes = dict.fromkeys((text, text.upper(), text.lower(), text.casefold(), normalize("NFD", text)))
        for viewer in ADMINS:
            yield from (RandomQuery(LOOK, {"text": shape}, viewer) for shape in shapes)


def drawn(reference_harness: Harness, count: int) -> Iterator[RandomQuery]:
    for number in range(count):
        source = Drawn(more=seeded(f"locales {number}"))
        yield random_question(source, reference_harness.comparison.world, reference_harness.pools)


async def outcome(comparison: Comparison, question: RandomQuery) -> Sequence[str | None]:
    """The texts that PostgreSQL writes, or why a question is refused."""
    try:
        return await comparison.text(question)
    except RequestError as error:
        return (error.code, str(error))


async def pages(comparison: Comparison) -> list[Sequence[str | None]]:
    """Everything in the order of names, both ways and in both languages, page by page."""
    found: list[Sequence[str | None]] = []
    for viewer, direction in product(ADMINS, ("ASC", "DESC")):
        variables: dict[str, Any] = {}
        while True:
            (page,) = await outcome(comparison, RandomQuery(ORDERED % direction, dict(variables), viewer))
            found.append((page,))
            info = json.loads(page or "")["pageInfo"]
            variables["after"] = info["endCursor"]
            if not info["hasNextPage"]:
                break
    return found


def answers(reference_harness: Harness, url: str, questions: Sequence[RandomQuery]) -> list[Any]:
    """The answers of one database, and the pages of everything."""

    async def all_of_them() -> list[Any]:
        database = await Database.open(url)
        comparison = replace(reference_harness.comparison, database=database)
        try:
            return [*[await outcome(comparison, one) for one in questions], *await pages(comparison)]
        finally:
            await database.close()

    return reference_harness.loop.run(all_of_them())


@pytest.mark.parametrize("kind", ["looked for", pytest.param("drawn", marks=pytest.mark.proof)])
def test_answers_are_the_same(reference_harness: Harness, databases: Mapping[str, str], kind: str) -> None:
    questions = list(looked_for() if kind == "looked for" else drawn(reference_harness, QUESTIONS))
    expected = answers(reference_harness, databases[EMBEDDED], questions)
    assert sum(str(one).count(":") for one in expected) > 500
    for name, url in databases.items():
        found = answers(reference_harness, url, questions)
        pairs = zip([*map(str, questions), *["a page"] * len(found)], expected, found, strict=False)
        wrong = [(question, one, other) for question, one, other in pairs if one != other]
        assert wrong == [], (name, len(wrong))


async def test_the_locales_are_others(databases: Mapping[str, str]) -> None:
    """Lest equal answers say nothing: what would be left to the locale differs between them."""
    found = {}
    for name, url in databases.items():
        async with connected(url) as connection:
            found[name] = await connection.fetchval(
                "select row(lower('IÉ'), 'a-b' < 'ab', 'É' ~ '\\w')::text"
            )
    assert len(set(found.values())) > 1, found


WRITES = """
    set local puente.correction = 'a test';
    update institution set latitude = latitude + 0.1, name_en = name_en || ' É' where latitude is not null;
    update event set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '26 hours';
    update project set starts_on = starts_on - 7, title_es = 'Ñ ' || coalesce(title_es, title_en);
    update person set given_name = 'É' || given_name, phone = '+52 55 1234 5678';
    update mobility set starts_on = starts_on - 1;
    update consent set withdrawn_at = granted_at + interval '1 second' where withdrawn_at is null;
    delete from mentorship_session;
    delete from notification where mentorship_id is not null;
    delete from mentorship;
"""
NOTED = """
    select regexp_replace((to_jsonb(n) - '{id,at,xid}'::text[])::text, '[0-9-]{10}T[^"]+', '…', 'g') as noted
    from change_note n where n.id > $1
    union all select (to_jsonb(v) - '{id,entry}'::text[])::text from audit_value v where v.entry > $2
"""
"""Timestamps in images have the zone of the writing session, and are read back as timestamps."""
LAST = (
    "select (select coalesce(max(id), 0) from change_note), (select coalesce(max(entry), 0) from audit_value)"
)


async def test_plain_sql_notes_the_same(databases: Mapping[str, str]) -> None:
    """On connections with whatever settings the database gives to other programs."""
    found = {}
    for name, url in databases.items():
        async with connected(url) as connection:
            transaction = connection.transaction(isolation="read_committed")
            await transaction.start()
            last = await connection.fetchrow(LAST)
            await connection.execute(WRITES)
            found[name] = [row["noted"] for row in await connection.fetch(NOTED, *last)]
            await transaction.rollback()
    assert len(found[EMBEDDED]) > 1_000
    for name, noted in found.items():
        assert list((Counter(noted) - Counter(found[EMBEDDED])).items())[:3] == [], name
        assert list((Counter(found[EMBEDDED]) - Counter(noted)).items())[:3] == [], name


LEFT_TO_THE_DATABASE = """
    select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'public'::regnamespace and 100 = any(i.indcollation::oid[])
        and c.relname <> 'alembic_version'
"""


async def test_no_index_depends_on_the_locale(databases: Mapping[str, str]) -> None:
    """So none is broken by another version of it: after an upgrade of the system, or in a copied folder."""
    async with connected(databases[EMBEDDED]) as connection:
        assert await connection.fetch(LEFT_TO_THE_DATABASE) == []


MASKED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|-[0-9a-f]{6}\b|\d{4}-\d\d-\d\dT[^\"]+")
"""What differs between databases: ids, suffixes of taken slugs, timestamps."""


async def test_mutations_do_the_same(databases: Mapping[str, str]) -> None:
    """What they answer, and the slugs that they make; the last, since their ids differ."""
    found = {name: await made(url) for name, url in databases.items()}
    assert all(one == found[EMBEDDED] for one in found.values()), found


async def made(url: str) -> list[str]:
    create, update = ACTIONS["createProject"], ACTIONS["updateProject"]
    lines = []
    async with mutating(url) as harness:
        for title in TITLES[::6]:
            given = {
                "titles": {"en": title, "es": title.upper()},
                "fields": ["ENERGY"],
                "summaries": {"en": title},
            }
            first = await harness.send("admin", create, given, fields="slug title")
            project = first["project"] or {"id": "project_0", "version": 1}
            changed = {"titles": {"en": title.lower(), "es": None}, "summaries": {"es": title}}
            identity = {"id": project["id"], "expectedVersion": project["version"]}
            lines += [first, await harness.send("admin", update, identity | changed, fields="slug title")]
    return [MASKED.sub("…", json.dumps(one)) for one in lines]
