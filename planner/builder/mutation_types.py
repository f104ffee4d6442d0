"""Adds the mutations of rows to the schema, with their inputs and payloads."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING
from typing import Any, Protocol

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from models.base import snake_case
from planner.builder.input_types import InputField
from planner.builder.write_actions import LOCALIZED_TEXT, DeclarationCatalog, write_actions
from planner.declaration.bindings import Argument
from planner.declaration.write_action import Upsert, WritableField, WritableLinks, WriteAction
from planner.declaration.writes import ITEMS, RESULTS, FieldTexts

MUTATION_ARGUMENTS = (
    Argument(
        "idempotencyKey",
        "str | None",
        "Identifies the attempt: a repetition with the same key does nothing more (docs/changing.md).",
    ),
    Argument("dryRun", "bool | None", "Report what would change, without changing anything."),
)


CREATED = ("bool", "Whether it created the row, also if it is a repetition; in a dry run, whether it would.")


def localized_text() -> dict[str, InputField]:
    return {
        language: InputField("str | None", f"The text in {name}; null removes it, omitted it stays.")
        for language, name in (("en", "English"), ("es", "Spanish"))
    }


def input_fields(action: WriteAction) -> dict[str, InputField]:
    """The fields of a mutation's input."""
    fields = {} if action.creation is not None else _which_row(action)
    fields |= {} if action.upsert is None else _external_id(action.upsert)
    for one in action.fields:
        made = action.creation is not None and action.upsert is None
        needed = made or not one.stored or one.name in action.needs
        fields[one.name] = _input_field(one, required=one.required and needed)
    for links in action.links:
        if action.upsert is not None and links == action.upsert.links:
            continue
        described = f"{links.description} Pass the whole list: links that are not in it are removed."
        fields[links.name] = InputField(f"list[{links.input_type}] | None", described)
    for name, (annotation, description) in action.python.arguments.items():
        required = not annotation.endswith(" | None")
        fields[name] = InputField(annotation, description, *([MISSING] if required else []))
    if action.step is not None and action.step.needs_reason:
        fields["reason"] = InputField("str", "The reason, kept in the audit log.", MISSING)
    return fields


def _which_row(action: WriteAction) -> dict[str, InputField]:
    if action.link:
        described = "The link in the mail, which begins with `puente_link_`."
        return {action.names_row: InputField("str", described, MISSING)}
    return {
        "id": InputField("ID", f"The id of the {action.type_name}.", MISSING),
        "expectedVersion": InputField(
            "int",
            "The `version` that you read; if the row has another one, nothing is done (CONFLICT).",
            MISSING,
        ),
    }


def _external_id(upsert: Upsert) -> dict[str, InputField]:
    return {
        **{one.name: _input_field(one, required=True) for one in upsert.keys},
        "expectedVersion": InputField(
            "int | None",
            "If given, the row must exist and have this `version`; otherwise nothing is done.",
        ),
    }


def _input_field(one: WritableField, *, required: bool) -> InputField:
    if required:
        return InputField(one.annotation, one.description, MISSING)
    return InputField(f"{one.annotation} | None", one.description)


def link_fields(links: WritableLinks) -> dict[str, InputField]:
    """The fields of one link in an input; its keys and fields without a default are required."""
    return {
        one.name: _input_field(one, required=one.required or one.column in links.keys) for one in links.fields
    }


def part_fields(field: WritableField) -> dict[str, InputField]:
    """The fields of a value object in an input; those that it always has are required."""
    return {
        name: InputField(annotation, description, *([] if annotation.endswith(" | None") else [MISSING]))
        for name, (annotation, description) in field.parts.items()
    }


def payload_fields(action: WriteAction) -> dict[str, tuple[str, str]]:
    """The fields of a mutation's payload: Python name → annotation and description."""
    name = action.type_name
    gone = ("ID | None", f"The id of the removed {name}, in a dry run of the one to remove; null if none is.")
    answers = {snake_case(name): field for name, field in action.python.answers.items()}
    return {
        snake_case(name): (
            f"{name} | None",
            f"The {name} as you see it now; null if there is none that you may see.",
        ),
        **({"removed_id": gone} if action.removes else {}),
        **answers,
        **({"created": CREATED} if action.upsert is not None else {}),
        "replayed": ("bool", "Whether an earlier request with the same idempotency key had done it."),
        "changed": ("list[str]", "The fields whose value has changed."),
        "user_errors": ("list[UserError]", "Why nothing was done; empty if it was."),
    }


