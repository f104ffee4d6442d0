"""What a person's records and consents decide: the rows that show the person, or show them to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tests.mutations.model.world import World
from tests.reference.field_sources import NODES, TABLE, TYPE_OF_TABLE

PERSON = ("person_id", "recipient_id")
"""The columns with a person."""
RECORDS = {"mentor": "mentor_id", "participant": "participant_id", "registration": "registration_id"}
"""What a person has or is, and the column of what refers to it."""
PARTS = {"project_contributor": ("Project", "project_id")}
"""Tables of rows that another object shows as its own."""
DECIDING = {"Person", "Mentor", "Participant", "Consent", "Participation", "Mobility", "Mentorship"}
"""Types whose rows decide who sees what of a person."""
LEFT_OUT = {"Notification"}


def rows_about(world: World, type_: str, id: UUID) -> Iterator[tuple[str, UUID]]:
    """The objects of the person that a row is about, if it decides anything of them."""
    person = _person_of(world, type_, id) if type_ in DECIDING else None
    if person is None:
        return
    yield "Person", person
    for column in PERSON:
        yield from _holding(world, column, person)
    for table, column in RECORDS.items():
        for row in world.owned(table, "person_id", person):
            yield from _holding(world, column, row["id"])


def _person_of(world: World, type_: str, id: UUID) -> UUID | None:
    row = world.get(TABLE[type_], id)
    if row is None or type_ == "Person":
        return id if row else None
    if "participant_id" in row:
        row = world.get("participant", row["participant_id"])
    person: UUID | None = row["person_id"] if row else None
    return person


def _holding(world: World, column: str, key: UUID) -> Iterator[tuple[str, UUID]]:
    for table, rows in world.tables.items():
        if rows and column in next(iter(rows.values())):
            for row in world.owned(table, column, key):
                if table in PARTS:
                    yield PARTS[table][0], row[PARTS[table][1]]
                elif (type_ := TYPE_OF_TABLE.get(table)) in NODES and type_ not in LEFT_OUT:
                    yield type_, row["id"]
