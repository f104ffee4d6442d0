-- The change feed. Triggers write down, in the transaction of a change, which entity changed and who could see
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

-- Who could see the entity, as it stands: ids, statuses and consents; never a name or an address.
-- Under the name of each table that the policy asks are the rows that it would find there.
create function puente_image(of_type text, entity uuid) returns jsonb language plpgsql volatile as $$
declare
    image jsonb;
begin
    case of_type
    when 'PROJECT' then
        select jsonb_build_object(
            'project', jsonb_build_array(jsonb_build_object('id', p.id, 'version', p.version, 'status', p.status)),
            'project_institution', (
                select jsonb_agg(jsonb_build_object('project_id', t.project_id, 'institution_id', t.institution_id))
                from project_institution t where t.project_id = p.id),
            'project_contributor', (
                select jsonb_agg(jsonb_build_object('project_id', t.project_id, 'person_id', t.person_id))
                from project_contributor t where t.project_id = p.id))
            || puente_image_of_named(array(select t.person_id from project_contributor t where t.project_id = p.id))
        into image from project p where p.id = entity;
    when 'INSTITUTION' then
        select jsonb_build_object('institution', jsonb_build_array(jsonb_build_object('id', i.id, 'version', i.version)))
            || puente_image_of_named(array(select t.person_id from champion t where t.institution_id = i.id))
        into image from institution i where i.id = entity;
    when 'AWARD' then
        select coalesce(puente_image('PROJECT', a.project_id), '{}') || jsonb_build_object(
            'award', jsonb_build_array(jsonb_build_object(
                'id', a.id, 'version', a.version, 'decided_on', a.decided_on, 'funder_id', a.funder_id,
                'recipient_id', a.recipient_id, 'project_id', a.project_id)),
            'person', (
                select jsonb_agg(jsonb_build_object('id', h.id, 'institution_id', h.institution_id))
                from person h where h.id = a.recipient_id),
            'consent', puente_image_of_consents(a.recipient_id))
        into image from award a where a.id = entity;
    when 'AGREEMENT' then
        select jsonb_build_object(
            'agreement', jsonb_build_array(jsonb_build_object('id', a.id, 'version', a.version, 'status', a.status)),
            'agreement_party', (
                select jsonb_agg(jsonb_build_object('agreement_id', t.agreement_id, 'institution_id', t.institution_id))
                from agreement_party t where t.agreement_id = a.id))
        into image from agreement a where a.id = entity;
    when 'EVENT' then
        select jsonb_build_object(
            'event', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'status', e.status)),
            'event_organizer', (
                select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id))
                from event_organizer t where t.event_id = e.id))
        into image from event e where e.id = entity;
    when 'VENUE' then
        select jsonb_build_object('venue', jsonb_build_array(jsonb_build_object(
                'id', v.id, 'version', v.version, 'institution_id', v.institution_id)))
        into image from venue v where v.id = entity;
    when 'MENTOR' then
        select jsonb_build_object(
            'mentor', jsonb_build_array(jsonb_build_object(
                'id', m.id, 'version', m.version, 'person_id', m.person_id, 'institution_id', m.institution_id)),
            'consent', puente_image_of_consents(m.person_id),
            'mentorship', (
                select jsonb_agg(jsonb_build_object(
                    'mentor_id', s.mentor_id, 'participant_id', s.participant_id, 'status', s.status))
                from mentorship s where s.mentor_id = m.id),
            'participant', (
                select jsonb_agg(jsonb_build_object('id', p.id, 'person_id', p.person_id))
                from participant p where p.id in (select s.participant_id from mentorship s where s.mentor_id = m.id)))
        into image from mentor m where m.id = entity;
    when 'PARTICIPANT' then
        select jsonb_build_object(
            'participant', jsonb_build_array(jsonb_build_object(
                'id', p.id, 'version', p.version, 'person_id', p.person_id, 'institution_id', p.institution_id)),
            'consent', puente_image_of_consents(p.person_id),
            'mobility', (
                select jsonb_agg(jsonb_build_object(
                    'participant_id', s.participant_id, 'status', s.status,
                    'receiving_institution_id', s.receiving_institution_id))
                from mobility s where s.participant_id = p.id),
            'mentorship', (
                select jsonb_agg(jsonb_build_object(
                    'mentor_id', s.mentor_id, 'participant_id', s.participant_id, 'status', s.status))
                from mentorship s where s.participant_id = p.id),
            'mentor', (
                select jsonb_agg(jsonb_build_object('id', m.id, 'person_id', m.person_id))
                from mentor m where m.id in (select s.mentor_id from mentorship s where s.participant_id = p.id)))
        into image from participant p where p.id = entity;
    when 'PARTICIPATION' then
        select puente_image('PARTICIPANT', t.participant_id) || jsonb_build_object(
            'participation', jsonb_build_array(jsonb_build_object(
                'id', t.id, 'version', t.version, 'participant_id', t.participant_id)))
        into image from participation t where t.id = entity;
    when 'MENTORSHIP' then
        select jsonb_build_object(
            'mentorship', jsonb_build_array(jsonb_build_object(
                'id', s.id, 'version', s.version, 'status', s.status, 'notes_shared', s.notes_shared,
                'mentor_id', s.mentor_id, 'participant_id', s.participant_id)),
            'mentor', (
                select jsonb_agg(jsonb_build_object(
                    'id', m.id, 'person_id', m.person_id, 'institution_id', m.institution_id))
                from mentor m where m.id = s.mentor_id),
            'participant', (
                select jsonb_agg(jsonb_build_object(
                    'id', p.id, 'person_id', p.person_id, 'institution_id', p.institution_id))
                from participant p where p.id = s.participant_id))
        into image from mentorship s where s.id = entity;
    when 'MOBILITY' then
        select puente_image('PARTICIPANT', s.participant_id) || jsonb_build_object(
            'mobility', jsonb_build_array(jsonb_build_object(
                'id', s.id, 'version', s.version, 'participant_id', s.participant_id,
                'sending_institution_id', s.sending_institution_id,
                'receiving_institution_id', s.receiving_institution_id)))
        into image from mobility s where s.id = entity;
    when 'CONSENT' then
        select jsonb_build_object(
            'consent', jsonb_build_array(jsonb_build_object('id', c.id, 'version', c.version, 'person_id', c.person_id)),
            'person', (
                select jsonb_agg(jsonb_build_object('id', h.id, 'institution_id', h.institution_id))
                from person h where h.id = c.person_id))
        into image from consent c where c.id = entity;
    else  -- whatever everyone sees
        execute format(
            'select jsonb_build_object(%1$L, jsonb_build_array(jsonb_build_object(''id'', id, ''version'', version)))'
            ' from %1$I where id = $1', lower(of_type)) into image using entity;
    end case;
    return jsonb_strip_nulls(image);
