"""SQL of the triggers on an entity's own table.

Notes of changed rows are written once per statement, after it. But before a row is deleted, or a column of
its image changes, a row-level trigger notes it with its image. The note of a single row whose image did not
change has only the row's previous version: the sequencer makes the image (`puente_image_of_note`), unless
another change of the same transaction needs it first.
"""

from __future__ import annotations

from models.base import metadata
from planner.changes.column_dependencies import field_columns
from planner.changes.feed_images import image_columns, image_sql
from planner.changes.feed_reads import FeedDeclaration, written
from planner.declaration.access import EVERYTHING
from planner.sql import different, identifier

COLUMNS = "xid, type, entity_id, version, own, columns, fields, tables, was, at, actor"
ENTITY = """
-- {value}.
create function puente_image_{table}(e {name}) returns jsonb language plpgsql stable as $$
begin
    return {image};
end
$$;

create function puente_keep_{table}(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note ({columns})
    select (select puente_xid()), '{value}', e.id, e.version, true, '{{}}', '{{}}', '{{{table}}}',
        puente_image_{table}(e), now(), (select puente_actor())
    from {name} e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, {version}, change_note.was -> 'version')
            else change_note.was end,
        tables = {tables};
    perform puente_wake();
end
$$;

create function puente_note_{table}(entities uuid[], changed_in text, changed_fields text[] default '{{}}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from {name} e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{{}}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_{table}(e), {version}, c.was -> 'version')
                else c.was end,
            fields = {noted_fields},
            tables = {noted_tables}
        from {name} e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note ({columns})
    select (select puente_xid()), '{value}', e.id, e.version, false, '{{}}', changed_fields,
        array[changed_in], puente_image_{table}(e), now(), (select puente_actor())
    from {name} e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_{table}() returns trigger language plpgsql as $$
begin
    perform puente_keep_{table}(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_{table}_insert() returns trigger language plpgsql as $$
begin
    insert into change_note ({columns})
    select (select puente_xid()), '{value}', n.id, n.version, true, '{{}}', '{{}}', '{{{table}}}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then {every_column} else '{{}}' end,
        tables = {tables};
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_{table}_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
{one_updated}
    else
{many_updated}
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger {table}_track_delete before delete on {name}
    for each row execute function puente_track_{table}();
create trigger {table}_track_image before update on {name}
    for each row when ({image_changes}) execute function puente_track_{table}();
create trigger {table}_track_insert after insert on {name} referencing new table as new_rows
    for each statement execute function puente_track_{table}_insert();
create trigger {table}_track_update after update on {name}
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_{table}_update();
create trigger {table}_track_truncate before truncate on {name}
    for each statement execute function puente_track_truncate('{table}');
"""
UPDATED = """\
        insert into change_note ({columns})
        select (select puente_xid()), '{value}', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then {every_column} when n.id is null then '{{}}' else array_remove(array[
                {changed}], null) end,
            '{{}}', '{{{table}}}', case when o.id is not null then {was} end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, {version}, excluded.was {kept}) end,
            columns = {both_columns},
            tables = {tables};"""
VERSION_ALONE = "jsonb_build_object('table', '{table}', 'version', o.version)"
NOT_DIFFERENT = frozenset({"version", "updated_at"})


def entity_sql(declared: FeedDeclaration, value: str) -> str:
    """The functions and triggers of an entity's own table."""
    type_name = declared.feed.types[value]
    table = declared.table(type_name)
    version = f"'{{{table},0,version}}'"
    names = _visible_columns(declared, type_name)
    changed = (
        f"case when o.{identifier(n)} is distinct from n.{identifier(n)} then '{n}' end" for n in names
    )
    common = {
        "value": value,
        "table": table,
        "columns": COLUMNS,
        "every_column": f"'{{{','.join(names)}}}'::text[]",
        "changed": f",\n{' ' * 16}".join(changed),
        "version": version,
        "both_columns": _union("change_note.columns", "excluded.columns"),
        "tables": _union("change_note.tables", "excluded.tables"),
    }
    return ENTITY.format(
        **common,
        name=identifier(table),
        image=image_sql(declared, type_name, "e"),
        one_updated=UPDATED.format(**common, was=VERSION_ALONE.format(table=table), kept="-> 'version'"),
        many_updated=UPDATED.format(
            **common, was=image_sql(declared, type_name, "o", " " * 16), kept=f"#> {version}"
        ),
        noted_fields=_union("c.fields", "changed_fields"),
        noted_tables=_union("c.tables", "array[changed_in]"),
        image_changes=different(written(table, image_columns(declared, type_name))),
    )


def _visible_columns(declared: FeedDeclaration, type_name: str) -> list[str]:
    """The columns whose changes are noted: all written ones, and generated ones that a field returns."""
    scope = declared.scope(EVERYTHING)
    members = scope.catalog.types[type_name].members.values()
    visible = frozenset[str]().union(*(field_columns(scope, type_name, member) for member in members))
    known = metadata.tables[declared.table(type_name)].c
    return [
        c.name for c in known if (c.computed is None or c.name in visible) and c.name not in NOT_DIFFERENT
    ]


def _union(first: str, second: str) -> str:
    """SQL text: the union of two arrays, fast if the second adds nothing."""
    both = f"array(select distinct unnest({first} || {second}))"
    return f"case when {second} <@ {first} then {first} else {both} end"
