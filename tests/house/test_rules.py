"""The house's rules, on every file that git tracks."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "delivery", "schema", "models", "planner")
LONGEST_FILE = 400

EVERYWHERE = {"bin", "dev", "etc", "lib", "proc", "run", "sbin", "sys", "tmp", "usr", "var"}
"""Folders at the root of every Linux: a path in them says nothing of a machine."""
# Written in pieces, so that this file may be checked too.
HOMES = {"ho" + "me", "Us" + "ers"}
REGISTRY = re.compile("|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "npmjs" + r"\.org"]))
ABSOLUTE = re.compile(r"(?<![\w.~/{}$*-])/([A-Za-z][\w.-]*)/[\w.-]")
RELATIVE = re.compile(r"(?:\.\./)+[\w.@-]+(?:/[\w.@-]+)*")


def registries(path: Path, text: str) -> list[str]:
    return REGISTRY.findall(text)


def machines_paths(path: Path, text: str) -> list[str]:
    """Absolute paths of somebody's home, or of a folder that this machine has and others need not have."""
    return [
        match[0]
        for match in ABSOLUTE.finditer(text)
        if match[1] in HOMES or (match[1] not in EVERYWHERE and Path("/", match[1]).is_dir())
    ]


def paths_outside(path: Path, text: str) -> list[str]:
    """Relative paths that leave the repository; those to nothing in it too, but for what tests send."""
    return [match[0] for match in RELATIVE.finditer(text) if not is_inside(path, match[0])]


def is_inside(path: Path, relative: str) -> bool:
    target = Path(os.path.normpath(path.parent / relative))
    if not target.is_relative_to(ROOT) or path.is_relative_to(ROOT / "tests"):
        return target.is_relative_to(ROOT)
    return target.exists() or any(target.parent.glob(f"{target.name}.*"))  # of an import, without its suffix


FOREIGN = {
    "a package registry's host": registries,
    "a path of someone's machine": machines_paths,
    "a path outside of the repository": paths_outside,
}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("case", FOREIGN)
def test_no_file_knows_where_it_was_made(case: str) -> None:
    found = {
        str(path.relative_to(ROOT)): paths
        for path in tracked()
        if path.relative_to(ROOT).parts[0] != "data"  # published records say what they say
        and (paths := FOREIGN[case](path, path.read_bytes().decode(errors="replace")))
    }
    assert found == {}


def test_what_only_one_machine_has_is_found() -> None:
    """Wherever the repository is, and whoever works on it."""
    page, module = ROOT / "docs" / "page.md", ROOT / "api" / "app.py"
    homes = [f"see /{home}/someone/notes.md" for home in sorted(HOMES)]
    assert [len(machines_paths(page, text)) for text in homes] == [1, 1]
    assert machines_paths(page, "curl http://127.0.0.1:8000/graphql/stream; cat /proc/self/statm") == []
    own = [Path("/", name) for name in os.listdir("/") if re.fullmatch(r"[A-Za-z][\w-]*", name)]
    for folder in own:
        found = folder.is_dir() and folder.name not in EVERYWHERE
        assert len(machines_paths(page, f"`{folder}/x`")) == found, folder
    for text in ("[design](../shar" + "ed/design.md)", "../" * 2 + "elsewhere/x", "../" * 9 + "etc/x"):
        assert len(paths_outside(page, text)) == 1, text
    assert paths_outside(page, "[here](../api/app.py)") == paths_outside(module, "../docs/http.md") == []


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


MOST_PARAMETERS = 5
DECLARING = {
    "planner/builder/schema_builder.py: node",
    "planner/declaration/fields.py: column",
    "planner/declaration/fields.py: computed",
    "planner/declaration/fields.py: many",
    "planner/declaration/fields.py: derived",
    "schema/entity_policies.py: entity",
}
"""What declarations are written with: each keyword is an option that most of them leave out."""
COMMANDS = {"api/cli/grants.py: add_grant"}
"""A command of the command line has a parameter for each of its options."""


def test_functions_take_five_parameters_at_most() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in tracked(*(f"{folder}/*.py" for folder in (*PACKAGES, "benchmarks", "examples", "tests")))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith(
            "test_"
        )  # pytest passes fixtures and cases by name: no call mixes them up
        and parameters(node.args) > MOST_PARAMETERS
    }
    assert found == DECLARING | COMMANDS


def parameters(given: ast.arguments) -> int:
    """How many there are, without the object or class of a method."""
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)


@pytest.mark.parametrize("source", ["a, b, c, d, e, f", "self, a, b, *, c, d, e, f", "a, *b, c, d, e, **f"])
def test_a_sixth_parameter_is_counted(source: str) -> None:
    (function,) = ast.parse(f"def found({source}): ...").body
    assert isinstance(function, ast.FunctionDef)
    assert parameters(function.args) == MOST_PARAMETERS + 1


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


WRONG_IMPORTS = {
    "planner/statement/context.py": "import models.base\nimport models.project\n",
    "planner/document/selection.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
    "    import planner.statement.context\n",
    "schema/project.py": "import starlette\n",
    "delivery/subscriptions/sessions.py": "import api.auth.viewer_cache\n",
    "delivery/background.py": "import delivery.webhooks.worker\n",
    "api/auth/jwt.py": "import api.graphql.pipeline\n",
    "api/settings/settings.py": "import models.access\n",
    "api/http/cors.py": "import asyncpg\n",
    "models/database/client.py": "import asyncpg\nimport sqlmodel\n",
}


def test_a_wrong_import_is_found(tmp_path: Path) -> None:
    """The contracts bite: the same configuration on empty modules, but for imports that are wrong."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            made = tmp_path / path.relative_to(ROOT)
            made.parent.mkdir(parents=True, exist_ok=True)
            made.touch()
    for name, imports in WRONG_IMPORTS.items():
        assert (tmp_path / name).is_file()
        (tmp_path / name).write_text(imports)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "Contracts: 0 kept, 9 broken." in checked.stdout, checked.stdout
    assert "planner.statement.context -> models.project" in checked.stdout
    assert "planner.statement.context -> models.base" not in checked.stdout
    assert "planner.document.selection -> planner.statement.context" in checked.stdout


def test_continuous_integration_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
