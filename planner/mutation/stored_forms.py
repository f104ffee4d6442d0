"""Chooses the stored form of a text whose form depends on another row: a national number by its country."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from planner.declaration.stored_form import StoredForm
from planner.declaration.write_action import WritableField, WriteAction
from planner.mutation.checks import REFUSED, Check, path_of
from planner.mutation.given import set_columns
from planner.sql import identifier


def chosen_forms(action: WriteAction, table: Table) -> str:
    """Adds the chosen forms to the JSON of values; `e` is the current row, if any. Null if there is none."""
    return "".join(_chosen(action, one, one.form, table) for one in action.fields if one.form is not None)


def form_checks(action: WriteAction) -> Iterator[Check]:
    """Checks that a form was found."""
    for one in action.fields:
        if one.form is not None:
            holds = f"not ({_has_alternatives(one)}) or f.{identifier(one.column)} is not null"
            yield Check(REFUSED, "INVALID", path_of(one.name), one.form.message, "fresh f", holds)


def _has_alternatives(one: WritableField) -> str:
    return f"coalesce(jsonb_typeof($1 -> 'set' -> '{one.column}') = 'object', false)"


def _chosen(action: WriteAction, one: WritableField, form: StoredForm, table: Table) -> str:
    (key,) = table.c[form.reference].foreign_keys
    column = f"o.{identifier(form.column)}"
    chooser = f"select {column} from {identifier(key.column.table.name)} o where o.id = {_id(action, form)}"  # noqa: S608
    stored = f"jsonb_build_object('{one.column}', $1 -> 'set' -> '{one.column}' -> ({chooser})::text)"
    return f" || case when {_has_alternatives(one)} then {stored} else '{{}}' end"


def _id(action: WriteAction, form: StoredForm) -> str:
    """The id of the row that chooses: the given one, or that of the current row."""
    given = f"($1 -> 'set' ->> '{form.reference}')::uuid"
    if action.creation is not None:
        return given
    own = f"e.{identifier(form.reference)}"
    is_set = form.reference in set_columns(action)
    return f"case when $1 -> 'set' ? '{form.reference}' then {given} else {own} end" if is_set else own
