-- How mutations write, and who changed what. Run anew whenever the text has changed.

-- A row was never changed before it was made: a transaction may change what one that began later has made.
create or replace function puente_touch() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    new.updated_at := greatest(now(), old.updated_at);
    return new;
end
$$;

-- What to run for a statement that reads `given` as $1. To plan one takes longer than to run it, so a session keeps those
-- that it prepared last, `kept` of them, under names made of their text. `puente.prepared` has their names: PostgreSQL's
-- own list takes longer to read than a statement to run. It may be wrong after a rollback, or if a pooler had the session
-- forget what it prepared: `puente_write` then starts again without it.
create or replace function puente_prepared(statement text, given jsonb) returns text language plpgsql as $$
declare
    kept int := coalesce((given ->> 'kept')::int, 0);
    prepared text := 'puente_' || md5(statement);
begin
    if kept = 0 then
        return statement;
    end if;
    if position(prepared in coalesce(current_setting('puente.prepared', true), '')) = 0 then
        perform puente_prepare(prepared, statement, kept);
    end if;
    return format('execute %I (%L)', prepared, given);
end
$$;

-- Prepares a statement, unless the session has it, and notes the names of all that it has.
create or replace function puente_prepare(prepared text, statement text, kept int) returns void language plpgsql as $$
begin
    if not exists (select from pg_prepared_statements p where p.name = prepared) then
        perform puente_forget(kept - 1);
        execute format('prepare %I (jsonb) as %s', prepared, statement);
    end if;
    perform set_config('puente.prepared', coalesce((select string_agg(p.name, ' ') from pg_prepared_statements p
        where p.from_sql and starts_with(p.name, 'puente_')), ''), false);
end
$$;

-- Has the session forget all statements that it prepared for writes, but for the last.
create or replace function puente_forget(but int) returns void language plpgsql as $$
declare
    prepared text;
begin
    for prepared in select p.name from pg_prepared_statements p where p.from_sql and starts_with(p.name, 'puente_')
        order by p.prepare_time desc offset but loop
        execute format('deallocate %I', prepared);
    end loop;
end
$$;

-- What was given, with the current epoch of grants if the sender's own are as `proof` has them: other people's may have
-- changed since. It waits for nobody: who changes grants may need the rows that the mutation has locked.
create or replace function puente_settled(given jsonb, proof jsonb) returns jsonb language plpgsql as $$
declare
    current_epoch int := (select version from access_epoch);
    found jsonb;
begin
    if proof is null or (given ->> 'epoch')::int = current_epoch then
        return given;
    end if;
    execute proof ->> 'query' into found using proof -> 'parameters';
    return case when found = proof -> 'found' then given || jsonb_build_object('epoch', current_epoch) else given end;
end
$$;

drop function if exists puente_write(text, text, jsonb);
-- Carries out one mutation, whole or not at all, in one round trip. `locks` lock the rows that it depends on, in their
-- order; `act`, a statement of its own, sees what was there once the locks were had; `effects` follow from what it did;
-- `verify`, if there is any, sees what was written, and yields what is wrong with it. All are composed of declarations
-- and read what was given as $1, where `id` is that of the row, also if it was there before it was to be made.
-- `act` answers {id, changed, stale, errors}, and has written nothing where there are errors. A key is kept only if the
-- mutation did something: two at once with one key wait for each other here. Where a constraint refuses the row, the
-- statements that `given` has for it as `refused` run after what was written is gone; where the row was there already,
-- those that it has as `repeated` run in place of the effects.
create or replace function puente_write(locks text[], act text, effects text[], verify text, given jsonb)
returns jsonb language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    statement text;
    outcome jsonb;
    wrong jsonb;
    known idempotency_key;
    violated text;
    proof jsonb := given -> 'grants';
    settled jsonb;
