"""What expressions read: an expression of SQLAlchemy is looked at instead of sent.

A table that is reached by equal columns is a path from the row that the expression stands on; what is
compared with values alone is a filter of the rows at its end.
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
"""The name of the filtered row in the SQL text of a filter: `row.status <> 'CANCELLED'`."""
ANY_VIEWER = "any_viewer"
"""The function that stands for a comparison with what the viewer has: true of any id."""


class NotDerivable(Exception):
    """A declaration reads a table in a way that no trigger can be made of; the message says which."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """To the rows of `table` whose `column` equals the `parent` column of the step before."""

    table: str
    column: str
    parent: str


Path = tuple[Step, ...]
"""The way from an entity's row to others; its own row is at the end of the empty one."""


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that are read for an entity: those at the end of `path` that pass `filter`, SQL text.

    `columns` are all that is read of them, `compared` those that matter beyond the filter. `field` is what
    they are shown in, None where they decide who sees. `keyed`: of a list of links, the one that refers to
    the row shows it.
    """

    path: Path
    columns: frozenset[str]
    compared: frozenset[str]
    filter: str = ""
    field: str | None = None
    keyed: bool = False


@dataclass(frozen=True)
class Recording:
    """Looks at expressions that stand on one row, `root`; `joins` are conditions that hold beside them."""

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
    """The path to each table: from the root, by the first edge that leads on."""
    paths: dict[FromClause | None, Path] = {root: ()}
    for _ in edges:
        for left, right in edges:
            for near, far in ((left, right), (right, left)):
                if near.table in paths and far.table not in paths:
                    step = Step(_name(far.table), far.name, near.name)
                    paths[far.table] = (*paths[near.table], step)
    return paths


def shortened(path: Path) -> Path:
    """The same rows without what stands between: where one column is compared on both sides."""
    for index in range(1, len(path)):
        before, after = path[index - 1], path[index]
        if before.column == after.parent:
            joined = Step(after.table, after.column, before.parent)
            return shortened((*path[: index - 1], joined, *path[index + 1 :]))
    return path


def _conditions(expressions: Iterable[Any]) -> Iterator[Any]:
    """Whatever must hold within the selects that expressions are made of."""
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
    """`edge` of two tables' columns that are equal; the one table of a filter; None of anything else."""
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
    """The expression and all that it is made of, but for selects that find no row in any table."""
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
    """The SQL of a filter, its values written out."""

    def own(part: Any, **_: Any) -> Any:
        return literal_column(f"{OWN}.{part.name}", part.type) if isinstance(part, ColumnClause) else None

    renamed: Any = visitors.replacement_traverse(condition, {}, own)  # type: ignore[call-overload]
    compiled = renamed.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return str(compiled)