end
$$;

create function puente_image_of_consents(person uuid) returns jsonb language sql stable as $$
    select jsonb_agg(jsonb_build_object('person_id', c.person_id, 'purpose', c.purpose, 'withdrawn_at', c.withdrawn_at))
    from consent c where c.person_id = person and c.withdrawn_at is null
$$;

-- Whether people are named beside something, and for whom.
create function puente_image_of_named(people uuid[]) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'person', (
            select jsonb_agg(jsonb_build_object('id', h.id, 'institution_id', h.institution_id))
            from person h where h.id = any(people)),
        'consent', (
            select jsonb_agg(jsonb_build_object(
                'person_id', c.person_id, 'purpose', c.purpose, 'withdrawn_at', c.withdrawn_at))
            from consent c
            where c.person_id = any(people) and c.purpose = 'ATTRIBUTION' and c.withdrawn_at is null))
$$;

-- Change a row alone until the end of the transaction: what others hang on it meanwhile is seen by who comes next.
create function puente_hold(of_table text, held uuid) returns void language plpgsql as $$
begin
    execute format('select from %I where id = $1 for no key update', of_table) using held;
end
$$;

-- Write down that an entity changed. Whoever changes what others see of it changes it alone until the end of
-- the transaction: so no state that somebody could have seen is without its image in a later note.
create function puente_note(
    of_type text, entity uuid, changed_in text, new_version integer default null,
    changed_columns text[] default '{}', changed_fields text[] default '{}'
) returns void language plpgsql as $$
declare
    present integer := new_version;
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'changes must be made in a transaction that is READ COMMITTED'
            using errcode = 'feature_not_supported',
                hint = 'An older snapshot does not show what others changed meanwhile, and the feed would lack it.';
    end if;
    if new_version is null then
        execute format('select version from %I where id = $1 for no key update', lower(of_type))
            into present using entity;
        if present is null then
            return;
        end if;
    end if;
    update change_note set
        version = case when new_version is null then greatest(version, present) else present end,
        own = own or new_version is not null,
        columns = array(select distinct unnest(columns || changed_columns)),
        fields = array(select distinct unnest(fields || changed_fields)),
        tables = array(select distinct unnest(tables || changed_in))
        where xid = puente_xid() and entity_id = entity;
    if not found then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        values (puente_xid(), of_type, entity, present, new_version is not null, changed_columns,
            changed_fields, array[changed_in], puente_image(of_type, entity), now(),
            coalesce(nullif(current_setting('puente.actor', true), ''), session_user));
    end if;
    perform pg_notify('puente_change', '');
