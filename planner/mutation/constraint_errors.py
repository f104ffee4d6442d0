"""The errors of broken constraints, by the constraints' names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Table, UniqueConstraint

from models.base import metadata
from planner.declaration.write_action import WritableField, WriteAction
from planner.message_catalog import LocalizedMessage
from planner.messages import message


@dataclass(frozen=True, slots=True)
class ConstraintError:
    """The user error for a broken constraint."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage


TOO_LONG = ("TOO_LONG", message("constraint.bounded"))
LENGTH = re.compile(r"char_length\(\w+(?:\(\w+\))?\) <= \d+")
PART = re.compile(r"'(?:[^']|'')*'|\w+|\W")
CHECKS = (
    ("_status_step", "WRONG_STATE", message("constraint.status_step")),
    ("_present", "REQUIRED", message("constraint.required")),
    ("_bounded", *TOO_LONG),
    ("_after_", "OUT_OF_RANGE", message("constraint.in_order")),
    ("_in_calendar", "OUT_OF_RANGE", message("constraint.in_calendar")),
    ("_plausible", "INVALID", message("constraint.in_calendar")),
    ("_range", "OUT_OF_RANGE", message("constraint.in_range")),
    ("_positive", "OUT_OF_RANGE", message("constraint.in_range")),
    ("_finite", "INVALID", message("constraint.in_range")),
    ("_code_shape", "INVALID", message("constraint.code_shape")),
    ("_key_shape", "INVALID", message("constraint.key_shape")),
    ("_scheme_shape", "INVALID", message("constraint.scheme_shape")),
    ("_email_shape", "INVALID", message("constraint.email_shape")),
    ("_url_shape", "INVALID", message("constraint.url_shape")),
    ("_orcid_shape", "INVALID", message("constraint.orcid_shape")),
    ("_doi_shape", "INVALID", message("constraint.doi_shape")),
    ("_ror_id_shape", "INVALID", message("constraint.ror_id_shape")),
    ("_country_shape", "INVALID", message("constraint.country_shape")),
    ("_region_shape", "INVALID", message("constraint.region_shape")),
    ("_language_shape", "INVALID", message("constraint.language_shape")),
    ("_currency_shape", "INVALID", message("constraint.currency_shape")),
    ("_field_of_study_shape", "INVALID", message("constraint.field_of_study_shape")),
    ("_notice_version_shape", "INVALID", message("constraint.version_shape")),
    ("_sdgs_known", "INVALID", message("constraint.sdgs_known")),
    ("_has_currency", "INVALID", message("constraint.has_currency")),
    ("_or_avoid", "INVALID", message("constraint.exactly_one")),
    ("_of_one", "INVALID", message("constraint.exactly_one")),
    ("_whole", "INVALID", message("constraint.whole")),
    ("_or_recipient", "INVALID", message("constraint.one_of")),
    ("_is_another", "INVALID", message("constraint.is_another")),
    ("_differ", "INVALID", message("constraint.differ")),
    ("_of_role", "INVALID", message("constraint.of_role")),
    ("_of_integration", "INVALID", message("constraint.of_role")),
    ("_role_granted", "INVALID", message("constraint.role_granted")),
)
"""Part of a check's name, with the error's code and message."""


DUPLICATES = ("_email", "_orcid")
"""What the name of a unique key ends in that tells one person from another."""


def checks_of(table: Table) -> list[CheckConstraint]:
    """The CHECK constraints of a table and of its columns."""
    found = [*table.constraints, *(check for column in table.c for check in column.constraints)]
    return list({str(one.name): one for one in found if isinstance(one, CheckConstraint)}.values())


@dataclass(frozen=True, slots=True)
class CheckPart:
    """A condition of a check that fields of an input may break, and what is said where they do."""

    code: str
    message: LocalizedMessage
    expression: str
    fields: Sequence[WritableField]


