"""A test that hangs fails, and says where, instead of holding up the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.command_processes import ROOT

HANGS = """
import asyncio
import pytest

@pytest.mark.timeout(0.5)
async def test_that_hangs():
    await asyncio.Event().wait()

async def test_after_it():
    await asyncio.sleep(0)
"""


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 60 <= float(pytestconfig.getini("timeout")) <= 900


def test_a_test_that_hangs_fails_and_the_next_one_runs(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGS)
    arguments = [
        "-p",
        "tests.hanging",
        "-p",
        "no:cacheprovider",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
    ]
    command = [sys.executable, "-m", "pytest", *arguments, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "1 failed, 1 passed" in run.stdout, run.stdout
    assert "await asyncio.Event().wait()" in run.stdout