begin
    given := given - 'grants';  -- no statement reads it, and each gets all that is given
    if given ? 'link' then
        given := puente_by_link(given);
    end if;
    perform set_config('puente.act', (given -> 'act')::text, true);
    begin
        if given ? 'key' then
            insert into idempotency_key (viewer, mutation, key, input_hash, entity_id)
            values (given ->> 'viewer_key', given ->> 'mutation', given ->> 'key', given ->> 'input_hash', null)
            on conflict do nothing;
            if not found then
                select * into known from idempotency_key k
                where k.viewer = given ->> 'viewer_key' and k.mutation = given ->> 'mutation' and k.key = given ->> 'key';
                if known.input_hash is distinct from given ->> 'input_hash' then
                    return jsonb_build_object('mismatch', true);
                end if;
                return jsonb_build_object('replayed', true, 'id', known.entity_id, 'changed', to_jsonb(known.changed),
                    'created', known.created);
            end if;
        end if;
        foreach statement in array locks loop
            execute puente_prepared(statement, given) using given;
        end loop;
        for attempt in 1..100 loop  -- others' grants may change again before `act` looks; it has written nothing then
            settled := puente_settled(given, proof);
            exit when outcome is not null and settled -> 'epoch' = given -> 'epoch';
            given := settled;
            execute puente_prepared(act, given) into outcome using given;
            exit when outcome -> 'stale' is distinct from 'true';
        end loop;
        if outcome -> 'errors' = '[]' then
            given := given || jsonb_build_object('id', outcome -> 'id', 'replayed', outcome -> 'replayed');
            if outcome -> 'replayed' is distinct from 'true' then
                foreach statement in array effects loop
                    execute puente_prepared(statement, given) using given;
                end loop;
            elsif given ? 'repeated' then
                foreach statement in array array(select jsonb_array_elements_text(given -> 'repeated')) loop
                    execute puente_prepared(statement, given) using given;
                end loop;
            end if;
        end if;
        if verify is not null and outcome -> 'errors' = '[]' and outcome ->> 'id' is not null then
            execute puente_prepared(verify, given) into wrong using given;
            if wrong = '[]' then
                set constraints all immediate;  -- what is looked at when the transaction ends, in time to be answered
            else
                outcome := outcome || jsonb_build_object(
                    'errors', wrong, 'changed', '[]'::jsonb, 'replayed', false);
            end if;
        end if;
        if given ? 'dry_run' or outcome -> 'errors' <> '[]' then
            raise exception using errcode = 'PU001';  -- what was written goes; the outcome stays
        end if;
        if given ? 'key' then
            update idempotency_key k set entity_id = (outcome ->> 'id')::uuid,
                changed = array(select jsonb_array_elements_text(outcome -> 'changed')),
                created = coalesce((given ->> 'creates')::boolean, false)
            where k.viewer = given ->> 'viewer_key' and k.mutation = given ->> 'mutation' and k.key = given ->> 'key';
        end if;
    exception
        when sqlstate 'PU001' then
            null;
        when invalid_sql_statement_name then
            if current_setting('puente.prepared', true) = '' then
                raise;
            end if;
            perform set_config('puente.prepared', '', false);
            return puente_write(locks, act, effects, verify, given);
        when integrity_constraint_violation then
            get stacked diagnostics violated = constraint_name;
            if not given ? 'dry_run' then
                foreach statement in array array(
                    select jsonb_array_elements_text(coalesce(given -> 'refused' -> violated, '[]'))) loop
                    execute puente_prepared(statement, given) using given;
                end loop;
            end if;
            return jsonb_build_object('violated', violated, 'id', given -> 'id');
    end;
    return outcome;
end
$$;

-- Entries of who changed what, one for each row that differs. `puente.act` is what a mutation says of itself; of plain
-- SQL the session's user is known, and why, where it corrects a status (`puente.correction`, workflows.sql). `declared`
-- are the arguments of the triggers (writes_audited.sql): the columns that are left out, the column that leads to the
-- person whose data it is and the table between, the entity that a link is a part of and the column that refers to it: a
-- part of none has no entry.
create or replace function puente_audit_rows(
    of_table text, operation text, declared text[], ids uuid[], before jsonb[], after jsonb[])
returns void language plpgsql as $$
declare
    act jsonb := coalesce(nullif(current_setting('puente.act', true), '')::jsonb, '{}');
    correction text := nullif(btrim(current_setting('puente.correction', true)), '');
    person text := nullif(declared[2], '');
    via text := declared[3];
    owner text := nullif(declared[4], '');
