"""From a mutation's input to the values of columns, and to what of it is wrong by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from planner.declaration.scalar_types import parse_global_id
from planner.declaration.writes import WritableField, WriteAction
from planner.document.arguments import Arguments, ArgumentTree, ArgumentValue, non_null
from planner.errors import BadUserInput
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.mutation.request import MutationRequest

ROOT = "input"
MOST_KEY = 200  # characters
MOST_REASON = 2_000
MOST_TEXT = 20_000
"""Of any text of an input; tables bound most of them further."""


@dataclass(frozen=True, slots=True)
class InputError:
    """What is wrong with the part of the input at `path`."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage


@dataclass(frozen=True, slots=True)
class WriteInput:
    """What a mutation was given. `values` are by column, as JSON; `id` is None where it is of no such row.

    `fields` are the names of those that it is to set.
    """

    id: UUID | None
    version: int | None
    reason: str | None
    values: Mapping[str, Any]
    errors: tuple[InputError, ...]
    digest: str = field(repr=False)
    fields: tuple[str, ...] = ()


def read_input(
    action: WriteAction, prefix: str, arguments: Arguments, prefixes: frozenset[str]
) -> WriteInput:
    """The input of a mutation; raises nothing: what is wrong with it is in `errors`, all of it."""
    given = arguments[ROOT]
    assert isinstance(given, dict)
    values: dict[str, Any] = {}
    errors: list[InputError] = []
    for one in action.fields:
        if one.name in given:
            _read_field(one, given[one.name], prefixes, values, errors)
    reason = _plain(given.get("reason"))
    if reason is not None:
        errors += _reason_errors(reason)
    if action.step is not None:
        values[action.column] = action.step.target
    digest = sha256(orjson.dumps(_json(given), option=orjson.OPT_SORT_KEYS)).hexdigest()
    return WriteInput(
        _key(_plain(given["id"]), prefix, prefixes),
        _plain(given.get("expectedVersion")),
        None if errors else reason,
        values,
        tuple(errors),
        digest,
        tuple(one.name for one in action.fields if one.name in given),
    )


def _reason_errors(reason: str) -> Iterator[InputError]:
    path = (ROOT, "reason")
    if not reason.strip() or "\0" in reason:
        yield InputError("REQUIRED", path, message("mutation.reason_blank"))
    elif len(reason) > MOST_REASON:
        yield _too_long(path, MOST_REASON, reason)


def _too_long(path: tuple[str, ...], most: int, text: str) -> InputError:
    return InputError("TOO_LONG", path, message("mutation.text_too_long", limit=most, asked=len(text)))


def read_key(request: MutationRequest) -> tuple[str | None, list[InputError]]:
    """The idempotency key, of the argument or else of the request's header, and what is wrong with it."""
    given = non_null(request.arguments, "idempotencyKey")
    key = given.value if given is not None else request.header_key
    if key is None:
        return None, []
    path = ("idempotencyKey",)
    if not key.strip() or "\0" in key:
        return None, [InputError("INVALID", path, message("mutation.key_empty"))]
    if len(key) > MOST_KEY:
        words = message("mutation.key_too_long", limit=MOST_KEY, asked=len(key))
        return None, [InputError("TOO_LONG", path, words)]
    return key, []


def _read_field(
    one: WritableField,
    tree: ArgumentTree,
    prefixes: frozenset[str],
    values: dict[str, Any],
    errors: list[InputError],
) -> None:
    path = (ROOT, one.name)
    if isinstance(tree, dict):
        for key, column in one.columns.items():
            if key in tree:
                _set(column, _plain(tree[key]), (*path, str(key)), values, errors)
        return
    value = _plain(tree)
    if value is None and not one.nullable:
        errors.append(InputError("REQUIRED", path, message("mutation.not_null", name=one.name)))
        return
    if one.prefix is not None and value is not None:
        if (referred := _key(value, one.prefix, prefixes)) is None:
            errors.append(InputError("REFERS_TO_NOTHING", path, message("mutation.refers_to_nothing")))
            return
        value = str(referred)
    elif value is not None:
        value = one.convert(value)
    for column in one.columns.values():
        _set(column, value, path, values, errors)


def _set(
    column: str, value: Any, path: tuple[str, ...], values: dict[str, Any], errors: list[InputError]
) -> None:
    """Note the value of a column. PostgreSQL stores no NUL, in JSON neither."""
    texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
    if any("\0" in text for text in texts):
        errors.append(InputError("INVALID", path, message("argument.nul_character")))
    elif longest := [text for text in texts if len(text) > MOST_TEXT]:
        errors.append(_too_long(path, MOST_TEXT, longest[0]))
    else:
        values[column] = value


def _key(value: str, prefix: str, prefixes: frozenset[str]) -> UUID | None:
    try:
        found, key = parse_global_id(value, prefixes)
    except BadUserInput:
        return None
    return key if found == prefix else None


def _plain(tree: ArgumentTree | None) -> Any:
    return _json(tree) if tree is not None else None


def _json(tree: Any) -> Any:
    """A coerced value as JSON has it, exact."""
    if isinstance(tree, ArgumentValue):
        return _json(tree.value)
    if isinstance(tree, dict):
        return {key: _json(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_json(value) for value in tree]
    if isinstance(tree, date | datetime):
        return tree.isoformat()
    return str(tree) if isinstance(tree, Decimal | UUID) else tree
