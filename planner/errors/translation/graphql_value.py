"""Writes values as GraphQL does, where graphql-core prints variables in Python's notation."""

from __future__ import annotations

import json
import re
from ast import literal_eval

TOKEN = re.compile(
    r"""\"{3}.*?\"{3}|(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?P<key>:)?|\w+""", re.DOTALL
)
NAME = re.compile(r"[_A-Za-z]\w*", re.ASCII)
CONSTANTS = {"True": "true", "False": "false", "None": "null"}


def graphql_notation(value: str) -> str:
    """`{'a': None}` becomes `{a: null}`; what GraphQL's notation has already stays."""
    return TOKEN.sub(_token, value)


def _token(match: re.Match[str]) -> str:
    quoted = match["quoted"]
    if quoted is None:
        return CONSTANTS.get(match[0], match[0])
    text = _text(quoted)
    if text is None:
        return match[0]
    if match["key"]:
        return f"{text if NAME.fullmatch(text) else _string(text)}:"
    return _string(text)


def _text(quoted: str) -> str | None:
    """What is quoted; None where it was cut within an escape."""
    try:
        return str(literal_eval(quoted))
    except (SyntaxError, ValueError):
        return None


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
