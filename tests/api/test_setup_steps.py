"""A start that ends in the middle is taken up by the next one, wherever it ended."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from api.auth import development_tokens
from api.server.database_setup import DatabaseTarget, prepare
from api.settings import webhook_key
from models.database import embedded_layout
from models.database.client import engine_for
from models.database.server_facts import inspect
from models.loading.reference import fingerprint
from tests.own_patches import patch_for_this_test

COMMANDS: dict[str, Callable[[DatabaseTarget, Callable[[str], None]], None]] = {
    "serve": lambda target, report: prepare(target, report=report),
    "migrate": lambda target, report: prepare(target, migrate=True, seed=False, report=report),
}
TABLES = "select count(*) from institution", "select count(*) from participant"


class Killed(BaseException):
    """What was not committed is as if the process had been killed."""


@contextmanager
def killed_before(commit: int) -> Iterator[list[int]]:
    """Commits this many transactions, then kills the rest; yields how many were started."""
    seen: list[int] = []

    def count(_: Connection) -> None:
        if threading.current_thread() is threading.main_thread():
            return  # an application that other tests share may be at work there
        seen.append(len(seen))
        if len(seen) > commit:
            raise Killed

    event.listen(Engine, "commit", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", count)


async def started(command: str, url: str, commits: int = 1_000) -> bool:
    """Run a command to its end, or until the kill; whether it was killed."""
    with killed_before(commits):
        try:
            await asyncio.to_thread(COMMANDS[command], DatabaseTarget(url, None), lambda _: None)
        except Killed:
            return True
    return False


async def counts(url: str) -> list[int]:
    engine = engine_for(url)
    async with engine.connect() as connection:
        found = [int((await connection.execute(text(one))).scalar_one()) for one in TABLES]
    await engine.dispose()
    return found


async def test_a_start_killed_before_each_commit_is_taken_up(empty_url: str) -> None:
    """The first attempt ends before anything is committed, each other one after one transaction."""
    attempts = 0
    while await started("serve", empty_url, commits=min(attempts, 1)):
        attempts += 1
        assert attempts < 10
    assert attempts >= 2, "migrating and seeding are separate transactions"
    institutions, participants = await counts(empty_url)
    assert institutions > 0
    assert participants == 0
    assert (await inspect(empty_url)).mark == f"seeded {fingerprint()}"


async def test_what_was_only_migrated_is_seeded_by_the_next_start(empty_url: str) -> None:
    await started("migrate", empty_url)
    assert await counts(empty_url) == [0, 0]
    await started("serve", empty_url)
    assert (await counts(empty_url))[0] > 0


async def test_what_was_emptied_on_purpose_stays_so_and_so_does_what_was_imported(empty_url: str) -> None:
    await started("migrate", empty_url)
    engine = engine_for(empty_url)
    one = "insert into institution (slug, name_en, kind, side, country, legal_regime, time_zone) values"
    async with engine.begin() as connection:
        await connection.execute(text(f"{one} ('mine', 'Mine', 'UC_CAMPUS', 'UC', 'US', 'US_FERPA', 'UTC')"))
    await started("serve", empty_url)
    assert await counts(empty_url) == [1, 0], "an import was first"
    async with engine.begin() as connection:
        await connection.execute(text("delete from institution"))
        await connection.execute(text("comment on table alembic_version is 'seeded once'"))
    await engine.dispose()
    await started("serve", empty_url)
    assert await counts(empty_url) == [0, 0]


async def test_of_two_first_starts_one_seeds(empty_url: str) -> None:
    await asyncio.gather(started("serve", empty_url), started("serve", empty_url))
    assert (await counts(empty_url))[0] > 0


@pytest.mark.parametrize(
    ("name", "make"),
    [
        (webhook_key.KEY_FILE, webhook_key.key_in),
        (development_tokens.KEY_FILE, development_tokens.key),
    ],
)
def test_a_key_is_made_though_an_attempt_of_the_same_process_number_was_killed(
    tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    """In a container the number is the same at each start."""
    (tmp_path / name).with_suffix(f".{os.getpid()}").write_bytes(b"half")
    assert make(tmp_path)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_the_note_of_another_home_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_layout, "ELSEWHERE", tmp_path / "homes")
    write = Path.write_text

    def killed(path: Path, text: str) -> None:
        write(path, "")
        raise Killed

    with monkeypatch.context() as patch:
        patch_for_this_test(patch, Path, "write_text", killed)
        with pytest.raises(Killed):
            embedded_layout._home_elsewhere(tmp_path)
    assert embedded_layout._home_elsewhere(tmp_path).parent == tmp_path / "homes"
