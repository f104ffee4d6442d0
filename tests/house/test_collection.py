"""What is collected is the same in every process, as xdist wants it, and at any time."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.distribution import BY_CASE, SLOWEST_FIRST, TOGETHER
from tests.house.test_rules import ROOT, tracked

FLEETING = {
    *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "now", "utcnow", "today"),
    *(
        "uuid1",
        "uuid4",
        "uuid7",
        "token_hex",
        "token_bytes",
        "token_urlsafe",
        "random",
        "randrange",
        "randint",
    ),
    *("getpid", "free_port", "mkdtemp", "mkstemp"),
}
"""Functions that give something else each time they are called."""


def fleeting(tree: ast.AST) -> Iterator[int]:
    """The lines that call such a function when the module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in [*node.decorator_list, node.args]:
                yield from fleeting(part)
        elif not isinstance(node, ast.Lambda):
            if isinstance(node, ast.Call) and _name(node.func) in FLEETING:
                yield node.lineno
            yield from fleeting(node)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_nothing_fleeting_is_computed_at_collection() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("tests/*.py")
        if (lines := list(fleeting(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "@parametrize('change', [{'exp': time.time() - 60}])\ndef test(change): ...",
        "class Test:\n    KEY = uuid4()",
        "def port(number=free_port()): ...",
    ],
)
def test_it_would_be_found(source: str) -> None:
    assert list(fleeting(ast.parse(source))) != []


def test_what_is_called_later_is_no_matter() -> None:
    later = "KEY = field(default_factory=uuid4)\nNOW = lambda: time.time()\ndef test():\n    time.time()"
    assert list(fleeting(ast.parse(later))) == []


@pytest.mark.parametrize("path", sorted({*SLOWEST_FIRST, *BY_CASE, *TOGETHER}))
def test_what_is_distributed_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.proof
def test_every_process_collects_the_same() -> None:
    """Whatever order sets have there."""
    collecting = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    one, other = (
        [line for line in process.communicate()[0].splitlines() if "::" in line] for process in collecting
    )
    assert len(one) > 2_000
    assert one == other
