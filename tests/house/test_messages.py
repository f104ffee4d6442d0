"""Each message is there in every language, with the same arguments, and somebody says it."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from planner.message_catalog import CatalogError, load
from tests.house.message_calls import call_faults, calls, constants, python_notation, trees

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "delivery", "schema", "planner")
LISTED_ELSEWHERE = frozenset({"graphql_core", "graphql_token"})
"""Sections of what graphql-core says: tests/planner/test_spanish.py compares them with its source."""

EN = """
[cursor]
expired = "The cursor is older than {days} days."
lost = "The cursor is lost."
"""
ES = """
[cursor]
expired = "El cursor tiene más de {days} días."
lost = "El cursor se perdió."
"""
CODE = """
from shop.messages import message

def expired(days):
    return message("cursor.expired", days=days)

LOST = {reason: message(f"cursor.{reason}") for reason in ("lost",)}
"""


def shop(folder: Path, *, en: str = EN, es: str = ES, code: str = CODE) -> Path:
    """A package with messages in two languages and code that says them."""
    package = folder / "shop"
    (package / "messages").mkdir(parents=True)
    (package / "messages" / "en.toml").write_text(en, encoding="utf-8")
    (package / "messages" / "es.toml").write_text(es, encoding="utf-8")
    (package / "cursors.py").write_text(code, encoding="utf-8")
    return package


def spoken(tree: ast.Module) -> list[str]:
    """The texts of a module, without its docstrings."""
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


def faults_of(package: Path) -> list[str]:
    return call_faults(package, load(package / "messages"), frozenset())


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_said_is_in_the_catalog_and_what_is_in_the_catalog_is_said(package: str) -> None:
    catalog = importlib.import_module(f"{package}.messages").catalog
    assert call_faults(ROOT / package, catalog, LISTED_ELSEWHERE) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_calls_are_found(package: str) -> None:
    assert len(list(calls(ROOT / package))) >= (1 if package == "schema" else 20)


@pytest.mark.parametrize("package", PACKAGES)
def test_messages_quote_values_in_graphqls_notation(package: str) -> None:
    assert list(python_notation(ROOT / package)) == []


@pytest.mark.parametrize(
    "argument", ["repr(days)", "repr(days[:80])", "f'{days!r}'", "str(days)", "'%r' % days", "True", "None"]
)
def test_a_value_in_pythons_notation_is_noticed(tmp_path: Path, argument: str) -> None:
    package = shop(tmp_path, code=CODE.replace("days=days", f"days={argument}"))
    assert list(python_notation(package)) == [f"shop/cursors.py:5: {argument}"]


def test_a_package_whose_messages_are_all_said(tmp_path: Path) -> None:
    assert faults_of(shop(tmp_path)) == []


@pytest.mark.parametrize(
    ("es", "says"),
    [
        (ES.replace("lost", "gone"), "es.toml: cursor.lost is missing"),
        (ES + 'gone = "Ya no está."', "es.toml: cursor.gone is not in en.toml"),
        (ES.replace("{days}", "{hours}"), "es.toml: cursor.expired has the arguments hours, en.toml days"),
        (ES.replace("{days}", "90"), "es.toml: cursor.expired has the arguments none, en.toml days"),
        (ES.replace("{days}", "{days.real}"), "es.toml: cursor.expired is neither a text"),
        (ES.replace("{days}", "{days!r}"), "es.toml: cursor.expired is neither a text"),
        (ES.replace("{days}", "{days:>9}"), "es.toml: cursor.expired is neither a text"),
        (ES.replace("{days}", "{days"), "es.toml: cursor.expired is neither a text"),
        (ES.replace('"El cursor se perdió."', '""'), "es.toml: cursor.lost is neither a text"),
        (ES + 'gone = { one = "1" }', "es.toml: cursor.gone is neither a text"),
        ('lost = "El cursor se perdió."', "es.toml: lost is outside of a section"),
    ],
)
def test_a_language_that_does_not_fit_the_others(tmp_path: Path, es: str, says: str) -> None:
    with pytest.raises(CatalogError, match=re.escape(says)):
        load(shop(tmp_path, es=es) / "messages")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "nobody uses cursor.lost"),
        ('message("cursor.gone")', "there is no message cursor\\.gone"),
        ('message("cursor.expired")', "cursor.expired takes ['days'], not []"),
        ('message("cursor.lost", days=1)', "cursor.lost takes [], not ['days']"),
        ('message("cursor." + reason)', "the id must be a literal, or an f-string"),
        ('message(f"gone.{reason}")', "there is no message gone\\.(.+)"),
    ],
)
def test_code_that_says_something_else(tmp_path: Path, code: str, fault: str) -> None:
    first, _, _ = CODE.partition("LOST")
    assert [one for one in faults_of(shop(tmp_path, code=first + code)) if fault in one]


def test_a_package_without_english(tmp_path: Path) -> None:
    package = shop(tmp_path)
    (package / "messages" / "en.toml").unlink()
    with pytest.raises(CatalogError, match=r"there is no en\.toml"):
        load(package / "messages")


def test_the_wheel_has_every_language(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    files = {f"{path.relative_to(ROOT)}" for package in PACKAGES for path in (ROOT / package).rglob("*.toml")}
    assert len(files) >= 2 * len(PACKAGES)
    assert files - set(ZipFile(wheel).namelist()) == set()


def test_no_text_of_the_code_is_spanish() -> None:
    """Pairs of texts in the code would have one with an accent sooner or later."""
    accented = re.compile("[áéíóúñ¿¡ÁÉÍÓÚÑ]")
    found = [
        f"{where}: {text[:60]}"
        for package in PACKAGES
        for where, tree in trees(ROOT / package)
        for text in spoken(tree)
        if accented.search(text)
    ]
    assert found == []
    assert constants(ROOT / "planner")


def test_spanish_in_the_code_is_noticed(tmp_path: Path) -> None:
    package = shop(
        tmp_path, code='"""Dice «ñ»."""\n\ndef f():\n    return ("The end.", f"El fin está {f}.")\n'
    )
    [(_, tree)] = trees(package)
    assert [text for text in spoken(tree) if "á" in text] == ["El fin está "]
    assert not [text for text in spoken(tree) if "ñ" in text]
