"""Checks that orders, filters, searches and facets read only what the fields that declare them return.

A cursor contains the values of its order, and filtering, searching or counting reveals what is read. So
nothing may be read that no field returns, or that another field's mask hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError

from planner.changes.column_dependencies import field_expressions
from planner.changes.read_columns import ColumnRead, column_reads
from planner.declaration.bindings import (
    ByKey,
    Derived,
    Expression,
    FacetSource,
    Member,
    ToConnection,
    ToMany,
    TypeBinding,
    Value,
)
from planner.declaration.fields import OTHER
from planner.sql import Column
from planner.statement.context import PlanningContext, RowSource

Reads = frozenset[ColumnRead]
NOTHING: Reads = frozenset()


def read_errors(context: PlanningContext) -> Iterator[str]:
    """Columns that are read but not returned, one sentence each."""
    check = ReadCheck(context)
    for type_ in context.catalog.types.values():
        for member in type_.members.values():
            for fault in _member_faults(check, type_, member):
                yield f"{type_.name}.{member.name} {fault}"
        for source in type_.search:
            for fault in check.unreturned(type_, source.vector, source.fields):
                yield f"{type_.name} is searched by {fault}"
        for name, facet in type_.facets.items():
            for fault in check.unreturned(type_, _value_and_label(facet), facet.fields):
                yield f"{type_.name}: the facet {name} reads {fault}"


@dataclass
class ReadCheck:
    """Compares what is read with what fields return, which it caches."""

    context: PlanningContext
    _rows: dict[str, RowSource] = field(default_factory=dict)
    _returned: dict[tuple[str, str], Reads] = field(default_factory=dict)
    _masked: dict[str, set[str]] = field(default_factory=dict)

    def row(self, type_: TypeBinding) -> RowSource:
        """A row of the type, to which nothing is joined; always of one alias, since making one takes long."""
        if type_.name not in self._rows:
            self._rows[type_.name] = self.context.row(type_.name)
        return replace(self._rows[type_.name], joins={})

    def rows(self, type_: TypeBinding) -> list[RowSource]:
        """The same in each language."""
        row = self.row(type_)
        return [replace(row, language=language, joins={}) for language in OTHER]

    def returned(self, type_: TypeBinding, name: str) -> Reads:
        """The columns whose values a field returns, in one language or the other."""
        key = (type_.name, name)
        if key not in self._returned:
            found = (self._field_reads(row, name, exact=True) for row in self.rows(type_))
            self._returned[key] = NOTHING.union(*found)
        return self._returned[key]

    def _field_reads(self, row: RowSource, name: str, *, exact: bool) -> Reads:
        return column_reads(row, list(field_expressions(row, row.type.members[name])), exact=exact)

    def is_open(self, type_: TypeBinding, name: str) -> bool:
        return not type_.governed or name in self.context.policy.entity(type_.name).open

    def open_reads(self, type_: TypeBinding) -> Reads:
        """The columns that a type's open fields return."""
        return NOTHING.union(
            *(self.returned(type_, name) for name in type_.members if self.is_open(type_, name))
        )

    def of_table(self, table: str) -> list[TypeBinding]:
        types = self.context.catalog.types.values()
        return [type_ for type_ in types if type_.table is not None and type_.table.name == table]  # type: ignore[attr-defined]

    def public_of_table(self, table: str) -> list[TypeBinding]:
        """The types of which everyone sees some rows; others can't be read through a related type."""
        policy = self.context.policy
        return [
            one
            for one in self.of_table(table)
            if not one.governed or not policy.everyone.isdisjoint(policy.entity(one.name).rows)
        ]

    def unreturned(
        self, type_: TypeBinding, read: Callable[[RowSource], Column], names: Sequence[str]
    ) -> list[str]:
        """The columns that an expression reads although none of the named fields returns them."""
        unknown = [name for name in names if name not in type_.members]
        visible = NOTHING.union(*(self.returned(type_, name) for name in names if name not in unknown))
        faults = [f"{name}, which is not declared" for name in unknown]
        for row in self.rows(type_):
            try:
                expression = read(row)
            except (KeyError, AttributeError, SQLAlchemyError) as error:
                return [*faults, f"something that does not exist: {error!r}"]
            if str(expression) in self._own_expressions(row, set(names) - set(unknown)):
                continue
            for one in sorted(column_reads(row, [expression]), key=str):
                if not self._is_known(type_, one, visible):
                    faults.append(f"{one}, which {_do_not_return(names)}")
        return list(dict.fromkeys(faults))

    def _own_expressions(self, row: RowSource, names: Iterable[str]) -> set[str]:
        """The SQL of the fields' own expressions: an equal expression reads what the field returns."""
        bindings = [row.type.members[name].binding for name in names]
        return {str(binding.expression(row, {})) for binding in bindings if isinstance(binding, Value)}

    def _is_known(self, type_: TypeBinding, read: ColumnRead, visible: Reads) -> bool:
        if read.is_within(visible) or (read.keys == () and read.columns == ("id",)):
            return True
        if read.keys is not None:
            return False
        others = NOTHING.union(*(self.open_reads(other) for other in self.public_of_table(read.table)))
        return read.of_keys or replace(read, keys=()).is_within(others)

    def masked_keys(self, table: str) -> set[str]:
        """The columns or keys that only masked fields of a table's types read."""
        if table not in self._masked:
            self._masked[table] = self._masked_keys(table)
        return self._masked[table]

    def _masked_keys(self, table: str) -> set[str]:
        masked: set[str] = set()
        for type_ in self.of_table(table):
            keys = {name: self._keys(type_, name) for name in type_.members}
            is_open = {name for name in keys if self.is_open(type_, name)}
            masked |= set().union(*(keys[name] for name in keys.keys() - is_open))
            masked -= set().union(*(keys[name] for name in is_open))
        return masked

    def _keys(self, type_: TypeBinding, name: str) -> set[str]:
        reads = self._field_reads(self.row(type_), name, exact=False)
        return {(one.keys or one.columns)[0] for one in reads if one.keys is not None}


