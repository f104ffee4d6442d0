"""Leaks to plant in the planner and the policy: each drops or widens what one path of reading must keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import FromClause, func, select

import models
import planner.plan.root_fields
import planner.statement.connections
import planner.statement.filters
import planner.statement.hidden_fields
import planner.statement.ordering
import planner.statement.render
import planner.statement.search
import schema.institution
import schema.program
from planner.declaration.access import EntityPolicy, Mask, Policy, Rule, every_row
from planner.declaration.bindings import Value
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.sql import exists, scalar_subquery
from planner.statement.context import PlanningContext, RowSource
from schema.access import OF_GUEST
from schema.mentorship_rules import as_mentor
from schema.roles import ADMIN, COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, SELF
from schema.rules import OF_THEIR_PARTICIPANTS

Plant = Callable[[pytest.MonkeyPatch], None]


def as_staff(context: PlanningContext) -> PlanningContext:
    return dataclasses.replace(context, roles=frozenset({ADMIN.value}))


def row_as_staff(row: RowSource) -> RowSource:
    return dataclasses.replace(row, context=as_staff(row.context))


def stated(name: str, change: Callable[[EntityPolicy], EntityPolicy]) -> Plant:
    """The policy with another statement of one type."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        entity = Policy.entity
        patch.setattr(
            Policy, "entity", lambda self, n: change(entity(self, n)) if n == name else entity(self, n)
        )

    return plant


def rows_of(role: str, rule: Rule) -> Callable[[EntityPolicy], EntityPolicy]:
    return lambda stated: dataclasses.replace(stated, rows={**stated.rows, role: rule})


def mask_of(role: str, field: str, rule: Rule) -> Callable[[EntityPolicy], EntityPolicy]:
    def change(stated: EntityPolicy) -> EntityPolicy:
        mask = stated.masks[field]
        wider = Mask({**mask.roles, role: rule}, mask.reason)
        return dataclasses.replace(stated, masks={**stated.masks, field: wider})

    return change


def ever_agreed(key: str) -> Rule:
    """The person agreed to something once, whether or not it was withdrawn."""

    def condition(row: Row) -> Any:
        consent: FromClause = table_of(models.Consent).alias()
        return exists((consent,), consent, [consent.c.person_id == row[key]])

    return Rule(condition, "who ever agreed")


def replacing(module: Any, name: str, position: int, wider: Callable[[Any], Any]) -> Plant:
    """A function of the planner that is given one of its arguments as staff has it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        original = getattr(module, name)

        def leaking(*given: Any, **named: Any) -> Any:
            return original(*given[:position], wider(given[position]), *given[position + 1 :], **named)

        patch.setattr(module, name, leaking)

    return plant


def predicate_dropped(patch: pytest.MonkeyPatch) -> None:
    rows = Policy.rows
    patch.setattr(Policy, "rows", lambda *given: None if given[1].type.name == "Consent" else rows(*given))


def mask_dropped(patch: pytest.MonkeyPatch) -> None:
    mask = Policy.mask
    patch.setattr(Policy, "mask", lambda *given: None if given[2] == "email" else mask(*given))


def unmasked(row: RowSource, member: Any, arguments: Any = None, form: str = "expression") -> Any:
    assert isinstance(member.binding, Value)
    return (getattr(member.binding, form) or member.binding.expression)(row, arguments or {})


def filter_on_the_unmasked_column(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planner.statement.filters, "masked_expression", unmasked)


def order_and_cursor_by_the_unmasked_column(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planner.statement.ordering, "masked_expression", unmasked)


def count_without_predicate(patch: pytest.MonkeyPatch) -> None:
    def count(self: planner.statement.connections.ConnectionSource) -> Any:
        row = self.source()
        return scalar_subquery(select(func.count()).select_from(row.from_clause), *row.from_clauses)

    patch.setattr(planner.statement.connections.ConnectionSource, "count", count)


class Unguarded(planner.statement.connections.ConnectionSource):
    """Rows that only the arguments choose."""

    def matching(self, row: RowSource) -> Any:
        return self.requested(row, self.filter)


def facets_without_own_filter_and_predicate(patch: pytest.MonkeyPatch) -> None:
    """With a facet's own conditions goes the policy's."""
    counted_by = planner.statement.connections.ConnectionSource.counted_by

    def leaking(self: planner.statement.connections.ConnectionSource, facet: str) -> Any:
        found = counted_by(self, facet)
        if found.filter == self.filter:
            return found
        given = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return Unguarded(**{**given, "seen": ()})

    patch.setattr(planner.statement.connections.ConnectionSource, "counted_by", leaking)


def nested_list_without_predicate(patch: pytest.MonkeyPatch) -> None:
    many = planner.statement.render.render_list

    def leaking(context: PlanningContext, *given: Any) -> Any:
        return many(as_staff(context), *given)

    patch.setattr(planner.statement.render, "render_list", leaking)


def links_without_predicate(patch: pytest.MonkeyPatch) -> None:
    visible = RowSource.visibility_conditions
    patch.setattr(
        RowSource,
        "visibility_conditions",
        lambda self: [] if self.type.name == "ProjectInstitution" else visible(self),
    )


def facts_mixed(one: str, other: str) -> Plant:
    """What was granted under one name is taken for what was granted under another."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        among = PlanningContext.has_attribute
        patch.setattr(
            PlanningContext,
            "has_attribute",
            lambda self, column, f: among(self, column, other if f == one else f),
        )

    return plant


