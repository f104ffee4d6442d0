"""An image that is made when a change is numbered is what it was when the row was written."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from models.base import metadata
from planner.changes.feed_reads import policy_reads
from planner.changes.feed_recording import Path, Read, Step
from schema.feed import DECLARATION
from tests import summary
from tests.feed.differences import REFUSED
from tests.feed.mutations import Mutator
from tests.feed.visible_dependencies import Stage

SERIES, TRANSACTIONS = 12, 6
"""Each series changes one entity and the rows of its image again and again; numbered at its end."""
PLANTED_SERIES = 60
"""About one in ten reveals a planted bug: a related row that changes after the entity's note."""
TYPE_NAMES = DECLARATION.feed.types
TABLES = {value: DECLARATION.table(name) for value, name in TYPE_NAMES.items()}
NEXT_TRANSACTION = "update change_note set xid = $1 where xid = puente_xid()"
"""Earlier notes are from a separate transaction."""
IMAGES = " union all ".join(
    f"select '{value}' as type, id, puente_image_{table}(e) as image from \"{table}\" e"
    for value, table in TABLES.items()
)
BLIND = """
    create or replace function puente_image_of_note(note change_note) returns jsonb language sql stable as $$
        select jsonb_set(puente_image(note.type, note.entity_id),
            array[note.was ->> 'table', '0', 'version'], note.was -> 'version')
    $$
"""
"""Looks only at the current entity, not at later notes."""


@cache
def reads_of(value: str) -> list[Read]:
    return policy_reads(DECLARATION, TYPE_NAMES[value])


def comparable(value: str, image: str | None) -> Any:
    """What of an image can decide anything: for each read, what is compared of the rows that it finds."""
    if image is None:
        return None
    reads = reads_of(value)
    rows = with_nulls(orjson.loads(image), TABLES[value], reads)
    own = rows[TABLES[value]][0]
    kept = {read.path[-1].table for read in reads if read.path}
    found: dict[str, set[bytes]] = {"own": {orjson.dumps(own, option=orjson.OPT_SORT_KEYS)}}
    for read in reads:
        if read.path:
            name = " ".join(f"{step.table}.{step.column}" for step in read.path)
            compared = ({k: row.get(k) for k in read.compared} for row in reached(rows, own, read.path, kept))
            found.setdefault(f"{name} {read.filter}", set()).update(
                orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in compared
            )
    return found


def with_nulls(rows: Any, own: str, reads: Iterable[Read]) -> dict[str, list[Any]]:
    """An image's rows with the nulls that it leaves out: who refers to nothing reaches nothing."""
    columns: dict[str, set[str]] = {}
    for read in reads:
        columns.setdefault(read.path[-1].table if read.path else own, set()).update(read.columns)
    return {
        table: [{**dict.fromkeys(columns.get(table, ())), **row} for row in found]
        for table, found in rows.items()
    }


def reached(rows: Any, own: Any, path: Path, kept: set[str]) -> list[Any]:
    """The rows at the end of a path, as far as the image has those along the way."""
    leads: list[Any] | None = [own]
    for step in path:
        if step.table not in kept:
            leads = None
            continue
        listed = rows.get(step.table, [])
        if leads is not None:
            listed = [row for row in listed if any(follows(step, lead, row) for lead in leads)]
        leads = listed
    return leads or []


def follows(step: Step, lead: Any, row: Any) -> bool:
    if step.parent not in lead or step.column not in row:
        return True
    return bool(lead[step.parent] == row[step.column])


def unlike(value: str, made: str | None, image: str | None) -> str:
    """What one image has and the other has not, by table."""
    found, wanted = comparable(value, made) or {}, comparable(value, image) or {}
    tables = sorted(found.keys() | wanted.keys())
    differing = {t: (found.get(t, set()) ^ wanted.get(t, set())) for t in tables}
    return str({table: rows for table, rows in differing.items() if rows})


Images = Mapping[tuple[str, UUID], str]
"""By the type and the id of an entity."""


async def images_of(stage: Stage, ids: Iterable[UUID] | None = None) -> Images:
    """The images of all entities, or of these."""
    where, given = ("", []) if ids is None else ("where id = any($1)", [[*ids]])
    found = await stage.connection.fetch(f"select * from ({IMAGES}) i {where}", *given)
    return {(row["type"], row["id"]): row["image"] for row in found}


