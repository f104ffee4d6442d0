"""The message for a broken constraint fits the field: what is missing, or which form the value has."""

from __future__ import annotations

from collections.abc import Iterator

import schema
from models.base import metadata
from planner.declaration.write_action import WritableField
from planner.messages import message
from planner.mutation.constraint_errors import CheckPart, checks_of, parts_of

IN_A_LANGUAGE, ITSELF = message("constraint.present"), message("constraint.required")
GENERIC = message("constraint.invalid")


def checked_parts() -> Iterator[tuple[str, CheckPart]]:
    """What checks of tables require of the fields of every mutation, with the names of the checks."""
    for action in schema.catalog.actions.values():
        table = metadata.tables[str(schema.catalog.types[action.type_name].table.name)]  # type: ignore[union-attr]
        written = [
            (table, action.fields),
            *((metadata.tables[one.table], one.fields) for one in action.links),
        ]
        for written_table, fields in written:
            for check in checks_of(written_table):
                yield from ((str(check.name), part) for part in parts_of(check, fields))


def _is_localized(field: WritableField) -> bool:
    return len(field.columns) > 1 and not field.parts


def test_what_is_required_is_a_text_in_a_language_or_the_field_itself() -> None:
    required = [one for _, one in checked_parts() if one.code == "REQUIRED"]
    found = {(_is_localized(one.fields[0]), one.message.read("EN")) for one in required}
    assert found == {(True, IN_A_LANGUAGE.read("EN")), (False, ITSELF.read("EN"))}


def test_the_message_says_which_form_a_value_has() -> None:
    """What is one of a list is held by the type of the input field, and never reaches the table."""
    generic = {name for name, one in checked_parts() if one.message.read("EN") == GENERIC.read("EN")}
    assert {name for name in generic if not name.endswith("_known")} == set()
