"""Phone numbers that an input gives without a country code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.mutations.model.fields import Field, Phone, Problem, Set
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT
from tests.reference.rows import Row

CODES = {"MX": "+52", "US": "+1"}


def phone_numbers(
    world: World, fields: Sequence[Field], values: Mapping[str, Any], row: Row | None
) -> Iterator[Set | Problem]:
    """They are of the country of the row's institution, after the change; without one they are no numbers."""
    for one in fields:
        (column, *_) = one.columns
        if not isinstance(one, Phone) or f"{column} digits" not in values:
            continue
        home = values.get("institution_id", row["institution_id"] if row else None)
        institution = world.get("institution", home)
        if institution is None:
            yield Problem("INVALID", (*ROOT, one.name))
        else:
            yield Set(column, CODES[institution["country"]] + values[f"{column} digits"])
