"""Reads a mutation's input: the values of columns, and the errors of the input itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeGuard
from uuid import UUID

import orjson

from models.base import metadata, new_id
from models.slugs import slug_of
from planner.declaration.bindings import TypeBinding
from planner.declaration.scalar_types import parse_global_id
from planner.declaration.stored_form import Alternatives, StoredForm
from planner.declaration.write_action import Upsert, WritableField, WritableLinks, WriteAction
from planner.document.arguments import Arguments, ArgumentTree, ArgumentValue, non_null
from planner.errors import BadUserInput
from planner.limits import Limits
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.mutation.request import ROOT, MutationRequest


@dataclass(frozen=True, slots=True)
class InputError:
    """An error in the part of the input at `path`."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage


@dataclass(frozen=True, slots=True)
class WriteInput:
    """A mutation's input. `values` are by column, as JSON; `id` is None if it isn't one of the type.

    `links`: the items of each list of links, by column. `fields` are the given fields, `names` those of them
    with a value. `given` is the input as JSON, for Python.
    """

    id: UUID | None
    version: int | None
    reason: str | None
    values: Mapping[str, Any]
    links: Mapping[str, Sequence[Mapping[str, Any]]]
    names: Sequence[str]
    fields: Sequence[str]
    errors: tuple[InputError, ...]
    given: Mapping[str, Any] = field(repr=False)
    digest: str = field(repr=False)

    @property
    def incomplete(self) -> Sequence[str]:
        """The fields of which a part has an error: their other parts are checked one by one."""
        return [one.path[1] for one in self.errors if len(one.path) == len((ROOT, "field", "part"))]


def read_input(action: WriteAction, type_: TypeBinding, arguments: Arguments, limits: Limits) -> WriteInput:
    """The input of a mutation; instead of raising, it collects all errors in `errors`."""
    given = arguments[ROOT]
    assert isinstance(given, dict)
    reader = _InputFields(limits)
    reader.read_fields(action.fields, given, (ROOT,), reader.values)
    links = dict(reader.read_lists(action.links, given))
    reader.errors += _lookup_errors(action, given)
    if action.upsert is not None:
        links[action.upsert.links.name] = [reader.read_external_id(action.upsert, given)]
        reader.errors += _missing(action, given)
    reason = _plain(given.get("reason"))
    if reason is not None:
        reader.errors += _reason_errors(reason, limits.max_reason_length)
    values = {**_beginning(action, type_, reader.values), **reader.values}
    if action.step is not None and action.step.target:
        values[action.column] = action.step.target
    plain = {**_json(given), **reader.rewritten}
    return WriteInput(
        _row_of(action, type_, plain, values),
        plain.get("expectedVersion"),
        None if reader.errors else reason,
        values,
        links,
        _names(action, plain),
        [name for name in action.names if name in given],
        tuple(reader.errors),
        plain,
        sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    )


def _row_of(
    action: WriteAction, type_: TypeBinding, plain: Mapping[str, Any], values: Mapping[str, Any]
) -> UUID | None:
    """The id of the new or the given row; None if the database looks it up, by a link or an external id."""
    if action.creation is not None:
        return UUID(values["id"])
    return None if action.link or action.is_blind else _key_of(plain["id"], [str(type_.prefix)])


def _missing(action: WriteAction, given: Mapping[str, ArgumentTree]) -> Iterator[InputError]:
    """Of fields that a new row needs, and the input may omit; texts are the table's own check."""
    for one in action.fields:
        if one.required and None in one.columns and one.name not in given:
            yield InputError("REQUIRED", (ROOT, one.name), message("mutation.not_null", name=one.name))


def _names(action: WriteAction, plain: Mapping[str, Any]) -> list[str]:
    """The fields with a value; for one that finds a reference, the reference."""
    finds = {one.name: one.finds for one in action.fields if one.finds}
    return [finds.get(name, name) for name in action.names if _has_value(plain.get(name))]


