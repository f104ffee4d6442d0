"""What the embedded PostgreSQL finds when it starts, and makes the best of."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.auth import development_tokens
from api.settings.webhook_key import key_in
from models.database import embedded_layout, postmaster
from models.database.embedded import EmbeddedPostgres, EmbeddedPostgresError
from models.database.server_facts import inspect
from tests.conftest import VERSION
from tests.ready_state import make_ready


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="puente-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def made(state: Path) -> Path:
    """The same with a cluster in it, since making one takes longest."""
    make_ready(state)
    return state


def embedded(state: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(state, version=VERSION, durable=False)


def data(state: Path) -> Path:
    return state / f"postgres-{VERSION}"


async def test_a_new_cluster_is_the_same_everywhere(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}.items():
        monkeypatch.setenv(name, value)
    with embedded(state) as url:
        monkeypatch.undo()
        facts = await inspect(url)
        assert (facts.user, facts.database, facts.tables) == ("puente", "puente", 0)
        assert facts.version.startswith(str(VERSION))
    assert postmaster.read(data(state)) is None


def test_a_cluster_that_was_being_made(state: Path) -> None:
    half = state / f"postgres-{VERSION}-making-abc"
    half.mkdir()
    (half / "PG_VERSION").touch()
    with embedded(state):
        assert data(state).exists()
    assert not half.exists()


def test_a_pid_file_whose_pid_belongs_to_someone_else_now(made: Path) -> None:
    with embedded(made):
        server = postmaster.read(data(made))
        assert server is not None
        left = (data(made) / "postmaster.pid").read_text()
    status = data(made).stat()
    stranger = subprocess.Popen(["sleep", "60"], user=status.st_uid)
    try:
        pid_file = data(made) / "postmaster.pid"
        pid_file.write_text(left.replace(str(server.pid), str(stranger.pid), 1))
        os.chown(pid_file, status.st_uid, status.st_gid)
        with embedded(made):
            now = postmaster.read(data(made))
            assert now is not None
            assert now.pid != stranger.pid
        assert stranger.poll() is None, "the stranger is left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_died_is_noticed(made: Path) -> None:
    postgres = embedded(made)
    with postgres:
        assert not postgres.ensure_running()
        server = postmaster.read(data(made))
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)
        while postmaster.read(data(made)) is not None:
            pass
        assert postgres.ensure_running()
        assert postmaster.read(data(made)) is not None
    assert postmaster.read(data(made)) is None


def test_servers_that_were_killed_do_not_stay_as_zombies(made: Path) -> None:
    before = set(postmaster.CHILDREN)
    postgres = embedded(made)
    with postgres:
        for _ in range(3):
            server = postmaster.read(data(made))
            assert server is not None
            os.kill(server.pid, signal.SIGKILL)
            while not postgres.ensure_running():
                time.sleep(0.01)
        assert len(postmaster.CHILDREN.keys() - before) == 1
    assert set(postmaster.CHILDREN) <= before


async def test_nobody_else_reads_what_is_in_its_folder(state: Path) -> None:
    """A log of before, which others could read, neither; and the log has no rows of people in it."""
    log = state / f"postgres-{VERSION}.log"
    log.write_text("of before\n")
    log.chmod(0o644)
    with embedded(state) as url:
        key_in(state)
        development_tokens.key(state)
        connection = await asyncpg.connect(url)
        await connection.execute("create table person (name text, age int check (age > 0))")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("insert into person values ('Ximena Secreta', -1)")
        await connection.close()
        assert log.stat().st_size > len("of before\n")
        open_to_others = [
            str(path.relative_to(state))
            for folder, _, names in os.walk(state)
            for path in (Path(folder) / name for name in names)
            if path.is_file() and path.stat().st_mode & 0o077 and os.stat(folder).st_mode & 0o077
        ]
        assert open_to_others == []
    assert "violates check constraint" in log.read_text()
    assert "Ximena" not in log.read_text()


def test_the_last_one_out_stops_it(made: Path) -> None:
    first, second = embedded(made), embedded(made)
    assert first.start() == second.start()
    first.stop()
    assert postmaster.read(data(made)) is not None
    second.stop()
    assert postmaster.read(data(made)) is None
    second.stop()  # leaving twice is leaving once


async def test_a_path_too_long_for_a_socket(state: Path) -> None:
    deep = state / ("deep" * 20) / ("deeper" * 10)
    with embedded(deep) as url:
        assert str(deep) not in url
        assert (await inspect(url)).database == "puente"


def test_a_full_disk_or_a_damaged_cluster_is_one_line(made: Path) -> None:
    with embedded(made):
        pass
    (data(made) / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedPostgresError, match="pg_control") as refused:
        embedded(made).start()
    assert "\n" not in str(refused.value)
    assert "log" in str(refused.value)


def test_without_the_wheel(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_layout, "WHEEL", "a_package_that_is_not_there")
    with pytest.raises(EmbeddedPostgresError, match="PUENTE_DATABASE_URL"):
        embedded(state).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the programs to another user")
async def test_programs_that_only_root_may_read_are_copied(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_layout, "_may_run", lambda account, programs: False)
    for _ in range(2):
        with embedded(made) as url:
            assert (await inspect(url)).database == "puente"
            server = postmaster.read(data(made))
            assert server is not None
            assert Path(f"/proc/{server.pid}/exe").resolve().is_relative_to(made)
    assert len(list(made.glob("programs-*"))) == 1
