"""Another writer on the database: random changes by plain SQL, some of which are rolled back."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text

from models.database.client import engine_for
from tests.conftest import correcting

Found = TypeVar("Found")

PACE = 0.005  # seconds between two transactions
ROLLED_BACK = 0.1  # of all

ANY = "(select id from {0} order by md5(id::text || :seed) limit 1)"
PROJECT, EVENT, MENTOR, PARTICIPANT, PERSON, CONSENT = map(
    ANY.format, ("project", "event", "mentor", "participant", "person", "consent")
)
MADE = "(select id from project where slug like 'made-%')"
INSTITUTION = (
    "(select id from institution where slug in ('uc-merced', 'uc-davis', 'universidad-panamericana')"
    " order by md5(slug || :seed) limit 1)"
)

CHANGES: Sequence[tuple[str, ...]] = (
    (f"update project set status = 'DRAFT' where id = {PROJECT}",),
    ("update project set status = 'ACTIVE' where status = 'DRAFT'",),
    (f"update project set title_en = 'A\u2028separate\u0085title ' || :seed where id = {PROJECT}",),
    (
        "insert into project (slug, title_en, status, date_precision)"
        " values ('made-' || :seed, 'Made', 'ACTIVE', 'DAY')",
        "insert into project_institution (project_id, institution_id, role)"
        f" select id, {INSTITUTION}, 'LEAD' from project where slug = 'made-' || :seed",
    ),
    (f"delete from project_institution where project_id = {PROJECT}",),
    (
        "insert into project_institution (project_id, institution_id, role)"
        f" values ({PROJECT}, {INSTITUTION}, 'PARTNER')",
    ),
    (
        f"delete from project_institution where project_id in {MADE}",
        f"delete from award where project_id in {MADE}",
        "delete from project where slug like 'made-%'",
    ),
    (
        "insert into award (project_id, kind, amount, currency, funder_side, decided_on)"
        f" values ({PROJECT}, 'SEED', 1000, 'USD', 'UC', current_date)",
    ),
    (f"update event set status = 'DRAFT' where id = {EVENT}",),
    ("update event set status = 'PUBLISHED' where status = 'DRAFT'",),
    (
        "insert into event (slug, title_es, starts_at, ends_at, date_precision, time_zone, mode, status)"
        " values ('made-' || :seed, 'Hecho', now(), now(), 'DAY', 'America/Tijuana', 'ONLINE', 'PUBLISHED')",
    ),
    (
        "delete from event_organizer where event_id in (select id from event where slug like 'made-%')",
        "delete from event where slug like 'made-%'",
    ),
    (f"update event_organizer set institution_id = {INSTITUTION} where event_id = {EVENT}",),
    (f"update consent set withdrawn_at = now() where id = {CONSENT}",),
    ("update consent set withdrawn_at = null where withdrawn_at is not null",),
    (f"update participant set institution_id = {INSTITUTION} where id = {PARTICIPANT}",),
    (f"update mentor set institution_id = {INSTITUTION} where id = {MENTOR}",),
    (f"update mentor set capacity = capacity % 7 + 1 where id = {MENTOR}",),
    (f"update person set email = 'someone-' || :seed || '@example.org' where id = {PERSON}",),
    (f"update person set given_name = 'Name ' || :seed where id = {PERSON}",),
    (
        f"update participant set institution_id = {INSTITUTION} where id = {PARTICIPANT}",
        f"update project set status = 'DRAFT' where id = {PROJECT}",
        f"update consent set withdrawn_at = now() where id = {CONSENT}",
    ),
)


@dataclass
class Writer:
    """A thread that writes until it is stopped, even while servers and clients are down."""

    url: str
    seed: int
    committed: int = 0
    rolled_back: int = 0
    failed: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._write()), daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    async def _write(self) -> None:
        engine, chance = engine_for(correcting(self.url)), random.Random(self.seed)
        while not self._ending.is_set():
            statements = chance.choice(CHANGES)
            seed, to_be_kept = str(chance.getrandbits(40)), chance.random() >= ROLLED_BACK
            try:
                async with engine.connect() as connection:
                    for statement in statements:
                        await connection.execute(
                            text(statement), {"seed": seed} if ":seed" in statement else {}
                        )
                    await (connection.commit() if to_be_kept else connection.rollback())
                self.committed += to_be_kept
                self.rolled_back += not to_be_kept
            except Exception as error:  # a constraint, or a database that is away just now
                self.failed.append(str(error).splitlines()[0])
            await asyncio.sleep(PACE)
        await engine.dispose()


def write(url: str, *statements: str) -> list[Any]:
    """Statements in one transaction; the rows of the last, if it gives some."""

    async def written() -> list[Any]:
        engine = engine_for(url)
        async with engine.begin() as connection:
            for statement in statements:
                done = await connection.execute(text(statement))
            rows = list(done.all()) if done.returns_rows else []
        await engine.dispose()
        return rows

    return apart(written())


def apart(work: Coroutine[Any, Any, Found]) -> Found:
    """In a separate event loop, since the tests are synchronous."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
