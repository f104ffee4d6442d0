"""CONTRIBUTING.md's "Add an entity", followed to the letter in a copy of the project.

What `make` would install is there: its targets are run by this Python. Of `make check` and `make test` the
copy runs what a new entity can break, which `CHECKS` and `TESTS` list.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.page import ChangeFile, RunCommand, Unclear, WriteFile, section, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = section(ROOT.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8"), "Add an entity")
BY_HAND = {
    "models/publication.py",
    "schema/publication.py",
    "schema/access.py",
    "data/demo/publication.csv",
    "tests/operations/publications/of_an_institution.graphql",
}
GENERATED = {
    "schema.graphql",
    "docs/access.md",
    "tests/operations/publications/of_an_institution.json",
}
MIGRATIONS = "models/migrations/"
TOUCHED = [path for path in sorted(BY_HAND) if path.endswith(".py")]
CHECKS = (
    ("-m", "ruff", "check", *TOUCHED),
    ("-m", "ruff", "format", "--check", *TOUCHED),
    ("-m", "mypy", *TOUCHED),
)
TESTS = (
    "tests/schema",  # the contract: described, stated in the policy, the committed schema
    "tests/operations",
    "tests/models/test_migrations.py",  # the database has the model's table
    "tests/feed/test_coverage.py",
    "tests/house/test_docs.py::test_what_is_made_of_the_code_is_as_the_code_is",
    "tests/access/test_walk.py::test_every_row_by_its_id",
    "tests/access/test_walk.py::test_every_path[public]",
)
LEFT_OUT = ("explorer", "benchmarks", "api/explorer_assets", "docs/benchmarks")
"""Large, and of no concern."""


def environment(root: Path) -> dict[str, str]:
    """That of this process, without what belongs to its run of the tests; the copy's packages come first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PUENTE"))}
    return {**kept, "PYTHONPATH": str(root)}


def run(root: Path, *command: str, **variables: str) -> str:
    done = subprocess.run(
        command,
        cwd=root,
        env=environment(root) | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}"
    return done.stdout


def python(root: Path, *arguments: str, **variables: str) -> str:
    return run(root, sys.executable, *arguments, **variables)


def run_tests(root: Path, *arguments: str, **variables: str) -> str:
    return python(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, **variables)


def follow(root: Path, line: str) -> None:
    """Run a line of the page."""
    words = shlex.split(line)
    variables = dict(word.split("=", 1) for word in words if "=" in word)
    arguments = shlex.split(variables.pop("ARGS", ""))
    match [word for word in words if "=" not in word]:
        case [".venv/bin/puente", *rest]:
            python(root, "-m", "api.cli", *rest, **variables)
        case ["make", "docs"]:
            python(root, "-m", "api.docs.generated_docs")
        case ["make", "check"]:
            for check in CHECKS:
                python(root, *check)
            run(root, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
        case ["make", "test"]:
            run_tests(root, *(arguments or TESTS), **variables)
        case _:
            raise Unclear(f"the page has a command that is not known here: {line}")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's tracked files, committed in a temporary repository."""
    root = tmp_path / "entity"
    root.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and not name.startswith(LEFT_OUT) and (ROOT / name).is_file():
            root.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    if (known := ROOT / ".mypy_cache").is_dir():  # what `make check` has found out already
        shutil.copytree(known, root / known.name)
    git(root, "init")
    git(root, "add", "--all")
    git(root, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--message=x")
    return root


def git(root: Path, *arguments: str) -> str:
    return run(root, "git", *arguments)


def touched(root: Path) -> set[str]:
    """The files that are new or changed."""
    lines = git(root, "status", "--porcelain", "--untracked-files=all").splitlines()
    return {line[3:] for line in lines}


def test_what_the_page_writes_fits_the_files(copy: Path) -> None:
    """Before `make proof` runs what it says."""
    for step in steps(PAGE):
        if not isinstance(step, RunCommand):
            step.apply(copy)
    assert touched(copy) == BY_HAND


@pytest.mark.proof
def test_the_page_adds_an_entity_in_six_files(copy: Path) -> None:
    for step in steps(PAGE):
        if isinstance(step, RunCommand):
            follow(copy, step.line)
        else:
            step.apply(copy)
    migration = {path for path in touched(copy) if path.startswith(MIGRATIONS)}
    assert touched(copy) - migration == BY_HAND | GENERATED
    assert migration
    assert len(BY_HAND) + len(["the migration"]) == 6


def test_a_page_that_no_longer_fits_is_found(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/well.py").write_text("a\nb\na\n")
    with pytest.raises(Unclear, match="2 times"):
        ChangeFile("models/well.py", (("a\n", "c\n"),)).apply(tmp_path)
    with pytest.raises(Unclear, match="0 times"):
        ChangeFile("models/well.py", (("d\n", "c\n"),)).apply(tmp_path)
    with pytest.raises(Unclear, match="there already"):
        WriteFile("models/well.py", "").apply(tmp_path)
    with pytest.raises(Unclear, match="no file is named"):
        list(steps("Write this:\n\n```python\na = 1\n```\n"))
    with pytest.raises(Unclear, match="not known here"):
        follow(tmp_path, "make coffee")


def test_a_diff_is_read_part_by_part(tmp_path: Path) -> None:
    page = "In `schema/access.py`:\n\n```diff\n a\n-b\n+c\n@@\n+d\n e\n```\n"
    (step,) = steps(page)
    assert step == ChangeFile("schema/access.py", (("a\nb\n", "a\nc\n"), ("e\n", "d\ne\n")))
