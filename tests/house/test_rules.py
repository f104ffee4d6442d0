"""The house's rules, on every file that git tracks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "schema", "models", "planner")
LONGEST_FILE = 400

# Written in pieces, so that this file may be checked too.
FOREIGN = {
    "a package registry's host": re.compile(
        "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "npmjs" + r"\.org"])
    ),
    "a path of someone's machine": re.compile(
        "|".join(["/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/", "/opt" + "/pypi"])
    ),
    "a folder outside of the repository": re.compile(r"\.\./sha" + "red"),
}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_knows_where_it_was_made(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.relative_to(ROOT).parts[0] != "data"  # published records say what they say
        and (match := FOREIGN[what].search(path.read_bytes().decode(errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_dependency_is_pinned_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert len(entries) > (0 if "node" in lock else 20)
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-bench.lock"])
def test_every_lock_pins_what_serving_pins(lock: str) -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / lock).read_text(), re.MULTILINE))

    assert pins("requirements.lock") - pins(lock) == set()


def test_no_file_is_too_long_to_read() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in tracked("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helper", "helpers", "manager", "service", "services", "common_utils", "misc"}
    assert [path for path in tracked("*.py") if path.stem in empty] == []


def test_every_module_compiles_without_a_warning() -> None:
    for path in tracked("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")  # warnings are errors in the tests


def test_imports_flow_one_way() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_wrong_import_is_found(tmp_path: Path) -> None:
    """The contracts bite: the same configuration on a house where the planner knows an entity."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "models/project.py").touch()
    (tmp_path / "models/base.py").touch()
    (tmp_path / "planner/rows.py").write_text("import models.base\nimport models.project\n")
    (tmp_path / "schema/page.py").write_text("import starlette\n")
    (tmp_path / "api/reading.py").write_text("import asyncpg\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "1 kept, 3 broken" in checked.stdout
    assert "planner.rows -> models.project" in checked.stdout
    assert "planner.rows -> models.base" not in checked.stdout


def test_continuous_integration_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
