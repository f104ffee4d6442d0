"""Nothing is ordered, filtered, searched, counted, listed, found or joined by what no field returns.

Each case is a declaration that reads too much; the schema isn't built of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Computed, extract, func

import models
import schema
from planner.builder.read_validation import read_errors
from planner.builder.validation import declaration_errors
from planner.changes.read_columns import stored_reads
from planner.declaration.access import Mask, Policy, every_row
from planner.declaration.bindings import ByKey, FacetSource, Member, Searchable, ToConnection, Value
from planner.declaration.catalog import Catalog
from planner.declaration.fields import owned, table_of, through
from planner.declaration.row import Row
from planner.limits import UNBOUNDED
from planner.sql import Column
from planner.statement.context import PlanningContext
from schema.roles import COORDINATOR, PUBLIC

OLD_SORT = "puente_fold(family_names || ' ' || given_name)"
OLD_SEARCH = "puente_vector(coalesce(preferred_name, '') || ' ' || coalesce(given_name, ''))"


def with_type(name: str, **changes: Any) -> Catalog:
    changed = replace(schema.catalog.types[name], **changes)
    return Catalog({**schema.catalog.types, name: changed}, schema.catalog.prefixes, schema.catalog.actions)


def with_member(type_name: str, name: str, **changes: Any) -> Catalog:
    """The catalog with one field's binding changed."""
    type_ = schema.catalog.types[type_name]
    member = type_.members[name]
    changed = replace(member, binding=replace(member.binding, **changes))
    return with_type(type_name, members={**type_.members, name: changed})


def with_facet(name: str, fields: tuple[str, ...], value: Callable[[Row], Column], **more: Any) -> Catalog:
    return with_type(name, facets={"wrong": FacetSource(fields, value, **more)})


def masking(type_name: str, *fields: str) -> Policy:
    """The policy in which only coordinators see these fields."""
    stated = schema.POLICY.entity(type_name)
    masks = {**stated.masks, **dict.fromkeys(fields, Mask({COORDINATOR: every_row}))}
    changed = replace(stated, open=stated.open - set(fields), masks=masks)
    return replace(schema.POLICY, entities={**schema.POLICY.entities, type_name: changed})


def opening(type_name: str, field: str) -> Policy:
    stated = schema.POLICY.entity(type_name)
    changed = replace(stated, open=stated.open | {field})
    return replace(schema.POLICY, entities={**schema.POLICY.entities, type_name: changed})


def found(catalog: Catalog = schema.catalog, policy: Policy = schema.POLICY) -> list[str]:
    graphql_schema = schema.graphql_schema
    staff = policy.unbounded
    return list(read_errors(PlanningContext(graphql_schema, catalog, policy, UNBOUNDED, staff, "EN", {}, {})))


def email(row: Row) -> Column:
    return row.join_on("person_id", table_of(models.Person)).c.email


def projects_of_mentor() -> Catalog:
    """A mentor's projects, by the link whose field `person` is shown with consent only."""
    mentor = schema.catalog.types["Mentor"]
    binding = ToConnection(through("Contributor", "person_id", "project_id"))
    member = Member("projects", binding, "ProjectConnection", False, False)
    return with_type("Mentor", members={**mentor.members, "projects": member})


