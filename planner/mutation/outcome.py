"""The `userErrors` of a write's outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.messages import message
from planner.mutation.constraint_errors import ConstraintError, check_error
from planner.mutation.request import ROOT
from planner.mutation.write_input import InputError
from planner.mutation.write_statement import WriteStatement

OF_THE_WHOLE = (["input"], ["input", "id"])
"""Paths at which FORBIDDEN rejects the whole mutation: it comes alone, as NOT_FOUND does at any path."""
OF_INPUT = 1_000_000
"""Message numbers from here on belong to the input's own errors."""


def given_errors(errors: Sequence[InputError]) -> list[dict[str, Any]]:
    """The input's own errors in the statement's form, so that it reports them with those of the row."""
    return [
        {"code": one.code, "path": one.path, "words": OF_INPUT + number} for number, one in enumerate(errors)
    ]


def located_errors(errors: Sequence[Mapping[str, Any]], path: Sequence[str]) -> list[dict[str, Any]]:
    """Errors whose paths begin where the input stands in the arguments."""
    return [
        {**one, "path": [*path, *one["path"][1:]]} if one["path"][:1] == [ROOT] else dict(one)
        for one in errors
    ]


def user_errors(
    statement: WriteStatement, outcome: Mapping[str, Any], errors: Sequence[InputError], language: str
) -> list[dict[str, Any]]:
    """The errors of an outcome, each {code, path, message}."""
    if outcome.get("mismatch"):
        words = message("mutation.key_used")
        return [error_of(InputError("IDEMPOTENCY_MISMATCH", ("idempotencyKey",), words), language)]
    if (violated := outcome.get("violated")) is not None:
        code, words = check_error(violated)
        known = statement.violations.get(violated, ConstraintError(code, ("input",), words))
        return [error_of(InputError(known.code, tuple(known.path), known.message), language)]
    found = []
    for one in outcome.get("errors") or []:
        number = one["words"]
        own = number < OF_INPUT
        words = statement.messages[number] if own else errors[number - OF_INPUT].message
        found.append(error_of(InputError(one["code"], tuple(one["path"]), words), language))
    return [one for one in found if _is_whole(one)][:1] or found


def _is_whole(error: Mapping[str, Any]) -> bool:
    """Whether an error comes alone."""
    return error["code"] == "NOT_FOUND" or (error["code"] == "FORBIDDEN" and error["path"] in OF_THE_WHOLE)


def error_of(error: InputError, language: str) -> dict[str, Any]:
    """An entry of `userErrors`."""
    return {"code": error.code, "path": list(error.path), "message": error.message.read(language)}