begin
    with pairs as materialized (
        select nextval('audit_entry_number_seq') as number, p.id, p.before, p.after, known,
            array(select pair.key from jsonb_each(coalesce(p.before, '{}') || coalesce(p.after, '{}')) pair
                where p.before -> pair.key is distinct from p.after -> pair.key order by pair.key) as columns,
            case when person = 'id' then p.id
                when via = 'participant' then
                    (select x.person_id from participant x where x.id = (known ->> person)::uuid)
                when via = 'registration' then
                    (select x.person_id from registration x where x.id = (known ->> person)::uuid)
                when via = 'mentor' then (select x.person_id from mentor x where x.id = (known ->> person)::uuid)
                else (known ->> person)::uuid end as person_id
        from unnest(ids, before, after) p (id, before, after) cross join lateral coalesce(p.after, p.before) known
        where p.before is distinct from p.after and (owner is null or known ->> declared[5] is not null)
    ), entries as (
        insert into audit_entry (number, actor, role, mutation, request_id, reason, entity, entity_id, part, part_id,
            operation, status_from, status_to, columns, salt) overriding system value
        select p.number, coalesce(act ->> 'actor', 'session ' || session_user), act ->> 'role', act ->> 'mutation',
            act ->> 'request_id', coalesce(act ->> 'reason', correction), coalesce(owner, of_table),
            case when owner is null then p.id else (p.known ->> declared[5])::uuid end,
            case when owner is not null then of_table end, case when owner is not null then p.id end,
            operation, p.before ->> 'status', p.after ->> 'status', p.columns,
            uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        from pairs p
    )
    insert into audit_value (entry, column_name, person_id, before, after)
    select p.number, c.name, p.person_id, p.before -> c.name, p.after -> c.name
    from pairs p cross join unnest(p.columns) c (name);
end
$$;

-- Rows without what is nobody's to read and what is no act: of `sealed` columns only a digest says that they differ, and
-- those that `processes` keep count where a mutation sets them.
create or replace function puente_audit_sealed(images jsonb[], sealed text[], processes text[]) returns jsonb[]
language sql stable as $$
    select array_agg(case when image is null then null else
            case when coalesce(current_setting('puente.act', true), '') = '' then image - processes else image end || (
                select coalesce(jsonb_object_agg(name, md5(image ->> name)), '{}') from unnest(sealed) name
                where image ? name)
        end order by place)
    from unnest(images) with ordinality as listed (image, place)
$$;

-- The trigger's first argument are columns that follow from others, the next four those of `puente_audit_rows`; of
-- tables with secrets, and of those that processes write, the others are those of `puente_audit_sealed`. Neither the
-- zone of whoever writes nor how exactly they read numbers is part of a value.
create or replace function puente_audit() returns trigger language plpgsql
    set timezone = 'UTC' set extra_float_digits = 1 as $$
declare
    left_out text[] := tg_argv[0];
    ids uuid[];
    before jsonb[];
    after jsonb[];
begin
    if tg_op = 'UPDATE' then
        select array_agg(n.id) filter (where n.id = o.id), array_agg(to_jsonb(o) - left_out) filter (where n.id = o.id),
            array_agg(to_jsonb(n) - left_out) filter (where n.id = o.id)
        into ids, before, after
        from old_rows o full join new_rows n on n.id = o.id;  -- never by nested loops, however many there are
    elsif tg_op = 'INSERT' then  -- what a new row leaves empty is no news
        select array_agg(n.id), array_agg(null::jsonb), array_agg(jsonb_strip_nulls(to_jsonb(n) - left_out))
        into ids, before, after from new_rows n;
    else
        select array_agg(o.id), array_agg(jsonb_strip_nulls(to_jsonb(o) - left_out)), array_agg(null::jsonb)
        into ids, before, after from old_rows o;
    end if;
    if tg_nargs > 5 then
        before := puente_audit_sealed(before, tg_argv[5]::text[], tg_argv[6]::text[]);
        after := puente_audit_sealed(after, tg_argv[5]::text[], tg_argv[6]::text[]);
    end if;
    if ids is not null then
        perform puente_audit_rows(
            tg_table_name, tg_op, array[tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3], tg_argv[4]], ids, before,
            after);
    end if;
    return null;
