"""The rest of an input without its invalid fields: it is tried, so that all errors are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.declaration.write_action import WriteAction
from planner.mutation.outcome import OF_INPUT
from planner.mutation.request import ROOT
from planner.mutation.write_input import WriteInput
from planner.mutation.write_statement import WriteStatement

RawErrors = Sequence[Mapping[str, Any]]
"""Errors as the statement tells them: {code, path, words}."""


def remaining_input(
    action: WriteAction, wanted: WriteInput, statement: WriteStatement, errors: RawErrors
) -> WriteInput | None:
    """None where nothing is looked at after the write, or nothing can be written without what is wrong."""
    wrong = set(_wrong_names(statement, errors))
    fields = {one.name: one for one in action.fields}
    left_out = [fields[name] for name in wrong if name in fields]
    is_needed = action.creation is not None and any(one.required for one in left_out)
    if statement.verify is None or not wrong or is_needed or wrong - fields.keys() - {"reason"}:
        return None
    columns = {column: one.default for one in left_out for column in one.columns.values()}
    values = {name: value for name, value in wanted.values.items() if name not in columns}
    return replace(
        wanted,
        values=values if action.creation is None else {**values, **columns},
        names=[name for name in wanted.names if name not in wrong],
        fields=[name for name in wanted.fields if name not in wrong],
        given={name: value for name, value in wanted.given.items() if name not in wrong},
        errors=(),
    )


def _wrong_names(statement: WriteStatement, errors: RawErrors) -> Iterator[str]:
    """The fields that errors name, and those that are wrong together with them."""
    for one in errors:
        if one["path"][0] == ROOT:
            yield one["path"][1] if len(one["path"]) > 1 else ROOT
        if one["words"] < OF_INPUT:
            yield from statement.concerned[one["words"]]


def errors_of_the_rest(statement: WriteStatement, outcome: Mapping[str, Any]) -> RawErrors:
    """Of what remained, those of the row as it would be."""
    found = outcome.get("errors") or []
    return [one for one in found if statement.first_verified <= one["words"] < OF_INPUT]
