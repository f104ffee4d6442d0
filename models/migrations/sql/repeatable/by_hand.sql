-- What the change feed has beside what is made of the declarations (feed.sql, which is run next). Run anew whenever
-- one of the two has changed: what the last version of them made goes first.

do $$
declare
    gone record;
begin
    for gone in select tgrelid::regclass as of_table, tgname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where not tgisinternal and p.proname like 'puente\_track%' loop
        execute format('drop trigger %I on %s', gone.tgname, gone.of_table);
    end loop;
    for gone in select oid::regprocedure as made from pg_proc
        where pronamespace = current_schema()::regnamespace
            and proname ~ '^puente_(track|note|keep|image|hold|same_tie|changed_columns|wake|actor|shows)' loop
        execute format('drop function %s', gone.made);
    end loop;
end
$$;

-- Wake who follows, when this is committed. A note is only right if its transaction sees what others committed.
create function puente_wake() returns void language plpgsql as $$
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'changes must be made in a transaction that is READ COMMITTED'
            using errcode = 'feature_not_supported',
                hint = 'An older snapshot does not show what others changed meanwhile, and the feed would lack it.';
    end if;
    perform pg_notify('puente_change', '');
end
$$;

create function puente_actor() returns text language sql stable as $$
    select coalesce(nullif(current_setting('puente.actor', true), ''), session_user)
$$;

-- The image of a note that has only the version which the row had. Nothing that decides who sees the entity changed
-- with it: its image is that of the entity's next note that has one, or else the image of now. Whoever changes what an
-- image shows notes the entity, in the same transaction and with its row locked, so nothing comes in between. STABLE,
-- so that it sees just what the statement sees that gives the numbers.
create function puente_image_of_note(note change_note) returns jsonb language plpgsql stable as $$
begin
    return jsonb_set(
        coalesce(
            (select later.was
            from (select n.id, n.was from change_note n where n.entity_id = note.entity_id offset 0) later
            where later.id > note.id and not later.was ? 'version'
            order by later.id limit 1),
            puente_image(note.type, note.entity_id)),
        array[note.was ->> 'table', '0', 'version'], note.was -> 'version');
end
$$;

-- All rows of a table go at once. Of an entity whose rows others refer to, each is kept as it goes; those others
-- are emptied by the same statement. Where nobody refers to the rows they are deleted, which is noted.
create function puente_track_truncate() returns trigger language plpgsql as $$
begin
    if not exists (
        select from pg_constraint where confrelid = tg_relid and conrelid <> tg_relid and contype = 'f')
    then
        execute format('delete from %I', tg_table_name);
    elsif tg_nargs > 0 then
        execute format('select puente_keep_%s(array(select id from %I))', tg_argv[0], tg_table_name);
    end if;
    return null;
end
$$;

-- Figures that no entity shows: only who looks at them lives on this.
create function puente_track_figure() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, at, actor)
    values (puente_xid(), 'FIGURE', coalesce(new.id, old.id), 0, true, '{}', '{}', array[tg_table_name],
        now(), session_user)
    on conflict do nothing;
    perform puente_wake();
    return coalesce(new, old);
end
$$;

-- Whether one mentorship more or less shows in a mentor's placesLeft. By hand: the field is never below zero, and
-- zero while the mentor is not available, so it may stay what it is although the rows that it counts have changed.
create function puente_shows_places_left(mentor_id uuid, before mentorship, after mentorship)
returns boolean language sql stable as $$
    select m.available and m.capacity > (
        select count(*) from mentorship s
        where s.mentor_id = m.id and s.status in ('ACCEPTED', 'ACTIVE') and s.id <> coalesce(before.id, after.id))
    from mentor m where m.id = $1
$$;

-- Whether what became of a registration shows in an event's placesLeft: not where others wait, nor where nothing was
-- left before and after. VOLATILE, so that of several rows of one statement it sees those that were changed before.
create function puente_shows_event_places(of_event uuid, before registration, after registration)
returns boolean language sql volatile as $$
    select e.capacity is not null and e.status <> 'CANCELLED' and e.ends_at > now()
        and not exists (
            select from registration r
            where r.event_id = e.id and r.status = 'WAITLISTED' and r.id <> coalesce(before.id, after.id))
        and (select count(distinct case
                    when one.event_id is distinct from e.id then greatest(held.free, 0)
                    when one.status = 'WAITLISTED' then 0
                    when one.status in ('CONFIRMED', 'ATTENDED') then greatest(held.free - 1, 0)
                    else greatest(held.free, 0)
                end) > 1
            from (values (before.event_id, before.status), (after.event_id, after.status)) one (event_id, status),
                (select e.capacity - count(*) as free from registration r
                where r.event_id = e.id and r.status in ('CONFIRMED', 'ATTENDED')
                    and r.id <> coalesce(before.id, after.id)) held)
    from event e where e.id = of_event
$$;

-- Which database this is: another one after a restore, or after a promotion that may have lost transactions.
-- A promoted standby counts in the timeline of its last checkpoint until it makes one of its own, minutes
-- later; where its recovery ended is in the new one at once, and forgotten with that checkpoint.
create or replace function puente_incarnation() returns text language sql stable as $$
    select s.system_identifier || '/' || greatest(c.timeline_id, r.min_recovery_end_timeline) || '/' || d.oid
    from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r, pg_database d
    where d.datname = current_database()
$$;

-- Give numbers to what was committed. One at a time, and only to what it sees: a change that comes before
-- another of the same entity was committed before the other could be made, so it is seen, and numbered, first.
-- A transaction that is still open holds nothing up; what it did is numbered once it is committed.
create or replace function puente_number_changes(most integer default 10000) returns feed language plpgsql as $$
declare
    state feed;
    numbered bigint;
    new_tag text;
begin
    if not exists (select from change_note) then
        select * into state from feed;
        if state.incarnation = puente_incarnation() then
            return state;
        end if;
    end if;
    if current_setting('synchronous_commit') = 'off' then -- a number that was told must survive a crash
        perform set_config('synchronous_commit', 'on', true);
    end if;
    select * into state from feed for update;
    if state.incarnation <> puente_incarnation() then
        update feed set incarnation = puente_incarnation(), epoch = puente_new_feed_epoch() returning * into state;
    end if;
    new_tag := puente_new_feed_tag();
    with taken as (
        delete from change_note where id in (select id from change_note order by id limit most) returning *
    ), added as (
        insert into change
        select state.last + row_number() over (order by id), type, entity_id, version, own, columns, fields,
            tables, case when was ? 'version' then puente_image_of_note(taken) else was end, at, actor,
            clock_timestamp(), new_tag
        from taken returning 1
    )
    select count(*) into numbered from added;
    if numbered > 0 then
        update feed set last = last + numbered returning * into state;
    end if;
    return state;
end
$$;
