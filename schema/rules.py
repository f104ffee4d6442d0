"""The rules that the policy is made of: conditions on a row, each with words for the documentation.

A rule compares with an attribute of the viewer (`schema.grants`): under a role, the institutions or persons
that it was granted for; under a scope, the institutions that it is held for; under SELF, the viewer's person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import FromClause, false, or_, true
from sqlalchemy.sql.elements import False_
from sqlmodel import SQLModel

import models
from models.consent import ConsentPurpose
from models.mentorship import UNDER_WAY, MentorshipStatus
from models.mobility import MobilityStatus
from models.program import ParticipationStatus
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.sql import Column, Condition, exists, literal_text
from schema.grants import OWN_CLIENT, OWN_IDENTITY
from schema.roles import COORDINATOR, MENTOR, PARTICIPANT, SELF, Scope

NOT_BROKEN_OFF = (
    MentorshipStatus.PROPOSED,
    MentorshipStatus.ACCEPTED,
    MentorshipStatus.ACTIVE,
    MentorshipStatus.COMPLETED,
)


def not_equal(column: str, value: str) -> Rule:
    return Rule(lambda row: row[column] != value, f"not {value}")


def attribute_rule(condition: Callable[[Row], Condition], words: str, attribute: str) -> Rule:
    """A rule that compares with an attribute of the viewer: selective, with a scope added to its words."""
    description = f"{words} (scope {attribute})" if isinstance(attribute, Scope) else words
    return Rule(condition, description, selective=True, attributes=frozenset({attribute}))


def of_institution(
    attribute: str = COORDINATOR, column: str = "institution_id", words: str = "their institution's"
) -> Rule:
    """The row's institution is one of the viewer's."""
    return attribute_rule(lambda row: row.context.has_attribute(row[column], attribute), words, attribute)


def of_person(attribute: str, column: str = "person_id") -> Rule:
    """The row's person is the viewer."""
    return attribute_rule(
        lambda row: row.context.has_attribute(row[column], attribute), "their own", attribute
    )


def through(key: str, model: type[SQLModel], column: str, attribute: str, words: str) -> Rule:
    """The row of `model` that this row's `key` refers to has one of the viewer's ids in its `column`."""

    def condition(row: Row) -> Condition:
        table = row.context.table(table_of(model))
        return _exists(
            row, [table], table.c.id == row[key], row.context.has_attribute(table.c[column], attribute)
        )

    return attribute_rule(condition, words, attribute)


def referred(key: str, model: type[SQLModel], condition: Callable[[Row, Any], Condition], words: str) -> Rule:
    """This row and the columns of the one that its `key` refers to fulfil a condition."""

    def holds(row: Row) -> Condition:
        table = row.context.table(table_of(model))
        return _exists(row, [table], table.c.id == row[key], condition(row, table.c))

    return Rule(holds, words)


def of_program(attribute: str = COORDINATOR, key: str = "cohort_id") -> Rule:
    """One of the viewer's institutions runs the program of the cohort that this one's `key` refers to."""

    def condition(row: Row) -> Condition:
        cohort, program = (
            row.context.table(table_of(models.Cohort)),
            row.context.table(table_of(models.Program)),
        )
        mine = row.context.has_attribute(program.c.institution_id, attribute)
        return _exists(
            row, [cohort, program], cohort.c.id == row[key], program.c.id == cohort.c.program_id, mine
        )

    return attribute_rule(condition, "in programs that their institution runs", attribute)


def of_client(column: str = "client_id") -> Rule:
    """The row belongs to the viewer, an API client."""
    return attribute_rule(
        lambda row: row.context.has_attribute(row[column], OWN_CLIENT), "their own", OWN_CLIENT
    )


def at_home(key: str = "person_id", attribute: str = COORDINATOR) -> Rule:
    """The person's home institution is one of the viewer's."""
    return through(key, models.Person, "institution_id", attribute, "of people at home at their institution")