end
$$;

create function puente_changed_columns(before jsonb, after jsonb) returns text[] language sql immutable as $$
    select coalesce(array_agg(a.key), '{}') from jsonb_each(after) a
    where a.value is distinct from before -> a.key and a.key not in ('version', 'updated_at')
$$;

-- A row of an entity's own table changes. It fires after `…_touch`, which gives the row its new version.
create function puente_track() returns trigger language plpgsql as $$
declare
    there boolean;
begin
    if tg_op = 'INSERT' then
        execute format('select exists (select from %I where id = $1)', tg_table_name) into there using new.id;
        if there then  -- ON CONFLICT leaves the row as it is, or updates it, which is noted as an update
            return new;
        end if;
    end if;
    if tg_op = 'DELETE' then
        perform puente_note(upper(tg_table_name), old.id, tg_table_name, old.version);
        return old;
    end if;
    if tg_op = 'UPDATE' and new.id <> old.id then
        perform puente_note(upper(tg_table_name), old.id, tg_table_name, old.version);
    end if;
    perform puente_note(upper(tg_table_name), new.id, tg_table_name, new.version,
        case when tg_op = 'UPDATE' then puente_changed_columns(to_jsonb(old), to_jsonb(new))
            when exists (select from change_note where xid = puente_xid() and entity_id = new.id)
            then puente_changed_columns('{}', to_jsonb(new))  -- it was there before: another row is in its place
            else '{}' end);
    return new;
end
$$;

-- All rows of a table go at once.
create function puente_track_truncate() returns trigger language plpgsql as $$
begin
    if exists (select from pg_constraint where confrelid = tg_relid and conrelid <> tg_relid and contype = 'f') then
        execute format('select puente_note(%L, id, %L, version) from %I',
            upper(tg_table_name), tg_table_name, tg_table_name);
    else
        execute format('delete from %I', tg_table_name);
    end if;
    return null;
end
$$;

-- What follows: a row of another table changes that entities show, or that decides who sees them. Each function
-- notes the entities of the old row and of the new one.

-- A tie shows neither its version nor where it comes from: a change of those alone is none of its entity.
-- What is generated is not yet known when it fires.
create function puente_same_tie(of_table regclass, before jsonb, after jsonb) returns boolean language sql stable as $$
    select before - ignored = after - ignored from (
        select array['version', 'created_at', 'updated_at', 'is_synthetic', 'source'] || array(
            select attname::text from pg_attribute where attrelid = of_table and attgenerated <> '')
    ) as t (ignored)
$$;

create function puente_track_tie() returns trigger language plpgsql as $$
declare
    owner_type text := tg_argv[0];
    owner_key text := tg_argv[1];
    owners uuid[] := array[(to_jsonb(old) ->> owner_key)::uuid, (to_jsonb(new) ->> owner_key)::uuid];
    named uuid := (to_jsonb(new) ->> 'person_id')::uuid;
    entity uuid;