def argument_type(mutation: str) -> str:
    return f"{capitalized(mutation)}Input"


def payload_type(mutation: str) -> str:
    return f"{capitalized(mutation)}Payload"


def capitalized(name: str) -> str:
    return name[0].upper() + name[1:]


class TypeMaker(DeclarationCatalog, Protocol):
    """The part of the schema's builder that makes types."""

    names: dict[str, Any]

    def input_type(self, name: str, description: str, fields: Mapping[str, InputField]) -> None: ...

    def argument(self, argument: Argument) -> StrawberryArgument: ...


def add_mutations(maker: TypeMaker, mutation: type) -> None:
    """Add the mutations of rows to the root, after its own, and publish it."""
    maker.input_type(LOCALIZED_TEXT, "A text in both languages.", localized_text())
    for declaration in list(maker.declared):
        for action in write_actions(declaration, maker):
            maker.catalog.actions[action.mutation] = action
            _add_mutation(maker, mutation, action)
            if action.bulk:
                maker.catalog.bulk_actions[action.bulk] = action
                _add_bulk_mutation(maker, mutation, action)
    strawberry.type(mutation, name=mutation.__name__, description=inspect.getdoc(mutation))


def _add_mutation(maker: TypeMaker, mutation: type, action: WriteAction) -> None:
    given = argument_type(action.mutation)
    for links in action.links:
        if links.input_type not in maker.names:
            maker.input_type(links.input_type, f"A {links.type_name} of an input.", link_fields(links))
    for one in action.fields:
        if one.parts and one.annotation not in maker.names:
            described = f"The value of `{one.name}`."
            maker.input_type(one.annotation, described, part_fields(one))
    maker.input_type(given, f"The input of `{action.mutation}`.", input_fields(action))
    _payload(maker, action.mutation, payload_fields(action))
    _publish(maker, mutation, action.mutation, action.description)


def _add_bulk_mutation(maker: TypeMaker, mutation: type, action: WriteAction) -> None:
    """Publish a mutation of a list, with an item's input and payload as those of the mutation itself."""
    item = f"list[{argument_type(action.mutation)}]"
    fields = {ITEMS: InputField(item, "The items; each is done or refused by itself, in order.", MISSING)}
    maker.input_type(argument_type(action.bulk), f"The input of `{action.bulk}`.", fields)
    results = f"list[{payload_type(action.mutation)}]"
    payload = {
        RESULTS: (results, "The outcome of each item, in their order; empty if nothing was done."),
        "user_errors": ("list[UserError]", "Why nothing was done for any item; empty if it was."),
    }
    _payload(maker, action.bulk, payload)
    described = f"Do `{action.mutation}` for each item of a list. {action.description}"
    _publish(maker, mutation, action.bulk, described)


def _publish(maker: TypeMaker, mutation: type, graphql_name: str, description: str) -> None:
    """Add a mutation to the root."""
    name = snake_case(graphql_name)
    annotation = StrawberryAnnotation(payload_type(graphql_name), namespace=maker.names)
    mutation.__annotations__[name] = annotation
    published = StrawberryField(python_name=name, graphql_name=graphql_name, description=description)
    given = argument_type(graphql_name)
    arguments = (Argument("input", given, "The input."), *MUTATION_ARGUMENTS)
    published.arguments = [maker.argument(argument) for argument in arguments]
    setattr(mutation, name, published)


def _payload(maker: TypeMaker, mutation: str, fields: FieldTexts) -> None:
    """Publish the payload type of a mutation, with fields by Python name."""
    name, description = payload_type(mutation), f"The outcome of `{mutation}`."
    cls = type(name, (), {"__doc__": description, "__module__": __name__})
    cls.__annotations__ = {}
    for attribute, (annotation, text) in fields.items():
        cls.__annotations__[attribute] = StrawberryAnnotation(annotation, namespace=maker.names)
        setattr(cls, attribute, StrawberryField(python_name=attribute, description=text))
    maker.names[name] = strawberry.type(cls, name=name, description=description)
