"""What is found for a fixed list of texts: which rows by the promise itself, how well by PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for
from tests.reference.field_sources import SEARCHED, TABLE
from tests.reference.tables import Matches, used_name
from tests.reference.words import SearchedText, Stems, all_words, searched_text, typed

OF_PERSON = ("Mentor", "Participant")
ONLY_OF_PERSON = ("Participant",)
OWN = [type_ for type_ in SEARCHED if type_ not in ONLY_OF_PERSON]
NAME = "puente_vector(coalesce(person.preferred_name, person.given_name) || ' ' || person.family_names)"
"""Of the name that is visible, not of whatever the table keeps to be searched."""
COLUMNS = """
    select column_name from information_schema.column_column_usage u
    join pg_attribute on attrelid = to_regclass(table_name) and attname = column_name
    where table_name = :table and dependent_column = 'search' order by attnum
"""
STEMS = """
    select word, ts_lexize('spanish_stem', word) as spanish, ts_lexize('english_stem', word) as english
    from unnest(cast(:words as text[])) as word
"""


@dataclass(frozen=True)
class Source:
    """Where texts of a type are searched: the key of each row, its text, and the vector that ranks it."""

    type: str
    vector: str
    join: str
    texts: Mapping[UUID, str]


async def load_matches(url: str, texts: Iterable[str]) -> Matches:
    """The matches of each text; blank ones match nothing here: callers decide what they mean."""
    engine = engine_for(url)
    ids: dict[str, Mapping[str, frozenset[UUID]]] = {}
    ranks: dict[str, Mapping[tuple[str, UUID], str]] = {}
    async with engine.connect() as connection:
        sources = await _sources(connection)
        known = list(texts)
        every = [one for source in sources for one in source.texts.values()]
        stems = await load_stems(connection, [*every, *known])
        read = {one: searched_text(one, stems) for one in every}
        for words in known:
            ranks[words] = await _ranked(connection, sources, words, read, stems)
            found = {type_: frozenset(key for one, key in ranks[words] if one == type_) for type_ in SEARCHED}
            ids[words] = found
    await engine.dispose()
    return Matches(ids, ranks)


async def load_stems(connection: AsyncConnection, texts: Iterable[str]) -> Stems:
    """How PostgreSQL's stemmers shorten the texts' words; one with a digit stays as it is."""
    words = sorted(set().union(*map(all_words, texts)))
    stems: dict[tuple[str, str], str | None] = {}
    for word, *shortened in await connection.execute(text(STEMS), {"words": words}):
        for language, found in zip(("spanish", "english"), shortened, strict=True):
            stem = next(iter(found), None)
            stems[language, word] = word if any(letter.isdigit() for letter in word) else stem
    return stems


async def _sources(connection: AsyncConnection) -> Sequence[Source]:
    own = [await _own(connection, type_) for type_ in OWN]
    return [*own, *[await _of_person(connection, type_) for type_ in OF_PERSON]]


async def _own(connection: AsyncConnection, type_: str) -> Source:
    table = TABLE[type_]
    columns = list(await connection.scalars(text(COLUMNS), {"table": table}))
    rows = (await connection.execute(text(f"select * from {table}"))).mappings()
    texts = {row["id"]: " ".join(_words(row[column]) for column in columns) for row in rows}
    return Source(type_, f"{table}.search", "", texts)


async def _of_person(connection: AsyncConnection, type_: str) -> Source:
    table = TABLE[type_]
    join = f"join person on person.id = {table}.person_id"
    rows = await connection.execute(text(f"select {table}.id as key, person.* from {table} {join}"))
    texts = {row["key"]: f"{used_name(row)} {row['family_names']}" for row in map(dict, rows.mappings())}
    return Source(type_, NAME, join, texts)


def _words(value: Any) -> str:
    return " ".join(value).replace("_", " ") if isinstance(value, list) else value or ""


async def _ranked(
    connection: AsyncConnection,
    sources: Sequence[Source],
    words: str,
    read: Mapping[str, SearchedText],
    stems: Stems,
) -> dict[tuple[str, UUID], str]:
    """The rows that have the words, with the rank of the best of their texts that have them."""
    query = typed(words)
    ranked: dict[tuple[str, UUID], str] = {}
    for source in sources:
        keys = [key for key, one in source.texts.items() if query.fits(read[one], stems)]
        table = TABLE[source.type]
        statement = f"""
            select {table}.id, ts_rank({source.vector}, puente_query(:words))::text from {table} {source.join}
            where {table}.id = any(:keys)
        """
        for key, rank in await connection.execute(text(statement), {"words": words, "keys": keys}):
            ranked[source.type, key] = max(rank, ranked.get((source.type, key), rank), key=float)
    return ranked
