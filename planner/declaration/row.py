"""The protocols of a row and of its statement, which declarations are written against.

Expressions of fields and rules of the policy get the implementations in `planner.statement.context`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import FromClause
from sqlalchemy.types import TypeEngine

from planner.document.arguments import ArgumentValue
from planner.sql import Column, Condition


class StatementContext(Protocol):
    """The statement that is being planned, for one viewer or a batch of them."""

    @property
    def roles(self) -> frozenset[str]:
        """The viewer's roles."""

    def table(self, table: FromClause) -> FromClause:
        """An alias of the table, or its rows in an image of the change feed."""

    def row(self, type_name: str) -> Row:
        """A new row of a type with a table."""

    def bind(
        self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Callable[[Any], Any] = ...
    ) -> Column:
        """The parameter for the value of an argument."""

    def has_attribute(self, column: Column, attribute: str) -> Condition:
        """Whether the column is one of the ids in this attribute of the viewer."""

    def of_viewer(self, name: str, read: Callable[[Any], Any]) -> Column:
        """The JSON (`jsonb`) of something of the viewer, which `read` gives for each request."""

    def single_attribute(self, attribute: str) -> Column:
        """The id that the viewer has under this name; null where there is none, or more than one."""


class Row(Protocol):
    """One row of a type within a statement; `row["column"]` is a column of its table."""

    @property
    def type_name(self) -> str: ...

    @property
    def context(self) -> StatementContext: ...

    @property
    def language(self) -> str: ...

    @property
    def correlated(self) -> bool:
        """Whether other tables are probed row by row, instead of joined for all rows."""

    @property
    def from_clause(self) -> FromClause: ...

    @property
    def from_clauses(self) -> tuple[FromClause, ...]: ...

    def __getitem__(self, column: str) -> Column: ...

    def join_on(self, key: str, table: FromClause) -> FromClause:
        """The table joined on this row's column `key`; an outer join if the key is nullable."""

    def in_language(self, language: str) -> Row: ...

    def as_correlated(self) -> Row: ...

    def expression(self, field: str) -> Column:
        """The expression of a scalar field, without its mask."""

    def visibility_conditions(self) -> list[Condition]:
        """The policy's row predicate for the viewer; empty if every row is visible."""