begin
    if puente_same_tie(tg_relid, to_jsonb(old), to_jsonb(new)) then
        return new;
    end if;
    if named is not null then
        perform puente_hold('person', named);
    end if;
    for entity in select distinct o from unnest(owners) o where o is not null loop
        perform puente_note(owner_type, entity, tg_table_name, changed_fields => string_to_array(tg_argv[2], ' '));
        if owner_type = 'PROJECT' and tg_table_name <> 'project_output' then
            perform puente_note('AWARD', a.id, tg_table_name) from award a where a.project_id = entity;
        end if;
    end loop;
    return coalesce(new, old);
end
$$;

create function puente_track_person_language() returns trigger language plpgsql as $$
declare
    people uuid[] := array[old.person_id, new.person_id];
begin
    if puente_same_tie(tg_relid, to_jsonb(old), to_jsonb(new)) then
        return new;
    end if;
    perform puente_hold('person', p) from unnest(people) p where p is not null;
    perform puente_note('MENTOR', m.id, tg_table_name, changed_fields => '{languages}')
        from mentor m where m.person_id = any(people);
    perform puente_note('PARTICIPANT', p.id, tg_table_name, changed_fields => '{languages}')
        from participant p where p.person_id = any(people);
    return coalesce(new, old);
end
$$;

create function puente_track_person() returns trigger language plpgsql as $$
declare
    contacts text[] := array_remove(array[
        case when old.email is distinct from new.email then 'email' end,
        case when old.phone is distinct from new.phone then 'phone' end,
        case when old.orcid is distinct from new.orcid then 'orcid' end], null);
    moved boolean := old.institution_id is distinct from new.institution_id;
    renamed boolean := (old.given_name, old.family_names, old.preferred_name)
        is distinct from (new.given_name, new.family_names, new.preferred_name);
begin
    if contacts <> '{}' then
        perform puente_note('MENTOR', m.id, tg_table_name, changed_fields => contacts)
            from mentor m where m.person_id = new.id;
        perform puente_note('PARTICIPANT', p.id, tg_table_name, changed_fields => contacts)
            from participant p where p.person_id = new.id;
    end if;
    if moved or renamed then
        perform puente_note_named(new.id, tg_table_name, renamed);
    end if;
    if moved then
        perform puente_note('CONSENT', c.id, tg_table_name) from consent c where c.person_id = new.id;
    end if;
    return new;
end
$$;

-- What names a person beside something else; `renamed`: by another name than before. Of lists of ties it is said
-- whose name it is: only who sees that name is told.
create function puente_note_named(person uuid, changed_in text, renamed boolean) returns void language plpgsql as $$
begin
    perform puente_note('PROJECT', t.project_id, changed_in,
            changed_fields => case when renamed then array['contributors:' || person] else '{}' end)
        from (select distinct project_id from project_contributor where person_id = person) t;
    perform puente_note('AWARD', a.id, changed_in,
            changed_fields => case when renamed then '{recipient}'::text[] else '{}' end)
        from award a where a.recipient_id = person;
    perform puente_note('INSTITUTION', t.institution_id, changed_in,
            changed_fields => case when renamed then array['champions:' || person] else '{}' end)
        from (select distinct institution_id from champion where person_id = person) t;
end
$$;

-- What stands on a participant, and is seen by those who see them.
create function puente_note_participant(participants uuid[], changed_in text) returns void language plpgsql as $$
begin
    perform puente_note('PARTICIPANT', p.id, changed_in)
        from participant p where p.id = any(participants);
    perform puente_note('PARTICIPATION', t.id, changed_in)
        from participation t where t.participant_id = any(participants);
end
$$;

create function puente_note_mobilities(participants uuid[], changed_in text) returns void language plpgsql as $$
begin
    perform puente_note('MOBILITY', s.id, changed_in) from mobility s where s.participant_id = any(participants);
end
$$;

create function puente_track_consent() returns trigger language plpgsql as $$
declare
    people uuid[] := array[old.person_id, new.person_id];
    purposes text[] := array[old.purpose, new.purpose];
    participants uuid[];