def _has_value(value: Any) -> bool:
    """Whether there is anything in it: a text in some language, a link in the list."""
    return any(map(_has_value, value.values())) if isinstance(value, dict) else value not in (None, [])


def _lookup_errors(action: WriteAction, given: Mapping[str, ArgumentTree]) -> Iterator[InputError]:
    """Of a reference that is given in no way, or in two."""
    for reference, key in action.lookups:
        present = [name for name in (reference.name, key.name) if _plain(given.get(name)) is not None]
        words = message("mutation.one_way", first=reference.name, second=key.name)
        if len(present) != 1:
            yield InputError("INVALID" if present else "REQUIRED", (ROOT, key.name), words)


def _beginning(action: WriteAction, type_: TypeBinding, values: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of a new row: its id, its slug and the columns' initial values."""
    if action.creation is None:
        return {}
    table = metadata.tables[str(type_.table.name)]  # type: ignore[union-attr]
    begun: dict[str, Any] = {"id": str(new_id(table)), **action.creation.initial}
    for one in action.fields:
        if not one.required:
            begun |= dict.fromkeys(one.columns.values(), one.default)
    if "slug" in table.c:
        texts = [values.get(f"{name}_{language}") for name in ("title", "name") for language in ("en", "es")]
        begun["slug"] = slug_of(next((text for text in texts if text), "")) or type_.prefix
    return begun


@dataclass(slots=True)
class _InputFields:
    """Collects the values of an input and their errors; `rewritten` are texts in a form of their own."""

    limits: Limits
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[InputError] = field(default_factory=list)
    rewritten: dict[str, str] = field(default_factory=dict)

    def read_fields(
        self,
        fields: Sequence[WritableField],
        given: Mapping[str, ArgumentTree],
        path: tuple[str, ...],
        values: dict[str, Any],
    ) -> None:
        for one in fields:
            if one.name in given:
                self._read_field(one, given[one.name], (*path, one.name), values)

    def read_lists(
        self, lists: Sequence[WritableLinks], given: Mapping[str, ArgumentTree]
    ) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The given lists of links; one that is rejected as a whole is as one that was omitted."""
        for one in lists:
            if one.name in given and self._is_list(tree := given[one.name], one):
                yield one.name, self._read_links(one, tree)

    def _is_list(self, tree: ArgumentTree, links: WritableLinks) -> TypeGuard[list[Any]]:
        path = (ROOT, links.name)
        if not isinstance(tree, list):
            self._refuse("REQUIRED", path, message("mutation.not_null", name=links.name))
            return False
        if len(tree) > self.limits.max_links:
            words = message("mutation.too_many", limit=self.limits.max_links, asked=len(tree))
            self._refuse("TOO_MANY", path, words)
            return False
        return True

    def _read_links(self, links: WritableLinks, tree: list[Any]) -> list[dict[str, Any]]:
        """The links of a list, each by column; the path of a link's error has its index."""
        path = (ROOT, links.name)
        found: list[dict[str, Any]] = [{} for _ in tree]
        for number, item in enumerate(tree):
            assert isinstance(item, dict)
            self.read_fields(links.fields, item, (*path, str(number)), found[number])
            if not found[number].keys().isdisjoint(links.resets):
                found[number] = {**links.resets, **found[number]}
        return found

    def read_external_id(self, upsert: Upsert, given: Mapping[str, ArgumentTree]) -> dict[str, Any]:
        """The link with the external id, without its holder."""
        found: dict[str, Any] = {}
        self.read_fields(upsert.keys, given, (ROOT,), found)
        return found

    def _read_field(
        self, one: WritableField, tree: ArgumentTree, path: tuple[str, ...], values: dict[str, Any]
    ) -> None:
        if isinstance(tree, dict):
            for key, column in one.columns.items():
                if key in tree:
                    self._set(column, _plain(tree[key]), (*path, str(key)), values)
            return
        value = _plain(tree)
        if value is None and not one.nullable:
            self._refuse("REQUIRED", path, message("mutation.not_null", name=one.name))
            return
        if one.references and value is not None:
            if (referred := _key_of(value, list(one.references))) is None:
                self._refuse("REFERS_TO_NOTHING", path, message("mutation.refers_to_nothing"))
                return
            value = str(referred)
        elif value is not None:
            value = one.convert(value)
            if one.digits is not None and not _fits(Decimal(value), *one.digits):
                words = message("mutation.too_many_digits", whole=one.digits[0], fraction=one.digits[1])
                self._refuse("OUT_OF_RANGE", path, words)
                return
            value = value if one.form is None else self._form(one.form, value, path)
            if value is None:
                return
        for column in one.columns.values():
            self._set(column, value, path, values)

    def _form(self, form: StoredForm, value: str, path: tuple[str, ...]) -> str | Mapping[str, str] | None:
        """The stored form, or one for each value of the row that chooses; None if the text has none."""
        if "\0" in value or len(value) > self.limits.max_text_length:
            return value  # which is an error by itself
        found = form.read(value)
        if found is None:
            self._refuse("INVALID", path, form.message)
            return None
        self.rewritten[path[-1]] = found.text if isinstance(found, Alternatives) else found
        return found.by_value if isinstance(found, Alternatives) else found

    def _set(self, column: str, value: Any, path: tuple[str, ...], values: dict[str, Any]) -> None:
        """Set a column's value; rejects NUL, which PostgreSQL can't store, not even in JSON."""
        texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
        if any("\0" in text for text in texts):
            self._refuse("INVALID", path, message("argument.nul_character"))
        elif longest := [text for text in texts if len(text) > self.limits.max_text_length]:
            self.errors.append(_too_long(path, self.limits.max_text_length, longest[0]))
        else:
            values[column] = value

    def _refuse(self, code: str, path: tuple[str, ...], words: LocalizedMessage) -> None:
        self.errors.append(InputError(code, path, words))


def _fits(value: Decimal, whole: int, fraction: int) -> bool:
    """Whether a column with so many digits stores the number as it is, without rounding it."""
    return abs(value) < 10**whole and value == round(value, fraction)


def _reason_errors(reason: str, most: int) -> Iterator[InputError]:
    path = (ROOT, "reason")
    if not reason.strip() or "\0" in reason:
        yield InputError("REQUIRED", path, message("mutation.reason_blank"))
    elif len(reason) > most:
        yield _too_long(path, most, reason)


def _too_long(path: tuple[str, ...], most: int, text: str) -> InputError:
    return InputError("TOO_LONG", path, message("mutation.text_too_long", limit=most, asked=len(text)))


def read_key(request: MutationRequest, most: int) -> tuple[str | None, list[InputError]]:
    """The idempotency key from the argument or else the request's header, and its errors.

    Each item of a bulk mutation has a key of its own.
    """
    given = non_null(request.arguments, "idempotencyKey")
    key = given.value if given is not None else request.header_key
    if key is None:
        return None, []
    path = ("idempotencyKey",)
    if not key.strip() or "\0" in key:
        return None, [InputError("INVALID", path, message("mutation.key_empty"))]
    if len(key) > most:
        words = message("mutation.key_too_long", limit=most, asked=len(key))
        return None, [InputError("TOO_LONG", path, words)]
    return key if request.item is None else f"{key} {request.item}", []


def _key_of(value: str, prefixes: Collection[str]) -> UUID | None:
    """The UUID in a global id with one of the prefixes; None if it is malformed or has another."""
    try:
        return parse_global_id(value, prefixes)[1]
    except BadUserInput:
        return None


def _plain(tree: ArgumentTree | None) -> Any:
    return _json(tree) if tree is not None else None


def _json(tree: Any) -> Any:
    """A coerced value in its JSON form, without loss."""
    if isinstance(tree, ArgumentValue):
        return _json(tree.value)
    if isinstance(tree, dict):
        return {key: _json(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_json(value) for value in tree]
    if isinstance(tree, date | datetime):
        return tree.isoformat()
    return str(tree) if isinstance(tree, Decimal | UUID) else tree
