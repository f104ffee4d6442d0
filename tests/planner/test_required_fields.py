"""What is said of a field that is missing fits it: a text in both languages needs one, others themselves."""

from __future__ import annotations

from collections.abc import Iterator

import schema
from models.base import metadata
from planner.messages import message
from planner.mutation.constraint_errors import CheckPart, checks_of, parts_of

IN_A_LANGUAGE, ITSELF = message("constraint.present"), message("constraint.required")


def required() -> Iterator[CheckPart]:
    """What checks require of the fields of every mutation."""
    for action in schema.catalog.actions.values():
        table = metadata.tables[str(schema.catalog.types[action.type_name].table.name)]  # type: ignore[union-attr]
        for check in checks_of(table):
            yield from (one for one in parts_of(check, action.fields) if one.code == "REQUIRED")


def test_the_words_are_those_of_the_field() -> None:
    found = {(len(one.fields[0].columns) > 1, one.message.read("EN")) for one in required()}
    assert found == {(True, IN_A_LANGUAGE.read("EN")), (False, ITSELF.read("EN"))}