def parts_of(constraint: CheckConstraint, fields: Sequence[WritableField]) -> Iterator[CheckPart]:
    """How long texts may be is told field by field, and apart from what else a check says of them."""
    expression = str(constraint.sqltext)
    for rest, named in _by_fields(LENGTH.sub("true", expression), fields):
        yield CheckPart(*check_error(str(constraint.name), named), rest, named)
    lengths: dict[str, list[str]] = {}
    for length in LENGTH.findall(expression):
        for one in fields_in(fields, length):
            lengths.setdefault(one.name, []).append(length)
    for field in fields:
        if bounds := lengths.get(field.name):
            yield CheckPart(*TOO_LONG, " and ".join(bounds), [field])


def _by_fields(
    expression: str, fields: Sequence[WritableField]
) -> Iterator[tuple[str, Sequence[WritableField]]]:
    """The conditions that an expression joins with AND, together where they are about the same fields."""
    found: dict[frozenset[str], list[str]] = {}
    for condition in conditions_of(expression):
        if named := fields_in(fields, condition):
            found.setdefault(frozenset(one.name for one in named), []).append(condition)
    for conditions in found.values():
        together = " and ".join(conditions)
        yield together, fields_in(fields, together)


def conditions_of(expression: str) -> list[str]:
    """What AND joins outside of parentheses; an expression with an OR, CASE or BETWEEN there is one."""
    conditions, depth = [""], 0
    for part in PART.findall(expression):
        depth += (part == "(") - (part == ")")
        word = part.lower() if depth == 0 else ""
        if word in ("or", "case", "between"):
            return [expression]
        conditions += [""] if word == "and" else []
        conditions[-1] += "" if word == "and" else part
    return [one.strip() for one in conditions]


def fields_in(fields: Sequence[WritableField], expression: str) -> list[WritableField]:
    """The fields of an input that an expression names, in its order."""
    words = re.findall(r"\w+", expression)
    found = [one for word in words for one in fields if word in one.columns.values()]
    return list({one.name: one for one in found}.values())


def columns_in(field: WritableField, expression: str) -> set[str]:
    """The columns of a field that an expression names."""
    return set(field.columns.values()) & set(re.findall(r"\w+", expression))


def check_error(name: str, fields: Sequence[WritableField] = ()) -> tuple[str, LocalizedMessage]:
    """The code and the message for a broken check, by its name and the fields that it is about."""
    found = [(code, words) for part, code, words in CHECKS if part in name]
    code, words = found[0] if found else ("INVALID", message("constraint.invalid"))
    if code == "REQUIRED" and any(len(one.columns) > 1 and not one.parts for one in fields):
        return code, message("constraint.present")
    return code, words


def constraint_errors(action: WriteAction, table: Table) -> Mapping[str, ConstraintError]:
    """The errors of unique and foreign keys by name, which only the database can find broken."""
    found = dict(_keys(table, action.fields, ("input",)))
    for links in action.links:
        found |= _keys(metadata.tables[links.table], links.fields, ("input", links.name))
    return found


def _keys(
    table: Table, fields: Sequence[WritableField], path: tuple[str, ...]
) -> Mapping[str, ConstraintError]:
    found = {}
    unique = ("NOT_UNIQUE", message("constraint.not_unique"))
    duplicate = ("POSSIBLE_DUPLICATE", message("constraint.possible_duplicate"))
    foreign = ("REFERS_TO_NOTHING", message("mutation.refers_to_nothing"))
    for one in [*table.constraints, *table.indexes]:
        if isinstance(one, UniqueConstraint) or (isinstance(one, Index) and one.unique):
            code, words = duplicate if str(one.name).endswith(DUPLICATES) else unique
        elif isinstance(one, ForeignKeyConstraint):
            code, words = foreign
        else:
            continue
        named = fields_in(fields, _words(one))
        at = (*path, named[0].name) if len(named) == 1 and len(path) == 1 else path
        found[str(one.name)] = ConstraintError(code, at, words)
    return found


def _words(constraint: UniqueConstraint | ForeignKeyConstraint | Index) -> str:
    """The columns of a constraint, including those within expressions."""
    expressions = constraint.expressions if isinstance(constraint, Index) else ()
    return " ".join([*(column.name for column in constraint.columns), *map(str, expressions)])