begin
    if (old.person_id, old.purpose, old.withdrawn_at is null) is not distinct from
        (new.person_id, new.purpose, new.withdrawn_at is null)
        or (old.withdrawn_at is not null or old.id is null) and (new.withdrawn_at is not null or new.id is null)
    then
        return coalesce(new, old);
    end if;
    perform puente_hold('person', p) from unnest(people) p where p is not null;
    if 'PUBLIC_PROFILE' = any(purposes) then
        perform puente_note('MENTOR', m.id, tg_table_name) from mentor m where m.person_id = any(people);
    end if;
    if purposes && array['PARTNER_ACCESS', 'SYSTEM_TRANSFER'] then
        participants := array(select p.id from participant p where p.person_id = any(people));
        perform puente_note_participant(participants, tg_table_name);
        if 'SYSTEM_TRANSFER' = any(purposes) then
            perform puente_note_mobilities(participants, tg_table_name);
        end if;
    end if;
    if 'ATTRIBUTION' = any(purposes) then
        perform puente_note_named(p.id, tg_table_name, false) from unnest(people) p(id) where p.id is not null;
    end if;
    return coalesce(new, old);
end
$$;

create function puente_track_participant() returns trigger language plpgsql as $$
begin
    perform puente_note('PARTICIPATION', t.id, tg_table_name) from participation t where t.participant_id = new.id;
    perform puente_note('MENTORSHIP', s.id, tg_table_name) from mentorship s where s.participant_id = new.id;
    perform puente_note_mobilities(array[new.id], tg_table_name);
    perform puente_note('MENTOR', s.mentor_id, tg_table_name)
        from (select distinct mentor_id from mentorship where participant_id = new.id) s;
    return new;
end
$$;

create function puente_track_mentor() returns trigger language plpgsql as $$
declare
    participants uuid[] := array(select distinct s.participant_id from mentorship s where s.mentor_id = new.id);
begin
    perform puente_note('MENTORSHIP', s.id, tg_table_name) from mentorship s where s.mentor_id = new.id;
    perform puente_note_participant(participants, tg_table_name);
    perform puente_note_mobilities(participants, tg_table_name);
    return new;
end
$$;

create function puente_track_mentorship() returns trigger language plpgsql as $$
declare
    participants uuid[] := array[old.participant_id, new.participant_id];
    took uuid := case when old.status in ('ACCEPTED', 'ACTIVE') then old.mentor_id end;
    takes uuid := case when new.status in ('ACCEPTED', 'ACTIVE') then new.mentor_id end;
begin
    if (old.mentor_id, old.participant_id, old.status) is not distinct from
        (new.mentor_id, new.participant_id, new.status)
    then
        return new;
    end if;
    perform puente_note('MENTOR', m.id, tg_table_name, changed_fields => case
            when (m.id = took) is distinct from (m.id = takes) and m.capacity > (
                select count(*) from mentorship s where s.mentor_id = m.id and s.status in ('ACCEPTED', 'ACTIVE')
                    and s.id is distinct from old.id)
            then '{placesLeft}'::text[] else '{}' end)
        from mentor m where m.id in (old.mentor_id, new.mentor_id);
    perform puente_note_participant(participants, tg_table_name);
    perform puente_note_mobilities(participants, tg_table_name);
    return coalesce(new, old);
end
$$;

create function puente_track_mobility() returns trigger language plpgsql as $$
begin
    if (old.participant_id, old.receiving_institution_id, old.status) is not distinct from
        (new.participant_id, new.receiving_institution_id, new.status)
    then
        return new;
    end if;
    perform puente_note_participant(array[old.participant_id, new.participant_id], tg_table_name);
    return coalesce(new, old);
end
$$;

create function puente_track_participation() returns trigger language plpgsql as $$
begin
    perform puente_hold('participant', p)
        from unnest(array[old.participant_id, new.participant_id]) p where p is not null;
    return coalesce(new, old);
end
$$;

create function puente_track_project() returns trigger language plpgsql as $$
begin
    perform puente_note('AWARD', a.id, tg_table_name) from award a where a.project_id = new.id;
    return new;
end
$$;

create function puente_track_award() returns trigger language plpgsql as $$
begin
    perform puente_hold('project', p) from unnest(array[old.project_id, new.project_id]) p where p is not null;
    perform puente_hold('person', p) from unnest(array[old.recipient_id, new.recipient_id]) p where p is not null;
    if (old.decided_on is not null or new.decided_on is not null)
        and (old.project_id, old.amount, old.currency, old.decided_on is null) is distinct from
            (new.project_id, new.amount, new.currency, new.decided_on is null)
    then
        perform puente_note('PROJECT', p.id, tg_table_name, changed_fields => '{totalAwarded}')
            from project p where p.id in (old.project_id, new.project_id);
    end if;
    return coalesce(new, old);
