"""The witness itself: what was rolled back is not in it, what was committed late is in its place."""

from __future__ import annotations

import asyncpg

from tests.conftest import superuser_of
from tests.feed.oracle import wal
from tests.feed.oracle.clusters import Cluster


async def test_it_has_what_was_committed_in_the_order_of_commits(logging: Cluster) -> None:
    async with logging.database() as url:
        superuser = await asyncpg.connect(superuser_of(url))
        await wal.begin(superuser)
        first, second = await asyncpg.connect(url), await asyncpg.connect(url)
        event = await first.fetchval("select id from event order by id limit 1")
        venue = await first.fetchval("select id from venue order by id limit 1")
        late = first.transaction()
        await late.start()
        await first.execute("update event set capacity = 7 where id = $1", event)
        kept = first.transaction()
        await kept.start()
        await first.execute("update project set title_en = 'Taken back'")
        await kept.rollback()
        await second.execute("update venue set capacity = 9 where id = $1", venue)
        await late.commit()
        await first.close()
        await second.close()
        found = await wal.read(superuser)
        await superuser.close()
    received = [
        [(one.table, one.key) for one in transaction.written if one.table in wal.JUDGED]
        for transaction in found
    ]
    assert [each for each in received if each] == [[("venue", venue)], [("event", event)]]
    notes = [one.row for each in found for one in each.written if one.table == "change_note" and one.row]
    assert {note["type"] for note in notes} == {"VENUE", "EVENT"}
