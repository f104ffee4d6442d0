"""The audit log as GraphQL types: who changed what of a record, and when."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    FromClause,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

import models
from models.access import GrantedRole
from models.audit import audit_entry, audit_value
from models.audited_tables import audited_tables
from models.base import Described
from models.vocabulary import Language
from planner.builder.declaration import Declaration
from planner.declaration.bindings import Argument, Expression, Log, TypeBinding
from planner.declaration.fields import column, computed, derived, embedded, one_of, table_of
from planner.declaration.row import Row
from planner.declaration.scalar_types import (
    EQUALITY,
    STRING,
    ScalarType,
    global_id_type,
    parse_global_id,
    strict_text,
)
from planner.document.arguments import Arguments, ArgumentValue
from planner.sql import Column, Condition, bare_table, literal_text, scalar_subquery
from planner.statement.context import RowSource
from schema.audit_fields import LANGUAGE, PATH, display_text, label_of, visible_columns
from schema.audit_rules import PERSON, PROFILES, records, table_name
from schema.change import ENTITIES
from schema.common import HiddenField, Node, hidden
from schema.declarations import declarations, log, value
from schema.entities import name_of

if TYPE_CHECKING:
    from strawberry import ID

LARGEST = 2**63 - 1
ACTOR = "actor_"


class AuditOperation(Described):
    """What was done to a row."""

    INSERT = "INSERT", "It was created."
    UPDATE = "UPDATE", "It was changed."
    DELETE = "DELETE", "It was deleted."
    ERASE = "ERASE", "A person's values were erased from the log."


class ActorKind(Described):
    """The kind of actor."""

    PERSON = "PERSON", "A person with a profile here."
    CLIENT = "CLIENT", "An institution's system."
    GUEST = "GUEST", "A guest at an event, by the link that was mailed to them."
    SUBJECT = "SUBJECT", "A person with a token but without a record, such as staff."
    SESSION = "SESSION", "A program of the alliance: an import, a command, or plain SQL."
    PUBLIC = "PUBLIC", "Anyone, without a token."


declarations.enums(AuditOperation, ActorKind)


def _kind(row: Row, _: Arguments) -> Column:
    first = func.split_part(row["actor"], literal_column("' '", Text()), literal_column("1"))
    known = [one for one in ActorKind if one is not ActorKind.SESSION]
    cases = [(first == literal_text(kind.lower()), literal_text(kind)) for kind in known]
    return case(*cases, else_=literal_text(ActorKind.SESSION))


def _name(row: Row, _: Arguments) -> Column:
    def name_in(model: Any) -> Column:
        table = table_of(model).alias()
        return scalar_subquery(select(table.c.name).where(table.c.id == row["actor_id"]), table)

    return func.coalesce(name_in(models.Person), name_in(models.ApiClient))


@log(audit_entry, listed=False)
class AuditActor:
    """Who changed something."""

    kind: ActorKind = computed("The kind of actor.", _kind)
    id: ID = computed(
        "Identifies the actor in all of its entries: pass it to `auditLog(actor:)`.",
        lambda row, _: literal_column(f"'{ACTOR}'", Text()).concat(row["actor_key"]),
        scalar_type=STRING,
    )
    name: str | None = computed("The name of the person or of the system.", _name)
    hidden_fields: list[HiddenField] = hidden()


def _changes(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """A row per value that the viewer sees."""
    assert isinstance(row, RowSource)
    values = bare_table(audit_value).alias()
    name = values.c.column_name
    columns = [
        label_of(row, name, PATH).collate("C").label("field"),
        label_of(row, name, LANGUAGE).label("language"),
        display_text(row, name, values.c.before).label("before"),
        display_text(row, name, values.c.after).label("after"),
    ]
    wanted = [values.c.entry == row["number"], name == any_(visible_columns(row))]
    return select(*columns).where(*wanted).correlate_except(values).subquery()


def _fields(row: Row, _: Arguments) -> Column:
    """The fields of the columns that the viewer sees, sorted, without duplicates."""
    assert isinstance(row, RowSource)
    each = func.unnest(row["columns"]).table_valued(sql_column("name", Text())).render_derived()
    path = label_of(row, each.c.name, PATH)
    field = func.split_part(path, literal_column("'.'", Text()), literal_column("1")).collate("C")
    seen = each.c.name == any_(visible_columns(row))
    found = func.array_agg(aggregate_order_by(field.distinct(), field), type_=ARRAY(Text()))
    listed = select(found).where(seen)
    return func.coalesce(scalar_subquery(listed, each), literal_column("'{}'::text[]"), type_=ARRAY(Text()))


def _status(column: str) -> Any:
    def expression(row: Row, _: Arguments) -> Column:
        assert isinstance(row, RowSource)
        if row.context.policy.is_unbounded(row.context.roles):
            return row[column]
        return case((literal_text("status") == any_(visible_columns(row)), row[column]))

    return expression


@value()
class AuditChange:
    """A value that changed, as you may see it now."""

    field: str = column("The field, or the part of it, such as `location.latitude`.")
    language: Language | None = column("The language of a localized text; otherwise null.")
    before: str | None = column("The value before, as text; a reference as a global id, a list as JSON.")
    after: str | None = column("The value after; null if there is none.")


def _is_recorded(entity: Declaration) -> bool:
    """Whether the log keeps what is done to rows of the type: not of what a running server sends."""
    return str(entity.model.__tablename__) in audited_tables()


def _key(type_name: str) -> Expression:
    """The id of the entry's row, if it is of the type."""

    def expression(row: Row, _: Arguments) -> Column:
        assert isinstance(row, RowSource)
        cases = []
        for entity, type_, key in records(row):
            if type_.name == type_name:
                found = row["entity_id"] if key == "id" else _profile(row, type_name)
                cases.append((row["entity"] == literal_text(entity), found))
        return case(*cases)

    return expression


