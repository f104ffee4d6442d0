"""A section of a page as steps that can be followed: files to write, files to change, commands to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+)`")


class Unclear(Exception):
    """The page can't be followed to the letter."""


@dataclass(frozen=True)
class WriteFile:
    """A new file and its text."""

    path: str
    text: str

    def apply(self, root: Path) -> None:
        path = root / self.path
        if path.exists():
            raise Unclear(f"{self.path} is there already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, encoding="utf-8")


@dataclass(frozen=True)
class ChangeFile:
    """Texts of a file, each of which must be there once, and what replaces them."""

    path: str
    hunks: tuple[tuple[str, str], ...]

    def apply(self, root: Path) -> None:
        path = root / self.path
        text = path.read_text(encoding="utf-8")
        for old, new in self.hunks:
            if text.count(old) != 1:
                raise Unclear(f"{self.path} has {text.count(old)} times, not once:\n{old}")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class RunCommand:
    """A line for the shell."""

    line: str


Step = WriteFile | ChangeFile | RunCommand


def section(page: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def steps(text: str) -> Iterator[Step]:
    """The fenced blocks in their order; a file's path stands in the line above its block."""
    end = 0
    for block in FENCE.finditer(text):
        language, body = block.groups()
        above = text[end : block.start()].strip().rpartition("\n")[2]
        end = block.end()
        if language == "sh":
            yield from map(RunCommand, body.splitlines())
            continue
        if not (named := PATH.findall(above)):
            raise Unclear(f"no file is named above the block that begins with {body.splitlines()[0]!r}")
        if language == "diff":
            yield ChangeFile(named[0], tuple(hunks(body)))
        else:
            yield WriteFile(named[0], body)


def hunks(diff: str) -> Iterator[tuple[str, str]]:
    """Each part of a diff as text before and after; parts are set off by a line `@@`."""
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        if not before or before == after:
            raise Unclear(f"a part of the diff without a line to find, or without a change:\n{hunk}")
        yield before, after
