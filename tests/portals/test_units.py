"""The parts of the portals that need no browser, by Node.js's own test runner."""

from __future__ import annotations

import subprocess

import pytest

from tests.api.command_processes import ROOT
from tests.interop.clients import node

FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("portals/**/test/*.test.ts"))


@pytest.mark.parametrize("path", [name for name in FILES if "node_modules" not in name])
def test_it_passes(path: str) -> None:
    done = subprocess.run(
        [*node(), "--test", "--test-reporter=tap", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# fail 0\n" in done.stdout
    assert "\n# pass 0\n" not in done.stdout
