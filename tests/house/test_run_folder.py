"""A run of tests leaves no process and no folder, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.api.command_processes import ROOT
from tests.api.server_processes import wait_until
from tests.made_once import SHARED, made_once
from tests.run_folder import PREFIX, prefer_memory, processes_of

pytestmark = pytest.mark.lifecycle

ENDLESS = "import time\ndef test_it(cluster_url): time.sleep(600)\n"
WORKER = "stdin.readline"
"""What the command of xdist's workers has in it."""
QUICK = "def test_it(cluster_url): pass\n"


@dataclass(frozen=True)
class Run:
    """A run of the tests with separate temporary files."""

    process: subprocess.Popen[bytes]
    temporary: Path

    def folders(self) -> list[Path]:
        return list(self.temporary.glob(f"{PREFIX}*"))

    def servers(self) -> list[psutil.Process]:
        """PostgreSQL's servers, without those that initdb runs for a moment, which write no own pid."""
        started = [process for folder in self.folders() for process in processes_of(folder)]
        return [process for process in started if is_server(process)]

    def children(self, word: str) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in found if any(word in part for part in command(process))]


def command(process: psutil.Process) -> list[str]:
    try:
        line: list[str] = process.cmdline()
    except psutil.NoSuchProcess:
        return []
    return line


def is_server(process: psutil.Process) -> bool:
    line = command(process)
    if "-D" not in line:
        return False
    try:
        written = (Path(line[line.index("-D") + 1]) / "postmaster.pid").read_text()
    except FileNotFoundError:
        return False
    return written.partition("\n")[0] == str(process.pid)


@contextmanager
def running(temporary: Path, source: str, *options: str) -> Iterator[Run]:
    tests = [temporary / f"test_{name}.py" for name in ("one", "other")]
    for test in tests:
        test.write_text(source)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-c",
            os.devnull,
            *options,
            *map(str, tests),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary), "PYTEST_DEBUG_TEMPROOT": str(temporary)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield Run(process, temporary)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="puente-runs-"))
    folder.chmod(0o755)
    return folder


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_run_that_is_ended(temporary: Path, with_signal: signal.Signals) -> None:
    with running(temporary, ENDLESS) as run:
        wait_until(lambda: len(run.servers()) == 1)
        run.process.send_signal(with_signal)
        assert run.process.wait() != 0
        wait_until(lambda: run.servers() == [])
        wait_until(lambda: run.folders() == [])


ALONE = "from tests.made_once import is_shared\ndef test(): assert not is_shared()"


def test_a_run_within_a_run_has_databases_of_its_own(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test may run those of a changed project, whose tables are others."""
    monkeypatch.setenv(SHARED, str(temporary))
    with running(temporary, ALONE) as run:
        assert run.process.wait() == 0


@pytest.mark.proof
def test_nothing_is_left_of_workers_that_are_ended(temporary: Path) -> None:
    """First of one of two, then, as the run is ended, of the other."""
    with running(temporary, ENDLESS, "-n2", "--max-worker-restart=0") as run:
        wait_until(lambda: len(run.servers()) == 2)
        run.children(WORKER)[0].terminate()
        wait_until(lambda: len(run.servers()) == 1)
        wait_until(lambda: len(run.folders()) == 1)
        run.process.terminate()
        assert run.process.wait() != 0
        wait_until(lambda: run.servers() == [])
        wait_until(lambda: run.folders() == [])


def has_ended(process: psutil.Process) -> bool:
    """Also if nobody has asked for its status yet: then it is a zombie."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@pytest.mark.proof
def test_the_next_run_removes_what_a_run_left_whose_guard_was_killed(temporary: Path) -> None:
    with running(temporary, ENDLESS) as run:
        wait_until(lambda: len(run.servers()) == 1)
        (guard,) = run.children("tests.run_folder")
        guard.kill()
        run.process.kill()
        run.process.wait()
        (server,) = run.servers()
        (left,) = run.folders()
        with running(temporary, QUICK) as next_run:
            assert next_run.process.wait(60) == 0
        assert not left.exists()
        assert has_ended(server)
        assert next_run.folders() == []


@pytest.mark.parametrize(
    ("expected", "folder", "ample", "chosen"),
    [
        (None, ".", 1, "."),
        (None, ".", 2**60, None),
        (None, "missing", 1, None),
        ("said", ".", 1, "said"),
    ],
)
def test_a_run_is_in_memory_where_there_is_enough(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected: str | None,
    folder: str,
    ample: int,
    chosen: str | None,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("TMPDIR")
    if expected:
        monkeypatch.setenv("TMPDIR", expected)
    prefer_memory(tmp_path / folder, ample)
    assert os.environ.get("TMPDIR") == (str(tmp_path / chosen) if chosen == "." else chosen)


def test_what_workers_share_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And again, if whoever made it failed."""
    monkeypatch.setenv(SHARED, str(tmp_path))
    makers: list[Path] = []

    def make(folder: Path) -> None:
        makers.append(folder)
        if len(makers) == 1:
            raise OSError("killed")
        assert not (tmp_path / "it").exists()
        (folder / "word").write_text("made")

    with pytest.raises(OSError, match="killed"):
        made_once("it", make)
    with ThreadPoolExecutor(4) as threads:
        found = {threads.submit(made_once, "it", make) for _ in range(8)}
    assert {one.result() for one in found} == {tmp_path / "it"}
    assert (tmp_path / "it" / "word").read_text() == "made"
    assert len(makers) == 2
