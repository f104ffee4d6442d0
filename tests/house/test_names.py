"""Names: the glossary's terms are in the code, modules and classes are made of them, each means one thing."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = "docs/glossary.md"
PACKAGES = ("api", "delivery", "schema", "planner", "models")
SEARCHED = (*PACKAGES, "tests", "benchmarks", "examples")
UNWANTED = frozenset(
    {
        "told",
        "asked",
        "place",
        "beside",
        "shown",
        "crowd",
        "tie",
        "who",
        "whom",
        "whose",
        "what",
        "somebody",
        "someone",
        "everybody",
        "sound",
        "put",
        "say",
        "said",
        "saying",
        "hear",
        "heard",
        "telling",
        "asking",
        "anew",
        "court",
    }
)
"""Words of sentences, which stood for many things each. `places_left` is the field's own word."""
PREPOSITIONS = frozenset(
    {"at", "by", "for", "from", "in", "into", "of", "on", "onto", "over", "to", "with", "within", "without"}
)
"""No name for a function by itself: it says how something is related, not what is done."""
ROW = re.compile(r"\| \*\*[^|]+\*\* \| [^|]+ \| [^|]+\.\)? \| `[^|]+` \|")
"""Term, origin, a sentence, paths."""
MIGRATIONS = "models/migrations/versions/"

Trees = Mapping[str, ast.Module]


def words_of(name: str) -> list[str]:
    """`HTTPResponse`, `http_response` and `httpResponse` are all http, response."""
    name = name.replace("GraphQL", "Graphql").replace("ETag", "Etag")
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def stems(name: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in words_of(name))


@cache
def parsed() -> Trees:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *SEARCHED], cwd=ROOT, capture_output=True, check=True
    )
    paths = [path for path in listed.stdout.decode().split("\0") if path.endswith(".py")]
    return {path: ast.parse(ROOT.joinpath(path).read_text("utf-8")) for path in paths}


def of_packages(trees: Trees) -> Trees:
    return {path: tree for path, tree in trees.items() if path.split("/")[0] in PACKAGES}


def defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and name of whatever is bound to a name, but for tests, whose names are sentences."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) if not name.startswith("Test"):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if not name.startswith("test_"):
                    yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case (
                ast.alias(asname=str(name)) | ast.MatchAs(name=str(name)) | ast.ExceptHandler(name=str(name))
            ):
                yield getattr(node, "lineno", 0), name
            case ast.Call(func=ast.Attribute(attr="label"), args=[ast.Constant(value=str(name))]):
                yield node.lineno, name  # a column of a statement


def unwanted(trees: Trees) -> list[str]:
    return [
        f"{path}:{line}: {name}"
        for path, tree in trees.items()
        for line, name in [(0, PurePosixPath(path).stem), *defined(tree)]
        if UNWANTED & {*words_of(name)} and not PurePosixPath(name).name.startswith("test_")
    ]


def prepositions(trees: Trees) -> list[str]:
    """Functions that are named by a preposition alone."""
    return [
        f"{path}:{node.lineno}: {node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.strip("_") in PREPOSITIONS
    ]


def classes(trees: Trees) -> dict[str, list[str]]:
    """Class name → the modules that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in of_packages(trees).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path)
    return found


def ambiguous(trees: Trees) -> dict[str, list[str]]:
    """Class names with several meanings; a model and the GraphQL type of the same entity are one."""
    return {
        name: paths
        for name, paths in classes(trees).items()
        if len(paths) > 1 and sorted(path.split("/")[0] for path in paths) != ["models", "schema"]
    }


def named(trees: Trees) -> Iterator[tuple[str, str]]:
    """Each module and class of the house, with the path that it is in."""
    for path in of_packages(trees):
        if not path.startswith(MIGRATIONS):
            for part in PurePosixPath(path).with_suffix("").parts:
                yield path, part.strip("_")
    for name, paths in classes(trees).items():
        yield paths[0], name


def unexplained(trees: Trees, known: frozenset[str]) -> list[str]:
    """Names of modules and classes with words that the glossary doesn't have."""
    return sorted(
        {
            f"{path}: {name} ({', '.join(strange)})"
            for path, name in named(trees)
            if (strange := [word for word in words_of(name) if not {word, singular(word)} & known])
        }
    )


def terms(page: str) -> list[str]:
    """The terms that a glossary defines, in its order."""
    return re.findall(r"^\| \*\*(.+?)\*\* \|", page, re.MULTILINE)


def plain_terms(page: str) -> list[str]:
    return (
        page.partition("\n## Plain terms\n")[2].rpartition("\n\n")[2].replace(",", " ").strip(".\n ").split()
    )


def glossary() -> str:
    return ROOT.joinpath(GLOSSARY).read_text("utf-8")


def vocabulary(page: str) -> frozenset[str]:
    return frozenset([*plain_terms(page), *(word for term in terms(page) for word in stems(term))])


def identifiers(trees: Trees) -> frozenset[tuple[str, ...]]:
    """The words of every name that the code defines, modules included."""
    names = {name for tree in trees.values() for _, name in defined(tree)}
    names |= {path.removesuffix(".py") for path in trees}
    return frozenset(stems(name) for name in names)


