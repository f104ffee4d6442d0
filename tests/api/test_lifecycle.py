"""Starting and ending, in order and not, as a person at the terminal sees it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from api.server.server import WORKERS_FOLDER
from models.database.server_facts import inspect
from tests.api.command_processes import ROOT, started_by
from tests.api.server_processes import (
    answers,
    database,
    free_port,
    is_one_line,
    puente,
    wait_until,
)
from tests.api.server_processes import served as served_by
from tests.conftest import run_alone
from tests.ready_state import make_ready

pytestmark = pytest.mark.lifecycle

served = partial(served_by, start=started_by())
"""Here servers start as users start them, not from a process that has loaded everything."""


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="puente-life-"))
    folder.chmod(0o755)
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.fixture
def ready(state: Path) -> Path:
    """The same after a first start."""
    make_ready(state)
    return state


@pytest.mark.parametrize(
    "with_signal", [pytest.param(signal.SIGINT, marks=pytest.mark.proof), signal.SIGTERM]
)
def test_ends_its_database_with_itself(ready: Path, with_signal: int) -> None:
    with served(ready) as server:
        assert f"{server.address}/graphql" in server.printed
        assert "curl -s" in server.printed
        assert "Authorization: Bearer" in server.printed
        assert server.database() is not None
        assert server.end(with_signal) == 0
        assert server.database() is None
        assert "Traceback" not in server.printed


@pytest.mark.proof
def test_a_second_start_is_quick(state: Path) -> None:
    with served(state) as server:
        server.end()
    with served(state) as server:
        times = psutil.Process(server.process.pid).cpu_times()
        assert times.user + times.system < 5  # of its own, whatever else runs on the machine
        assert "Migrating" not in server.printed
        assert "Loading" not in server.printed


def test_ctrl_c_at_the_terminal_reaches_every_process_and_still_ends_in_order(state: Path) -> None:
    with served(state) as server:
        assert "Loading the reference data and the demo cohort" in server.printed, "a first start"
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(30) == 0
        assert server.database() is None


@pytest.mark.proof
def test_what_a_killed_server_left_is_removed_by_the_next(ready: Path) -> None:
    """The temporary folder in which its workers find each other."""
    temporary = ready.parent / "temporary"
    temporary.mkdir()
    variables = {"TMPDIR": str(temporary), "PUENTE_WORKERS": "2"}

    def folders() -> set[Path]:
        return set(temporary.glob(f"{WORKERS_FOLDER}*"))

    with served(ready, variables=variables) as server:
        left = folders()
        assert len(left) == 1
        server.end(signal.SIGKILL)
        assert folders() == left
        with served(ready, variables=variables) as next_server:
            assert len(folders()) == 1
            assert folders().isdisjoint(left)
            assert next_server.end() == 0
    assert folders() == set()


def test_the_server_killed(ready: Path) -> None:
    with served(ready) as server:
        orphan = server.database()
        server.end(signal.SIGKILL)
        assert server.database() == orphan
        with served(ready, port=server.port) as next_server:
            assert next_server.database() == orphan, "the running database is adopted"
            assert next_server.end() == 0
            assert next_server.database() is None


def test_the_database_killed_is_started_again(ready: Path) -> None:
    with served(ready) as server:
        killed = server.database()
        assert killed is not None
        os.kill(killed.pid, signal.SIGKILL)
        wait_until(lambda: (now := server.database()) is not None and now.ready and now.pid != killed.pid)
        assert answers(server)
        wait_until(lambda: "died and was restarted" in server.printed)
        assert server.end() == 0
        assert server.database() is None


@pytest.mark.proof
def test_both_killed(ready: Path) -> None:
    with served(ready) as server:
        killed = server.database()
        assert killed is not None
        server.end(signal.SIGKILL)
        os.kill(killed.pid, signal.SIGKILL)
        with served(ready, port=server.port) as next_server:
            assert next_server.end() == 0


@pytest.mark.proof
def test_killed_while_it_starts(state: Path) -> None:
    """The next start redoes what was left half done."""
    for moment in (0.3, 0.6, 0.9, 1.2):
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", str(free_port())],
            cwd=ROOT,
            env={**os.environ, "PUENTE_STATE": str(state)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moment)
        process.kill()
        process.wait()
    with served(state) as server:
        assert server.end() == 0


@pytest.mark.proof
def test_two_servers_share_a_database_until_the_last_one_ends(ready: Path) -> None:
    with served(ready) as first, served(ready) as second:
        assert first.database() == second.database()
        assert first.end() == 0
        assert second.database() is not None
        assert answers(second)
        assert second.end() == 0
        assert second.database() is None


def test_several_workers(ready: Path) -> None:
    with served(ready, "--workers", "2") as server:
        assert answers(server)
        assert server.end() == 0
        assert server.database() is None


@pytest.mark.proof
def test_workers_end_with_their_killed_parent(ready: Path) -> None:
    with served(ready, "--workers", "2") as server:
        server.end(signal.SIGKILL)
        wait_until(lambda: not listens(server.port))
        with served(ready, port=server.port) as next_server:
            assert next_server.end() == 0


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_in_use(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = puente(state, "serve", "--port", str(port))
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert f"127.0.0.1:{port}: the port is in use" in ended.stderr
    assert not state.exists(), "nothing was started"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://me:secret@127.0.0.1:1/mine", "127.0.0.1:1/mine"),
        pytest.param(
            "postgresql://me:secret@nowhere.invalid/mine", "nowhere.invalid/mine", marks=pytest.mark.proof
        ),
        ("mysql://me:secret@127.0.0.1/mine", "PUENTE_DATABASE_URL: must start with postgresql://"),
    ],
)
def test_a_database_that_cannot_be_reached(state: Path, url: str, reason: str) -> None:
    ended = puente(state, "serve", "--port", str(free_port()), PUENTE_DATABASE_URL=url)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert reason in ended.stderr
    assert "secret" not in ended.stderr


async def test_a_database_with_newer_migrations(state: Path, database_url: str) -> None:
    await run_alone(database_url, "update alembic_version set version_num = '9999'")
    ended = puente(state, "serve", "--port", str(free_port()), PUENTE_DATABASE_URL=database_url)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "9999" in ended.stderr


async def test_a_database_with_other_tables(state: Path, empty_url: str) -> None:
    await run_alone(empty_url, "create table invoice ()")
    ended = puente(state, "serve", "--port", str(free_port()), PUENTE_DATABASE_URL=empty_url)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "other tables" in ended.stderr


async def test_an_empty_database_of_ones_own_is_filled(state: Path, empty_url: str) -> None:
    with served(state, variables={"PUENTE_DATABASE_URL": empty_url}) as server:
        assert "Authorization" not in server.printed, "development tokens count only on the embedded database"
        assert server.end() == 0
    facts = await inspect(empty_url)
    assert facts.revision is not None
    assert facts.mark is not None
    assert "demo" not in facts.mark


def test_a_folder_that_cannot_be_used(state: Path) -> None:
    state.write_text("a file")
    ended = puente(state, "serve", "--port", str(free_port()))
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert str(state) in ended.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="the whole run is one of an ordinary user")
def test_as_an_ordinary_user(state: Path) -> None:
    """Root's own interpreter may be out of reach, so another one of the same version runs it."""
    nobody = pwd.getpwnam("nobody")
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = [path for path in (sys.executable, f"/usr/bin/{python}") if runs_as(nobody, path)]
    assert found, f"an ordinary user can run neither {sys.executable} nor /usr/bin/{python}"
    os.chown(state.parent, nobody.pw_uid, nobody.pw_gid)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    change_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    variables = {"PYTHONPATH": packages, "HOME": str(state.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    with served(state, start=started_by(*change_user, found[0]), variables=variables) as server:
        assert server.end() == 0
        assert server.database() is None
    assert (state / "development-key.pem").stat().st_uid == nobody.pw_uid


def runs_as(user: pwd.struct_passwd, program: str) -> bool:
    try:
        return subprocess.run([program, "-c", ""], user=user.pw_uid, group=user.pw_gid).returncode == 0
    except OSError:
        return False


@pytest.mark.proof
@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database to another user")
def test_as_root_in_a_folder_that_is_closed_to_others(state: Path) -> None:
    state.parent.chmod(0o700)
    with served(state) as server:
        elsewhere = Path((state / "elsewhere").read_text())
        assert server.end() == 0
        assert database(state) is None
    assert state.parent.stat().st_mode & 0o777 == 0o700, "its permissions are as they were"
    shutil.rmtree(elsewhere)
