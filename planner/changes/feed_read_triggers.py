"""SQL of the triggers on tables that entities read: a changed row is noted for the entities that read it.

They fire before the row changes, so that the entities' images are those from before the change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.base import metadata
from planner.changes.feed_reads import FeedDeclaration, field_reads, policy_reads, written
from planner.changes.feed_recording import OWN, Path, Read
from planner.sql import different, identifier

READ = """
-- Rows of {table} decide who sees other entities, or are shown by them.
create function puente_track_{table}_rows() returns trigger language plpgsql as $$
{declared}begin
{body}    return coalesce(new, old);
end
$$;

create trigger {table}_track_rows {when} execute function puente_track_{table}_rows();
"""
REFERRING = """create trigger {table}_track_rows_{event} before {event} on {name}
    for each row{when} execute function puente_track_{table}_rows();
"""
UNCHANGED = """\
    if {unchanged} then
        return coalesce(new, old);
    end if;
"""
TRUNCATED = """create trigger {table}_track_truncate before truncate on {name}
    for each statement execute function puente_track_truncate();
"""
FIGURE = """
create trigger {table}_track_rows before insert or update or delete on {name}
    for each row execute function puente_track_figure();
"""


@dataclass
class Group:
    """Rows of a table that an entity reads along one path: the columns that matter, and for which fields."""

    value: str
    entity: str
    path: Path
    filter: str
    refined: str | None
    columns: set[str] = field(default_factory=set)
    fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def key(self) -> str:
        return self.path[-1].column

    @property
    def direct(self) -> bool:
        """Whether the row itself has the entity's id."""
        return len(self.path) == 1 and self.path[0].parent == "id"


def read_sql(declared: FeedDeclaration) -> Iterator[str]:
    """The functions and triggers of the tables that entities read, except for entities' own rows."""
    locks = locked_columns(declared)
    groups = groups_by_table(declared)
    for table in sorted(groups.keys() | locks.keys()):
        yield _table_sql(table, groups.get(table, []), locks.get(table, {}))
    entities = {declared.table(name) for name in declared.feed.types.values()}
    for table in sorted({*groups, *declared.figures} - entities):
        yield TRUNCATED.format(table=table, name=identifier(table))
    for table in declared.figures:
        yield FIGURE.format(table=table, name=identifier(table))


def groups_by_table(declared: FeedDeclaration) -> Mapping[str, list[Group]]:
    found: dict[str, dict[tuple[object, ...], Group]] = defaultdict(dict)
    for value, type_name in declared.feed.types.items():
        entity = declared.table(type_name)
        for read in [*policy_reads(declared, type_name), *field_reads(declared, type_name)]:
            if not read.path:
                continue
            refined = declared.refined.get(f"{type_name}.{read.field}")
            table = read.path[-1].table
            key = (value, read.path, read.filter, refined)
            group = found[table].setdefault(key, Group(value, entity, read.path, read.filter, refined))
            _add(group, table, read)
    return {table: list(groups.values()) for table, groups in found.items()}


def _add(group: Group, table: str, read: Read) -> None:
    columns = written(table, read.compared)
    group.columns.update(columns)
    if read.field is not None:
        expression = f"'{read.field}:' || new.{identifier(group.key)}" if read.keyed else f"'{read.field}'"
        group.fields[expression].update(columns)


