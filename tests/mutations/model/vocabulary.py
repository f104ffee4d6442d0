"""Fields and choices that many inputs have, by the schema's words."""

from __future__ import annotations

import re
from typing import Any

from tests.mutations.model.entity import in_order
from tests.mutations.model.fields import NEEDED, Choice, Day, Reference, Texts
from tests.reference.field_sources import SDL


def options(enum: str) -> tuple[str, ...]:
    """The values of an enum of the schema."""
    found = re.search(rf"^enum {enum} {{\n(.*?)^}}", SDL, re.MULTILINE | re.DOTALL)
    assert found is not None
    return tuple(re.findall(r"^  ([A-Z0-9_]+)$", found[1], re.MULTILINE))


def choice(name: str, enum: str, *, default: Any = NEEDED, column: str = "") -> Choice:
    return Choice(name=name, column=column, nullable=False, default=default, options=options(enum))


def needed(name: str, type_: str) -> Reference:
    """A reference to a row of the type, without which there is no row."""
    return Reference(name=name, column=f"{name}_id", types={type_: "id"}, nullable=False, default=NEEDED)


def institution(name: str, column: str) -> Reference:
    return Reference(name=name, column=column, types={"Institution": "id"}, nullable=False, default=NEEDED)


PROFILES = {"Mentor": "person_id", "Participant": "person_id"}
PERSON = Reference(name="person", column="person_id", types=PROFILES, nullable=False, default=NEEDED)
ZONES = (
    "America/Tijuana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Hermosillo",
    "America/Cancun",
)
ZONE = Choice(name="timeZone", column="time_zone", nullable=False, default=NEEDED, options=ZONES)
STARTS, ENDS = Day(name="startsOn", column="starts_on"), Day(name="endsOn", column="ends_on")
IN_ORDER = in_order("startsOn", "endsOn", "starts_on", "ends_on")
NAMES = Texts(name="names", stem="name", needed=True, nullable=False, default=NEEDED)
TITLES = Texts(name="titles", stem="title", needed=True, nullable=False, default=NEEDED)
DESCRIPTIONS = Texts(name="descriptions", stem="description")