def _profile(row: RowSource, type_name: str) -> Column:
    """The id of a visible profile of the entry's person."""
    found = row.context.row(type_name)
    wanted = [found["person_id"] == row["entity_id"], *found.visibility_conditions()]
    return scalar_subquery(
        select(found["id"]).select_from(found.from_clause).where(*wanted), *found.from_clauses
    )


def _entity_id(row: Row, _: Arguments) -> Column:
    assert isinstance(row, RowSource)
    cases = [
        (
            row["entity"] == literal_text(entity),
            literal_column(f"'{type_.prefix}_'", Text()).concat(cast(row["entity_id"], Text)),
        )
        for entity, type_, _ in records(row)
        if entity != PERSON
    ]
    return case(*cases)


def _part(row: Row, _: Arguments) -> Column:
    """The field that lists the links."""
    assert isinstance(row, RowSource)
    cases = [(row["part"] == literal_text(table), literal_text(name)) for table, name in _parts(row).items()]
    return case(*cases)


def _parts(row: RowSource) -> dict[str, str]:
    """Table of a link → the field of its owner's type that lists such links."""
    types = row.context.catalog.types
    owners = {name: audited_tables()[table_name(t)].owner for name, t in types.items() if _is_audited(t)}
    return {
        table_name(types[member.target]): member.name
        for entity, type_, _ in records(row)
        for member in type_.members.values()
        if member.is_list and owners.get(member.target) == entity
    }


def _is_audited(type_: TypeBinding) -> bool:
    return type_.table is not None and table_name(type_) in audited_tables()


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError("not a number of an entry")
    return value


NUMBER = ScalarType("EntryNumberFilter", BigInteger(), EQUALITY, from_cursor=_number)


