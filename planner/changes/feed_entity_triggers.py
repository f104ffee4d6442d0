"""The triggers of an entity's own table, as SQL.

A note of the entity's own row is written once for a statement, after it, unless the row's image may differ by
then: before the row goes, or before a column of its image changes, its image is kept.
"""

from __future__ import annotations

from models.base import metadata
from planner.changes.column_dependencies import field_columns
from planner.changes.feed_images import image_columns, image_sql
from planner.changes.feed_reads import FeedDeclaration, written
from planner.sql import different, identifier

COLUMNS = "xid, type, entity_id, version, own, columns, fields, tables, was, at, actor"
ENTITY = """
-- {value}.
create function puente_image_{table}(e {name}) returns jsonb language plpgsql volatile as $$
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
    insert into change_note ({columns})
    select (select puente_xid()), '{value}', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
        case when o.id is null then {every_column} when n.id is null then '{{}}' else array_remove(array[
            {changed}], null) end,
        '{{}}', '{{{table}}}', case when o.id is not null then {inline_image} end,
        now(), (select puente_actor())
    from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.own then change_note.was
            else jsonb_set(change_note.was, {version_kept}, excluded.was #> {version_kept}) end,
        columns = {both_columns},
        tables = {tables};
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
NOT_DIFFERENT = frozenset({"version", "updated_at"})


def entity_sql(declared: FeedDeclaration, value: str) -> str:
    """The functions and triggers of an entity's own table."""
    type_name = declared.feed.types[value]
    table = declared.table(type_name)
    names = _visible_columns(declared, type_name)
    changed = (
        f"case when o.{identifier(n)} is distinct from n.{identifier(n)} then '{n}' end" for n in names
    )
    return ENTITY.format(
        value=value,
        table=table,
        name=identifier(table),
        columns=COLUMNS,
        image=image_sql(declared, type_name, "e"),
        inline_image=image_sql(declared, type_name, "o"),
        every_column=f"'{{{','.join(names)}}}'::text[]",
        version_kept=f"'{{{table},0,version}}'",
        tables=_union("change_note.tables", "excluded.tables"),
        both_columns=_union("change_note.columns", "excluded.columns"),
        noted_fields=_union("c.fields", "changed_fields"),
        noted_tables=_union("c.tables", "array[changed_in]"),
        changed=f",\n{' ' * 12}".join(changed),
        image_changes=different(written(table, image_columns(declared, type_name))),
    )


def _visible_columns(declared: FeedDeclaration, type_name: str) -> list[str]:
    """The columns whose change is noted: those that writers give, and generated ones that a field shows."""
    scope = declared.scope(declared.policy.unbounded)
    members = scope.catalog.types[type_name].members.values()
    visible = frozenset[str]().union(*(field_columns(scope, type_name, member) for member in members))
    known = metadata.tables[declared.table(type_name)].c
    return [
        c.name for c in known if (c.computed is None or c.name in visible) and c.name not in NOT_DIFFERENT
    ]


def _union(first: str, second: str) -> str:
    """A list with what another one has too; most often nothing is new."""
    both = f"array(select distinct unnest({first} || {second}))"
    return f"case when {second} <@ {first} then {first} else {both} end"
