-- The change feed. Triggers (in repeatable/) write down, in the transaction of a change, which entity changed and who could see
-- it before; a sequencer gives what was committed its numbers; readers follow the numbers.

-- One row: how far the feed has come. `epoch` begins every cursor; it is new when the database was restored.
-- `last` is the newest number, `floor` the number below which changes are no longer kept.
create table feed (
    id INTEGER DEFAULT 1 NOT NULL,
    epoch TEXT COLLATE "C" NOT NULL,
    incarnation TEXT COLLATE "C" NOT NULL,
    last BIGINT DEFAULT 0 NOT NULL,
    floor BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_feed PRIMARY KEY (id),
    CONSTRAINT ck_feed_one_row CHECK (id = 1),
    CONSTRAINT ck_feed_in_order CHECK (floor <= last)
) WITH (fillfactor = 10); -- new versions of the row stay on its page

-- Committed or not, not yet numbered: one note an entity and transaction, with how the entity was before it.
create table change_note (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    xid BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    entity_id UUID NOT NULL,
    version INTEGER NOT NULL,
    own BOOLEAN NOT NULL,
    columns TEXT[] COLLATE "C" NOT NULL,
    fields TEXT[] COLLATE "C" NOT NULL,
    tables TEXT[] COLLATE "C" NOT NULL,
    was JSONB,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pk_change_note PRIMARY KEY (id),
    CONSTRAINT uq_change_note_xid_entity_id UNIQUE (xid, entity_id)
) WITH (
    -- A queue: every row goes soon, so it is cleaned by how many went, not by how many there are.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 1000
);

-- The feed itself. `own`: the entity's own row changed, in these `columns`; `fields` are those that changed with
-- other rows. `tables` are where rows changed. `was` is null where there was no such entity before.
create table change (
    number BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    entity_id UUID NOT NULL,
    version INTEGER NOT NULL,
    own BOOLEAN NOT NULL,
    columns TEXT[] COLLATE "C" NOT NULL,
    fields TEXT[] COLLATE "C" NOT NULL,
    tables TEXT[] COLLATE "C" NOT NULL,
    was JSONB,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    numbered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_change PRIMARY KEY (number)
) WITH (
    -- Rows come at one end and go at the other: cleaned often, so that what went is used again.
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02
);

-- Which database this is: another one after a restore, or after a promotion that may have lost transactions.
create function puente_incarnation() returns text language sql stable as $$
    select s.system_identifier || '/' || c.timeline_id || '/' || d.oid
    from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()
$$;

create function puente_new_feed_epoch() returns text language sql volatile as $$
    select substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)
$$;

insert into feed (epoch, incarnation) values (puente_new_feed_epoch(), puente_incarnation());

create function puente_xid() returns bigint language sql volatile as $$
    select pg_current_xact_id()::text::bigint
$$;

-- Give numbers to what was committed. One at a time, and only to what it sees: a change that comes before
-- another of the same entity was committed before the other could be made, so it is seen, and numbered, first.
-- A transaction that is still open holds nothing up; what it did is numbered once it is committed.
create function puente_number_changes(most integer default 10000) returns feed language plpgsql as $$
declare
    state feed;
    numbered bigint;
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
    with taken as (
        delete from change_note where id in (select id from change_note order by id limit most) returning *
    ), added as (
        insert into change
        select state.last + row_number() over (order by id), type, entity_id, version, own, columns, fields,
            tables, was, at, actor, clock_timestamp()
        from taken returning 1
    )
    select count(*) into numbered from added;
    if numbered > 0 then
        update feed set last = last + numbered returning * into state;
    end if;
    return state;
end
$$;
