"""Declarations that do not fit are found when the schema is built."""

from dataclasses import replace
from typing import Any

import schema
from planner.builder.validation import declaration_errors, fields_without_policy
from planner.declaration.access import EntityPolicy, Mask, Policy, every_row, no_row
from planner.declaration.bindings import Member, ToOne, TypeBinding, Value
from planner.declaration.catalog import Catalog
from planner.declaration.scalar_types import STRING
from schema.rules import of_client


def with_member(type_name: str, member: Member) -> Catalog:
    """The catalog with one more (or another) field on a type."""
    type_ = schema.catalog.types[type_name]
    changed = replace(type_, members={**type_.members, member.name: member})
    return Catalog(
        {**schema.catalog.types, type_name: changed}, schema.catalog.prefixes, schema.catalog.actions
    )


def with_policy(type_name: str, **changes: Any) -> Policy:
    """The policy with changes to one type's part of it."""
    changed = replace(schema.POLICY.entity(type_name), **changes)
    return replace(schema.POLICY, entities={**schema.POLICY.entities, type_name: changed})


def found(catalog: Catalog = schema.catalog, policy: Policy = schema.POLICY) -> list[str]:
    return declaration_errors(schema.graphql_schema, catalog, policy)


def test_a_column_that_there_is_not() -> None:
    value = Value(lambda row, _: row["nonexistent"])
    catalog = with_member("Project", Member("slug", value, "str", False, False, STRING))
    (fault,) = found(catalog)
    assert fault.startswith("Project.slug reads something that does not exist")


def test_a_reference_over_a_column_that_there_is_not() -> None:
    member = Member("program", ToOne("programme_id"), "Program", False, True)
    assert found(with_member("Project", member)) == [
        "Project.program reads the column programme_id, which does not exist"
    ]


def test_a_reference_that_is_never_null_over_a_key_that_may_be() -> None:
    member = Member("program", ToOne("program_id"), "Program", False, False)
    assert found(with_member("Project", member)) == ["Project.program is never null, but program_id may be"]


def test_a_reference_that_is_never_null_to_a_row_that_may_be_hidden() -> None:
    policy = with_policy("Program", rows={"PUBLIC": no_row})
    assert "Cohort.program is never null, but a Program may be hidden" in found(policy=policy)


def test_a_masked_field_that_is_never_null() -> None:
    stated = schema.POLICY.entity("Project")
    policy = with_policy("Project", open=stated.open - {"slug"}, masks={"slug": Mask({})})
    assert found(policy=policy) == ["Project.slug is masked, so it must be nullable"]


def test_a_policy_for_what_is_not_declared() -> None:
    extra = EntityPolicy({"PUBLIC": every_row}, frozenset())
    policy = replace(schema.POLICY, entities={**schema.POLICY.entities, "Visa": extra})
    assert found(policy=policy) == ["the policy names Visa, which is not declared"]


def test_a_policy_for_what_no_mutation_does() -> None:
    policy = with_policy("Project", acts={"eraseProject": {}}, field_writes={"slug": {}, "titles": {}})
    assert found(policy=policy) == [
        "the policy names eraseProject, which is not a mutation of Project",
        "the policy says who writes Project.slug, which no mutation writes",
    ]


def test_a_followed_type_that_stands_on_what_is_one_viewers_alone() -> None:
    """Those who follow it share results by what they see, and would share what is another's."""
    own = {"INTEGRATION": of_client("program_id")}
    words = "the policy of {}, 'their own', reads what subscribers do not share"
    assert found(policy=with_policy("Project", rows=own)) == [words.format("Project")]
    is_open = schema.POLICY.entity("Project").open - {"summary"}
    masked = with_policy("Project", open=is_open, masks={"summary": Mask(own)})
    assert found(policy=masked) == [words.format("Project")]
    assert found(policy=with_policy("Project", acts={"cancelProject": own})) == [words.format("Project")]
    assert found(policy=with_policy("Project", field_writes={"sdgs": own})) == [words.format("Project")]
    assert found(policy=with_policy("WebhookDelivery", rows={"INTEGRATION": of_client("webhook_id")})) == []


def test_a_field_without_a_policy_is_reported() -> None:
    stated = schema.POLICY.entity("Project")
    policy = with_policy("Project", open=stated.open - {"slug", "title"})
    assert fields_without_policy(schema.catalog, policy) == ["Project.slug", "Project.title"]


def test_a_type_without_a_binding_is_reported() -> None:
    types = dict(schema.catalog.types)
    type_: TypeBinding = types["Money"]
    types["Money"] = replace(type_, members={"amount": type_.members["amount"]})
    catalog = Catalog(types, schema.catalog.prefixes, schema.catalog.actions)
    assert found(catalog) == ["Money.currency has neither a binding nor a resolver"]