end
$$;

-- The rows of a table that is emptied go as if each were deleted.
create or replace function puente_audit_truncate() returns trigger language plpgsql
    set timezone = 'UTC' set extra_float_digits = 1 as $$
declare
    left_out text[] := tg_argv[0];
    ids uuid[];
    before jsonb[];
begin
    execute format('select array_agg(t.id), array_agg(jsonb_strip_nulls(to_jsonb(t) - $1)) from %I t', tg_table_name)
        into ids, before using left_out;
    if ids is not null then
        perform puente_audit_rows(
            tg_table_name, 'DELETE', array[tg_argv[0], tg_argv[1], tg_argv[2], tg_argv[3], tg_argv[4]], ids, before,
            array_fill(null::jsonb, array[cardinality(ids)]));
    end if;
    return null;
end
$$;

-- What was done stays, and of its values only those about a person go, with all others about them.
create or replace function puente_audit_kept() returns trigger language plpgsql as $$
declare
    called_by text;
begin
    if tg_table_name = 'audit_value' and tg_op = 'DELETE' then
        get diagnostics called_by = pg_context;
        if called_by like '%PL/pgSQL function puente_erase(uuid) line %' then
            return null;
        end if;
    end if;
    raise exception 'what was done stays in the audit log' using errcode = 'insufficient_privilege';
end
$$;

-- Delete the values about a person, also those of the records that were joined with theirs, and say that it was done;
-- how many there were. Who did what stays.
create or replace function puente_erase(of_person uuid) returns bigint language plpgsql as $$
declare
    act jsonb := coalesce(nullif(current_setting('puente.act', true), '')::jsonb, '{}');
    gone bigint;
begin
    delete from audit_value where person_id = of_person
        or person_id in (select m.duplicate_id from person_merge m where m.person_id = of_person);
    get diagnostics gone = row_count;
    insert into audit_entry (actor, role, mutation, request_id, reason, entity, entity_id, operation, columns, salt)
    values (coalesce(act ->> 'actor', 'session ' || session_user), act ->> 'role', act ->> 'mutation',
        act ->> 'request_id', act ->> 'reason', 'person', of_person, 'ERASE', '{}',
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    return gone;
end
$$;

-- Leaves nothing of a guest but that somebody was registered, and says that it was done; how many registrations there
-- were. What is known of a guest is in these rows alone. A place that is not used is given back first, by a mutation.
create or replace function puente_erase_guest(address text) returns bigint language plpgsql as $$
declare
    act jsonb := coalesce(nullif(current_setting('puente.act', true), '')::jsonb, '{}');
    gone bigint;
begin
    if exists (
        select from registration r join event e on e.id = r.event_id
        where lower(r.guest_email) = lower(address) and r.status in ('CONFIRMED', 'WAITLISTED') and e.ends_at > now()
    ) then
        raise exception 'the guest is registered for an event that is not over'
            using hint = 'Cancel the registration first.';
    end if;
    delete from notification_mail m using secret_link k join registration r on r.id = k.registration_id
    where m.notification_id = k.id and lower(r.guest_email) = lower(address);
    delete from secret_link k using registration r
    where r.id = k.registration_id and lower(r.guest_email) = lower(address);
    delete from unsolicited_mail where recipient = puente_recipient(address);
    delete from notification_mail m using notification n join registration r on r.id = n.guest_id
    where m.notification_id = n.id and lower(r.guest_email) = lower(address);
    with erased as (
        update registration set guest_name = 'erased', guest_email = id || '@erased.invalid', guest_institution = null,
            guest_language = null
        where lower(guest_email) = lower(address) returning id
    )
    insert into audit_entry (actor, role, mutation, request_id, reason, entity, entity_id, operation, columns, salt)
    select coalesce(act ->> 'actor', 'session ' || session_user), act ->> 'role', act ->> 'mutation',
        act ->> 'request_id', act ->> 'reason', 'registration', erased.id, 'ERASE', '{}',
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
    from erased;
    get diagnostics gone = row_count;
    return gone;
end
$$;
