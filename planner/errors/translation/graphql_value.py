"""Writes values in GraphQL's notation; graphql-core prints variables in Python's."""

from __future__ import annotations

import json
import re
from ast import literal_eval

from planner.message_catalog import shorten

TOKEN = re.compile(
    r"""\"{3}.*?\"{3}|(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?P<key>:)?|\w+""", re.DOTALL
)
NAME = re.compile(r"[_A-Za-z]\w*", re.ASCII)
CONSTANTS = {"True": "true", "False": "false", "None": "null"}
MAX_PRINTED_LENGTH = 80


def print_value(value: object) -> str:
    """A value of JSON as GraphQL writes it, shortened: `"x"`, `true`, `{a: [1, null]}`."""
    if isinstance(value, str):
        return _string(shorten(value, MAX_PRINTED_LENGTH))
    return shorten(_printed(value), MAX_PRINTED_LENGTH)


def _printed(value: object) -> str:
    match value:
        case str():
            return _string(value)
        case dict():
            return f"{{{', '.join(f'{_field_name(key)}: {_printed(one)}' for key, one in value.items())}}}"
        case list():
            return f"[{', '.join(map(_printed, value))}]"
        case _:
            return CONSTANTS.get(str(value), str(value))


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
        return f"{_field_name(text)}:"
    return _string(text)


def _text(quoted: str) -> str | None:
    """The quoted text; None if it was cut within an escape."""
    try:
        return str(literal_eval(quoted))
    except (SyntaxError, ValueError):
        return None


def _field_name(name: str) -> str:
    """A name as it is; what is no name, as a string."""
    return name if NAME.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
