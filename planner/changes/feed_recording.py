"""What SQLAlchemy expressions read, found by inspecting them instead of executing them.

Tables that are joined by equal columns form a path from the expression's root row; conditions that compare
only with values filter the rows at the path's end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Alias, FromClause, Select, TableClause, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnClause
from sqlalchemy.sql.functions import Function

from planner.sql import Condition, is_false

OWN = "row"
"""The filtered row's name in the SQL text of a filter: `row.status <> 'CANCELLED'`."""
ANY_VIEWER = "any_viewer"
"""A function that replaces comparisons with the viewer's ids."""


class NotDerivable(Exception):
    """A declaration reads a table in a way that no trigger can be generated for."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A step to the rows of `table` whose `column` equals the column `parent` of the previous step."""

    table: str
    column: str
    parent: str


Path = tuple[Step, ...]
"""The steps from an entity's row to other rows; the empty path is the entity's own row."""


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that an entity reads: those at the end of `path` that pass `filter` (SQL text).

    `columns` are all that are read, `compared` those that matter beyond the filter. `field` is the field that
    returns them; None if they decide visibility. `keyed`: in a list of links, only the link that refers to
    the row returns it.
    """

    path: Path
    columns: frozenset[str]
    compared: frozenset[str]
    filter: str = ""
    field: str | None = None
    keyed: bool = False


@dataclass(frozen=True)
class Recording:
    """Inspects expressions of one row, `root`; `joins` are further conditions that hold."""

    root: FromClause
    joins: Iterable[Condition] = ()

    def reads(self, expressions: Iterable[Any]) -> list[Read]:
        everywhere: Counter[tuple[FromClause, str]] = Counter()
        filters: dict[FromClause, list[Any]] = {}
        edges: list[tuple[ColumnClause[Any], ColumnClause[Any]]] = []
        for part in [*self.joins, *expressions]:
            everywhere.update(_columns(part))
        for condition in [*self.joins, *_conditions(expressions)]:
            match _kind(condition):
                case "edge":
                    edges.append((condition.left, condition.right))
                case FromClause() as table if table is not self.root:
                    filters.setdefault(table, []).append(condition)
                    everywhere.subtract(_columns(condition))
        return self._found(everywhere, filters, _paths(self.root, edges))

    def _found(
        self, everywhere: Counter[tuple[FromClause, str]], filters: Mapping[FromClause, list[Any]], paths: Any
    ) -> list[Read]:
        found = []
        for table in dict.fromkeys(table for table, _ in everywhere):
            if table not in paths:
                raise NotDerivable(f"{_name(table)} is not reached from {_name(self.root)} by equal columns")
            columns = frozenset(c for t, c in everywhere if t is table)
            compared = frozenset(c for (t, c), times in everywhere.items() if t is table and times > 0)
            text = " and ".join(sorted({_text(one) for one in filters.get(table, ())}))
            found.append(Read(shortened(paths[table]), columns, compared, text))
        return found


def _paths(root: FromClause, edges: list[tuple[ColumnClause[Any], ColumnClause[Any]]]) -> Any:
    """The path from the root to each table, by the first edges found."""
    paths: dict[FromClause | None, Path] = {root: ()}
    for _ in edges:
        for left, right in edges:
            for near, far in ((left, right), (right, left)):
                if near.table in paths and far.table not in paths:
                    step = Step(_name(far.table), far.name, near.name)
                    paths[far.table] = (*paths[near.table], step)
    return paths


def shortened(path: Path) -> Path:
    """An equivalent path without the tables of which one column equals both neighbors' columns."""
    for index in range(1, len(path)):
        before, after = path[index - 1], path[index]
        if before.column == after.parent:
            joined = Step(after.table, after.column, before.parent)
            return shortened((*path[: index - 1], joined, *path[index + 1 :]))
    return path


def _conditions(expressions: Iterable[Any]) -> Iterator[Any]:
    """The conditions of all selects within expressions."""
    for expression in expressions:
        for part in _parts(expression):
            if isinstance(part, Select) and part.whereclause is not None:
                yield from _conjuncts(part.whereclause)


def _conjuncts(condition: Any) -> Iterator[Any]:
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for one in condition.clauses:
            yield from _conjuncts(one)
    else:
        yield condition


def _kind(condition: Any) -> Any:
    """`edge` if two tables' columns are equal; the table if it is a filter of one table; otherwise None."""
    if isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
        sides = (condition.left, condition.right)
        if all(isinstance(side, ColumnClause) and _is_table(side.table) for side in sides):
            return "edge"
    parts = list(visitors.iterate(condition))
    if any(isinstance(p, Select) or (isinstance(p, Function) and p.name == ANY_VIEWER) for p in parts):
        return None
    tables = {table for table, _ in _columns(condition)}
    return tables.pop() if len(tables) == 1 else None


def _columns(expression: Any) -> Iterator[tuple[FromClause, str]]:
    for part in _parts(expression):
        if isinstance(part, ColumnClause) and _is_table(table := part.table):
            assert table is not None
            yield table, part.name


def _parts(expression: Any) -> Iterator[Any]:
    """The expression and all its parts, except selects whose condition is false."""
    if isinstance(expression, Select) and is_false(expression.whereclause):
        return
    yield expression
    for part in expression.get_children():
        yield from _parts(part)


def _is_table(source: Any) -> bool:
    return isinstance(source, Alias) and isinstance(source.element, TableClause)


def _name(source: Any) -> str:
    return str(source.element.name)


def _text(condition: Any) -> str:
    """The SQL text of a filter, with literal values."""

    def own(part: Any, **_: Any) -> Any:
        return literal_column(f"{OWN}.{part.name}", part.type) if isinstance(part, ColumnClause) else None

    renamed: Any = visitors.replacement_traverse(condition, {}, own)  # type: ignore[call-overload]
    compiled = renamed.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return str(compiled)
