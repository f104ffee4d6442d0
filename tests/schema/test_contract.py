"""The schema that clients build on: committed, described, and never broken unawares."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    get_named_type,
    is_specified_directive,
)

import schema
from planner.builder.validation import declaration_errors, fields_without_policy

COMMITTED = Path(__file__).parents[2] / "schema.graphql"


def differences(before: str, after: str) -> list[str]:
    """What would break a client written against `before`."""
    return [change.description for change in find_breaking_changes(build_schema(before), build_schema(after))]


def test_the_committed_schema_is_the_one_served() -> None:
    committed, served = COMMITTED.read_text(encoding="utf-8"), schema.sdl()
    if committed != served:
        broken = "\n".join(differences(committed, served)) or "nothing: the change only adds"
        pytest.fail(
            "schema.graphql is not what the code declares; run `puente schema --output schema.graphql`."
            f"\nWhat would break clients:\n{broken}"
        )


def test_a_renamed_field_is_reported_as_breaking() -> None:
    served = schema.sdl()
    field = "  acronym: String\n"
    assert field in served
    assert "Field Institution.acronym was removed." in differences(
        served, served.replace(field, "  shortName: String\n", 1)
    )


def test_everything_is_described() -> None:
    silent = []
    for name, type_ in schema.graphql_schema.type_map.items():
        if name.startswith("__"):
            continue
        if not type_.description:
            silent.append(name)
        if isinstance(type_, GraphQLEnumType):
            silent += [f"{name}.{value}" for value, spec in type_.values.items() if not spec.description]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                silent += [f"{name}.{field_name}"] if not field.description else []
                arguments = getattr(field, "args", {})
                silent += [
                    f"{name}.{field_name}({a})" for a, spec in arguments.items() if not spec.description
                ]
    directives = [d for d in schema.graphql_schema.directives if not is_specified_directive(d)]
    silent += [f"@{directive.name}" for directive in directives if not directive.description]
    assert silent == []


def test_examples_of_local_times_can_be_sent() -> None:
    fields = [
        field
        for type_ in schema.graphql_schema.type_map.values()
        if isinstance(type_, GraphQLInputObjectType)
        for field in type_.fields.values()
        if str(get_named_type(field.type)) == "LocalDateTime"
    ]
    examples = [re.findall(r"\d{4}-\d{2}-\d{2}\S*\d", str(field.description)) for field in fields]
    assert [len(found) for found in examples] == [1] * len(fields) != []
    scalar = get_named_type(fields[0].type)
    assert isinstance(scalar, GraphQLScalarType)
    for (example,) in examples:
        scalar.parse_value(example)


def deprecated(core: GraphQLSchema) -> dict[str, str]:
    """The reason of each deprecated field, argument, input field and enum value."""
    reasons: dict[str, str | None] = {}
    for name, type_ in core.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(type_, GraphQLEnumType):
            reasons |= {f"{name}.{value}": spec.deprecation_reason for value, spec in type_.values.items()}
        for field_name, field in getattr(type_, "fields", {}).items():
            reasons[f"{name}.{field_name}"] = field.deprecation_reason
            for argument, spec in getattr(field, "args", {}).items():
                reasons[f"{name}.{field_name}({argument})"] = spec.deprecation_reason
    return {where: reason for where, reason in reasons.items() if reason is not None}


def without_date(core: GraphQLSchema) -> list[str]:
    """Deprecated without saying what to use instead, and on which day it goes (docs/deprecation.md)."""
    form = re.compile(r"Use `.+`.* Removed on \d{4}-\d{2}-\d{2}\.")
    return [where for where, reason in deprecated(core).items() if not form.fullmatch(reason)]


def test_what_is_deprecated_says_what_to_use_and_when_it_goes() -> None:
    assert without_date(schema.graphql_schema) == []


def test_a_deprecation_without_a_date_is_found() -> None:
    core = build_schema(
        """type Query {
          good: Int @deprecated(reason: "Use `better`. Removed on 2027-12-01.")
          bad: Int @deprecated
          better(old: Int @deprecated(reason: "Use `new`.")): Kind
        }
        enum Kind { A @deprecated(reason: "Removed on 2027-12-01.") B }"""
    )
    assert without_date(core) == ["Query.bad", "Query.better(old)", "Kind.A"]


def test_every_entity_and_field_states_its_policy() -> None:
    assert fields_without_policy(schema.catalog, schema.POLICY) == []


def test_declarations_fit_the_tables_and_the_policy() -> None:
    assert declaration_errors(schema.graphql_schema, schema.catalog, schema.POLICY) == []
