"""How mentors and participants are written: made at home, archived once nothing of theirs is going on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import not_
from sqlmodel import SQLModel

import models
from models.base import ARCHIVED_AT, Described
from models.mentorship import OPEN
from models.mobility import NOT_OVER
from models.program import GOING_ON
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, Reference, Writes
from planner.sql import Condition, exists
from schema.messages import message

OF_PERSON = Reference("person", "Person", "person_id", "Whom it is of.")
HOLDING = """
    insert into access_grant (issuer, subject, role, person_id)
    select i.issuer, i.subject, '{role}', i.person_id from access_identity i
    where i.person_id = ($1 -> 'set' ->> 'person_id')::uuid and not exists (
        select from access_grant g where (g.issuer, g.subject, g.role, g.person_id)
            = (i.issuer, i.subject, '{role}', i.person_id) and g.revoked_at is null and g.expires_at is null)
"""


def holding(role: str) -> str:
    """The effect that the person holds a role, by each identity that is linked to them."""
    return HOLDING.format(role=role)


def none_open(model: type[SQLModel], key: str, statuses: Sequence[Described], reason: str) -> Guard:
    """No row that refers to this one by `key` has one of the statuses."""

    def holds(row: Row) -> Condition:
        other = row.context.table(table_of(model))
        wanted = [other.c[key] == row["id"], other.c.status.in_([one.value for one in statuses])]
        return not_(exists([other], other, wanted, correlated=row.correlated))

    rule = Rule(holds, f"without {reason.replace('_', ' ')}")
    return Guard(rule, "WRONG_STATE", message(f"profile.{reason}"))


def none_archived(type_name: str) -> Guard:
    """The person has no archived record of the type, as far as the viewer sees both."""

    def holds(row: Row) -> Condition:
        record, person = row.context.row(type_name), row.context.row("Person")
        wanted = [
            record["person_id"] == row["person_id"],
            record[ARCHIVED_AT].is_not(None),
            person["id"] == row["person_id"],
            *record.visibility_conditions(),
            *person.visibility_conditions(),
        ]
        own = [*record.from_clauses, *person.from_clauses]
        joined = record.from_clause.join(person.from_clause, person["id"] == record["person_id"])
        return not_(exists(own, joined, wanted, correlated=row.correlated))

    rule = Rule(holds, "of a person without an archived record")
    return Guard(rule, "NOT_UNIQUE", message("profile.archived"), ("person",))


MENTOR_WRITES = Writes(
    ("biographies", "expertise", "capacity", "available"),
    creations=(
        Creation(
            ("institution", "sector"),
            effects=(holding("MENTOR"),),
            refers=(OF_PERSON,),
            needs=(none_archived("Mentor"),),
        ),
    ),
    archiving=(none_open(models.Mentorship, "mentor_id", OPEN, "open_mentorships"),),
)
PARTICIPANT_WRITES = Writes(
    ("level", "fieldOfStudy", "preferredSector"),
    creations=(
        Creation(
            ("institution",),
            effects=(holding("PARTICIPANT"),),
            refers=(OF_PERSON,),
            needs=(none_archived("Participant"),),
        ),
    ),
    archiving=(
        none_open(models.Mentorship, "participant_id", OPEN, "open_mentorships"),
        none_open(models.Participation, "participant_id", GOING_ON, "open_participations"),
        none_open(models.Mobility, "participant_id", NOT_OVER, "open_stays"),
    ),
)
