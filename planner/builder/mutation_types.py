"""The mutations that follow from what types declare of writing: their actions, inputs and payloads."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from typing import Any, Protocol

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from models.base import metadata, snake_case
from planner.builder.declaration import Declaration
from planner.builder.implied_fields import annotations_of
from planner.builder.input_types import InputField
from planner.declaration.bindings import Argument, Derived, Member, ToOne, TypeBinding, Value
from planner.declaration.catalog import Catalog, DeclarationError
from planner.declaration.scalar_types import strict_text
from planner.declaration.writes import WritableField, WriteAction

LANGUAGES = ("en", "es")
LOCALIZED_TEXT = "LocalizedTextInput"
MUTATION_ARGUMENTS = (
    Argument(
        "idempotencyKey",
        "str | None",
        "Name this attempt: a repetition with the same key does nothing more (docs/changing.md).",
    ),
    Argument("dryRun", "bool | None", "Say what would be done, and do nothing."),
)


def localized_text() -> dict[str, InputField]:
    return {
        language: InputField("str | None", f"The text in {name}; null removes it, left out it stays.")
        for language, name in (("en", "English"), ("es", "Spanish"))
    }


def write_actions(declaration: Declaration, catalog: Catalog) -> Iterator[WriteAction]:
    """The mutations of a type's rows: its update, and the steps of its workflow."""
    name, writes = declaration.cls.__name__, declaration.writes
    if writes.updates:
        fields = tuple(_writable(declaration, catalog, field) for field in writes.updates)
        yield WriteAction(
            f"update{name}",
            name,
            f"Change a {name}. What is left out stays as it is; null clears it.",
            fields,
        )
    if (workflow := writes.workflow) is not None:
        for step in workflow.steps:
            yield WriteAction(step.mutation, name, step.description, step=step, column=workflow.column)


def _writable(declaration: Declaration, catalog: Catalog, name: str) -> WritableField:
    type_ = catalog.types[declaration.cls.__name__]
    member = type_.members.get(name)
    if member is None or type_.table is None:
        raise DeclarationError(f"{type_.name}.{name} is written, and is not declared")
    columns, annotation, prefix = _stored(declaration, catalog, type_, member)
    table = metadata.tables[str(type_.table.name)]  # type: ignore[attr-defined]
    for column in columns.values():
        if column not in table.c or table.c[column].computed is not None:
            raise DeclarationError(f"{type_.name}.{name} is written, and has no column {column} of its own")
    nullable = all(table.c[column].nullable for column in columns.values())
    description = getattr(declaration.cls, snake_case(name)).description
    return WritableField(name, columns, annotation, description, nullable, prefix, _stored_form(member))


def _stored_form(member: Member) -> Callable[[Any], Any]:
    """What makes of a value what is stored: a ROR id is stored without its address."""
    convert = member.scalar_type.convert if member.scalar_type is not None else strict_text
    return _unchanged if convert is strict_text else convert  # a NUL is an error of the input


def _unchanged(value: Any) -> Any:
    return value


def _stored(
    declaration: Declaration, catalog: Catalog, type_: TypeBinding, member: Member
) -> tuple[Mapping[str | None, str], str, str | None]:
    """The columns that a field is stored in, the annotation of its input, and the prefix of a reference."""
    match member.binding:
        case Derived(text=str() as text):
            return {language: f"{text}_{language}" for language in LANGUAGES}, LOCALIZED_TEXT, None
        case ToOne():
            return {None: member.binding.key}, "ID", catalog.types[member.target].prefix
        case Value():
            written = annotations_of(declaration.cls)[snake_case(member.name)]
            return {None: snake_case(member.name)}, written.removesuffix(" | None"), None
    raise DeclarationError(f"{type_.name}.{member.name} can't be written")


def input_fields(action: WriteAction) -> dict[str, InputField]:
    """The fields of a mutation's input."""
    fields = {
        "id": InputField("ID", f"Which {action.type_name}.", MISSING),
        "expectedVersion": InputField(
            "int", "Its `version` as you know it: where it has another, nothing is done (CONFLICT).", MISSING
        ),
    }
    for one in action.fields:
        fields[one.name] = InputField(f"{one.annotation} | None", one.description)
    if action.step is not None and action.step.needs_reason:
        fields["reason"] = InputField("str", "Why; it is kept in the audit log.", MISSING)
    return fields


def payload_fields(action: WriteAction) -> dict[str, tuple[str, str]]:
    """The fields of a mutation's payload: Python name → annotation and description."""
    name = action.type_name
    return {
        snake_case(name): (
            f"{name} | None",
            f"The {name} as it is now, as you see it; null where there is none that you may see.",
        ),
        "replayed": ("bool", "Whether it had been done before, under the same idempotency key."),
        "changed": ("list[str]", "The fields that have another value than before."),
        "user_errors": ("list[UserError]", "Why nothing was done; empty if it was."),
    }


def argument_type(action: WriteAction) -> str:
    return f"{capitalized(action.mutation)}Input"


def payload_type(action: WriteAction) -> str:
    return f"{capitalized(action.mutation)}Payload"


def capitalized(name: str) -> str:
    return name[0].upper() + name[1:]


class TypeMaker(Protocol):
    """What the schema's builder offers for making types."""

    names: dict[str, Any]
    declared: list[Declaration]
    catalog: Catalog

    def input_type(self, name: str, description: str, fields: Mapping[str, InputField]) -> None: ...

    def argument(self, argument: Argument) -> StrawberryArgument: ...


def add_mutations(maker: TypeMaker, mutation: type) -> None:
    """Give the root the mutations of rows, behind those that it has itself, and publish it."""
    maker.input_type(LOCALIZED_TEXT, "A text in both languages.", localized_text())
    for declaration in maker.declared:
        for action in write_actions(declaration, maker.catalog):
            maker.catalog.actions[action.mutation] = action
            _add_mutation(maker, mutation, action)
    strawberry.type(mutation, name=mutation.__name__, description=inspect.getdoc(mutation))


def _add_mutation(maker: TypeMaker, mutation: type, action: WriteAction) -> None:
    name, given = snake_case(action.mutation), argument_type(action)
    maker.input_type(given, f"What `{action.mutation}` is given.", input_fields(action))
    mutation.__annotations__[name] = StrawberryAnnotation(_payload(maker, action), namespace=maker.names)
    published = StrawberryField(
        python_name=name, graphql_name=action.mutation, description=action.description
    )
    arguments = (Argument("input", given, "What is to be done."), *MUTATION_ARGUMENTS)
    published.arguments = [maker.argument(argument) for argument in arguments]
    setattr(mutation, name, published)


def _payload(maker: TypeMaker, action: WriteAction) -> str:
    """Publish the payload of a mutation; its name."""
    name, description = payload_type(action), f"What came of `{action.mutation}`."
    cls = type(name, (), {"__doc__": description, "__module__": __name__})
    cls.__annotations__ = {}
    for attribute, (annotation, text) in payload_fields(action).items():
        cls.__annotations__[attribute] = StrawberryAnnotation(annotation, namespace=maker.names)
        setattr(cls, attribute, StrawberryField(python_name=attribute, description=text))
    maker.names[name] = strawberry.type(cls, name=name, description=description)
    return name