@dataclass(frozen=True, slots=True)
class Link:
    """A table of institutions that are linked to something: its column `key` equals the row's column `to`.

    With `roles`, only links with one of these roles count.
    """

    model: type[SQLModel]
    key: str
    to: str = "id"
    roles: Sequence[str] = ()


def linked(
    link: Link, attribute: str = COORDINATOR, *, words: str = "that their institution takes part in"
) -> Rule:
    """One of the viewer's institutions is linked to the row."""

    def condition(row: Row) -> Condition:
        table = row.context.table(table_of(link.model))
        in_role = [table.c.role.in_(list(link.roles))] if link.roles else []
        mine = row.context.has_attribute(table.c.institution_id, attribute)
        return _exists(row, [table], table.c[link.key] == row[link.to], mine, *in_role)

    return attribute_rule(condition, words, attribute)


def linked_through(
    key: str, model: type[SQLModel], link: Link, attribute: str = COORDINATOR, *, words: str
) -> Rule:
    """The row's `key` is of a row of `model`, to which one of the viewer's institutions is linked."""

    def condition(row: Row) -> Condition:
        between, table = row.context.table(table_of(model)), row.context.table(table_of(link.model))
        mine = row.context.has_attribute(table.c.institution_id, attribute)
        same = table.c[link.key] == between.c[link.to]
        return _exists(row, [between, table], between.c.id == row[key], same, mine)

    return attribute_rule(condition, words, attribute)


def linked_in_role(link_model: type[SQLModel], key: str, role: str) -> Rule:
    """Any institution is linked to the row in this role."""

    def condition(row: Row) -> Condition:
        table = row.context.table(table_of(link_model))
        return _exists(row, [table], table.c[key] == row["id"], table.c.role == literal_text(role))

    return Rule(condition, f"with an institution as {role}")


def contributed(attribute: str, *, roles: Sequence[str] = (), words: str = "that they contribute to") -> Rule:
    """The viewer is a contributor of the project. With `roles`: in one of these."""

    def condition(row: Row) -> Condition:
        link_table = row.context.table(table_of(models.ProjectContributor))
        in_role = [link_table.c.role.in_(list(roles))] if roles else []
        mine = row.context.has_attribute(link_table.c.person_id, attribute)
        return _exists(row, [link_table], link_table.c.project_id == row["id"], mine, *in_role)

    return attribute_rule(condition, words, attribute)


def consenting(purpose: ConsentPurpose, key: str = "person_id") -> Rule:
    """The person has consented to the purpose, and not withdrawn the consent."""

    def condition(row: Row) -> Condition:
        consent = row.context.table(table_of(models.Consent))
        return _exists(row, [consent], *_in_force(consent, row[key], purpose))

    return Rule(condition, f"with consent to {purpose.value}")


def consenting_participant(purpose: ConsentPurpose) -> Rule:
    """`consenting` for the participant that the row refers to."""

    def condition(row: Row) -> Condition:
        participant = row.context.table(table_of(models.Participant))
        consent = row.context.table(table_of(models.Consent))
        mine = participant.c.id == row["participant_id"]
        return _exists(
            row, [participant, consent], mine, *_in_force(consent, participant.c.person_id, purpose)
        )

    return Rule(condition, f"with consent to {purpose.value}")


def _in_force(consent: FromClause, person: Column, purpose: ConsentPurpose) -> list[Condition]:
    return [
        consent.c.person_id == person,
        consent.c.purpose == purpose.value,
        consent.c.withdrawn_at.is_(None),
    ]


def mentored(statuses: tuple[MentorshipStatus, ...], key: str = "id") -> Rule:
    """The participant in the row's column `key` has a mentorship with the viewer, who is the mentor."""
    words = "of participants they mentor" if key != "id" else "whom they mentor"
    return _paired("participant_id", key, Side(models.Mentor, "mentor_id", MENTOR), statuses, words)


def mentoring(statuses: tuple[MentorshipStatus, ...]) -> Rule:
    """The mentor has a mentorship with the viewer, who is the participant."""
    viewers = Side(models.Participant, "participant_id", PARTICIPANT)
    return _paired("mentor_id", "id", viewers, statuses, "who mentor them")