def contains(name: tuple[str, ...], term: tuple[str, ...]) -> bool:
    return any(name[start : start + len(term)] == term for start in range(len(name) - len(term) + 1))


def not_in_the_code(wanted: Iterable[str], trees: Trees) -> list[str]:
    """Terms that are neither an identifier nor a part of one."""
    names = identifiers(trees)
    return [term for term in wanted if not any(contains(name, stems(term)) for name in names)]


def test_every_term_of_the_glossary_is_in_the_code() -> None:
    assert len(terms(glossary())) > 100
    assert not_in_the_code(terms(glossary()), parsed()) == []


def test_the_glossary_has_each_term_once_and_says_where_it_comes_from() -> None:
    found = terms(glossary())
    assert sorted({term for term in found if found.count(term) > 1}) == []
    rows = [line for line in glossary().splitlines() if line.startswith("| **")]
    assert [row for row in rows if not ROW.fullmatch(row)] == []


def test_each_part_of_the_glossary_is_in_order() -> None:
    for part in glossary().split("\n## "):
        found = [term.casefold() for term in terms(part)]
        assert found == sorted(found)


def test_modules_and_classes_are_made_of_the_glossarys_words() -> None:
    assert unexplained(parsed(), vocabulary(glossary())) == []


def test_plain_terms_are_used_and_not_terms_of_the_glossary() -> None:
    found = plain_terms(glossary())
    used = {form for _, name in named(parsed()) for word in words_of(name) for form in (word, singular(word))}
    explained = {word for term in terms(glossary()) for word in stems(term)}
    assert found == sorted({*found})
    assert [word for word in found if word not in used or word in explained] == []


def test_a_class_name_stands_for_one_thing() -> None:
    assert ambiguous(parsed()) == {}


def test_words_that_stood_for_many_things_are_gone() -> None:
    assert unwanted(parsed()) == []


def test_a_function_is_named_by_more_than_a_preposition() -> None:
    assert prepositions(parsed()) == []


def planted(path: str, source: str) -> Trees:
    return {path: ast.parse(source)}


def test_unwanted_words_are_noticed() -> None:
    sources = (
        "def told(): ...",
        "class CrowdMember: ...",
        "def f(asked_of): ...",
        "place = 1",
        "self.shown = 1",
        "for tie in []: ...",
        "lambda place: 1",
        "import os as beside",
        "f'{(told := 1)}'",
        "column.label('place')",
        "async def is_told(): ...",
        "def test_it():\n    asked = 1",
        "def send(whom): ...",
        "async def _put(): ...",
        "what_is_left = 1",
        "@fixture\ndef sound(): ...",
    )
    for source in sources:
        assert len(unwanted(planted("tests/x.py", source))) == 1, source
    assert len(unwanted(planted("tests/feed/shown_fields.py", ""))) == 1
    for source in (
        "def test_whoever_is_told(): ...",
        "places_left = 1",
        "replace = tied = 1",
        "f(asked=1)",
        "input = 1",
    ):
        assert unwanted(planted("tests/x.py", source)) == [], source
    assert unwanted(planted("tests/test_what_is_shown.py", "")) == []


def test_a_preposition_as_a_name_is_noticed() -> None:
    for source in ("def of(): ...", "async def _on(): ...", "class A:\n    def within(self): ..."):
        assert len(prepositions(planted("api/x.py", source))) == 1, source
    assert prepositions(planted("api/x.py", "def on_close(): ...\ndef __lt__(): ...\nof = 1")) == []


def test_a_class_name_with_two_meanings_is_noticed() -> None:
    one = ast.parse("class Page: ...")
    assert ambiguous({"models/page.py": one, "schema/page.py": one}) == {}
    assert ambiguous({"models/page.py": one, "tests/page.py": one}) == {}
    assert ambiguous({"api/page.py": one, "schema/page.py": one})
    assert ambiguous({"models/page.py": one, "models/row.py": one})
    assert ambiguous({"models/page.py": one, "schema/page.py": one, "planner/page.py": one})
    assert ambiguous(planted("planner/page.py", "class A:\n    class B: ...\nclass B: ..."))


def test_a_name_of_other_words_is_noticed() -> None:
    known = frozenset({"api", "http", "response"})
    assert unexplained(planted("api/http_responses.py", "class HTTPResponse: ..."), known) == []
    assert unexplained(planted("api/gate.py", ""), known) == ["api/gate.py: gate (gate)"]
    assert unexplained(planted("api/http.py", "class Keeping: ..."), known) == [
        "api/http.py: Keeping (keeping)"
    ]
    assert unexplained(planted("tests/gate.py", ""), known) == []


def test_a_term_that_nobody_uses_is_noticed() -> None:
    trees = planted("api/etag.py", "class ApiKeys: ...\ndef plan_key(): ...")
    assert not_in_the_code(["API key", "plan key", "ETag", "plan"], trees) == []
    assert not_in_the_code(["key plan", "lease", "api plan"], trees) == ["key plan", "lease", "api plan"]
