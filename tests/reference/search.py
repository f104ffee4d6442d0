"""What PostgreSQL's text search finds for a fixed list of texts, asked by plain SQL, one table at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for
from tests.reference.field_sources import SEARCHED, TABLE
from tests.reference.tables import Matches

OF_PERSON = ("Mentor", "Participant")
ONLY_OF_PERSON = ("Participant",)
NAME = "puente_vector(coalesce(person.preferred_name, person.given_name) || ' ' || person.family_names)"
"""Of the name that is visible, not of whatever the table keeps to be searched."""
OWN = [type_ for type_ in SEARCHED if type_ not in ONLY_OF_PERSON]


async def load_matches(url: str, texts: Iterable[str]) -> Matches:
    """The matches of each text; blank ones match nothing here, whoever asks gives them their meaning."""
    engine = engine_for(url)
    ids: dict[str, Mapping[str, frozenset[UUID]]] = {}
    ranks: dict[str, Mapping[tuple[str, UUID], str]] = {}
    async with engine.connect() as connection:
        for words in texts:
            found: dict[str, set[UUID]] = defaultdict(set)
            ranked: dict[tuple[str, UUID], str] = {}
            for type_ in sorted({*OWN, *OF_PERSON}):
                for key, fits, rank in await _query(connection, type_, words):
                    if fits:
                        found[type_].add(key)
                        ranked[type_, key] = rank
            ids[words] = {type_: frozenset(found[type_]) for type_ in {*OWN, *OF_PERSON}}
            ranks[words] = ranked
    await engine.dispose()
    return Matches(ids, ranks)


async def _query(connection: AsyncConnection, type_: str, words: str) -> list[tuple[UUID, bool, str]]:
    """Each row's id, whether one of its vectors fits, and the greatest rank of its vectors."""
    table = TABLE[type_]
    vectors = ([f"{table}.search"] if type_ in OWN else []) + ([NAME] if type_ in OF_PERSON else [])
    join = f"join person on person.id = {table}.person_id" if type_ in OF_PERSON else ""
    fits = " or ".join(f"{vector} @@ puente_query(:words)" for vector in vectors)
    rank = ", ".join(f"ts_rank({vector}, puente_query(:words))" for vector in vectors)
    statement = f"select {table}.id, {fits}, greatest({rank})::text from {table} {join}"
    return [(row[0], row[1], row[2]) for row in await connection.execute(text(statement), {"words": words})]