end
$$;

-- Figures that no entity shows: only who looks at them lives on this.
create function puente_track_figure() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, at, actor)
    values (puente_xid(), 'FIGURE', coalesce(new.id, old.id), 0, true, '{}', '{}', array[tg_table_name],
        now(), session_user)
    on conflict do nothing;
    perform pg_notify('puente_change', '');
    return coalesce(new, old);
end
$$;

do $$
declare
    name text;
begin
    foreach name in array array['institution', 'program', 'cohort', 'participation', 'activity', 'project', 'award',
        'agreement', 'event', 'venue', 'mentor', 'participant', 'mentorship', 'mobility', 'consent'] loop
        execute format('create trigger %1$s_track before insert or update or delete on %1$I
            for each row execute function puente_track()', name);
        execute format('create trigger %1$s_track_truncate before truncate on %1$I
            for each statement execute function puente_track_truncate()', name);
    end loop;
    foreach name in array array['person_language', 'person', 'project_institution', 'project_contributor',
        'project_output', 'agreement_party', 'event_organizer', 'champion', 'call', 'activity_participation',
        'impact_metric'] loop
        execute format('create trigger %1$s_track_truncate before truncate on %1$I
            for each statement execute function puente_track_truncate()', name);
    end loop;
end
$$;

create trigger project_institution_track before insert or update or delete on project_institution
    for each row execute function puente_track_tie('PROJECT', 'project_id', 'institutions');
create trigger project_contributor_track before insert or update or delete on project_contributor
    for each row execute function puente_track_tie('PROJECT', 'project_id', 'contributors');
create trigger project_output_track before insert or update or delete on project_output
    for each row execute function puente_track_tie('PROJECT', 'project_id', 'outputs');
create trigger agreement_party_track before insert or update or delete on agreement_party
    for each row execute function puente_track_tie('AGREEMENT', 'agreement_id', 'parties');
create trigger event_organizer_track before insert or update or delete on event_organizer
    for each row execute function puente_track_tie('EVENT', 'event_id', 'organizers');
create trigger champion_track before insert or update or delete on champion
    for each row execute function puente_track_tie('INSTITUTION', 'institution_id', 'champions');
create trigger call_track before insert or update or delete on call
    for each row execute function puente_track_tie('PROGRAM', 'program_id', 'calls');
create trigger activity_participation_track before insert or update or delete on activity_participation
    for each row execute function puente_track_tie('PARTICIPANT', 'participant_id', 'activities');
create trigger person_language_track before insert or update or delete on person_language
    for each row execute function puente_track_person_language();
create trigger person_track before update on person for each row
    when ((old.email, old.phone, old.orcid, old.institution_id, old.given_name, old.family_names, old.preferred_name)
        is distinct from
        (new.email, new.phone, new.orcid, new.institution_id, new.given_name, new.family_names, new.preferred_name))
    execute function puente_track_person();
create trigger impact_metric_track before insert or update or delete on impact_metric
    for each row execute function puente_track_figure();

-- These entities also decide who sees others; they fire after the trigger that notes themselves.
create trigger consent_track_others before insert or update or delete on consent
    for each row execute function puente_track_consent();
create trigger participant_track_others before update on participant for each row
    when ((old.institution_id, old.person_id) is distinct from (new.institution_id, new.person_id))
    execute function puente_track_participant();
create trigger mentor_track_others before update on mentor for each row
    when ((old.institution_id, old.person_id) is distinct from (new.institution_id, new.person_id))
    execute function puente_track_mentor();
create trigger mentorship_track_others before insert or update or delete on mentorship
    for each row execute function puente_track_mentorship();
create trigger participation_track_others before insert or update or delete on participation
    for each row execute function puente_track_participation();
create trigger mobility_track_others before insert or update or delete on mobility
    for each row execute function puente_track_mobility();
create trigger project_track_others before update on project for each row
    when (old.status is distinct from new.status) execute function puente_track_project();
create trigger award_track_others before insert or update or delete on award
    for each row execute function puente_track_award();

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