def hidden_fields_lie(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Policy, "reason", lambda *given: "ROLE")


def hidden_fields_keep_silent(patch: pytest.MonkeyPatch) -> None:
    mask = Policy.mask
    patch.setattr(planner.statement.hidden_fields, "is_true", lambda condition: condition.is_not(None))
    patch.setattr(Policy, "mask", mask)


def published_count_exact_for_all(patch: pytest.MonkeyPatch) -> None:
    for module in (schema.institution, schema.program):
        patch.setattr(module, "suppress_small", lambda row, count, exact=None: count)


@dataclasses.dataclass(frozen=True)
class Leak:
    """What is planted, and who finds it on the walk of which root field; None for every row by its id."""

    plant: Plant
    field: str | None
    name: str


LEAKS: dict[str, Leak] = {
    "a predicate dropped": Leak(predicate_dropped, "consents", "mentor"),
    "a mask dropped": Leak(mask_dropped, "mentors", "public"),
    "a count without a predicate": Leak(count_without_predicate, "mobilities", "participant"),
    "facets without one": Leak(
        replacing(planner.statement.connections, "render_facets", 0, as_staff), "projects", "public"
    ),
    "a nested list without one": Leak(nested_list_without_predicate, "projects", "mentor"),
    "node(id:) without one": Leak(
        replacing(planner.plan.root_fields, "object_by_key", 0, as_staff), None, "public"
    ),
    "a single row without one": Leak(
        replacing(planner.plan.root_fields, "object_where", 0, row_as_staff), "mentor", "public"
    ),
    "search without one": Leak(
        replacing(planner.statement.search, "_search_matches", 0, as_staff), "search", "public"
    ),
    "a related row without one": Leak(
        replacing(planner.statement.render, "_render_to_one", 0, row_as_staff), "mobilities", "mx-coordinator"
    ),
    "one of several without one": Leak(
        replacing(planner.statement.render, "_render_to_one_of", 0, row_as_staff), "projects", "public"
    ),
    "a role's predicate widened": Leak(
        stated("Participant", rows_of(COORDINATOR, every_row)), "participants", "uc-coordinator"
    ),
    "a role's mask widened": Leak(
        stated("Participant", mask_of(MENTOR, "email", every_row)), "participants", "mentor"
    ),
    "a person's own widened": Leak(stated("Project", rows_of(SELF, every_row)), "projects", "participant"),
    "a person's own name widened": Leak(
        stated("Contributor", mask_of(SELF, "name", every_row)), "projects", "participant"
    ),
    "a consent ignored": Leak(stated("Mentor", rows_of(PUBLIC, every_row)), "mentors", "public"),
    "a withdrawn consent counted": Leak(
        stated("Mentor", rows_of(PUBLIC, ever_agreed("person_id"))), "mentors", "public"
    ),
    "facts of one role used for another": Leak(
        facts_mixed(PARTICIPANT, MENTOR), "participants", "participant-and-mentor"
    ),
    "facts of another institution's system": Leak(
        facts_mixed("CONTACTS_READ", "PARTICIPANTS_READ"), "participants", "two-systems"
    ),
    "hiddenFields with another reason": Leak(hidden_fields_lie, "project", "public"),
    "hiddenFields that keep silent": Leak(hidden_fields_keep_silent, "participants", "mentor"),
    "another client's webhooks": Leak(stated("Webhook", rows_of(INTEGRATION, every_row)), None, "client"),
    "deliveries of another client's webhooks": Leak(
        stated("WebhookDelivery", rows_of(INTEGRATION, every_row)), None, "client"
    ),
    "preferences shown to the mentor": Leak(
        stated("MentorPreference", rows_of(SELF, as_mentor(SELF))), None, "mentor"
    ),
    "preferences shown to a home that does not run the program": Leak(
        stated("MentorPreference", rows_of(COORDINATOR, OF_THEIR_PARTICIPANTS)), None, "uc-coordinator"
    ),
    "persons as guests": Leak(
        stated("Registration", mask_of(INTEGRATION, "name", every_row)), "registrations", "integration"
    ),
    "guests of others' events": Leak(
        stated("Registration", rows_of(INTEGRATION, OF_GUEST)), "registrations", "system-without-scopes"
    ),
    "a published count exact for all": Leak(published_count_exact_for_all, "cohorts", "public"),
}
