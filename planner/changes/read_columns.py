"""Which columns an expression reads, traced through generated columns and copies to written columns.

A sort key or a search vector is another expression than its field, so it may read what the field doesn't
return; comparing their reads finds that. `exact` omits columns whose values an expression doesn't return as
such: those in conditions, and arguments of functions, unless the function is coalesce or declared to disclose
its argument (`models.base.declare_functions`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Alias, Case, Extract, FromClause, ScalarSelect, Table, TableClause
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnClause, UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Exists

from models.base import discloses, metadata
from planner.statement.context import RowSource

Keys = tuple[str, ...]
"""The columns that refer from the row to another one, in turn; empty for the row itself."""
WORD = re.compile(r"'(?:[^']|'')*'|\w+|\S")
CONDITION = frozenset({"case", "is", "=", "<", ">"})


@dataclass(frozen=True, slots=True, order=True)
class ColumnRead:
    """The first of `columns` that isn't null; `keys` is None for a row of another table, found in any way."""

    keys: Keys | None
    table: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        columns = ", ".join(self.columns)
        return f"{self.table}.{columns if len(self.columns) == 1 else f'({columns})'}"

    @property
    def each(self) -> list[ColumnRead]:
        return [ColumnRead(self.keys, self.table, (column,)) for column in self.columns]

    @property
    def of_keys(self) -> bool:
        """Whether it is an id, or refers to one."""
        found = [metadata.tables[self.table].c[column] for column in self.columns]
        return all(column.primary_key or column.foreign_keys for column in found)

    def is_within(self, visible: Collection[ColumnRead]) -> bool:
        """Whether `visible` reveals it: as it is, column by column, or as the first of several columns."""
        if self in visible:
            return True
        if len(self.columns) > 1:
            return all(one.is_within(visible) for one in self.each)
        same = (one for one in visible if (one.keys, one.table) == (self.keys, self.table))
        return any(one.columns[0] == self.columns[0] for one in same)


def column_reads(row: RowSource, expressions: Iterable[Any], *, exact: bool = False) -> frozenset[ColumnRead]:
    """The reads of expressions: of the row, of rows joined to it, and of others."""
    return frozenset(one for expression in expressions for one in _reads(row, expression, exact))


def _reads(row: RowSource, part: Any, exact: bool) -> Iterator[ColumnRead]:
    if isinstance(part, ColumnClause):
        if isinstance(source := part.table, Alias) and isinstance(source.element, TableClause):
            yield from stored_reads(str(source.element.name), part.name, _keys(row, source), exact)
    elif isinstance(part, FunctionElement) and str(getattr(part, "name", "")).lower() == "coalesce":
        yield from _first_of([list(_reads(row, arm, exact)) for arm in part.clauses])
    elif not exact or not _is_opaque(part):
        for child in part.get_children():
            yield from _reads(row, child, exact)


def _is_opaque(part: Any) -> bool:
    joined = isinstance(part, BinaryExpression) and part.operator is operators.concat_op
    if isinstance(part, FunctionElement) and discloses(str(getattr(part, "name", ""))):
        return False
    kinds = (
        FunctionElement,
        Extract,
        Case,
        BinaryExpression,
        BooleanClauseList,
        UnaryExpression,
        ScalarSelect,
        Exists,
    )
    return isinstance(part, kinds) and not joined


def _keys(row: RowSource, source: FromClause) -> Keys | None:
    if source is row.source:
        return ()
    return next(((key,) for key, (joined, _, _) in row.joins.items() if joined is source), None)


def _first_of(arms: list[list[ColumnRead]]) -> list[ColumnRead]:
    """The reads of a coalesce: a single one if each argument is a column of the same row."""
    arms = [arm for arm in arms if arm]
    reads = [one for arm in arms for one in arm]
    rows = {(one.keys, one.table) for one in reads}
    if len(rows) == 1 and all(len(arm) == 1 for arm in arms):
        (keys, table), columns = rows.pop(), (column for one in reads for column in one.columns)
        return [ColumnRead(keys, table, tuple(dict.fromkeys(columns)))]
    return reads


@cache
def stored_reads(
    table: str, column: str, keys: Keys | None = (), exact: bool = False
) -> tuple[ColumnRead, ...]:
    """The written columns behind a column: itself, those it is generated from, or the one it is a copy of."""
    known = metadata.tables[table]
    found = known.c[column]
    if found.computed is not None:
        words = WORD.findall(str(found.computed.sqltext))
        return tuple(dict.fromkeys(_SqlText(known, keys, exact).reads(words)))
    if (original := found.info.get("original")) is not None:
        other, _, name = original.partition(".")
        (key,) = [c.name for c in known.c if any(f.column.table.name == other for f in c.foreign_keys)]
        return stored_reads(other, name, None if keys is None else (*keys, key), exact)
    return (ColumnRead(keys, table, (column,)),)


@dataclass(frozen=True, slots=True)
class _SqlText:
    """Parses the SQL text of a generated column's expression, token by token."""

    table: Table
    keys: Keys | None
    exact: bool

    def reads(self, words: list[str]) -> list[ColumnRead]:
        """The reads of the words, which it consumes."""
        found: list[ColumnRead] = []
        if self.exact and not CONDITION.isdisjoint(map(str.lower, words)):
            return found
        while words:
            word = words.pop(0)
            if words and words[0] == "(" and re.fullmatch(r"\w+", word):
                found += self._called(word.lower(), self._arguments(words))
            elif word in self.table.c:
                found += stored_reads(str(self.table.name), word, self.keys, self.exact)
        return found

    def _called(self, function: str, arguments: list[list[str]]) -> list[ColumnRead]:
        arms = [self.reads(argument) for argument in arguments]
        if function == "coalesce":
            return _first_of(arms)
        opaque = self.exact and not discloses(function)
        return [] if opaque else [one for arm in arms for one in arm]

    def _arguments(self, words: list[str]) -> list[list[str]]:
        """The words of each argument of a call; consumes the words up to the closing parenthesis."""
        arguments, depth = [list[str]()], 0
        while words:
            word = words.pop(0)
            depth += {"(": 1, ")": -1}.get(word, 0)
            if depth == 0:
                break
            if word == "," and depth == 1:
                arguments.append([])
            elif (word, depth) != ("(", 1) or arguments[-1]:
                arguments[-1].append(word)
        return arguments
