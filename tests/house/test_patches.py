"""What tests replace is the project's, or is replaced for one test alone (tests/own_patches.py)."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from tests.house.test_rules import ROOT, tracked
from tests.own_patches import patch_for_this_test

OURS = ("api", "delivery", "schema", "planner", "models", "tests", "benchmarks")
VALUES = {"tempdir"}
"""Values rather than functions: servers read them when they start."""


def of_libraries(tree: ast.Module) -> Iterator[int]:
    """The lines that replace something of a library for the whole process."""
    foreign = set(imported_from_libraries(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_patch(node.func):
            owner, *rest = [*node.args, ast.Constant("")]
            value = isinstance(rest[0], ast.Constant) and rest[0].value in VALUES
            if not value and is_foreign(owner, foreign):
                yield node.lineno


def is_patch(function: ast.expr) -> bool:
    name = ast.unparse(function)
    return name == "patch" or name.endswith((".setattr", ".delattr", "patch.object", "mock.patch"))


def is_foreign(owner: ast.expr, foreign: set[str]) -> bool:
    if isinstance(owner, ast.Constant):
        return not is_in_module_of_ours(str(owner.value))
    return ast.unparse(owner).partition(".")[0] in foreign


def is_in_module_of_ours(path: str) -> bool:
    """Not so `api.clock.time.time`, which is the library's."""
    module, _, _ = path.rpartition(".")
    try:
        return is_ours(module) and find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def imported_from_libraries(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (
                    one.asname or one.name.partition(".")[0] for one in names if not is_ours(one.name)
                )
            case ast.ImportFrom(module=str(module), names=names) if not is_ours(module):
                yield from (one.asname or one.name for one in names)


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def test_no_test_replaces_what_other_tests_servers_use() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("tests/*.py")
        if (lines := list(of_libraries(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nmonkeypatch.setattr(asyncio, 'timeout', None)",
        "import asyncpg\npatch.setattr(asyncpg.Connection, 'close', broken)",
        "from asyncpg import Connection\nwith patch.object(Connection, 'close'): ...",
        "monkeypatch.setattr('api.auth.viewer_cache.time.time', lambda: 0)",
        "with patch('time.time'): ...",
    ],
)
def test_it_would_be_found(source: str) -> None:
    assert list(of_libraries(ast.parse(source))) != []


@pytest.mark.parametrize(
    "source",
    [
        "from api import app\nmonkeypatch.setattr(app, 'serve', None)",
        "monkeypatch.setattr('api.auth.last_used.note_use', failing)",
        "import tempfile\nmonkeypatch.setattr(tempfile, 'tempdir', None)",
        "monkeypatch.setattr(writer, '_send', keep)",
    ],
)
def test_what_is_ours_may_be_replaced(source: str) -> None:
    assert list(of_libraries(ast.parse(source))) == []


async def test_others_on_the_loop_keep_their_function(monkeypatch: pytest.MonkeyPatch) -> None:
    library = SimpleNamespace(call=lambda: "usual")
    go, called = asyncio.Event(), asyncio.Event()

    async def server() -> str:
        called.set()
        await go.wait()
        return str(library.call())

    other = asyncio.create_task(server())
    await called.wait()
    patch_for_this_test(monkeypatch, library, "call", lambda: "replaced")
    go.set()
    assert await other == "usual"
    assert library.call() == "replaced"
    assert await asyncio.create_task(server()) == "replaced"
    monkeypatch.undo()
    assert library.call() == "usual"


def test_nothing_thaws_what_the_run_has_frozen() -> None:
    """Looking through all that was imported and collected took half of a worker's time."""
    thawed = "gc." + "unfreeze("
    assert [path.name for path in (ROOT / "tests").rglob("*.py") if thawed in path.read_text("utf-8")] == []
