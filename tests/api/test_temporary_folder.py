"""Temporary folders: there while their process lives, removed by the next one where it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.server.temporary_folder import remove_abandoned, temporary_folder
from tests.api.command_processes import ROOT

PREFIX = "puente-for-a-test-"
HOLD = f"""
from api.server.temporary_folder import temporary_folder
with temporary_folder({PREFIX!r}) as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Temporary folders are made here, by processes that are started too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def holder() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process, and the folder that it holds."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_it_lasts_as_long_as_the_block() -> None:
    with temporary_folder(PREFIX) as folder:
        (folder / "file").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_what_another_process_holds_stays() -> None:
    with holder() as (_, folder), temporary_folder(PREFIX):
        assert (folder / "file").exists()


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_killed_process_left_is_removed(with_signal: signal.Signals) -> None:
    with holder() as (process, folder):
        process.send_signal(with_signal)
        process.wait()
        assert folder.exists()
        with temporary_folder(PREFIX) as own:
            assert own.exists()
            assert not folder.exists()


def test_only_folders_of_the_prefix_are_removed(temporary: Path) -> None:
    """No link is followed, and a file is left alone."""
    (temporary / "other").mkdir()
    (temporary / f"{PREFIX}link").symlink_to(temporary / "other")
    (temporary / f"{PREFIX}file").touch()
    (temporary / f"{PREFIX}abandoned").mkdir()
    found: list[str] = []
    remove_abandoned(PREFIX, lambda path: found.append(path.name))
    assert found == [f"{PREFIX}abandoned"]
    assert {path.name for path in temporary.iterdir()} == {"other", f"{PREFIX}link", f"{PREFIX}file"}
