"""The mutation that joins two records of one person, and the conditions under which it may.

`models/person_merge.py` says what happens to each reference to the duplicate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Boolean, func, literal_column, select

import models
from models.base import Described, quoted
from models.mentorship import OPEN, UNDER_WAY
from models.merge_statements import KEPT, LOST, merge_statements
from models.mobility import MobilityStatus
from models.person_merge import taken_over
from models.registration import OPEN as REGISTERED
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Guard, Reference, WorkflowStep
from planner.sql import Column, scalar_subquery
from schema.messages import message

DUPLICATE = "duplicate"
PROFILE = "(select id from {table} where person_id = {person})"
MENTORS = tuple(PROFILE.format(table="mentor", person=one) for one in (KEPT, LOST))
PARTICIPANTS = tuple(PROFILE.format(table="participant", person=one) for one in (KEPT, LOST))


def _guard(code: str, reason: str, condition: str, words: str) -> Guard:
    """An SQL condition on both records; for a record with itself, which has its own error, it holds."""
    rule = Rule(lambda row: literal_column(f"({KEPT} = {LOST} or {condition})", Boolean()), words)
    return Guard(rule, code, message(f"person.merge_{reason}"), (DUPLICATE,), if_given=DUPLICATE)


def _among(statuses: Sequence[Described]) -> str:
    return f"in ({quoted([one.value for one in statuses])})"


IDENTIFIED = f"""1 >= (
    select count(orcid) from person where id in ({KEPT}, {LOST}))"""  # noqa: S608
REGISTERED_ONCE = f"""not exists (
    select from registration k join registration l using (event_id) join event e on e.id = k.event_id
    where k.person_id = {KEPT} and l.person_id = {LOST} and e.ends_at > now()
        and k.status {_among(REGISTERED)} and l.status {_among(REGISTERED)})"""
NOT_OF_EACH_OTHER = f"""not exists (
    select from mentorship where (mentor_id, participant_id)
        in (({MENTORS[0]}, {PARTICIPANTS[1]}), ({MENTORS[1]}, {PARTICIPANTS[0]})))"""
MENTORED_ONCE = """not exists (
    select from mentorship k join mentorship l on l.cohort_id is not distinct from k.cohort_id
        and l.{other} = k.{other}
    where k.{own} = {kept} and l.{own} = {lost} and k.status {open} and l.status {open})"""
PLACES = f"""coalesce((select capacity from mentor where id = {MENTORS[0]}) >= (
    select count(*) from mentorship where mentor_id in ({MENTORS[0]}, {MENTORS[1]})
        and status {_among(UNDER_WAY)}) or {MENTORS[1]} is null, true)"""  # noqa: S608
AWAY_ONCE = f"""not exists (
    select from mobility k join mobility l on daterange(k.starts_on, k.ends_on, '[]')
        && daterange(l.starts_on, l.ends_on, '[]')
    where k.participant_id = {PARTICIPANTS[0]} and l.participant_id = {PARTICIPANTS[1]}
        and {MobilityStatus.CANCELLED.value!r} not in (k.status, l.status)
        and not (k.status = 'COMPLETED' and l.status = 'COMPLETED'))"""


def _mentored_once(own: str, other: str, profiles: tuple[str, ...]) -> str:
    return MENTORED_ONCE.format(own=own, other=other, kept=profiles[0], lost=profiles[1], open=_among(OPEN))


GUARDS = (
    Guard(Rule(lambda row: literal_column(f"({KEPT} is distinct from {LOST})", Boolean()), "another record"),
          "INVALID", message("person.merge_itself"), (DUPLICATE,), if_given=DUPLICATE),
    _guard("ALREADY_EXISTS", "orcid", IDENTIFIED, "with one ORCID iD at most between the two"),
    _guard("ALREADY_EXISTS", "registered", REGISTERED_ONCE,
           "not both registered for an event that is not over"),
    _guard("INVALID", "each_other", NOT_OF_EACH_OTHER, "who never were mentor and participant of each other"),
    _guard("ALREADY_EXISTS", "mentor", _mentored_once("mentor_id", "participant_id", MENTORS),
           "not both with an open mentorship with the same participant in a cohort"),
    _guard("ALREADY_EXISTS", "mentee", _mentored_once("participant_id", "mentor_id", PARTICIPANTS),
           "not both with an open mentorship with the same mentor in a cohort"),
    _guard("CAPACITY_REACHED", "places", PLACES, "with no more mentorships together than the one that stays"
           " has places"),
    _guard("ALREADY_EXISTS", "stays", AWAY_ONCE, "without stays at the same time, unless both are over"),
)  # fmt: skip


def _taken(name: str) -> Callable[[Row], Column]:
    """The value of a column after the merge."""
    lost = table_of(models.Person).alias()

    def read(row: Row) -> Column:
        found = scalar_subquery(select(lost.c[name]).where(lost.c.id == literal_column(LOST)), lost)
        return func.coalesce(row[name], found)

    return read


TAKEN = [name for name in taken_over("person") if name != "home_confirmed"]
FIELDS = {
    "preferred_name": "preferredName",
    "institution_id": "institution",
    "language_preference": "languagePreference",
    "time_zone": "timeZone",
}
"""The fields whose columns have other names."""
LOCKS = (
    f"select from mentor where person_id in ({KEPT}, {LOST}) order by id for update",
    f"select from participant where person_id in ({KEPT}, {LOST}) order by id for update",
    f"select from person where id in ({KEPT}, {LOST}) order by id for update",
)
"""Writers of rows that refer to either record wait for the merge, or it waits for them."""
MERGE = WorkflowStep(
    "mergePeople",
    "Merge two records of one person. The record with `id` stays, and takes over values that only the other"
    " has; `duplicate` is deleted, and whatever referred to it refers to the record that stays.",
    guards=GUARDS,
    refers=(
        Reference(
            DUPLICATE,
            "Person",
            DUPLICATE,
            "The duplicate: it is deleted.",
            version="duplicateVersion",
        ),
    ),
    sets={name: _taken(name) for name in TAKEN},
    changes={FIELDS.get(name, name): (name,) for name in TAKEN},
    locks=LOCKS,
    effects=merge_statements(),
    by_effects=True,
)