@log(audit_entry)
class AuditEntry:
    """A change of a record that you see: by a mutation, an import, a command, or plain SQL.

    It has the values of the fields that you may see of the record now.
    """

    number: int = column("The entry's number; later entries have greater ones.", scalar_type=NUMBER)
    at: datetime = column("When the transaction began.", filter=False)
    actor: AuditActor = embedded("Who did it.", lambda row: true())
    roles: list[GrantedRole] = computed(
        "The roles that the actor held; empty for programs of the alliance.",
        lambda row, _: func.string_to_array(
            func.coalesce(row["role"], literal_column("''", Text())),
            literal_column("','", Text()),
            type_=ARRAY(Text()),
        ),
    )
    mutation: str | None = column("The mutation, such as `updateProject`; null without one.", filter=False)
    request_id: str | None = column("The id of the request.", filter=False)
    reason: str | None = column("The reason that the actor gave.", filter=False)
    operation: AuditOperation = column("What was done to the row.", filter=False)
    entity: Node | None = one_of(
        "The record as you see it now; null if you don't see it now.",
        {name_of(one): _key(name_of(one)) for one in ENTITIES if _is_recorded(one)},
    )
    entity_id: ID | None = computed(
        "The global id of the record; null for a person's own data, which both profiles share.",
        _entity_id,
        scalar_type=STRING,
    )
    part: str | None = computed(
        "The record's list that changed, such as `institutions`; null if the record itself changed.",
        _part,
    )
    status_from: str | None = computed("Its status before; null if it has none.", _status("status_from"))
    status_to: str | None = computed("Its status after.", _status("status_to"))
    fields: list[str] = computed("The changed fields that you may see.", _fields)
    changes: list[AuditChange] = derived(
        "The changed values that you may see; values of an erased person are gone.",
        _changes,
        order=("field", "language"),
    )
    hidden_fields: list[HiddenField] = hidden()


@cache
def _convert(prefix: str, prefixes: frozenset[str]) -> Any:
    """One function for each prefix, so that equal parameters compare as equal."""
    return global_id_type(prefix, prefixes).convert


def _of_entity(row: Row, leaf: ArgumentValue) -> Condition:
    """The entries of a record; for a mentor or participant also those of the person's own data."""
    assert isinstance(row, RowSource)
    catalog = row.context.catalog
    prefix, _ = parse_global_id(leaf.value, frozenset(catalog.prefixes))
    type_: TypeBinding = catalog.types[catalog.prefixes[prefix]]
    key = row.context.bind(leaf, Uuid(), _convert(prefix, frozenset(catalog.prefixes)))
    own = and_(row["entity"] == literal_text(table_name(type_)), row["entity_id"] == key)
    if type_.name not in PROFILES:
        return own
    profile = row.context.row(type_.name)
    wanted = [profile["id"] == key, *profile.visibility_conditions()]
    person = scalar_subquery(
        select(profile["person_id"]).select_from(profile.from_clause).where(*wanted), *profile.from_clauses
    )
    return or_(own, and_(row["entity"] == literal_text(PERSON), row["entity_id"] == person))


def _actor_key(id: str) -> str:
    return strict_text(id).removeprefix(ACTOR)


LOG = Log(
    "number",
    {
        "entity": _of_entity,
        "actor": lambda row, leaf: row["actor_key"] == row.context.bind(leaf, Text(), _actor_key),
        "mutation": lambda row, leaf: row["mutation"] == row.context.bind(leaf, Text(), strict_text),
        "since": lambda row, leaf: row["at"] >= row.context.bind(leaf, DateTime(timezone=True)),
        "until": lambda row, leaf: row["at"] < row.context.bind(leaf, DateTime(timezone=True)),
    },
    (
        Argument("entity", "ID | None", "Only entries of this record."),
        Argument("actor", "ID | None", "Only entries of this actor, by `AuditActor.id`."),
        Argument("mutation", "str | None", "Only entries of this mutation, such as `updateProject`."),
        Argument("since", "datetime | None", "Only entries from then on."),
        Argument("until", "datetime | None", "Only entries before then."),
        Argument("first", "int | None", "At most this many, the first after `after`; the latest come first."),
        Argument("after", "str | None", "Only entries after this cursor."),
        Argument("last", "int | None", "At most this many, the last before `before`; not with `first`."),
        Argument("before", "str | None", "Only entries before this cursor."),
    ),
)
