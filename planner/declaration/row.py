"""What a declaration may ask of a row and of the statement that it stands in.

Expressions of fields and rules of the policy are written against these protocols; `planner.statement.context`
has what they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import FromClause
from sqlalchemy.types import TypeEngine

from planner.document.arguments import ArgumentValue
from planner.sql import Column, Condition


class StatementContext(Protocol):
    """The statement in the making, for one viewer or a batch of them."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the viewer holds."""

    def table(self, table: FromClause) -> FromClause:
        """An alias of the table, as it is now or as an image of the change feed has it."""

    def row(self, type_name: str) -> Row:
        """A new row of a type that stands on a table."""

    def bind(
        self, leaf: ArgumentValue, type_: TypeEngine[Any], convert: Callable[[Any], Any] = ...
    ) -> Column:
        """The parameter for the value of an argument."""

    def has_attribute(self, column: Column, attribute: str) -> Condition:
        """Whether the column holds one of the ids that the viewer has under this name."""


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
        """What other tables say of it is looked up row by row, not gathered for all rows beforehand."""

    @property
    def from_clause(self) -> FromClause: ...

    @property
    def from_clauses(self) -> tuple[FromClause, ...]: ...

    def __getitem__(self, column: str) -> Column: ...

    def join_on(self, key: str, table: FromClause) -> FromClause:
        """The table joined on this row's column `key`; outer where the key may be null."""

    def in_language(self, language: str) -> Row: ...

    def as_correlated(self) -> Row: ...

    def expression(self, field: str) -> Column:
        """What a scalar field stands for, without its mask."""

    def visibility_conditions(self) -> list[Condition]:
        """The policy's row predicate for the viewer; empty where every row is visible."""
