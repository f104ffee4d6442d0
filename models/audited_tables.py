"""The tables that are audited, and whose data their rows have, read from the tables' own declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import LargeBinary, Table

from models.base import NOBODY, Entity, metadata

ALWAYS_LEFT_OUT = frozenset({"id", "version", "created_at", "updated_at"})
PERSONAL = frozenset({"email", "phone", "orcid", "given_name", "family_names", "preferred_name"})
"""The names of columns that can only be of a person."""


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """A table, and how its entries are described.

    `about` are the columns that lead to the person: one, or one of this table and one of `via`. `owner` is
    the table of the entity that a link is a part of, and `owner_key` the column that refers to it.
    """

    name: str
    left_out: tuple[str, ...]
    about: tuple[str, ...] = ()
    via: str = ""
    owner: str = ""
    owner_key: str = ""
    also_about: tuple[tuple[str, ...], ...] = ()


@cache
def audited_tables() -> Mapping[str, AuditedTable]:
    """By name."""
    found = sorted(
        (_audited(model) for model in models_of_tables() if model.is_audited), key=lambda one: one.name
    )
    return {one.name: one for one in found}


@cache
def sealed_tables() -> Mapping[str, tuple[list[str], list[str], list[str]]]:
    """Tables that no log tells of, by name: columns left out, secrets, and those that processes write."""
    return {
        str(model.__tablename__): (
            sorted(ALWAYS_LEFT_OUT - {"id"}),
            sorted(model.sealed),
            sorted(model.written_by_processes),
        )
        for model in models_of_tables()
        if model.sealed
    }


def undeclared() -> list[str]:
    """The faults in declarations of whose data tables have; any of them prevents the build."""
    return [fault for model in models_of_tables() for fault in _faults(model)]


def models_of_tables() -> Iterator[type[Entity]]:
    """The classes with a table."""
    left = list(Entity.__subclasses__())
    while left:
        model = left.pop()
        left += model.__subclasses__()
        if _table(model) is not None:
            yield model


def _table(model: type[Entity]) -> Table | None:
    return metadata.tables.get(str(model.__tablename__)) if "__table__" in vars(model) else None


def _audited(model: type[Entity]) -> AuditedTable:
    table = _table(model)
    assert table is not None
    made = [c.name for c in table.c if c.computed is not None or c.info.get("kept")]
    secret = [c.name for c in table.c if isinstance(c.type, LargeBinary)]
    left_out = sorted({*ALWAYS_LEFT_OUT, *made, *secret, *model.unaudited})
    about = tuple((model.about_person or NOBODY).split(".")) if model.about_person else ()
    return AuditedTable(
        table.name,
        tuple(left_out),
        about,
        _referred(table, about[0]) if len(about) > 1 else "",
        _referred(table, model.part_of) if model.part_of else "",
        model.part_of,
        tuple(tuple(path.split(".")) for path in model.also_about),
    )


def _referred(table: Table, column: str) -> str:
    """The table that a column refers to."""
    (key,) = table.c[column].foreign_keys
    return str(key.column.table.name)


def _faults(model: type[Entity]) -> Iterator[str]:
    table = _table(model)
    assert table is not None
    if model.about_person is None:
        yield f"{table.name} does not say whose data it holds: `about_person`, or NOBODY"
        return
    personal = sorted(PERSONAL & set(table.c.keys()))
    if model.about_person == NOBODY:
        for name in personal:
            yield f"{table.name}.{name} is of a person, and the table names none"
        for column in _of_people(table):
            yield f"{table.name}.{column} refers to a person, and the table names none"
        return
    yield from _path_faults(table, [model.about_person, *model.also_about])


def _of_people(table: Table) -> Iterator[str]:
    """The columns that say whose record each row of a table is."""
    about = {str(one.__tablename__) for one in models_of_tables() if one.about_person}
    for column in table.c:
        referred = {str(key.column.table.name) for key in column.foreign_keys}
        if "person" in referred or (not column.nullable and referred & about):
            yield column.name


def _path_faults(table: Table, paths: list[str]) -> Iterator[str]:
    """A path leads from table to table, by columns that there are, to a person."""
    for path in paths:
        here = table
        for name in path.split("."):
            if name not in here.c:
                yield f"{table.name}: {path} leads nowhere, since {here.name} has no {name}"
                break
            keys = list(here.c[name].foreign_keys)
            here = keys[0].column.table if keys else here
        else:
            if here.name != "person":
                yield f"{table.name}: {path} leads to {here.name}, not to a person"
