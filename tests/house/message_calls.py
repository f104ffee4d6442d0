"""Reads from the source which messages a package takes from its catalog, and with which arguments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.message_catalog import MessageCatalog


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `message`: where it is, its id as a pattern with a group for each part made at run time."""

    where: str
    pattern: re.Pattern[str] | None  # None if the id is neither a literal nor an f-string
    arguments: frozenset[str] | None  # None if they are made at run time

    def ids(self, catalog: MessageCatalog, constants: frozenset[str]) -> set[str]:
        """The messages it may be; parts made at run time are texts that the package's code has somewhere."""
        if self.pattern is None:
            return set()
        return {
            id
            for id in catalog.entries
            if (match := self.pattern.fullmatch(id)) and constants.issuperset(match.groups())
        }


def trees(package: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(package.rglob("*.py")):
        yield f"{path.relative_to(package.parent)}", ast.parse(path.read_text(encoding="utf-8"))


def calls(package: Path) -> Iterator[Call]:
    """The calls of `message` in modules that import it from the package's own catalog."""
    for where, node in _message_calls(package):
        yield _call(f"{where}:{node.lineno}", node)


def python_notation(package: Path) -> Iterator[str]:
    """Arguments of messages that print a value as Python does; `print_value` does it as GraphQL does."""
    for where, call in _message_calls(package):
        for argument in call.keywords:
            if any(map(_prints_as_python, ast.walk(argument.value))):
                yield f"{where}:{call.lineno}: {ast.unparse(argument.value)}"


def constants(package: Path) -> frozenset[str]:
    """All texts in the package's code."""
    return frozenset(
        node.value
        for _, tree in trees(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def call_faults(package: Path, catalog: MessageCatalog, listed_elsewhere: frozenset[str]) -> list[str]:
    """Calls with unknown ids, and messages that no call uses.

    `listed_elsewhere` are sections whose names are no texts of the code, such as what a library says.
    """
    texts = constants(package) | {name for section in listed_elsewhere for name in catalog.section(section)}
    found, used = [], set[str]()
    for call in calls(package):
        if call.pattern is None:
            found.append(f"{call.where}: the id must be a literal, or an f-string")
            continue
        ids = call.ids(catalog, texts)
        used |= ids
        if not ids:
            found.append(f"{call.where}: there is no message {call.pattern.pattern}")
        for id in sorted(ids):
            expected = catalog.entries[id]["EN"].arguments
            if call.arguments is not None and call.arguments != expected:
                found.append(f"{call.where}: {id} takes {sorted(expected)}, not {sorted(call.arguments)}")
    return found + [f"nobody uses {id}" for id in catalog.entries if id not in used]


def _imports_message(tree: ast.Module, package: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == f"{package}.messages"
        and any(one.name == "message" and one.asname is None for one in node.names)
        for node in ast.walk(tree)
    )


def _message_calls(package: Path) -> Iterator[tuple[str, ast.Call]]:
    for where, tree in trees(package):
        if _imports_message(tree, package.name):
            for node in ast.walk(tree):
                match node:
                    case ast.Call(func=ast.Name(id="message")):
                        yield where, node


def _prints_as_python(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="repr" | "str" | "ascii")):
            return True
        case ast.FormattedValue(conversion=conversion):
            return conversion != -1
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
            return True
        case ast.Constant(value=bool() | None):
            return True
    return False


def _call(where: str, node: ast.Call) -> Call:
    dynamic = any(keyword.arg is None for keyword in node.keywords)
    arguments = frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None)
    return Call(where, _pattern(node.args), None if dynamic else arguments)


def _pattern(given: list[ast.expr]) -> re.Pattern[str] | None:
    if len(given) != 1:
        return None
    match given[0]:
        case ast.Constant(value=str(id)):
            return re.compile(re.escape(id))
        case ast.JoinedStr(values=parts):
            return re.compile("".join(_part(part) for part in parts))
    return None


def _part(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