class LateNumbering:
    """Transactions that are noted one by one, and numbered together.

    `images` are those of the moment: an entity's is another only where something is noted of it.
    """

    def __init__(self, stage: Stage, tables: list[str], images: Images) -> None:
        self.stage = stage
        self.connection = stage.connection
        self.tables = tables
        self.images = dict(images)
        self.expected: dict[tuple[int, Any], str | None] = {}

    async def transact(self, mutator: Mutator, number: int) -> None:
        try:
            async with self.connection.transaction():
                for _ in range(mutator.draw.choice([1, 1, 2])):
                    await mutator.mutate(metadata.tables[mutator.draw.choice(self.tables)])
                await self.connection.execute("set constraints all immediate")
        except REFUSED:
            return
        notes = await self.connection.fetch(
            "select type, entity_id, id from change_note where xid = puente_xid()"
        )
        for note in notes:
            self.expected[note["id"], note["type"]] = self.images.get((note["type"], note["entity_id"]))
        for note in notes:
            self.images.pop((note["type"], note["entity_id"]), None)
        self.images.update(await images_of(self.stage, {note["entity_id"] for note in notes}))
        await self.connection.execute(NEXT_TRANSACTION, -number)

    async def wrong(self) -> Iterator[str]:
        """Number everything, and compare the images with those of the moments before."""
        start = await self.connection.fetchval("select last from feed")
        await self.connection.execute("select puente_number_changes()")
        changes = await self.connection.fetch(
            "select type, entity_id, was from change where number > $1 order by number", start
        )
        expected = sorted(self.expected.items())
        assert [row["type"] for row in changes] == [kind for (_, kind), _ in expected]
        return (
            f"{row['type']} {row['entity_id']}: {unlike(kind, row['was'], image)}"
            for row, ((_, kind), image) in zip(changes, expected, strict=True)
            if comparable(kind, row["was"]) != comparable(kind, image)
        )


async def gather(stage: Stage, mutator: Mutator, value: str, images: Images) -> list[str]:
    """Have an entity of this type and the rows of its image changed; the tables of both, its own as often."""
    of_type = {id: image for (type_, id), image in images.items() if type_ == value}
    entity = max(of_type, key=lambda id: (len(of_type[id]), id))
    image = of_type[entity]
    own = TABLES[value]
    tables = {read.path[-1].table for read in reads_of(value) if read.path}
    for table in tables:
        rows = await stage.connection.fetch(f'select id, to_jsonb(t)::text as row from "{table}" t')
        keys = {id for row in orjson.loads(image).get(table, ()) for id in row.values()}
        mutator.near[table] = [
            r["id"] for r in rows if str(entity) in r["row"] or any(str(key) in r["row"] for key in keys)
        ]
    mutator.near[own] = [entity]
    return [*sorted(tables), *[own] * len(tables)]


async def differences(stage: Stage, series: int, images: Images) -> tuple[int, list[str]]:
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        draw = random.Random(f"series {series}")
        mutator = Mutator(stage.connection, draw)
        await mutator.learn()
        value = draw.choice([value for value in TABLES if len(reads_of(value)) > 1])
        late = LateNumbering(stage, await gather(stage, mutator, value, images), images)
        for number in range(1, TRANSACTIONS + 1):
            await late.transact(mutator, number)
        return len(late.expected), list(await late.wrong())
    finally:
        await transaction.rollback()


async def first_wrong(stage: Stage) -> int | None:
    """The first series with an image that is not that of its moment."""
    images = await images_of(stage)
    for series in range(PLANTED_SERIES):
        _, wrong = await differences(stage, series, images)
        if wrong:
            return series
    return None


async def test_images_made_late_are_those_of_the_moment(stage: Stage) -> None:
    compared, images = 0, await images_of(stage)
    for series in range(SERIES):
        found, wrong = await differences(stage, series, images)
        assert not wrong, f"series {series}: {wrong[0]}"
        compared += found
    summary.tell(f"{compared} images made when changes were numbered are those of the moments before")
    assert compared > SERIES * TRANSACTIONS


async def test_an_image_of_now_alone_is_found(stage: Stage) -> None:
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        await stage.connection.execute(BLIND)
        assert await first_wrong(stage) is not None
    finally:
        await transaction.rollback()


async def test_images_see_what_the_statement_sees_that_numbers(stage: Stage) -> None:
    """A volatile function looks at what was committed since, whose changes have no numbers yet."""
    volatile = "select proname from pg_proc where proname like 'puente\\_image%' and provolatile <> 's'"
    assert await stage.connection.fetch(volatile) == []
