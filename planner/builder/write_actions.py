"""Derives mutations from the writes that types declare: the fields that each sets, with their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, replace
from typing import Any, Protocol

from sqlalchemy import Column, Numeric, Table

from models.base import Entity, metadata, snake_case
from planner.builder.archivable_types import archivable_actions
from planner.builder.declaration import Declaration
from planner.builder.implied_fields import annotations_of
from planner.declaration.bindings import Derived, Embedded, Member, ToOne, ToOneOf, TypeBinding, Value
from planner.declaration.catalog import Catalog, DeclarationError
from planner.declaration.scalar_types import strict_text
from planner.declaration.write_action import Upsert, WritableField, WritableLinks, WriteAction
from planner.declaration.writes import FieldTexts, Lookup, Reference, UpsertLinks, WorkflowStep

LANGUAGES = ("en", "es")
LOCALIZED_TEXT = "LocalizedTextInput"
LOCAL_DATE_TIME = "LocalDateTime"
WALL_CLOCK = "{}, without an offset: 2027-03-14T09:30."
VERSION = "The `version` of it that you read; if it has another one, nothing is done (CONFLICT)."


class DeclarationCatalog(Protocol):
    """The declarations of a schema, and the catalog made from them."""

    declared: list[Declaration]
    catalog: Catalog


def write_actions(declaration: Declaration, maker: DeclarationCatalog) -> Iterable[WriteAction]:
    """The mutations of a type's rows: creations, the update, the steps of its workflow, and archiving."""
    type_, found = maker.catalog.types[declaration.cls.__name__], _declared_actions(declaration, maker)
    return archivable_actions(type_, found) if type_.archivable else found


def _declared_actions(declaration: Declaration, maker: DeclarationCatalog) -> Iterator[WriteAction]:
    name, writes = declaration.cls.__name__, declaration.writes
    updated = tuple(_writable(declaration, maker, field) for field in writes.updates)
    links = tuple(_links(declaration, maker, field) for field in writes.links)
    common: dict[str, Any] = {"links": links, "holds": writes.holds}
    yield from _creations(declaration, maker, updated, common)
    if updated or links:
        described = f"Change one {name}. Omitted fields keep their value; null clears one."
        update = WriteAction(
            f"update{name}",
            name,
            described,
            updated,
            update_guards=writes.guards,
            update_effects=writes.effects,
            **common,
        )
        yield update
        if writes.upsert is not None:
            yield _upsert(declaration, maker, writes.upsert, update)
    for workflow in filter(None, (writes.workflow, writes.acts)):
        for step in workflow.steps:
            yield WriteAction(
                step.mutation,
                name,
                step.description,
                (
                    *_named_rows(maker, step.refers),
                    *(_set_by_step(declaration, maker, step, field) for field in step.fields),
                ),
                step,
                workflow.column,
                tuple(_links(declaration, maker, field) for field in step.links),
                holds=writes.holds,
            )


def _creations(
    declaration: Declaration,
    maker: DeclarationCatalog,
    updated: tuple[WritableField, ...],
    common: Mapping[str, Any],
) -> Iterator[WriteAction]:
    name, writes = declaration.cls.__name__, declaration.writes
    for creation in writes.creations:
        fields = tuple(_writable(declaration, maker, field) for field in creation.fields)
        fields = (*(_reference(maker, one) for one in creation.refers), *fields)
        if creation.mutation is None:
            described = f"Create a new {name}."
            yield WriteAction(
                f"create{name}", name, described, (*fields, *updated), creation=creation, **common
            )
        else:
            optional = {*creation.optional, *(one.reference for one in creation.lookups)}
            given = tuple(_optional(one) if one.name in optional else one for one in fields)
            given = (*given, *_lookups(given, creation.lookups))
            yield WriteAction(
                creation.mutation,
                name,
                creation.description,
                given,
                creation=creation,
                holds=writes.holds,
            )


