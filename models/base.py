"""The base of all tables: identity, versions, provenance, and rules that turn annotations into columns."""

import re
import secrets
import time
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    Index,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

metadata = MetaData(naming_convention=NAMING)

NOBODY = ""
"""The value of `about_person` for tables without data about people."""


_DISCLOSES: dict[str, bool] = {}


def declare_functions(*names: str, discloses: bool) -> None:
    """Declare whether SQL functions disclose their argument, possibly in another form (a city's name).

    The result of others, such as a condition or a sort key, is another value, from which little can be
    inferred.
    """
    for name in names:
        if _DISCLOSES.setdefault(name, discloses) is not discloses:
            raise ValueError(f"{name} is declared in two ways")


def discloses(function: str) -> bool | None:
    """Whether an SQL function discloses its argument; None if it isn't declared."""
    return _DISCLOSES.get(function.lower())


declare_functions(
    *("array_agg", "count", "greatest", "least", "now", "nullif", "sum", "timezone", "to_char"),
    discloses=False,
)  # PostgreSQL's own; coalesce is handled separately
declare_functions("array_remove", "jsonb_build_array", "jsonb_build_object", "to_jsonb", discloses=True)


def uuid7() -> UUID:
    """A UUID whose first 48 bits are the current millisecond (RFC 9562, version 7), so ids sort by age."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | secrets.randbits(80)
    value &= ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=value | 0x7 << 76 | 0x2 << 62)


def random_id() -> Any:
    """An id column that doesn't reveal when a row was created, for tables with hidden times."""
    default = {"server_default": text("gen_random_uuid()")}
    return Field(default_factory=uuid4, primary_key=True, sa_column_kwargs=default)


def new_id(table: Table) -> UUID:
    """An id for a new row of the table."""
    id: UUID = table.c.id.default.arg(None)  # type: ignore[union-attr]
    return id


class Described(StrEnum):
    """A closed vocabulary: each member's name is its value, and its description is shown to API clients."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Entity(SQLModel):
    """The columns of every table; a trigger bumps `version` and `updated_at`, also for plain SQL."""

    metadata: ClassVar[MetaData] = metadata
    natural_key: ClassVar[tuple[str, ...]] = ()
    """The columns that identify a row in the data's CSV files; empty if no file has such rows."""

    about_person: ClassVar[str | None] = None
    """The columns that lead to the person whose data a row has (`participant_id.person_id`), or `NOBODY`.

    Every table declares it (`models.audited_tables`), so that logged values can be erased with the person.
    """
    also_about: ClassVar[tuple[str, ...]] = ()
    """The columns that lead to further people whose record it is."""
    part_of: ClassVar[str] = ""
    """The column of a link that refers to the entity of which it is a part."""
    from_owner: ClassVar[tuple[str, ...]] = ()
    """The columns of a row in a list that repeat those of the row that has the list, under the same names."""
    alternatives: ClassVar[tuple[str, ...]] = ()
    """Columns of a row in a list of which one has a value: an input that gives one clears the others."""
    is_audited: ClassVar[bool] = True
    unaudited: ClassVar[frozenset[str]] = frozenset()
    """The columns that the audit log leaves out: secrets, and counters of a running server."""
    sealed: ClassVar[frozenset[str]] = frozenset()
    """Secret columns, of which the audit log stores only a digest, to show that they changed."""
    written_by_processes: ClassVar[frozenset[str]] = frozenset()
    """Columns whose changes are audited only if a mutation makes them."""

    id: UUID = Field(
        default_factory=uuid7, primary_key=True, sa_column_kwargs={"server_default": text("puente_uuid7()")}
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(sa_column_kwargs={"server_default": func.now()})
    updated_at: datetime = Field(sa_column_kwargs={"server_default": func.now()})
    is_synthetic: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    source: str | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__tablename__ = snake_case(cls.__name__)

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *items: Any, **options: Any) -> Table:
        """Make the table by the house's rules (SQLAlchemy's documented hook)."""
        columns = [item for item in items if isinstance(item, Column)]
        checks = [check for column in columns for check in plain_type(column)]
        for column in columns:
            column.index = column.index or bool(column.foreign_keys)
        indexes = [
            Index(None, column.name, postgresql_using="gin")
            for column in columns
            if isinstance(column.type, ARRAY | TSVECTOR)
        ]
        return Table(name, metadata, *items, *checks, *indexes, **options)


ARCHIVED_AT = "archived_at"
"""The column of archivable tables."""


class Archivable(SQLModel):
    """What an entity is besides that is archived instead of deleted (`class Project(Entity, Archivable)`).

    Lists leave archived rows out, they can't be changed, and nothing new refers to them.
    """

    archived_at: datetime | None = None


def code_point_text() -> Text:
    """Text that compares by code point, the same on every PostgreSQL whatever its locale."""
    return Text(collation="C")


def plain_type(column: Column[Any]) -> list[CheckConstraint]:
    """Give a column PostgreSQL's plain type (enums become text); the checks that the plain type needs."""
    declared: Any = column.type
    if isinstance(declared, SqlEnum):
        column.type = code_point_text()
        members = quoted(declared.enums)
        return [CheckConstraint(f"{column.name} in ({members})", name=f"{column.name}_known")]
    if isinstance(declared, AutoString):
        column.type = code_point_text()
    elif isinstance(declared, UTCDateTime):
        column.type = DateTime(timezone=True)
    elif isinstance(declared, Float) and not isinstance(declared, Double):
        column.type = Double()
    return ends_of(column)


def ends_of(column: Column[Any]) -> list[CheckConstraint]:
    """The check that a column has no value beyond those that its scalar can answer.

    PostgreSQL's days and instants reach from 4713 BC to far beyond 9999, and have infinities; its numbers
    have infinities and NaN, which is greater than all others.
    """
    name = column.name
    if isinstance(column.type, Date):
        within = f"{name} between '0001-01-01' and '9999-12-31'"
        return [CheckConstraint(within, name=f"{name}_in_calendar")]
    if isinstance(column.type, DateTime):
        first, last = "'0001-01-01T00:00Z'::timestamptz", "'9999-12-31T23:59:59.999999Z'::timestamptz"
        return [CheckConstraint(f"{name} between {first} and {last}", name=f"{name}_in_calendar")]
    if isinstance(column.type, Numeric | Double):
        return [CheckConstraint(f"{name} > '-Infinity' and {name} < 'Infinity'", name=f"{name}_finite")]
    return []
