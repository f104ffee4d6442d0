"""Metrics of the change feed, from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from models.database.client import Database

FEED_STATS = """
    select feed.last, feed.floor,
        (select count(*) from change_note) as unnumbered,
        coalesce((select extract(epoch from clock_timestamp() - min(at)) from change_note), 0)::float8
            as oldest_note,
        coalesce((select extract(epoch from clock_timestamp() - numbered_at) from change
            where number > feed.floor order by number limit 1), 0)::float8 as oldest_change,
        coalesce((select extract(epoch from clock_timestamp() - min(began)) from (
            select xact_start from pg_stat_activity
                where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()
            union all
            select prepared from pg_prepared_xacts where database = current_database()
        ) as writing(began)), case when not exists (
            select from pg_stat_activity
                where datname = current_database() and not pg_has_role('pg_read_all_stats', 'usage')
                    and not pg_has_role(usesysid, 'usage')
        ) then 0 end)::float8 as oldest_writer,
        pg_total_relation_size('change')::bigint as bytes
    from feed
"""


@dataclass(frozen=True, slots=True)
class FeedStats:
    """`oldest_…` are ages in seconds, 0 where there is none.

    `oldest_writer` is of the transactions that have written and may still commit. None: the role of the
    server sees none, and there are sessions that it may not look into (with `pg_read_all_stats` it may).
    """

    last: int
    floor: int
    unnumbered: int
    oldest_note: float
    oldest_change: float
    oldest_writer: float | None
    bytes: int

    @classmethod
    async def read(cls, database: Database) -> Self:
        return cls(*await database.fetch(FEED_STATS))