def _upsert(
    declaration: Declaration,
    maker: DeclarationCatalog,
    stated: UpsertLinks,
    update: WriteAction,
) -> WriteAction:
    """The creation and the update of a type as one mutation, which has the fields of both."""
    name, writes = declaration.cls.__name__, declaration.writes
    mutation, (creation,) = f"upsert{name}ByExternalId", [one for one in writes.creations if not one.mutation]
    for field in creation.fields:
        if _writable(declaration, maker, field).required:
            raise DeclarationError(f"{name}.{field} is needed by a new row, but can't be updated")
    described = f"Create one {name}, or change the one that your institution knows by this id."
    update = replace(update, mutation=mutation, description=described, is_blind=True)
    ids = _links(declaration, maker, stated.links)
    holders = [one.column for one in ids.fields if one.references]
    keys = tuple(one for one in ids.fields if one.column in ids.keys and not one.references)
    unique = f"uq_{ids.table}_{'_'.join(ids.keys)}"
    upsert = Upsert(ids, holders[0], keys, stated.attribute, unique, update)
    named = replace(creation, fields=(), mutation=mutation, maker=stated.attribute)
    created = replace(update, update_guards=(), update_effects=(), is_blind=False)
    return replace(created, creation=named, links=(*update.links, ids), upsert=upsert)


def _writable(declaration: Declaration, maker: DeclarationCatalog, name: str) -> WritableField:
    type_ = maker.catalog.types[declaration.cls.__name__]
    member = type_.members.get(name)
    if member is None or type_.table is None:
        raise DeclarationError(f"{type_.name}.{name} is written, but not declared")
    found = _stored(declaration, maker.catalog, type_, member)
    if found is None:
        raise DeclarationError(f"{type_.name}.{name} is written, but has no column of its own")
    return replace(found, parts=_parts(maker, member)) if isinstance(member.binding, Embedded) else found


def _parts(maker: DeclarationCatalog, member: Member) -> FieldTexts:
    """The fields of a value object."""
    (cls,) = (one.cls for one in maker.declared if one.cls.__name__ == member.target)
    annotations = annotations_of(cls)
    return {
        name: (annotations[snake_case(name)], getattr(cls, snake_case(name)).description)
        for name in maker.catalog.types[member.target].members
    }


def _set_by_step(
    declaration: Declaration, maker: DeclarationCatalog, step: WorkflowStep, name: str
) -> WritableField:
    found = _writable(declaration, maker, name)
    return replace(found, nullable=False, required=True) if name in step.needs else found


def _reference(maker: DeclarationCatalog, one: Reference) -> WritableField:
    """A reference that the type has no field for."""
    prefix = str(maker.catalog.types[one.target].prefix)
    columns: dict[str | None, str] = {None: one.column}
    return WritableField(one.name, columns, "ID", one.description, False, {prefix: "id"}, required=True)


def _named_rows(maker: DeclarationCatalog, refers: Sequence[Reference]) -> Iterator[WritableField]:
    """The rows that a step's input names, each with its version if that is asked for."""
    for one in refers:
        yield replace(_reference(maker, one), stored=False)
        if one.version:
            columns: dict[str | None, str] = {None: snake_case(one.version)}
            yield WritableField(
                one.version, columns, "int", VERSION, False, required=True, stored=False, of=one.name
            )


def _lookups(fields: Sequence[WritableField], lookups: Sequence[Lookup]) -> Iterator[WritableField]:
    named = {one.name: one for one in fields}
    for one in lookups:
        columns: dict[str | None, str] = {None: f"{named[one.reference].column}_{one.name}"}
        yield WritableField(
            one.name,
            columns,
            "str",
            one.description,
            True,
            convert=one.convert,
            stored=False,
            finds=one.reference,
            key=one.key,
        )


def _optional(field: WritableField) -> WritableField:
    return replace(field, nullable=True, required=False)


def _links(declaration: Declaration, maker: DeclarationCatalog, name: str) -> WritableLinks:
    """A list of links, from the type that declares the links."""
    type_ = maker.catalog.types[declaration.cls.__name__]
    member = type_.members[name]
    linked = next(one for one in maker.declared if one.cls.__name__ == member.target)
    table, owner_table = _table(maker.catalog.types[member.target]), _table(type_)
    owners = [one.name for one in table.c for key in one.foreign_keys if key.column.table is owner_table]
    natural_key = getattr(linked.model, "natural_key", ())
    copied = getattr(linked.model, "from_owner", ())
    if len(owners) != 1 or not natural_key:
        raise DeclarationError(
            f"{type_.name}.{name} is written, but is not a list of links with a natural key"
        )
    not_given = {owners[0], *copied, *Entity.model_fields}
    fields = [
        field
        for one in maker.catalog.types[member.target].members.values()
        if (field := _stored(linked, maker.catalog, maker.catalog.types[member.target], one)) is not None
        and not_given.isdisjoint(field.columns.values())
    ]
    if any(one.form is not None for one in fields):
        raise DeclarationError(f"{member.target} has a field with a stored form, which links can't have")
    keys = tuple(column for column in natural_key if column != owners[0])
    described = getattr(declaration.cls, snake_case(name)).description
    alternatives = getattr(linked.model, "alternatives", ())
    return WritableLinks(
        name, member.target, table.name, owners[0], keys, tuple(fields), described, copied, alternatives
    )