def locked_columns(declared: FeedDeclaration) -> Mapping[str, Mapping[str, str]]:
    """Table → its column → the table it refers to, whose row a writer must lock.

    If two rows are related, directly or by a third row, a transaction that writes one can't see what a
    concurrent transaction does to the other; so both lock the row that relates them.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for type_name in declared.feed.types.values():
        for read in [*policy_reads(declared, type_name), *field_reads(declared, type_name)]:
            before = declared.table(type_name)
            for step in read.path:
                for table, column in ((step.table, step.column), (before, step.parent)):
                    for foreign in metadata.tables[table].c[column].foreign_keys:
                        if f"{table}.{column}" not in declared.locked:
                            found[table][column] = str(foreign.column.table.name)
                before = step.table
    return found


def _table_sql(table: str, groups: Sequence[Group], locks: Mapping[str, str]) -> str:
    relevant = written(table, {*locks, *(column for group in groups for column in _all_columns(group))})
    locks = {column: other for column, other in locks.items() if not _noted(column, groups, relevant)}
    referred = all(group.key == "id" for group in groups)
    filters = list(dict.fromkeys(group.filter for group in groups if group.filter))
    body = (
        []
        if referred and not locks
        else [UNCHANGED.format(unchanged=different(relevant).replace("is distinct", "is not distinct"))]
    )
    body += [_lock(other, [c for c, o in locks.items() if o == other]) for other in sorted({*locks.values()})]
    body += [_note(table, group, filters, relevant) for group in groups]
    name = identifier(table)
    whenever = f"before insert or update or delete on {name}\n    for each row"
    changes = f"before update on {name}\n    for each row when ({different(relevant)})"
    made = READ.format(
        table=table,
        declared=_declared(filters),
        body="".join(body),
        when=changes if referred else whenever,  # nothing refers to a row that is inserted or deleted
    )
    return made + "".join(_referring(table, groups, locks)) if referred else made


def _referring(table: str, groups: Sequence[Group], locks: Mapping[str, str]) -> Iterator[str]:
    """The triggers for inserts and deletes of a table whose rows are found by their ids alone.

    They lock what the row refers to. A row that is referred to may be deleted if the foreign key's check is
    deferred, and inserted again with its id.
    """
    for event, row in {"insert": "new", "delete": "old"}.items():
        when = f" when (num_nonnulls({', '.join(f'{row}.{identifier(c)}' for c in sorted(locks))}) > 0)"
        if event == "delete" and any(map(_deferrable, groups)):
            when = ""
        elif not locks:
            continue
        yield REFERRING.format(table=table, name=identifier(table), event=event, when=when)


def _deferrable(group: Group) -> bool:
    """Whether the foreign key to the row is deferrable to the end of the transaction."""
    table = group.path[-2].table if len(group.path) > 1 else group.entity
    keys = metadata.tables[table].c[group.path[-1].parent].foreign_keys
    return any(key.deferrable for key in keys)


def _all_columns(group: Group) -> set[str]:
    filtered = {c.name for c in metadata.tables[group.path[-1].table].c if f"{OWN}.{c.name}" in group.filter}
    return group.columns | filtered | {group.key}


def _noted(column: str, groups: Iterable[Group], relevant: Sequence[str]) -> bool:
    """Whether the column refers to an entity that every change notes, and thereby locks."""
    return any(g.direct and g.key == column and not g.filter and g.columns >= {*relevant} for g in groups)


def _declared(filters: Sequence[str]) -> str:
    if not filters:
        return ""
    lines = []
    for index, text in enumerate(filters):
        for row in ("old", "new"):
            holds = text.replace(f"{OWN}.", f"{row}.")
            lines.append(f"    {row}_{index} boolean := coalesce({row}.id is not null and {holds}, false);")
    return "\n".join(["declare", *lines, ""])


def _lock(other: str, columns: Sequence[str]) -> str:
    keys = ", ".join(f"{row}.{identifier(column)}" for column in columns for row in ("old", "new"))
    return f"    perform from {identifier(other)} where id in ({keys}) order by id for no key update;\n"


def _note(table: str, group: Group, filters: Sequence[str], relevant: Sequence[str]) -> str:
    columns = written(table, group.columns)
    keys = [f"{row}.{identifier(group.key)}" for row in ("old", "new")]
    changes = different(columns)
    if group.filter:
        flags = [f"{row}_{filters.index(group.filter)}" for row in ("old", "new")]
        changes = f"{different(columns, flags)} and ({' or '.join(flags)})"
        keys = [f"case when {flag} then {key} end" for flag, key in zip(flags, keys, strict=True)]
    entities = _entities(group, keys)
    if group.refined is not None:
        entities = f"array(select e from unnest({entities}) e where {group.refined}(e, old, new))"
    given = [entities, f"'{table}'"]
    if group.fields:
        given.append(_fields(group, columns, table))
    call = f"perform puente_note_{group.entity}({', '.join(given)})"
    if columns == relevant and not group.filter and group.key != "id":
        return f"    {call};\n"
    if group.key == "id":
        changes = f"tg_op <> 'INSERT' and {changes}"
    return f"    if {changes} then  -- {group.value}\n        {call};\n    end if;\n"


def _fields(group: Group, columns: Sequence[str], table: str) -> str:
    each = []
    for expression, of in group.fields.items():
        whole = written(table, of) == list(columns)
        each.append(
            expression if whole else f"case when {different(written(table, of))} then {expression} end"
        )
    listed = f"array[{', '.join(each)}]"
    return f"array_remove({listed}, null)" if any("case" in one for one in each) else listed


def _entities(group: Group, keys: Sequence[str]) -> str:
    """SQL text: the ids of the entities that read a row, from its key before and after the change."""
    if group.direct:
        return f"array[{', '.join(keys)}]"
    found = f"in ({', '.join(keys)})"
    tables = []
    for index in range(len(group.path) - 1, 0, -1):
        step, wanted = group.path[index - 1], group.path[index].parent
        tables.append(f"{identifier(step.table)} t{index} where t{index}.{identifier(wanted)} {found}")
        found = f"in (select t{index}.{identifier(step.column)} from {tables[-1]})"
    first = group.path[0].parent
    if first == "id":
        return f"array(select {found.removeprefix('in (select ').removesuffix(')')})"
    return f"array(select e.id from {identifier(group.entity)} e where e.{identifier(first)} {found})"
