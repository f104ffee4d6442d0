-- Notes whose image the sequencer makes (puente_image_of_note, in repeatable/by_hand.sql). The key begins with the
-- entity, for its next note is looked up.
ALTER TABLE change_note DROP CONSTRAINT uq_change_note_xid_entity_id;
ALTER TABLE change_note ADD CONSTRAINT uq_change_note_entity_id_xid UNIQUE (entity_id, xid);

-- Give numbers to what was committed. One at a time, and only to what it sees: a change that comes before
-- another of the same entity was committed before the other could be made, so it is seen, and numbered, first.
-- A transaction that is still open holds nothing up; what it did is numbered once it is committed.
create or replace function puente_number_changes(most integer default 10000) returns feed language plpgsql as $$
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
            tables, case when was ? 'version' then puente_image_of_note(taken) else was end, at, actor,
            clock_timestamp()
        from taken returning 1
    )
    select count(*) into numbered from added;
    if numbered > 0 then
        update feed set last = last + numbered returning * into state;
    end if;
    return state;
end
$$;