def _table(type_: TypeBinding) -> Table:
    found = metadata.tables[str(type_.table.name)]  # type: ignore[union-attr]
    assert isinstance(found, Table)
    return found


def _stored(
    declaration: Declaration, catalog: Catalog, type_: TypeBinding, member: Member
) -> WritableField | None:
    """The field as it is written; None if no column of the type's own table stores it."""
    table, name = _table(type_), snake_case(member.name)
    columns: dict[str | None, str] = {None: name}
    references: dict[str, str] = {}
    annotation: str = "ID"
    zone: str | None = None
    match member.binding:
        case Derived(text=str() as text):
            columns = {language: f"{text}_{language}" for language in LANGUAGES}
            annotation = LOCALIZED_TEXT
        case ToOne():
            columns = {None: member.binding.key}
            references = {str(catalog.types[member.target].prefix): "id"}
        case ToOneOf():
            column = member.binding.stored or f"{name}_id"
            columns = {None: column}
            references = _references(table, column, [catalog.types[one] for one in member.binding.keys])
        case Embedded():
            columns = dict(_columns_of_value(catalog.types[member.target]))
            annotation = f"{member.target}Input"
        case Value() if (clock := member.binding.wall_clock) is not None:
            columns, annotation, zone = {None: clock[0]}, LOCAL_DATE_TIME, clock[1]
        case Value():
            annotation = annotations_of(declaration.cls)[name].removesuffix(" | None")
        case _:
            return None
    stored = [table.c[column] for column in columns.values() if column in table.c]
    if len(stored) < len(columns) or any(one.computed is not None for one in stored):
        return None
    nullable = all(one.nullable for one in stored)
    described = getattr(declaration.cls, name).description
    if zone is not None:
        described = WALL_CLOCK.format(described.partition(", ")[0].rstrip("."))
    default = _default(table, columns, stored)
    return WritableField(
        member.name,
        columns,
        annotation,
        described,
        nullable,
        references,
        None if default is MISSING else default,
        required=default is MISSING,
        zone=zone,
        convert=_converter(member),
        form=member.binding.form if isinstance(member.binding, Value) else None,
        digits=_digits(stored[0]),
    )


class _ColumnNames:
    """A row whose columns are their names."""

    def __getitem__(self, name: str) -> str:
        return name


def _columns_of_value(type_: TypeBinding) -> Iterator[tuple[str, str]]:
    """The fields of a value object, each with the column that it is read from."""
    for name, member in type_.members.items():
        assert isinstance(member.binding, Value)
        expression: Callable[..., Any] = member.binding.expression
        yield name, expression(_ColumnNames(), {})


def _digits(column: Column[Any]) -> tuple[int, int] | None:
    """How many digits a column of decimal numbers stores before and after the point."""
    type_ = column.type
    if not isinstance(type_, Numeric) or type_.precision is None or type_.scale is None:
        return None
    return type_.precision - type_.scale, type_.scale


def _converter(member: Member) -> Callable[[Any], Any]:
    """Converts a value to its stored form: a ROR id without its URL."""
    convert = member.scalar_type.convert if member.scalar_type is not None else strict_text
    return _unchanged if convert is strict_text else convert  # a NUL is an error of the input


def _unchanged(value: Any) -> Any:
    return value


def _references(table: Table, column: str, types: Sequence[TypeBinding]) -> dict[str, str]:
    """Prefixes of types that refer to the same table as a column, each with its referring column."""
    if column not in table.c:
        return {}
    targets = {key.column.table for key in table.c[column].foreign_keys}
    return {
        str(one.prefix): key.parent.name
        for one in types
        for key in _table(one).foreign_keys
        if key.column.table in targets
    }


def _default(table: Table, columns: Mapping[str | None, str], stored: Sequence[Column[Any]]) -> Any:
    """The value of an omitted field in a new row; MISSING if the field is required."""
    if None not in columns:
        text = str(next(iter(columns.values()))).rpartition("_")[0]
        present = any(str(one.name).endswith(f"{table.name}_{text}_present") for one in table.constraints)
        return MISSING if present else None
    (column,) = stored
    if column.nullable:
        return None
    default: Any = column.default
    if default is None:
        return MISSING
    return [] if default.is_callable else getattr(default.arg, "value", default.arg)
