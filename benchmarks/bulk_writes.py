"""How many rows the feed's functions scan for each row of a bulk write, in a session that wrote before.

A session keeps the plans of the functions that it has called. Made while the queue of notes was empty, they
may scan it: then a transaction of many rows takes the square of their number. Rows are counted, not seconds.
"""

from __future__ import annotations

import asyncpg

WARM = 7
"""From the sixth call on PostgreSQL may keep a plan for all values."""
ROWS = 200
BATCH = 10
"""Notes that are numbered at a time."""
MOST = 2.0
"""Rows that may be scanned for a row that is written."""
ENTITIES = "select substr(proname, 13) from pg_proc where proname ~ '^puente_keep_' order by 1"
CALLS = {
    "kept": "select puente_keep_{table}(array[id]) from unnest($1::uuid[]) id",
    "noted": "select puente_note_{table}(array[id], 'a table') from unnest($1::uuid[]) id",
}
NUMBERED = """
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, at, actor)
    select puente_xid(), 'PROJECT', id, 1, true, '{}', '{}', '{}', now(), '' from unnest($1::uuid[]) id
"""
SCANNED = "select coalesce(sum(seq_tup_read), 0)::int from pg_stat_xact_user_tables"


async def scanned_rows(url: str, rows: int = ROWS) -> dict[str, float]:
    """For each way of writing, the rows of any table that were scanned for one written; nothing is kept."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row[0] for row in await connection.fetch(ENTITIES)]
        found = {
            f"{table} {way}": await _scanned(connection, call.format(table=table), table, rows)
            for table in tables
            for way, call in CALLS.items()
        }
        return {**found, "numbered": await _numbered(connection, rows)}
    finally:
        await connection.close()


async def _scanned(connection: asyncpg.Connection, call: str, table: str, rows: int) -> float:
    """Call after call on an empty queue, each undone; then one for all rows."""
    ids = [row[0] for row in await connection.fetch(f"select id from {table} order by id limit $1", rows)]  # noqa: S608
    if not ids:
        return 0.0
    await connection.execute("vacuum change_note")
    for given in (*([ids[:1]] * WARM), ids):
        transaction = connection.transaction()
        await transaction.start()
        before = await connection.fetchval(SCANNED)
        await connection.execute(call, given)
        scanned: int = await connection.fetchval(SCANNED) - before
        await transaction.rollback()
    return scanned / len(ids)


async def _numbered(connection: asyncpg.Connection, rows: int) -> float:
    """A queue that is numbered in batches; the numbers are taken back."""
    made = await connection.fetch("select gen_random_uuid() from generate_series(1, $1::int)", rows)
    ids = [row[0] for row in made]
    await connection.execute("vacuum change_note")
    for given in (*([ids[:1]] * WARM), ids):
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(NUMBERED, given)
        before = await connection.fetchval(SCANNED)
        for _ in range(0, len(given), BATCH):
            await connection.fetchrow("select puente_number_changes($1)", BATCH)
        scanned: int = await connection.fetchval(SCANNED) - before
        await transaction.rollback()
    return scanned / len(ids)
