"""docs/upgrading-libraries.md: what it names is there, and what is leaned on is named."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.house.test_docs import rows
from tests.house.test_rules import ROOT, tracked

PAGE = "docs/upgrading-libraries.md"
PACKAGES = ("api", "delivery", "models", "planner", "schema")
LEANED_ON = {"uvicorn", "websockets", "strawberry-graphql", "graphql-core", "sqlalchemy", "pytest-xdist"}
"""The libraries that are pinned by minor version, for the private parts that are leaned on."""
MEANT_FOR_IT = ("pydantic", "pydantic_settings", "sqlmodel", "pytest", "enum")
"""Libraries whose classes are made to be subclassed."""
STANDARD = re.compile(r"__\w+__|_value_|_mapping|_asdict|_replace")
"""Names of Python's own, and of documented interfaces."""

Leaning = tuple[str, str]
"""A file and a name of a library's."""


def listed() -> list[tuple[str, str, list[str]]]:
    """What is leaned on, where, and the tests that hold it."""
    return [
        (description, where.strip("`"), re.findall(r"`([^`]+)`", tests))
        for description, where, tests in rows(PAGE, r".*`.*")
        if where.strip("`").endswith(".py")
    ]


def leanings(path: Path, source: str) -> Iterator[Leaning]:
    """Classes of libraries that a module subclasses, and private names that it uses of what isn't its own."""
    tree, name = ast.parse(source), str(path)
    imported = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                text = ast.unparse(base).partition("[")[0]
                module = imported.get(text.partition(".")[0], "")
                if module and module not in (*PACKAGES, *MEANT_FOR_IT, "tests"):
                    yield name, text.rpartition(".")[2]
        elif isinstance(node, ast.Attribute) and _is_private(node):
            yield name, node.attr


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The third-party names of a module, each with the package that it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not _is_standard(node.module):
            yield from ((one.asname or one.name, node.module.split(".")[0]) for one in node.names)
        elif isinstance(node, ast.Import):
            names = [one for one in node.names if not _is_standard(one.name)]
            yield from (((one.asname or one.name).split(".")[0], one.name.split(".")[0]) for one in names)


def _is_standard(module: str) -> bool:
    from sys import stdlib_module_names

    return module.split(".")[0] in stdlib_module_names


def _is_private(node: ast.Attribute) -> bool:
    own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    own = own or (isinstance(node.value, ast.Call) and ast.unparse(node.value) == "super()")
    return node.attr.startswith("_") and not own and not STANDARD.fullmatch(node.attr)


def unlisted(found: Iterable[Leaning]) -> list[Leaning]:
    stated = [(where, description) for description, where, _ in listed()]
    return [
        one
        for one in found
        if not any(one[0] == where and one[1] in description for where, description in stated)
    ]


def test_every_part_is_where_the_page_says() -> None:
    assert len(listed()) > 20
    missing = [
        (where, name)
        for description, where, _ in listed()
        for name in re.findall(r"`(\w+)", description)
        if name not in (ROOT / where).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_test_that_holds_one_is_there() -> None:
    named = [test.split("::") for _, _, tests in listed() for test in tests]
    assert all(len(parts) == 2 for parts in named)
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists()
        or not re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []
    assert all(tests for _, _, tests in listed())


def test_what_is_leaned_on_is_listed() -> None:
    modules = tracked(*(f"{package}/*.py" for package in PACKAGES), "tests/distribution.py")
    found = [one for path in modules for one in leanings(path.relative_to(ROOT), path.read_text("utf-8"))]
    assert len(found) > 8
    assert unlisted(found) == []


@pytest.mark.parametrize(
    "source",
    [
        "from uvicorn.config import Config\nclass Ours(Config): ...",
        "import httpcore\nclass Ours(httpcore.AsyncHTTPProxy): ...",
        "def f(schema): return schema._type_map",
    ],
)
def test_what_is_not_listed_is_found(source: str) -> None:
    assert len(unlisted(leanings(Path("api/http/draining.py"), source))) == 1


def test_libraries_that_are_leaned_on_are_pinned_by_minor_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    parts = [re.fullmatch(r"([\w-]+)(?:\[\w+\])?(.*)", one) for one in wanted if isinstance(one, str)]
    pins = {match[1]: match[2] for match in parts if match}
    for library in LEANED_ON:
        minor = ".".join(version(library).split(".")[:2])
        assert re.fullmatch(rf"~={re.escape(minor)}\.\d+", pins[library]), library
