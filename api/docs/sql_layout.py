"""Formats a statement for a page; only its white space differs from what PostgreSQL gets."""

from __future__ import annotations

import re
from collections.abc import Iterable

WIDTH = 96
PIECE = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[()]|[^'\"()]+")
CLAUSE = re.compile(r" (?=(?:FROM|WHERE|GROUP BY|ORDER BY|LIMIT|(?:LEFT OUTER )?JOIN) )")
COMMA, AND = re.compile(r"(?<=,) "), re.compile(r" (?=AND )")


def laid_out(sql: str) -> str:
    return _laid_out(" ".join(sql.split()).replace("( ", "(").replace(" )", ")"), 0)


def _laid_out(text: str, indent: int) -> str:
    """The formatted text, whose first line begins at column `indent`."""
    if indent + len(text) <= WIDTH:
        return text
    pad = "\n" + " " * indent
    for separator in (CLAUSE, AND):
        if len(parts := _split(text, separator)) > 1:
            return pad.join(_laid_out(part, indent) for part in parts)
    if text.startswith("SELECT "):
        return f"SELECT{pad}    {_laid_out(text.removeprefix('SELECT '), indent + 4)}"
    if len(parts := _split(text, COMMA)) > 1:
        return pad.join(_filled(parts, indent))
    before, inner, after = _brackets(text)
    if not inner:
        return text
    return f"{before}({pad}    {_laid_out(inner, indent + 4)}{pad}){after}"


def _filled(parts: Iterable[str], indent: int) -> Iterable[str]:
    """Lines with as many parts as fit."""
    line = ""
    for part in parts:
        if line and indent + len(line) + 1 + len(part) > WIDTH:
            yield line
            line = ""
        if indent + len(part) > WIDTH:
            yield _laid_out(part, indent)
        else:
            line = f"{line} {part}".lstrip()
    if line:
        yield line


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split at separators outside of brackets and quotes."""
    flat = _flattened(text)
    cuts = [match.span() for match in separator.finditer(flat)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _flattened(text: str) -> str:
    """The text with everything in brackets or quotes replaced by dots."""
    depth, pieces = 0, []
    for piece in PIECE.findall(text):
        depth -= piece == ")"
        pieces.append(piece if depth == 0 and piece[0] not in "'\"" else "." * len(piece))
        depth += piece == "("
    return "".join(pieces)


def _brackets(text: str) -> tuple[str, str, str]:
    """The text before, in and after the longest pair of brackets."""
    flat = _flattened(text)
    opened, closed = (
        [m.start() for m in re.finditer(r"\(", flat)],
        [m.start() for m in re.finditer(r"\)", flat)],
    )
    if not opened:
        return text, "", ""
    start, end = max(zip(opened, closed, strict=True), key=lambda pair: pair[1] - pair[0])
    return text[:start], text[start + 1 : end], text[end + 1 :]