OPENED = opening("Mentor", "projects")
CASES: dict[str, tuple[Callable[[], Catalog], str]] = {
    "an order by another column of the row": (
        lambda: with_member("Award", "decidedOn", sorted=lambda row, _: row["amount"]),
        "Award.decidedOn is ordered by award.amount, which decidedOn does not return",
    ),
    "an order by a column of a joined row": (
        lambda: with_member("Mentor", "name", sorted=lambda row, _: email(row)),
        "Mentor.name is ordered by person.email, which name does not return",
    ),
    "an order by more than the field": (
        lambda: with_member(
            "Project", "title", sorted=lambda row, _: row["title_en"].concat(row["summary_en"])
        ),
        "Project.title is ordered by project.summary_en, which title does not return",
    ),
    "an order in one language": (
        lambda: with_member(
            "Mentor", "name", sorted=lambda row, _: row["name" if row.language == "EN" else "biography_es"]
        ),
        "Mentor.name is ordered by mentor.biography_es, which name does not return",
    ),
    "a fallback that the field never returns": (
        lambda: with_member(
            "Champion",
            "name",
            folded=lambda row, _: row.join_on("person_id", table_of(models.Person)).c.given_name,
        ),
        "Champion.name is filtered by person.given_name, which name does not return",
    ),
    "a search by what no field returns": (
        lambda: with_type(
            "Mentor", search=(Searchable(lambda row: func.puente_vector(email(row)), ("name",)),)
        ),
        "Mentor is searched by person.email, which name does not return",
    ),
    "a search that forgets a field": (
        lambda: with_type("Mentor", search=(Searchable(lambda row: row["search"], ("expertise",)),)),
        "Mentor is searched by mentor.biography_en, which expertise does not return",
    ),
    "a search of no fields": (
        lambda: with_type("Project", search=(Searchable(lambda row: row["search"]),)),
        "Project is searched by project.summary_en, which no field returns",
    ),
    "a search by a field that there is not": (
        lambda: with_type("Project", search=(Searchable(lambda row: row["search"], ("title", "text")),)),
        "Project is searched by text, which is not declared",
    ),
    "a facet of another column": (
        lambda: with_facet("Project", ("status",), lambda row: extract("year", row["starts_on"])),
        "Project: the facet wrong reads project.starts_on, which status does not return",
    ),
    "a facet of what a field only tells something of": (
        lambda: with_facet("Consent", ("status",), lambda row: row["withdrawn_at"]),
        "Consent: the facet wrong reads consent.withdrawn_at, which status does not return",
    ),
    "a facet with a label of another table": (
        lambda: with_facet(
            "Project",
            ("status",),
            lambda row: row["status"],
            label=lambda row, _: row.context.table(table_of(models.Person)).c.email,
        ),
        "Project: the facet wrong reads person.email, which status does not return",
    ),
    "a list in the order of what no field returns": (
        lambda: with_member("Institution", "champions", order=("person_id",)),
        "Institution.champions is ordered by person_id, which no open field returns",
    ),
    "a list that is found by what is masked": (
        lambda: with_member("Project", "awards", equal={"least": "amount"}),
        "Project.awards is found by amount, which no open field returns",
    ),
    "a row that is found by what no field returns": (
        lambda: with_type(
            "Query",
            members={
                **schema.catalog.types["Query"].members,
                "mentor": Member("mentor", ByKey({"person": "person_id"}), "Mentor", False, True),
            },
        ),
        "Query.mentor is found by person_id, which no open field returns",
    ),
    "rows that are joined by a masked reference": (
        projects_of_mentor,
        "Mentor.projects is joined by project_contributor.person_id, which is masked",
    ),
    "rows that belong to what is masked": (
        lambda: with_member("Mentor", "mentorships", join=owned("notes")),
        "Mentor.mentorships is joined by mentorship.notes, which is masked",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str) -> None:
    catalog, error = CASES[case]
    assert error in found(catalog(), OPENED)


def test_the_schema_is_not_built_of_it() -> None:
    catalog, error = CASES["an order by another column of the row"]
    assert declaration_errors(schema.graphql_schema, catalog(), schema.POLICY) == [error]


@pytest.mark.parametrize(
    ("type_name", "field", "error"),
    [
        ("Award", "decidedOn", "Project.awards is ordered by decided_on, which no open field returns"),
        ("Institution", "acronym", None),  # its mask applies to the search too
    ],
)
def test_a_mask_of_what_is_read(type_name: str, field: str, error: str | None) -> None:
    assert found(policy=masking(type_name, field)) == ([] if error is None else [error])


@pytest.mark.parametrize(
    ("column", "expression", "errors"),
    [
        (
            "name_sort_en",
            OLD_SORT,
            [
                f"{type_}.name is ordered by person.given_name, which name does not return"
                for type_ in ("Mentor", "Participant", "Contributor", "Person")
            ],
        ),
        (
            "search",
            OLD_SEARCH,
            [
                f"{type_} is searched by person.given_name, which name does not return"
                for type_ in ("Mentor", "Participant")
            ],
        ),
    ],
)
def test_what_generated_columns_are_made_of(
    monkeypatch: pytest.MonkeyPatch, column: str, expression: str, errors: list[str]
) -> None:
    """As it was once: no field shows the given name of who has a preferred one."""
    stored_reads.cache_clear()
    table: Any = models.Person
    monkeypatch.setattr(table.__table__.c[column], "computed", Computed(expression, persisted=True))
    try:
        assert sorted(found()) == sorted(errors)
    finally:
        stored_reads.cache_clear()


def test_a_facet_of_the_field_s_own_expression() -> None:
    """`Consent.status` tells of `withdrawn_at` only that it is set; a facet may tell the same."""
    binding = schema.catalog.types["Consent"].members["status"].binding
    assert isinstance(binding, Value)
    own = binding.expression
    assert found(with_facet("Consent", ("status",), lambda row: own(row, {}))) == []


def test_a_role_that_sees_a_field_everywhere_is_no_mask() -> None:
    policy = masking("Institution", "city")
    stated = replace(policy.entity("Institution"), masks={"city": Mask({PUBLIC: every_row})})
    assert found(policy=replace(policy, entities={**policy.entities, "Institution": stated})) == []
