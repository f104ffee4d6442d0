"""City names in the reader's language, for cities with a name in each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func

from planner.declaration.bindings import Value
from planner.declaration.fields import LANGUAGE, OTHER, FieldDeclaration, in_language
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import Column


def city(*, folded: bool = False) -> Any:
    """The field `city`; filters accept its name in either language.

    `folded`: the table has `city_fold`, the name without case and accents.
    """
    return FieldDeclaration(
        "Its city, in your language if the name differs between languages.",
        lambda _: Value(
            _name,
            folded=_folded_name if folded else None,
            also=_other_name,
            arguments=(LANGUAGE,),
        ),
    )


def _name(row: Row, arguments: Arguments) -> Column:
    return _name_in(in_language(row, arguments).language, row)


def _folded_name(row: Row, arguments: Arguments) -> Column:
    name = _name_in(row.language, row)
    return case((name == row["city"], row["city_fold"]), else_=func.puente_fold(name))


def _other_name(row: Row, arguments: Arguments) -> Column:
    """The name in the other language; null if it is the same."""
    return func.nullif(_name_in(OTHER[row.language], row), _name_in(row.language, row))


def _name_in(language: str, row: Row) -> Column:
    name: Column = func.puente_city_es(row["city"]) if language == "ES" else func.puente_city_en(row["city"])
    return name