@dataclass(frozen=True, slots=True)
class Side:
    """The viewer's side of a mentorship: its column refers to a profile of the model."""

    model: type[SQLModel]
    column: str
    attribute: str


def _paired(column: str, key: str, viewers: Side, statuses: tuple[MentorshipStatus, ...], words: str) -> Rule:
    """A mentorship relates the row (its `key`, in the mentorship's column) to the viewer's profile."""

    def condition(row: Row) -> Condition:
        mentorship, profile = (
            row.context.table(table_of(models.Mentorship)),
            row.context.table(table_of(viewers.model)),
        )
        return _exists(
            row,
            [mentorship, profile],
            mentorship.c[column] == row[key],
            mentorship.c[viewers.column] == profile.c.id,
            mentorship.c.status.in_([status.value for status in statuses]),
            row.context.has_attribute(profile.c.person_id, viewers.attribute),
        )

    once = " once accepted" if statuses == UNDER_WAY else ""
    return attribute_rule(condition, f"{words}{once}", viewers.attribute)


def received(attribute: str = COORDINATOR) -> Rule:
    """The participant has a stay at one of the viewer's institutions."""

    def condition(row: Row) -> Condition:
        stay = row.context.table(table_of(models.Mobility))
        return _exists(
            row,
            [stay],
            stay.c.participant_id == row["id"],
            stay.c.status != MobilityStatus.CANCELLED.value,
            row.context.has_attribute(stay.c.receiving_institution_id, attribute),
        )

    return attribute_rule(condition, "received by their institution", attribute)


def taking_part(attribute: str = COORDINATOR) -> Rule:
    """The participant was nominated for a program that one of the viewer's institutions runs, or is in it."""

    def condition(row: Row) -> Condition:
        part, cohort, program = (
            row.context.table(table_of(model))
            for model in (models.Participation, models.Cohort, models.Program)
        )
        return _exists(
            row,
            [part, cohort, program],
            part.c.participant_id == row["id"],
            part.c.status != ParticipationStatus.WITHDRAWN.value,
            cohort.c.id == part.c.cohort_id,
            program.c.id == cohort.c.program_id,
            row.context.has_attribute(program.c.institution_id, attribute),
        )

    return attribute_rule(condition, "in programs that their institution runs", attribute)


def visible_through(type_name: str, key: str, *, optional: bool = False) -> Rule:
    """The viewer sees the row of another type that this row's `key` refers to; null passes if `optional`."""

    def condition(row: Row) -> Condition:
        other = row.context.row(type_name)
        visible = other.visibility_conditions()
        seen = (
            false()
            if any(isinstance(one, False_) for one in visible)
            else exists(
                other.from_clauses,
                other.from_clause,
                [other["id"] == row[key], *visible],
                correlated=row.correlated,
            )
        )
        return or_(row[key].is_(None), seen) if optional else seen

    words = f"of a {type_name} that they see"
    return Rule(condition, f"{words}, or of none" if optional else words)


def _exists(row: Row, tables: Sequence[FromClause], *conditions: Condition) -> Condition:
    first, *others = tables
    source = reduce(lambda left, right: left.join(right, true()), others, first)
    return exists(tables, source, conditions, correlated=row.correlated)


def awarded(attribute: str) -> Rule:
    """Awards by the viewer's institution, to its projects, or to its people."""
    return (
        of_institution(attribute, "funder_id", "given by their institution")
        | linked(
            Link(models.ProjectInstitution, "project_id", to="project_id"),
            attribute,
            words="for a project of their institution",
        )
        | at_home("recipient_id", attribute)
    )


SIGNED_IN = Rule(lambda row: true(), "once, with a person's token", attributes=frozenset({OWN_IDENTITY}))
OF_THEIR_PARTICIPANTS = through(
    "participant_id", models.Participant, "institution_id", COORDINATOR, "of their participants"
)
OWN_PARTICIPATION = through("participant_id", models.Participant, "person_id", SELF, "their own")
ANNOUNCED = not_equal("status", "DRAFT")