def _member_faults(check: ReadCheck, type_: TypeBinding, member: Member) -> Iterator[str]:
    binding = member.binding
    if isinstance(binding, Value) and type_.table is not None:
        for form, words in (("sorted", "is ordered by"), ("folded", "is filtered by")):
            expression: Expression | None = getattr(binding, form)
            if expression is not None:
                read = _without_arguments(expression)
                yield from (f"{words} {fault}" for fault in check.unreturned(type_, read, [member.name]))
    target = check.context.catalog.types.get(member.target.removesuffix("Connection"))
    if target is None:
        return
    if isinstance(binding, ToMany | ByKey) and target.table is not None:
        yield from _column_faults(check, target, binding)
    if isinstance(binding, Derived):
        names = {_camel(column.lstrip("-").removesuffix("_id")) for column in binding.order}
        yield from (
            f"is ordered by {name}, which is not declared" for name in sorted(names - target.members.keys())
        )
    if isinstance(binding, ToMany | ToConnection) and check.is_open(type_, member.name):
        yield from _join_faults(check, type_, target, binding)


def _column_faults(check: ReadCheck, target: TypeBinding, binding: ToMany | ByKey) -> Iterator[str]:
    """Lists may be ordered, and rows found, only by columns that open fields return."""
    if isinstance(binding, ToMany):
        columns = dict.fromkeys(binding.order, "ordered") | dict.fromkeys(binding.equal.values(), "found")
    else:
        columns = dict.fromkeys(binding.keys.values(), "found")
    visible = check.open_reads(target)
    row = check.context.row(target.name)
    for name, verb in columns.items():
        known = name.lstrip("-") in row.source.c
        if not known or not all(r.is_within(visible) for r in column_reads(row, [row[name.lstrip("-")]])):
            yield f"is {verb} by {name.lstrip('-')}, which no open field returns"


def _join_faults(
    check: ReadCheck, type_: TypeBinding, target: TypeBinding, binding: ToMany | ToConnection
) -> Iterator[str]:
    """A list reveals the values that it is joined by, so they may not be masked."""
    if binding.join is None:
        return
    row, other = check.context.row(type_.name), check.context.row(target.name)
    for read in sorted(column_reads(other, [binding.join(row, other)]), key=str):
        if not check.masked_keys(read.table).isdisjoint(read.columns):
            yield f"is joined by {read}, which is masked"


def _do_not_return(names: Sequence[str]) -> str:
    if not names:
        return "no field returns"
    return f"{' and '.join(names)} {'does' if len(names) == 1 else 'do'} not return"


def _value_and_label(facet: FacetSource) -> Callable[[RowSource], Column]:
    if facet.label is None:
        return facet.value
    label = facet.label
    return lambda row: func.json_build_array(facet.value(row), label(row, facet.value(row)))


def _without_arguments(expression: Expression) -> Callable[[RowSource], Column]:
    return lambda row: expression(row, {})


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
