-- Written by `puente migrations make`, from the policy and the schema's types; do not edit it by hand.
-- How: planner/changes/feed_reads.py says what is read, planner/changes/feed_sql.py what follows of it.

-- INSTITUTION.
create function puente_image_institution(e institution) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'institution', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version))));
end
$$;

create function puente_keep_institution(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'INSTITUTION', e.id, e.version, true, '{}', '{}', '{institution}',
        puente_image_institution(e), now(), (select puente_actor())
    from institution e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{institution,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_institution(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from institution e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_institution(e), '{institution,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from institution e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'INSTITUTION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_institution(e), now(), (select puente_actor())
    from institution e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_institution() returns trigger language plpgsql as $$
begin
    perform puente_keep_institution(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_institution_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'INSTITUTION', n.id, n.version, true, '{}', '{}', '{institution}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,ror_id,slug,name_en,name_es,acronym,kind,side,legal_regime,city,region,country,latitude,longitude,coordinate_precision,time_zone,website,parent_id,predecessor_id}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_institution_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'INSTITUTION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,ror_id,slug,name_en,name_es,acronym,kind,side,legal_regime,city,region,country,latitude,longitude,coordinate_precision,time_zone,website,parent_id,predecessor_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.ror_id is distinct from n.ror_id then 'ror_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.acronym is distinct from n.acronym then 'acronym' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.side is distinct from n.side then 'side' end,
                case when o.legal_regime is distinct from n.legal_regime then 'legal_regime' end,
                case when o.city is distinct from n.city then 'city' end,
                case when o.region is distinct from n.region then 'region' end,
                case when o.country is distinct from n.country then 'country' end,
                case when o.latitude is distinct from n.latitude then 'latitude' end,
                case when o.longitude is distinct from n.longitude then 'longitude' end,
                case when o.coordinate_precision is distinct from n.coordinate_precision then 'coordinate_precision' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.website is distinct from n.website then 'website' end,
                case when o.parent_id is distinct from n.parent_id then 'parent_id' end,
                case when o.predecessor_id is distinct from n.predecessor_id then 'predecessor_id' end], null) end,
            '{}', '{institution}', case when o.id is not null then jsonb_build_object('table', 'institution', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{institution,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'INSTITUTION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,ror_id,slug,name_en,name_es,acronym,kind,side,legal_regime,city,region,country,latitude,longitude,coordinate_precision,time_zone,website,parent_id,predecessor_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.ror_id is distinct from n.ror_id then 'ror_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.acronym is distinct from n.acronym then 'acronym' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.side is distinct from n.side then 'side' end,
                case when o.legal_regime is distinct from n.legal_regime then 'legal_regime' end,
                case when o.city is distinct from n.city then 'city' end,
                case when o.region is distinct from n.region then 'region' end,
                case when o.country is distinct from n.country then 'country' end,
                case when o.latitude is distinct from n.latitude then 'latitude' end,
                case when o.longitude is distinct from n.longitude then 'longitude' end,
                case when o.coordinate_precision is distinct from n.coordinate_precision then 'coordinate_precision' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.website is distinct from n.website then 'website' end,
                case when o.parent_id is distinct from n.parent_id then 'parent_id' end,
                case when o.predecessor_id is distinct from n.predecessor_id then 'predecessor_id' end], null) end,
            '{}', '{institution}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'institution', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{institution,0,version}', excluded.was #> '{institution,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger institution_track_delete before delete on institution
    for each row execute function puente_track_institution();
create trigger institution_track_image before update on institution
    for each row when ((old.id) is distinct from (new.id)) execute function puente_track_institution();
create trigger institution_track_insert after insert on institution referencing new table as new_rows
    for each statement execute function puente_track_institution_insert();
create trigger institution_track_update after update on institution
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_institution_update();
create trigger institution_track_truncate before truncate on institution
    for each statement execute function puente_track_truncate('institution');

-- PROGRAM.
create function puente_image_program(e program) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'program', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version))));
end
$$;

create function puente_keep_program(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROGRAM', e.id, e.version, true, '{}', '{}', '{program}',
        puente_image_program(e), now(), (select puente_actor())
    from program e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{program,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_program(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from program e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_program(e), '{program,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from program e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROGRAM', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_program(e), now(), (select puente_actor())
    from program e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_program() returns trigger language plpgsql as $$
begin
    perform puente_keep_program(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_program_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROGRAM', n.id, n.version, true, '{}', '{}', '{program}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,code,slug,name_en,name_es,description_en,description_es,pillar,kind,institution_id}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_program_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PROGRAM', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,code,slug,name_en,name_es,description_en,description_es,pillar,kind,institution_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.code is distinct from n.code then 'code' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.description_en is distinct from n.description_en then 'description_en' end,
                case when o.description_es is distinct from n.description_es then 'description_es' end,
                case when o.pillar is distinct from n.pillar then 'pillar' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end], null) end,
            '{}', '{program}', case when o.id is not null then jsonb_build_object('table', 'program', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{program,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PROGRAM', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,code,slug,name_en,name_es,description_en,description_es,pillar,kind,institution_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.code is distinct from n.code then 'code' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.description_en is distinct from n.description_en then 'description_en' end,
                case when o.description_es is distinct from n.description_es then 'description_es' end,
                case when o.pillar is distinct from n.pillar then 'pillar' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end], null) end,
            '{}', '{program}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'program', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{program,0,version}', excluded.was #> '{program,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger program_track_delete before delete on program
    for each row execute function puente_track_program();
create trigger program_track_image before update on program
    for each row when ((old.id) is distinct from (new.id)) execute function puente_track_program();
create trigger program_track_insert after insert on program referencing new table as new_rows
    for each statement execute function puente_track_program_insert();
create trigger program_track_update after update on program
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_program_update();
create trigger program_track_truncate before truncate on program
    for each statement execute function puente_track_truncate('program');

-- COHORT.
create function puente_image_cohort(e cohort) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'cohort', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version))));
end
$$;

create function puente_keep_cohort(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'COHORT', e.id, e.version, true, '{}', '{}', '{cohort}',
        puente_image_cohort(e), now(), (select puente_actor())
    from cohort e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{cohort,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_cohort(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from cohort e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_cohort(e), '{cohort,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from cohort e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'COHORT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_cohort(e), now(), (select puente_actor())
    from cohort e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_cohort() returns trigger language plpgsql as $$
begin
    perform puente_keep_cohort(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_cohort_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'COHORT', n.id, n.version, true, '{}', '{}', '{cohort}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,program_id,slug,name_en,name_es,starts_on,ends_on,field_weight,other_side_weight,language_weight,sector_weight,places_weight,time_zone_weight}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_cohort_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'COHORT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,slug,name_en,name_es,starts_on,ends_on,field_weight,other_side_weight,language_weight,sector_weight,places_weight,time_zone_weight}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.field_weight is distinct from n.field_weight then 'field_weight' end,
                case when o.other_side_weight is distinct from n.other_side_weight then 'other_side_weight' end,
                case when o.language_weight is distinct from n.language_weight then 'language_weight' end,
                case when o.sector_weight is distinct from n.sector_weight then 'sector_weight' end,
                case when o.places_weight is distinct from n.places_weight then 'places_weight' end,
                case when o.time_zone_weight is distinct from n.time_zone_weight then 'time_zone_weight' end], null) end,
            '{}', '{cohort}', case when o.id is not null then jsonb_build_object('table', 'cohort', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{cohort,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'COHORT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,slug,name_en,name_es,starts_on,ends_on,field_weight,other_side_weight,language_weight,sector_weight,places_weight,time_zone_weight}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.field_weight is distinct from n.field_weight then 'field_weight' end,
                case when o.other_side_weight is distinct from n.other_side_weight then 'other_side_weight' end,
                case when o.language_weight is distinct from n.language_weight then 'language_weight' end,
                case when o.sector_weight is distinct from n.sector_weight then 'sector_weight' end,
                case when o.places_weight is distinct from n.places_weight then 'places_weight' end,
                case when o.time_zone_weight is distinct from n.time_zone_weight then 'time_zone_weight' end], null) end,
            '{}', '{cohort}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'cohort', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{cohort,0,version}', excluded.was #> '{cohort,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger cohort_track_delete before delete on cohort
    for each row execute function puente_track_cohort();
create trigger cohort_track_image before update on cohort
    for each row when ((old.id) is distinct from (new.id)) execute function puente_track_cohort();
create trigger cohort_track_insert after insert on cohort referencing new table as new_rows
    for each statement execute function puente_track_cohort_insert();
create trigger cohort_track_update after update on cohort
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_cohort_update();
create trigger cohort_track_truncate before truncate on cohort
    for each statement execute function puente_track_truncate('cohort');

-- PARTICIPATION.
create function puente_image_participation(e participation) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'participation', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'cohort_id', e.cohort_id, 'participant_id', e.participant_id, 'status', e.status)) || coalesce((select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = e.participant_id and t.id <> e.id and t.status != 'WITHDRAWN'), jsonb_build_array()),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = e.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = e.participant_id))),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = e.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = e.participant_id and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.id = e.participant_id),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id)))))));
end
$$;

create function puente_keep_participation(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPATION', e.id, e.version, true, '{}', '{}', '{participation}',
        puente_image_participation(e), now(), (select puente_actor())
    from participation e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{participation,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_participation(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from participation e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_participation(e), '{participation,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from participation e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPATION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_participation(e), now(), (select puente_actor())
    from participation e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_participation() returns trigger language plpgsql as $$
begin
    perform puente_keep_participation(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_participation_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPATION', n.id, n.version, true, '{}', '{}', '{participation}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,participant_id,cohort_id,status,joined_on,left_on}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_participation_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PARTICIPATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participant_id,cohort_id,status,joined_on,left_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.joined_on is distinct from n.joined_on then 'joined_on' end,
                case when o.left_on is distinct from n.left_on then 'left_on' end], null) end,
            '{}', '{participation}', case when o.id is not null then jsonb_build_object('table', 'participation', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{participation,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PARTICIPATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participant_id,cohort_id,status,joined_on,left_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.joined_on is distinct from n.joined_on then 'joined_on' end,
                case when o.left_on is distinct from n.left_on then 'left_on' end], null) end,
            '{}', '{participation}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'participation', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'cohort_id', o.cohort_id, 'participant_id', o.participant_id, 'status', o.status)) || coalesce((select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = o.participant_id and t.id <> o.id and t.status != 'WITHDRAWN'), jsonb_build_array()),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = o.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = o.participant_id))),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = o.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = o.participant_id and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.id = o.participant_id),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{participation,0,version}', excluded.was #> '{participation,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger participation_track_delete before delete on participation
    for each row execute function puente_track_participation();
create trigger participation_track_image before update on participation
    for each row when ((old.id, old.participant_id, old.cohort_id, old.status) is distinct from (new.id, new.participant_id, new.cohort_id, new.status)) execute function puente_track_participation();
create trigger participation_track_insert after insert on participation referencing new table as new_rows
    for each statement execute function puente_track_participation_insert();
create trigger participation_track_update after update on participation
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_participation_update();
create trigger participation_track_truncate before truncate on participation
    for each statement execute function puente_track_truncate('participation');

-- ACTIVITY.
create function puente_image_activity(e activity) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'activity', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version))));
end
$$;

create function puente_keep_activity(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ACTIVITY', e.id, e.version, true, '{}', '{}', '{activity}',
        puente_image_activity(e), now(), (select puente_actor())
    from activity e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{activity,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_activity(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from activity e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_activity(e), '{activity,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from activity e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ACTIVITY', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_activity(e), now(), (select puente_actor())
    from activity e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_activity() returns trigger language plpgsql as $$
begin
    perform puente_keep_activity(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_activity_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ACTIVITY', n.id, n.version, true, '{}', '{}', '{activity}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,program_id,cohort_id,kind,title_en,title_es,starts_on,ends_on}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_activity_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'ACTIVITY', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,cohort_id,kind,title_en,title_es,starts_on,ends_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end], null) end,
            '{}', '{activity}', case when o.id is not null then jsonb_build_object('table', 'activity', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{activity,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'ACTIVITY', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,cohort_id,kind,title_en,title_es,starts_on,ends_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end], null) end,
            '{}', '{activity}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'activity', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{activity,0,version}', excluded.was #> '{activity,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger activity_track_delete before delete on activity
    for each row execute function puente_track_activity();
create trigger activity_track_image before update on activity
    for each row when ((old.id) is distinct from (new.id)) execute function puente_track_activity();
create trigger activity_track_insert after insert on activity referencing new table as new_rows
    for each statement execute function puente_track_activity_insert();
create trigger activity_track_update after update on activity
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_activity_update();
create trigger activity_track_truncate before truncate on activity
    for each statement execute function puente_track_truncate('activity');

-- PROJECT.
create function puente_image_project(e project) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'project', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'agreement_id', e.agreement_id, 'origin_award_id', e.origin_award_id, 'origin_project_id', e.origin_project_id, 'status', e.status)) || coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from (select t.id, t.status from project t
            where t.id = any(array(select t1.project_id from award t1 where t1.id = e.origin_award_id)) and t.id <> e.id union select t.id, t.status from project t
            where t.id = e.origin_project_id and t.id <> e.id) t), jsonb_build_array()),
        'agreement', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from agreement t
            where t.id = e.agreement_id),
        'agreement_party', (select jsonb_agg(jsonb_build_object('agreement_id', t.agreement_id, 'institution_id', t.institution_id)) from agreement_party t
            where t.agreement_id = e.agreement_id),
        'award', (select jsonb_agg(jsonb_build_object('decided_on', t.decided_on, 'funder_id', t.funder_id, 'id', t.id, 'project_id', t.project_id, 'recipient_id', t.recipient_id)) from award t
            where t.id = e.origin_award_id),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t3.cohort_id from participation t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id))))))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id)) and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
            where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id)) union select t.id, t.person_id from mentor t
            where t.id = any(array(select t3.mentor_id from mentorship t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id))))))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id)))) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id)))) and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id))),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id)))) and t.status != 'WITHDRAWN'),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from person t
            where t.id = any(array(select t1.recipient_id from award t1 where t1.id = e.origin_award_id)) union select t.id, t.institution_id from person t
            where t.id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id))) t),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t4.program_id from cohort t4 where t4.id = any(array(select t3.cohort_id from participation t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = e.id))))))))),
        'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from (select t.person_id, t.project_id from project_contributor t
            where t.project_id = any(array(select t1.project_id from award t1 where t1.id = e.origin_award_id)) union select t.person_id, t.project_id from project_contributor t
            where t.project_id = e.id union select t.person_id, t.project_id from project_contributor t
            where t.project_id = e.origin_project_id) t),
        'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from (select t.institution_id, t.project_id from project_institution t
            where t.project_id = any(array(select t1.project_id from award t1 where t1.id = e.origin_award_id)) union select t.institution_id, t.project_id from project_institution t
            where t.project_id = e.id union select t.institution_id, t.project_id from project_institution t
            where t.project_id = e.origin_project_id) t)));
end
$$;

create function puente_keep_project(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROJECT', e.id, e.version, true, '{}', '{}', '{project}',
        puente_image_project(e), now(), (select puente_actor())
    from project e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{project,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_project(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from project e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_project(e), '{project,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from project e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROJECT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_project(e), now(), (select puente_actor())
    from project e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_project() returns trigger language plpgsql as $$
begin
    perform puente_keep_project(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_project_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PROJECT', n.id, n.version, true, '{}', '{}', '{project}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,summary_en,summary_es,status,starts_on,ends_on,date_precision,fields,sdgs,program_id,agreement_id,origin_award_id,origin_project_id}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_project_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PROJECT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,summary_en,summary_es,status,starts_on,ends_on,date_precision,fields,sdgs,program_id,agreement_id,origin_award_id,origin_project_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.summary_en is distinct from n.summary_en then 'summary_en' end,
                case when o.summary_es is distinct from n.summary_es then 'summary_es' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.fields is distinct from n.fields then 'fields' end,
                case when o.sdgs is distinct from n.sdgs then 'sdgs' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.agreement_id is distinct from n.agreement_id then 'agreement_id' end,
                case when o.origin_award_id is distinct from n.origin_award_id then 'origin_award_id' end,
                case when o.origin_project_id is distinct from n.origin_project_id then 'origin_project_id' end], null) end,
            '{}', '{project}', case when o.id is not null then jsonb_build_object('table', 'project', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{project,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PROJECT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,summary_en,summary_es,status,starts_on,ends_on,date_precision,fields,sdgs,program_id,agreement_id,origin_award_id,origin_project_id}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.summary_en is distinct from n.summary_en then 'summary_en' end,
                case when o.summary_es is distinct from n.summary_es then 'summary_es' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.fields is distinct from n.fields then 'fields' end,
                case when o.sdgs is distinct from n.sdgs then 'sdgs' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.agreement_id is distinct from n.agreement_id then 'agreement_id' end,
                case when o.origin_award_id is distinct from n.origin_award_id then 'origin_award_id' end,
                case when o.origin_project_id is distinct from n.origin_project_id then 'origin_project_id' end], null) end,
            '{}', '{project}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'project', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'agreement_id', o.agreement_id, 'origin_award_id', o.origin_award_id, 'origin_project_id', o.origin_project_id, 'status', o.status)) || coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from (select t.id, t.status from project t
                    where t.id = any(array(select t1.project_id from award t1 where t1.id = o.origin_award_id)) and t.id <> o.id union select t.id, t.status from project t
                    where t.id = o.origin_project_id and t.id <> o.id) t), jsonb_build_array()),
                'agreement', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from agreement t
                    where t.id = o.agreement_id),
                'agreement_party', (select jsonb_agg(jsonb_build_object('agreement_id', t.agreement_id, 'institution_id', t.institution_id)) from agreement_party t
                    where t.agreement_id = o.agreement_id),
                'award', (select jsonb_agg(jsonb_build_object('decided_on', t.decided_on, 'funder_id', t.funder_id, 'id', t.id, 'project_id', t.project_id, 'recipient_id', t.recipient_id)) from award t
                    where t.id = o.origin_award_id),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t3.cohort_id from participation t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id))))))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id)) and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
                    where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id)) union select t.id, t.person_id from mentor t
                    where t.id = any(array(select t3.mentor_id from mentorship t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id))))))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id)))) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id)))) and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id))),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id)))) and t.status != 'WITHDRAWN'),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from person t
                    where t.id = any(array(select t1.recipient_id from award t1 where t1.id = o.origin_award_id)) union select t.id, t.institution_id from person t
                    where t.id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id))) t),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t4.program_id from cohort t4 where t4.id = any(array(select t3.cohort_id from participation t3 where t3.participant_id = any(array(select t2.id from participant t2 where t2.person_id = any(array(select t1.person_id from project_contributor t1 where t1.project_id = o.id))))))))),
                'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from (select t.person_id, t.project_id from project_contributor t
                    where t.project_id = any(array(select t1.project_id from award t1 where t1.id = o.origin_award_id)) union select t.person_id, t.project_id from project_contributor t
                    where t.project_id = o.id union select t.person_id, t.project_id from project_contributor t
                    where t.project_id = o.origin_project_id) t),
                'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from (select t.institution_id, t.project_id from project_institution t
                    where t.project_id = any(array(select t1.project_id from award t1 where t1.id = o.origin_award_id)) union select t.institution_id, t.project_id from project_institution t
                    where t.project_id = o.id union select t.institution_id, t.project_id from project_institution t
                    where t.project_id = o.origin_project_id) t))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{project,0,version}', excluded.was #> '{project,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger project_track_delete before delete on project
    for each row execute function puente_track_project();
create trigger project_track_image before update on project
    for each row when ((old.id, old.status, old.agreement_id, old.origin_award_id, old.origin_project_id) is distinct from (new.id, new.status, new.agreement_id, new.origin_award_id, new.origin_project_id)) execute function puente_track_project();
create trigger project_track_insert after insert on project referencing new table as new_rows
    for each statement execute function puente_track_project_insert();
create trigger project_track_update after update on project
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_project_update();
create trigger project_track_truncate before truncate on project
    for each statement execute function puente_track_truncate('project');

-- AWARD.
create function puente_image_award(e award) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'award', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'decided_on', e.decided_on, 'funder_id', e.funder_id, 'project_id', e.project_id, 'recipient_id', e.recipient_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id))))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = e.recipient_id and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
            where t.person_id = e.recipient_id union select t.id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id))))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id)) and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.person_id = e.recipient_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id)) and t.status != 'WITHDRAWN'),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = e.recipient_id),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.recipient_id))))))),
        'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
            where t.id = e.project_id),
        'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
            where t.project_id = e.project_id),
        'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
            where t.project_id = e.project_id)));
end
$$;

create function puente_keep_award(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AWARD', e.id, e.version, true, '{}', '{}', '{award}',
        puente_image_award(e), now(), (select puente_actor())
    from award e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{award,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_award(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from award e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_award(e), '{award,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from award e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AWARD', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_award(e), now(), (select puente_actor())
    from award e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_award() returns trigger language plpgsql as $$
begin
    perform puente_keep_award(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_award_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AWARD', n.id, n.version, true, '{}', '{}', '{award}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,project_id,program_id,recipient_id,funder_id,funder_side,kind,amount,currency,decided_on,starts_on,ends_on}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_award_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'AWARD', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,project_id,program_id,recipient_id,funder_id,funder_side,kind,amount,currency,decided_on,starts_on,ends_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.project_id is distinct from n.project_id then 'project_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.recipient_id is distinct from n.recipient_id then 'recipient_id' end,
                case when o.funder_id is distinct from n.funder_id then 'funder_id' end,
                case when o.funder_side is distinct from n.funder_side then 'funder_side' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.amount is distinct from n.amount then 'amount' end,
                case when o.currency is distinct from n.currency then 'currency' end,
                case when o.decided_on is distinct from n.decided_on then 'decided_on' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end], null) end,
            '{}', '{award}', case when o.id is not null then jsonb_build_object('table', 'award', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{award,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'AWARD', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,project_id,program_id,recipient_id,funder_id,funder_side,kind,amount,currency,decided_on,starts_on,ends_on}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.project_id is distinct from n.project_id then 'project_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.recipient_id is distinct from n.recipient_id then 'recipient_id' end,
                case when o.funder_id is distinct from n.funder_id then 'funder_id' end,
                case when o.funder_side is distinct from n.funder_side then 'funder_side' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.amount is distinct from n.amount then 'amount' end,
                case when o.currency is distinct from n.currency then 'currency' end,
                case when o.decided_on is distinct from n.decided_on then 'decided_on' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end], null) end,
            '{}', '{award}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'award', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'decided_on', o.decided_on, 'funder_id', o.funder_id, 'project_id', o.project_id, 'recipient_id', o.recipient_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id))))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = o.recipient_id and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
                    where t.person_id = o.recipient_id union select t.id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id))))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id)) and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.person_id = o.recipient_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id)) and t.status != 'WITHDRAWN'),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = o.recipient_id),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.recipient_id))))))),
                'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
                    where t.id = o.project_id),
                'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
                    where t.project_id = o.project_id),
                'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
                    where t.project_id = o.project_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{award,0,version}', excluded.was #> '{award,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger award_track_delete before delete on award
    for each row execute function puente_track_award();
create trigger award_track_image before update on award
    for each row when ((old.id, old.project_id, old.recipient_id, old.funder_id, old.decided_on) is distinct from (new.id, new.project_id, new.recipient_id, new.funder_id, new.decided_on)) execute function puente_track_award();
create trigger award_track_insert after insert on award referencing new table as new_rows
    for each statement execute function puente_track_award_insert();
create trigger award_track_update after update on award
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_award_update();
create trigger award_track_truncate before truncate on award
    for each statement execute function puente_track_truncate('award');

-- AGREEMENT.
create function puente_image_agreement(e agreement) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'agreement', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'origin_project_id', e.origin_project_id, 'previous_id', e.previous_id, 'status', e.status)) || coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from agreement t
            where t.id = e.previous_id and t.id <> e.id), jsonb_build_array()),
        'agreement_party', (select jsonb_agg(jsonb_build_object('agreement_id', t.agreement_id, 'institution_id', t.institution_id)) from (select t.agreement_id, t.institution_id from agreement_party t
            where t.agreement_id = e.id union select t.agreement_id, t.institution_id from agreement_party t
            where t.agreement_id = e.previous_id) t),
        'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
            where t.id = e.origin_project_id),
        'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
            where t.project_id = e.origin_project_id),
        'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
            where t.project_id = e.origin_project_id)));
end
$$;

create function puente_keep_agreement(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AGREEMENT', e.id, e.version, true, '{}', '{}', '{agreement}',
        puente_image_agreement(e), now(), (select puente_actor())
    from agreement e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{agreement,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_agreement(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from agreement e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_agreement(e), '{agreement,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from agreement e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AGREEMENT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_agreement(e), now(), (select puente_actor())
    from agreement e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_agreement() returns trigger language plpgsql as $$
begin
    perform puente_keep_agreement(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_agreement_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'AGREEMENT', n.id, n.version, true, '{}', '{}', '{agreement}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,type,status,signed_on,valid_from,valid_to,date_precision,previous_id,origin_project_id,document_url}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_agreement_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'AGREEMENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,type,status,signed_on,valid_from,valid_to,date_precision,previous_id,origin_project_id,document_url}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.type is distinct from n.type then 'type' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.signed_on is distinct from n.signed_on then 'signed_on' end,
                case when o.valid_from is distinct from n.valid_from then 'valid_from' end,
                case when o.valid_to is distinct from n.valid_to then 'valid_to' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.previous_id is distinct from n.previous_id then 'previous_id' end,
                case when o.origin_project_id is distinct from n.origin_project_id then 'origin_project_id' end,
                case when o.document_url is distinct from n.document_url then 'document_url' end], null) end,
            '{}', '{agreement}', case when o.id is not null then jsonb_build_object('table', 'agreement', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{agreement,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'AGREEMENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,type,status,signed_on,valid_from,valid_to,date_precision,previous_id,origin_project_id,document_url}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.type is distinct from n.type then 'type' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.signed_on is distinct from n.signed_on then 'signed_on' end,
                case when o.valid_from is distinct from n.valid_from then 'valid_from' end,
                case when o.valid_to is distinct from n.valid_to then 'valid_to' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.previous_id is distinct from n.previous_id then 'previous_id' end,
                case when o.origin_project_id is distinct from n.origin_project_id then 'origin_project_id' end,
                case when o.document_url is distinct from n.document_url then 'document_url' end], null) end,
            '{}', '{agreement}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'agreement', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'origin_project_id', o.origin_project_id, 'previous_id', o.previous_id, 'status', o.status)) || coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from agreement t
                    where t.id = o.previous_id and t.id <> o.id), jsonb_build_array()),
                'agreement_party', (select jsonb_agg(jsonb_build_object('agreement_id', t.agreement_id, 'institution_id', t.institution_id)) from (select t.agreement_id, t.institution_id from agreement_party t
                    where t.agreement_id = o.id union select t.agreement_id, t.institution_id from agreement_party t
                    where t.agreement_id = o.previous_id) t),
                'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
                    where t.id = o.origin_project_id),
                'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
                    where t.project_id = o.origin_project_id),
                'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
                    where t.project_id = o.origin_project_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{agreement,0,version}', excluded.was #> '{agreement,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger agreement_track_delete before delete on agreement
    for each row execute function puente_track_agreement();
create trigger agreement_track_image before update on agreement
    for each row when ((old.id, old.status, old.previous_id, old.origin_project_id) is distinct from (new.id, new.status, new.previous_id, new.origin_project_id)) execute function puente_track_agreement();
create trigger agreement_track_insert after insert on agreement referencing new table as new_rows
    for each statement execute function puente_track_agreement_insert();
create trigger agreement_track_update after update on agreement
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_agreement_update();
create trigger agreement_track_truncate before truncate on agreement
    for each statement execute function puente_track_truncate('agreement');

-- EVENT.
create function puente_image_event(e event) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'event', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'status', e.status)),
        'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
            where t.event_id = e.id)));
end
$$;

create function puente_keep_event(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'EVENT', e.id, e.version, true, '{}', '{}', '{event}',
        puente_image_event(e), now(), (select puente_actor())
    from event e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{event,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_event(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from event e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_event(e), '{event,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from event e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'EVENT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_event(e), now(), (select puente_actor())
    from event e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_event() returns trigger language plpgsql as $$
begin
    perform puente_keep_event(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_event_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'EVENT', n.id, n.version, true, '{}', '{}', '{event}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,description_en,description_es,starts_at,ends_at,time_zone,date_precision,mode,venue_id,program_id,languages,capacity,topics,status}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_event_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'EVENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,description_en,description_es,starts_at,ends_at,time_zone,date_precision,mode,venue_id,program_id,languages,capacity,topics,status}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.description_en is distinct from n.description_en then 'description_en' end,
                case when o.description_es is distinct from n.description_es then 'description_es' end,
                case when o.starts_at is distinct from n.starts_at then 'starts_at' end,
                case when o.ends_at is distinct from n.ends_at then 'ends_at' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.venue_id is distinct from n.venue_id then 'venue_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.languages is distinct from n.languages then 'languages' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end,
                case when o.topics is distinct from n.topics then 'topics' end,
                case when o.status is distinct from n.status then 'status' end], null) end,
            '{}', '{event}', case when o.id is not null then jsonb_build_object('table', 'event', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{event,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'EVENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,slug,title_en,title_es,description_en,description_es,starts_at,ends_at,time_zone,date_precision,mode,venue_id,program_id,languages,capacity,topics,status}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.description_en is distinct from n.description_en then 'description_en' end,
                case when o.description_es is distinct from n.description_es then 'description_es' end,
                case when o.starts_at is distinct from n.starts_at then 'starts_at' end,
                case when o.ends_at is distinct from n.ends_at then 'ends_at' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.date_precision is distinct from n.date_precision then 'date_precision' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.venue_id is distinct from n.venue_id then 'venue_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.languages is distinct from n.languages then 'languages' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end,
                case when o.topics is distinct from n.topics then 'topics' end,
                case when o.status is distinct from n.status then 'status' end], null) end,
            '{}', '{event}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'event', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'status', o.status)),
                'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
                    where t.event_id = o.id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{event,0,version}', excluded.was #> '{event,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger event_track_delete before delete on event
    for each row execute function puente_track_event();
create trigger event_track_image before update on event
    for each row when ((old.id, old.status) is distinct from (new.id, new.status)) execute function puente_track_event();
create trigger event_track_insert after insert on event referencing new table as new_rows
    for each statement execute function puente_track_event_insert();
create trigger event_track_update after update on event
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_event_update();
create trigger event_track_truncate before truncate on event
    for each statement execute function puente_track_truncate('event');

-- VENUE.
create function puente_image_venue(e venue) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'venue', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'institution_id', e.institution_id))));
end
$$;

create function puente_keep_venue(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'VENUE', e.id, e.version, true, '{}', '{}', '{venue}',
        puente_image_venue(e), now(), (select puente_actor())
    from venue e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{venue,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_venue(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from venue e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_venue(e), '{venue,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from venue e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'VENUE', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_venue(e), now(), (select puente_actor())
    from venue e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_venue() returns trigger language plpgsql as $$
begin
    perform puente_keep_venue(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_venue_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'VENUE', n.id, n.version, true, '{}', '{}', '{venue}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,institution_id,slug,name_en,name_es,address,city,region,country,latitude,longitude,time_zone,capacity}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_venue_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'VENUE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,institution_id,slug,name_en,name_es,address,city,region,country,latitude,longitude,time_zone,capacity}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.address is distinct from n.address then 'address' end,
                case when o.city is distinct from n.city then 'city' end,
                case when o.region is distinct from n.region then 'region' end,
                case when o.country is distinct from n.country then 'country' end,
                case when o.latitude is distinct from n.latitude then 'latitude' end,
                case when o.longitude is distinct from n.longitude then 'longitude' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end], null) end,
            '{}', '{venue}', case when o.id is not null then jsonb_build_object('table', 'venue', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{venue,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'VENUE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,institution_id,slug,name_en,name_es,address,city,region,country,latitude,longitude,time_zone,capacity}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.name_en is distinct from n.name_en then 'name_en' end,
                case when o.name_es is distinct from n.name_es then 'name_es' end,
                case when o.address is distinct from n.address then 'address' end,
                case when o.city is distinct from n.city then 'city' end,
                case when o.region is distinct from n.region then 'region' end,
                case when o.country is distinct from n.country then 'country' end,
                case when o.latitude is distinct from n.latitude then 'latitude' end,
                case when o.longitude is distinct from n.longitude then 'longitude' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end], null) end,
            '{}', '{venue}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'venue', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'institution_id', o.institution_id)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{venue,0,version}', excluded.was #> '{venue,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger venue_track_delete before delete on venue
    for each row execute function puente_track_venue();
create trigger venue_track_image before update on venue
    for each row when ((old.id, old.institution_id) is distinct from (new.id, new.institution_id)) execute function puente_track_venue();
create trigger venue_track_insert after insert on venue referencing new table as new_rows
    for each statement execute function puente_track_venue_insert();
create trigger venue_track_update after update on venue
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_venue_update();
create trigger venue_track_truncate before truncate on venue
    for each statement execute function puente_track_truncate('venue');

-- MENTOR.
create function puente_image_mentor(e mentor) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'mentor', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'institution_id', e.institution_id, 'person_id', e.person_id)),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = e.person_id and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.mentor_id = e.id and t.status IN ('ACCEPTED', 'ACTIVE')),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from participant t
            where t.id = any(array(select t1.participant_id from mentorship t1 where t1.mentor_id = e.id)))));
end
$$;

create function puente_keep_mentor(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR', e.id, e.version, true, '{}', '{}', '{mentor}',
        puente_image_mentor(e), now(), (select puente_actor())
    from mentor e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{mentor,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_mentor(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from mentor e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_mentor(e), '{mentor,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from mentor e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_mentor(e), now(), (select puente_actor())
    from mentor e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_mentor() returns trigger language plpgsql as $$
begin
    perform puente_keep_mentor(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_mentor_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR', n.id, n.version, true, '{}', '{}', '{mentor}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,sector,expertise,capacity,available,biography_en,biography_es}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_mentor_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTOR', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,sector,expertise,capacity,available,biography_en,biography_es}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.name is distinct from n.name then 'name' end,
                case when o.name_fold is distinct from n.name_fold then 'name_fold' end,
                case when o.name_sort_en is distinct from n.name_sort_en then 'name_sort_en' end,
                case when o.name_sort_es is distinct from n.name_sort_es then 'name_sort_es' end,
                case when o.name_search is distinct from n.name_search then 'name_search' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.sector is distinct from n.sector then 'sector' end,
                case when o.expertise is distinct from n.expertise then 'expertise' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end,
                case when o.available is distinct from n.available then 'available' end,
                case when o.biography_en is distinct from n.biography_en then 'biography_en' end,
                case when o.biography_es is distinct from n.biography_es then 'biography_es' end], null) end,
            '{}', '{mentor}', case when o.id is not null then jsonb_build_object('table', 'mentor', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentor,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTOR', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,sector,expertise,capacity,available,biography_en,biography_es}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.name is distinct from n.name then 'name' end,
                case when o.name_fold is distinct from n.name_fold then 'name_fold' end,
                case when o.name_sort_en is distinct from n.name_sort_en then 'name_sort_en' end,
                case when o.name_sort_es is distinct from n.name_sort_es then 'name_sort_es' end,
                case when o.name_search is distinct from n.name_search then 'name_search' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.sector is distinct from n.sector then 'sector' end,
                case when o.expertise is distinct from n.expertise then 'expertise' end,
                case when o.capacity is distinct from n.capacity then 'capacity' end,
                case when o.available is distinct from n.available then 'available' end,
                case when o.biography_en is distinct from n.biography_en then 'biography_en' end,
                case when o.biography_es is distinct from n.biography_es then 'biography_es' end], null) end,
            '{}', '{mentor}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'mentor', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'institution_id', o.institution_id, 'person_id', o.person_id)),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = o.person_id and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.mentor_id = o.id and t.status IN ('ACCEPTED', 'ACTIVE')),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from participant t
                    where t.id = any(array(select t1.participant_id from mentorship t1 where t1.mentor_id = o.id))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentor,0,version}', excluded.was #> '{mentor,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger mentor_track_delete before delete on mentor
    for each row execute function puente_track_mentor();
create trigger mentor_track_image before update on mentor
    for each row when ((old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id)) execute function puente_track_mentor();
create trigger mentor_track_insert after insert on mentor referencing new table as new_rows
    for each statement execute function puente_track_mentor_insert();
create trigger mentor_track_update after update on mentor
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_mentor_update();
create trigger mentor_track_truncate before truncate on mentor
    for each statement execute function puente_track_truncate('mentor');

-- PARTICIPANT.
create function puente_image_participant(e participant) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'participant', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'institution_id', e.institution_id, 'person_id', e.person_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.id))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = e.person_id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = e.id))),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = e.id and ((t.status IN ('ACCEPTED', 'ACTIVE')) or (t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')))),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = e.id and t.status != 'CANCELLED'),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = e.id and t.status != 'WITHDRAWN'),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.id)))))));
end
$$;

create function puente_keep_participant(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPANT', e.id, e.version, true, '{}', '{}', '{participant}',
        puente_image_participant(e), now(), (select puente_actor())
    from participant e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{participant,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_participant(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from participant e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_participant(e), '{participant,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from participant e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPANT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_participant(e), now(), (select puente_actor())
    from participant e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_participant() returns trigger language plpgsql as $$
begin
    perform puente_keep_participant(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_participant_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PARTICIPANT', n.id, n.version, true, '{}', '{}', '{participant}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,level,field_of_study,preferred_sector}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_participant_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PARTICIPANT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,level,field_of_study,preferred_sector}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.name is distinct from n.name then 'name' end,
                case when o.name_fold is distinct from n.name_fold then 'name_fold' end,
                case when o.name_sort_en is distinct from n.name_sort_en then 'name_sort_en' end,
                case when o.name_sort_es is distinct from n.name_sort_es then 'name_sort_es' end,
                case when o.name_search is distinct from n.name_search then 'name_search' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.level is distinct from n.level then 'level' end,
                case when o.field_of_study is distinct from n.field_of_study then 'field_of_study' end,
                case when o.preferred_sector is distinct from n.preferred_sector then 'preferred_sector' end], null) end,
            '{}', '{participant}', case when o.id is not null then jsonb_build_object('table', 'participant', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{participant,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PARTICIPANT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,name,name_fold,name_sort_en,name_sort_es,name_search,id,created_at,is_synthetic,source,person_id,institution_id,level,field_of_study,preferred_sector}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.name is distinct from n.name then 'name' end,
                case when o.name_fold is distinct from n.name_fold then 'name_fold' end,
                case when o.name_sort_en is distinct from n.name_sort_en then 'name_sort_en' end,
                case when o.name_sort_es is distinct from n.name_sort_es then 'name_sort_es' end,
                case when o.name_search is distinct from n.name_search then 'name_search' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.level is distinct from n.level then 'level' end,
                case when o.field_of_study is distinct from n.field_of_study then 'field_of_study' end,
                case when o.preferred_sector is distinct from n.preferred_sector then 'preferred_sector' end], null) end,
            '{}', '{participant}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'participant', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'institution_id', o.institution_id, 'person_id', o.person_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.id))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = o.person_id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = o.id))),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = o.id and ((t.status IN ('ACCEPTED', 'ACTIVE')) or (t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')))),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = o.id and t.status != 'CANCELLED'),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = o.id and t.status != 'WITHDRAWN'),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.id))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{participant,0,version}', excluded.was #> '{participant,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger participant_track_delete before delete on participant
    for each row execute function puente_track_participant();
create trigger participant_track_image before update on participant
    for each row when ((old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id)) execute function puente_track_participant();
create trigger participant_track_insert after insert on participant referencing new table as new_rows
    for each statement execute function puente_track_participant_insert();
create trigger participant_track_update after update on participant
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_participant_update();
create trigger participant_track_truncate before truncate on participant
    for each statement execute function puente_track_truncate('participant');

-- MENTORSHIP.
create function puente_image_mentorship(e mentorship) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'mentorship', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'cohort_id', e.cohort_id, 'mentor_id', e.mentor_id, 'notes_shared', e.notes_shared, 'participant_id', e.participant_id, 'requested_by', e.requested_by, 'status', e.status)) || coalesce((select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = e.participant_id and t.id <> e.id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')), jsonb_build_array()),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
            where t.id = e.cohort_id union select t.id, t.program_id from cohort t
            where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))) t),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t1.person_id from mentor t1 where t1.id = e.mentor_id)) and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = e.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
            where t.id = e.mentor_id union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = e.participant_id))) t),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = e.participant_id and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.id = e.participant_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = e.participant_id and t.status != 'WITHDRAWN'),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
            where t.id = any(array(select t1.program_id from cohort t1 where t1.id = e.cohort_id)) union select t.id, t.institution_id from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))))) t)));
end
$$;

create function puente_keep_mentorship(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP', e.id, e.version, true, '{}', '{}', '{mentorship}',
        puente_image_mentorship(e), now(), (select puente_actor())
    from mentorship e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{mentorship,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_mentorship(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from mentorship e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_mentorship(e), '{mentorship,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from mentorship e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_mentorship(e), now(), (select puente_actor())
    from mentorship e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_mentorship() returns trigger language plpgsql as $$
begin
    perform puente_keep_mentorship(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_mentorship_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP', n.id, n.version, true, '{}', '{}', '{mentorship}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,mentor_id,participant_id,cohort_id,status,requested_by,respond_by,decline_reason,starts_on,ends_on,goals,notes,notes_shared,sessions}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_mentorship_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTORSHIP', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,mentor_id,participant_id,cohort_id,status,requested_by,respond_by,decline_reason,starts_on,ends_on,goals,notes,notes_shared,sessions}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.requested_by is distinct from n.requested_by then 'requested_by' end,
                case when o.respond_by is distinct from n.respond_by then 'respond_by' end,
                case when o.decline_reason is distinct from n.decline_reason then 'decline_reason' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.goals is distinct from n.goals then 'goals' end,
                case when o.notes is distinct from n.notes then 'notes' end,
                case when o.notes_shared is distinct from n.notes_shared then 'notes_shared' end,
                case when o.sessions is distinct from n.sessions then 'sessions' end], null) end,
            '{}', '{mentorship}', case when o.id is not null then jsonb_build_object('table', 'mentorship', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentorship,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTORSHIP', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,mentor_id,participant_id,cohort_id,status,requested_by,respond_by,decline_reason,starts_on,ends_on,goals,notes,notes_shared,sessions}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.requested_by is distinct from n.requested_by then 'requested_by' end,
                case when o.respond_by is distinct from n.respond_by then 'respond_by' end,
                case when o.decline_reason is distinct from n.decline_reason then 'decline_reason' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.goals is distinct from n.goals then 'goals' end,
                case when o.notes is distinct from n.notes then 'notes' end,
                case when o.notes_shared is distinct from n.notes_shared then 'notes_shared' end,
                case when o.sessions is distinct from n.sessions then 'sessions' end], null) end,
            '{}', '{mentorship}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'mentorship', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'cohort_id', o.cohort_id, 'mentor_id', o.mentor_id, 'notes_shared', o.notes_shared, 'participant_id', o.participant_id, 'requested_by', o.requested_by, 'status', o.status)) || coalesce((select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = o.participant_id and t.id <> o.id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')), jsonb_build_array()),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
                    where t.id = o.cohort_id union select t.id, t.program_id from cohort t
                    where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))) t),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t1.person_id from mentor t1 where t1.id = o.mentor_id)) and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = o.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = o.mentor_id union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = o.participant_id))) t),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = o.participant_id and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.id = o.participant_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = o.participant_id and t.status != 'WITHDRAWN'),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
                    where t.id = any(array(select t1.program_id from cohort t1 where t1.id = o.cohort_id)) union select t.id, t.institution_id from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))))) t))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentorship,0,version}', excluded.was #> '{mentorship,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger mentorship_track_delete before delete on mentorship
    for each row execute function puente_track_mentorship();
create trigger mentorship_track_image before update on mentorship
    for each row when ((old.id, old.mentor_id, old.participant_id, old.cohort_id, old.status, old.requested_by, old.notes_shared) is distinct from (new.id, new.mentor_id, new.participant_id, new.cohort_id, new.status, new.requested_by, new.notes_shared)) execute function puente_track_mentorship();
create trigger mentorship_track_insert after insert on mentorship referencing new table as new_rows
    for each statement execute function puente_track_mentorship_insert();
create trigger mentorship_track_update after update on mentorship
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_mentorship_update();
create trigger mentorship_track_truncate before truncate on mentorship
    for each statement execute function puente_track_truncate('mentorship');

-- MOBILITY.
create function puente_image_mobility(e mobility) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'mobility', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'participant_id', e.participant_id, 'receiving_institution_id', e.receiving_institution_id, 'sending_institution_id', e.sending_institution_id, 'status', e.status)) || coalesce((select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = e.participant_id and t.id <> e.id and t.status != 'CANCELLED'), jsonb_build_array()),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = e.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = e.participant_id))),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = e.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.id = e.participant_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = e.participant_id and t.status != 'WITHDRAWN'),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id)))))));
end
$$;

create function puente_keep_mobility(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MOBILITY', e.id, e.version, true, '{}', '{}', '{mobility}',
        puente_image_mobility(e), now(), (select puente_actor())
    from mobility e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{mobility,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_mobility(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from mobility e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_mobility(e), '{mobility,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from mobility e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MOBILITY', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_mobility(e), now(), (select puente_actor())
    from mobility e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_mobility() returns trigger language plpgsql as $$
begin
    perform puente_keep_mobility(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_mobility_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MOBILITY', n.id, n.version, true, '{}', '{}', '{mobility}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,participant_id,sending_institution_id,receiving_institution_id,program_id,activity,components,starts_on,ends_on,status}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_mobility_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MOBILITY', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participant_id,sending_institution_id,receiving_institution_id,program_id,activity,components,starts_on,ends_on,status}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.sending_institution_id is distinct from n.sending_institution_id then 'sending_institution_id' end,
                case when o.receiving_institution_id is distinct from n.receiving_institution_id then 'receiving_institution_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.activity is distinct from n.activity then 'activity' end,
                case when o.components is distinct from n.components then 'components' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.status is distinct from n.status then 'status' end], null) end,
            '{}', '{mobility}', case when o.id is not null then jsonb_build_object('table', 'mobility', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mobility,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MOBILITY', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participant_id,sending_institution_id,receiving_institution_id,program_id,activity,components,starts_on,ends_on,status}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.sending_institution_id is distinct from n.sending_institution_id then 'sending_institution_id' end,
                case when o.receiving_institution_id is distinct from n.receiving_institution_id then 'receiving_institution_id' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.activity is distinct from n.activity then 'activity' end,
                case when o.components is distinct from n.components then 'components' end,
                case when o.starts_on is distinct from n.starts_on then 'starts_on' end,
                case when o.ends_on is distinct from n.ends_on then 'ends_on' end,
                case when o.status is distinct from n.status then 'status' end], null) end,
            '{}', '{mobility}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'mobility', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'participant_id', o.participant_id, 'receiving_institution_id', o.receiving_institution_id, 'sending_institution_id', o.sending_institution_id, 'status', o.status)) || coalesce((select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = o.participant_id and t.id <> o.id and t.status != 'CANCELLED'), jsonb_build_array()),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = o.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = o.participant_id))),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = o.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.id = o.participant_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = o.participant_id and t.status != 'WITHDRAWN'),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mobility,0,version}', excluded.was #> '{mobility,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger mobility_track_delete before delete on mobility
    for each row execute function puente_track_mobility();
create trigger mobility_track_image before update on mobility
    for each row when ((old.id, old.participant_id, old.sending_institution_id, old.receiving_institution_id, old.status) is distinct from (new.id, new.participant_id, new.sending_institution_id, new.receiving_institution_id, new.status)) execute function puente_track_mobility();
create trigger mobility_track_insert after insert on mobility referencing new table as new_rows
    for each statement execute function puente_track_mobility_insert();
create trigger mobility_track_update after update on mobility
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_mobility_update();
create trigger mobility_track_truncate before truncate on mobility
    for each statement execute function puente_track_truncate('mobility');

-- CONSENT.
create function puente_image_consent(e consent) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'consent', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'person_id', e.person_id, 'purpose', e.purpose, 'withdrawn_at', e.withdrawn_at)) || coalesce((select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = e.person_id and t.id <> e.id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))), jsonb_build_array()),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id))))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
            where t.person_id = e.person_id union select t.id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id))))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.person_id = e.person_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'WITHDRAWN'),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = e.person_id),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)))))))));
end
$$;

create function puente_keep_consent(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CONSENT', e.id, e.version, true, '{}', '{}', '{consent}',
        puente_image_consent(e), now(), (select puente_actor())
    from consent e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{consent,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_consent(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from consent e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_consent(e), '{consent,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from consent e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CONSENT', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_consent(e), now(), (select puente_actor())
    from consent e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_consent() returns trigger language plpgsql as $$
begin
    perform puente_keep_consent(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_consent_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CONSENT', n.id, n.version, true, '{}', '{}', '{consent}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,person_id,purpose,notice_version,granted_at,withdrawn_at}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_consent_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CONSENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,person_id,purpose,notice_version,granted_at,withdrawn_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.purpose is distinct from n.purpose then 'purpose' end,
                case when o.notice_version is distinct from n.notice_version then 'notice_version' end,
                case when o.granted_at is distinct from n.granted_at then 'granted_at' end,
                case when o.withdrawn_at is distinct from n.withdrawn_at then 'withdrawn_at' end], null) end,
            '{}', '{consent}', case when o.id is not null then jsonb_build_object('table', 'consent', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{consent,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CONSENT', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,person_id,purpose,notice_version,granted_at,withdrawn_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.purpose is distinct from n.purpose then 'purpose' end,
                case when o.notice_version is distinct from n.notice_version then 'notice_version' end,
                case when o.granted_at is distinct from n.granted_at then 'granted_at' end,
                case when o.withdrawn_at is distinct from n.withdrawn_at then 'withdrawn_at' end], null) end,
            '{}', '{consent}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'consent', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'person_id', o.person_id, 'purpose', o.purpose, 'withdrawn_at', o.withdrawn_at)) || coalesce((select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = o.person_id and t.id <> o.id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))), jsonb_build_array()),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
                    where t.person_id = o.person_id union select t.id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.person_id = o.person_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'WITHDRAWN'),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = o.person_id),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{consent,0,version}', excluded.was #> '{consent,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger consent_track_delete before delete on consent
    for each row execute function puente_track_consent();
create trigger consent_track_image before update on consent
    for each row when ((old.id, old.person_id, old.purpose, old.withdrawn_at) is distinct from (new.id, new.person_id, new.purpose, new.withdrawn_at)) execute function puente_track_consent();
create trigger consent_track_insert after insert on consent referencing new table as new_rows
    for each statement execute function puente_track_consent_insert();
create trigger consent_track_update after update on consent
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_consent_update();
create trigger consent_track_truncate before truncate on consent
    for each statement execute function puente_track_truncate('consent');

-- ATTENDANCE.
create function puente_image_attendance(e attendance) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'attendance', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'registration_id', e.registration_id)),
        'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
            where t.event_id = any(array(select t1.event_id from registration t1 where t1.id = e.registration_id))),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = any(array(select t1.person_id from registration t1 where t1.id = e.registration_id))),
        'registration', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'id', t.id, 'person_id', t.person_id)) from registration t
            where t.id = e.registration_id)));
end
$$;

create function puente_keep_attendance(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ATTENDANCE', e.id, e.version, true, '{}', '{}', '{attendance}',
        puente_image_attendance(e), now(), (select puente_actor())
    from attendance e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{attendance,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_attendance(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from attendance e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_attendance(e), '{attendance,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from attendance e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ATTENDANCE', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_attendance(e), now(), (select puente_actor())
    from attendance e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_attendance() returns trigger language plpgsql as $$
begin
    perform puente_keep_attendance(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_attendance_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'ATTENDANCE', n.id, n.version, true, '{}', '{}', '{attendance}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,registration_id,day,device,client_at}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_attendance_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'ATTENDANCE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,registration_id,day,device,client_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.registration_id is distinct from n.registration_id then 'registration_id' end,
                case when o.day is distinct from n.day then 'day' end,
                case when o.device is distinct from n.device then 'device' end,
                case when o.client_at is distinct from n.client_at then 'client_at' end], null) end,
            '{}', '{attendance}', case when o.id is not null then jsonb_build_object('table', 'attendance', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{attendance,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'ATTENDANCE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,registration_id,day,device,client_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.registration_id is distinct from n.registration_id then 'registration_id' end,
                case when o.day is distinct from n.day then 'day' end,
                case when o.device is distinct from n.device then 'device' end,
                case when o.client_at is distinct from n.client_at then 'client_at' end], null) end,
            '{}', '{attendance}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'attendance', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'registration_id', o.registration_id)),
                'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
                    where t.event_id = any(array(select t1.event_id from registration t1 where t1.id = o.registration_id))),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = any(array(select t1.person_id from registration t1 where t1.id = o.registration_id))),
                'registration', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'id', t.id, 'person_id', t.person_id)) from registration t
                    where t.id = o.registration_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{attendance,0,version}', excluded.was #> '{attendance,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger attendance_track_delete before delete on attendance
    for each row execute function puente_track_attendance();
create trigger attendance_track_image before update on attendance
    for each row when ((old.id, old.registration_id) is distinct from (new.id, new.registration_id)) execute function puente_track_attendance();
create trigger attendance_track_insert after insert on attendance referencing new table as new_rows
    for each statement execute function puente_track_attendance_insert();
create trigger attendance_track_update after update on attendance
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_attendance_update();
create trigger attendance_track_truncate before truncate on attendance
    for each statement execute function puente_track_truncate('attendance');

-- CALL.
create function puente_image_call(e call) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'call', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'institution_id', e.institution_id, 'program_id', e.program_id, 'status', e.status)),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = e.program_id)));
end
$$;

create function puente_keep_call(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CALL', e.id, e.version, true, '{}', '{}', '{call}',
        puente_image_call(e), now(), (select puente_actor())
    from call e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{call,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_call(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from call e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_call(e), '{call,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from call e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CALL', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_call(e), now(), (select puente_actor())
    from call e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_call() returns trigger language plpgsql as $$
begin
    perform puente_keep_call(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_call_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CALL', n.id, n.version, true, '{}', '{}', '{call}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,program_id,institution_id,slug,title_en,title_es,status,opens_at,deadline,time_zone,max_amount,currency,max_months,eligibility_en,eligibility_es,opens_on,closes_at}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_call_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CALL', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,institution_id,slug,title_en,title_es,status,opens_at,deadline,time_zone,max_amount,currency,max_months,eligibility_en,eligibility_es,opens_on,closes_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.opens_at is distinct from n.opens_at then 'opens_at' end,
                case when o.deadline is distinct from n.deadline then 'deadline' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.max_amount is distinct from n.max_amount then 'max_amount' end,
                case when o.currency is distinct from n.currency then 'currency' end,
                case when o.max_months is distinct from n.max_months then 'max_months' end,
                case when o.eligibility_en is distinct from n.eligibility_en then 'eligibility_en' end,
                case when o.eligibility_es is distinct from n.eligibility_es then 'eligibility_es' end,
                case when o.opens_on is distinct from n.opens_on then 'opens_on' end,
                case when o.closes_at is distinct from n.closes_at then 'closes_at' end], null) end,
            '{}', '{call}', case when o.id is not null then jsonb_build_object('table', 'call', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{call,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CALL', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,program_id,institution_id,slug,title_en,title_es,status,opens_at,deadline,time_zone,max_amount,currency,max_months,eligibility_en,eligibility_es,opens_on,closes_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.program_id is distinct from n.program_id then 'program_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.slug is distinct from n.slug then 'slug' end,
                case when o.title_en is distinct from n.title_en then 'title_en' end,
                case when o.title_es is distinct from n.title_es then 'title_es' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.opens_at is distinct from n.opens_at then 'opens_at' end,
                case when o.deadline is distinct from n.deadline then 'deadline' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.max_amount is distinct from n.max_amount then 'max_amount' end,
                case when o.currency is distinct from n.currency then 'currency' end,
                case when o.max_months is distinct from n.max_months then 'max_months' end,
                case when o.eligibility_en is distinct from n.eligibility_en then 'eligibility_en' end,
                case when o.eligibility_es is distinct from n.eligibility_es then 'eligibility_es' end,
                case when o.opens_on is distinct from n.opens_on then 'opens_on' end,
                case when o.closes_at is distinct from n.closes_at then 'closes_at' end], null) end,
            '{}', '{call}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'call', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'institution_id', o.institution_id, 'program_id', o.program_id, 'status', o.status)),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = o.program_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{call,0,version}', excluded.was #> '{call,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger call_track_delete before delete on call
    for each row execute function puente_track_call();
create trigger call_track_image before update on call
    for each row when ((old.id, old.program_id, old.institution_id, old.status) is distinct from (new.id, new.program_id, new.institution_id, new.status)) execute function puente_track_call();
create trigger call_track_insert after insert on call referencing new table as new_rows
    for each statement execute function puente_track_call_insert();
create trigger call_track_update after update on call
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_call_update();
create trigger call_track_truncate before truncate on call
    for each statement execute function puente_track_truncate('call');

-- CHAMPION.
create function puente_image_champion(e champion) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'champion', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'counterpart_id', e.counterpart_id, 'institution_id', e.institution_id, 'person_id', e.person_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id))))),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
            where t.person_id = e.person_id and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
            where t.person_id = e.person_id union select t.id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id))))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.person_id = e.person_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'WITHDRAWN'),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = e.person_id),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)))))))));
end
$$;

create function puente_keep_champion(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CHAMPION', e.id, e.version, true, '{}', '{}', '{champion}',
        puente_image_champion(e), now(), (select puente_actor())
    from champion e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{champion,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_champion(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from champion e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_champion(e), '{champion,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from champion e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CHAMPION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_champion(e), now(), (select puente_actor())
    from champion e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_champion() returns trigger language plpgsql as $$
begin
    perform puente_keep_champion(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_champion_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'CHAMPION', n.id, n.version, true, '{}', '{}', '{champion}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{archived_at,id,created_at,is_synthetic,source,person_id,institution_id,counterpart_id,since,until}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_champion_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CHAMPION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,person_id,institution_id,counterpart_id,since,until}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.counterpart_id is distinct from n.counterpart_id then 'counterpart_id' end,
                case when o.since is distinct from n.since then 'since' end,
                case when o.until is distinct from n.until then 'until' end], null) end,
            '{}', '{champion}', case when o.id is not null then jsonb_build_object('table', 'champion', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{champion,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'CHAMPION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{archived_at,id,created_at,is_synthetic,source,person_id,institution_id,counterpart_id,since,until}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.archived_at is distinct from n.archived_at then 'archived_at' end,
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.counterpart_id is distinct from n.counterpart_id then 'counterpart_id' end,
                case when o.since is distinct from n.since then 'since' end,
                case when o.until is distinct from n.until then 'until' end], null) end,
            '{}', '{champion}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'champion', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'counterpart_id', o.counterpart_id, 'institution_id', o.institution_id, 'person_id', o.person_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from consent t
                    where t.person_id = o.person_id and ((t.purpose = 'ATTRIBUTION' and t.withdrawn_at IS NULL) or (t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
                    where t.person_id = o.person_id union select t.id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.person_id = o.person_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'WITHDRAWN'),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = o.person_id),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id))))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{champion,0,version}', excluded.was #> '{champion,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger champion_track_delete before delete on champion
    for each row execute function puente_track_champion();
create trigger champion_track_image before update on champion
    for each row when ((old.id, old.person_id, old.institution_id, old.counterpart_id) is distinct from (new.id, new.person_id, new.institution_id, new.counterpart_id)) execute function puente_track_champion();
create trigger champion_track_insert after insert on champion referencing new table as new_rows
    for each statement execute function puente_track_champion_insert();
create trigger champion_track_update after update on champion
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_champion_update();
create trigger champion_track_truncate before truncate on champion
    for each statement execute function puente_track_truncate('champion');

-- MENTOR_PREFERENCE.
create function puente_image_mentor_preference(e mentor_preference) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'mentor_preference', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'cohort_id', e.cohort_id, 'mentor_id', e.mentor_id, 'participant_id', e.participant_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
            where t.id = e.cohort_id union select t.id, t.program_id from cohort t
            where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))) t),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t1.person_id from mentor t1 where t1.id = e.mentor_id)) and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = e.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
            where t.id = e.mentor_id union select t.id, t.person_id from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = e.participant_id))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
            where t.participant_id = e.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
        'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
            where t.participant_id = e.participant_id and t.status != 'CANCELLED'),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
            where t.id = e.participant_id),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
            where t.participant_id = e.participant_id and t.status != 'WITHDRAWN'),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
            where t.id = any(array(select t1.program_id from cohort t1 where t1.id = e.cohort_id)) union select t.id, t.institution_id from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = e.participant_id))))) t)));
end
$$;

create function puente_keep_mentor_preference(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR_PREFERENCE', e.id, e.version, true, '{}', '{}', '{mentor_preference}',
        puente_image_mentor_preference(e), now(), (select puente_actor())
    from mentor_preference e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{mentor_preference,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_mentor_preference(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from mentor_preference e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_mentor_preference(e), '{mentor_preference,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from mentor_preference e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR_PREFERENCE', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_mentor_preference(e), now(), (select puente_actor())
    from mentor_preference e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_mentor_preference() returns trigger language plpgsql as $$
begin
    perform puente_keep_mentor_preference(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_mentor_preference_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTOR_PREFERENCE', n.id, n.version, true, '{}', '{}', '{mentor_preference}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,participation_id,participant_id,cohort_id,mentor_id,rank,avoid}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_mentor_preference_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTOR_PREFERENCE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participation_id,participant_id,cohort_id,mentor_id,rank,avoid}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participation_id is distinct from n.participation_id then 'participation_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.rank is distinct from n.rank then 'rank' end,
                case when o.avoid is distinct from n.avoid then 'avoid' end], null) end,
            '{}', '{mentor_preference}', case when o.id is not null then jsonb_build_object('table', 'mentor_preference', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentor_preference,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTOR_PREFERENCE', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,participation_id,participant_id,cohort_id,mentor_id,rank,avoid}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.participation_id is distinct from n.participation_id then 'participation_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.cohort_id is distinct from n.cohort_id then 'cohort_id' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.rank is distinct from n.rank then 'rank' end,
                case when o.avoid is distinct from n.avoid then 'avoid' end], null) end,
            '{}', '{mentor_preference}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'mentor_preference', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'cohort_id', o.cohort_id, 'mentor_id', o.mentor_id, 'participant_id', o.participant_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
                    where t.id = o.cohort_id union select t.id, t.program_id from cohort t
                    where t.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))) t),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t1.person_id from mentor t1 where t1.id = o.mentor_id)) and t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t1.person_id from participant t1 where t1.id = o.participant_id)) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'person_id', t.person_id)) from (select t.id, t.person_id from mentor t
                    where t.id = o.mentor_id union select t.id, t.person_id from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.participant_id = o.participant_id))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from mentorship t
                    where t.participant_id = o.participant_id and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')),
                'mobility', (select jsonb_agg(jsonb_build_object('participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'status', t.status)) from mobility t
                    where t.participant_id = o.participant_id and t.status != 'CANCELLED'),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from participant t
                    where t.id = o.participant_id),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'participant_id', t.participant_id, 'status', t.status)) from participation t
                    where t.participant_id = o.participant_id and t.status != 'WITHDRAWN'),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
                    where t.id = any(array(select t1.program_id from cohort t1 where t1.id = o.cohort_id)) union select t.id, t.institution_id from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from participation t1 where t1.participant_id = o.participant_id))))) t))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentor_preference,0,version}', excluded.was #> '{mentor_preference,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger mentor_preference_track_delete before delete on mentor_preference
    for each row execute function puente_track_mentor_preference();
create trigger mentor_preference_track_image before update on mentor_preference
    for each row when ((old.id, old.participant_id, old.cohort_id, old.mentor_id) is distinct from (new.id, new.participant_id, new.cohort_id, new.mentor_id)) execute function puente_track_mentor_preference();
create trigger mentor_preference_track_insert after insert on mentor_preference referencing new table as new_rows
    for each statement execute function puente_track_mentor_preference_insert();
create trigger mentor_preference_track_update after update on mentor_preference
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_mentor_preference_update();
create trigger mentor_preference_track_truncate before truncate on mentor_preference
    for each statement execute function puente_track_truncate('mentor_preference');

-- MENTORSHIP_SESSION.
create function puente_image_mentorship_session(e mentorship_session) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'mentorship_session', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'mentor_id', e.mentor_id, 'mentorship_id', e.mentorship_id, 'participant_id', e.participant_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
            where t.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = e.mentorship_id))),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
            where t.id = e.mentor_id union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.id = e.mentorship_id))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'mentor_id', t.mentor_id, 'participant_id', t.participant_id)) from mentorship t
            where t.id = e.mentorship_id),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from participant t
            where t.id = any(array(select t1.participant_id from mentorship t1 where t1.id = e.mentorship_id)) union select t.id, t.institution_id, t.person_id from participant t
            where t.id = e.participant_id) t),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = e.mentorship_id)))))));
end
$$;

create function puente_keep_mentorship_session(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP_SESSION', e.id, e.version, true, '{}', '{}', '{mentorship_session}',
        puente_image_mentorship_session(e), now(), (select puente_actor())
    from mentorship_session e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{mentorship_session,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_mentorship_session(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from mentorship_session e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_mentorship_session(e), '{mentorship_session,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from mentorship_session e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP_SESSION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_mentorship_session(e), now(), (select puente_actor())
    from mentorship_session e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_mentorship_session() returns trigger language plpgsql as $$
begin
    perform puente_keep_mentorship_session(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_mentorship_session_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'MENTORSHIP_SESSION', n.id, n.version, true, '{}', '{}', '{mentorship_session}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,mentorship_id,mentor_id,participant_id,held_on,minutes,mode,summary,shared_note}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_mentorship_session_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTORSHIP_SESSION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,mentorship_id,mentor_id,participant_id,held_on,minutes,mode,summary,shared_note}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.mentorship_id is distinct from n.mentorship_id then 'mentorship_id' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.held_on is distinct from n.held_on then 'held_on' end,
                case when o.minutes is distinct from n.minutes then 'minutes' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.summary is distinct from n.summary then 'summary' end,
                case when o.shared_note is distinct from n.shared_note then 'shared_note' end], null) end,
            '{}', '{mentorship_session}', case when o.id is not null then jsonb_build_object('table', 'mentorship_session', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentorship_session,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'MENTORSHIP_SESSION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,mentorship_id,mentor_id,participant_id,held_on,minutes,mode,summary,shared_note}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.mentorship_id is distinct from n.mentorship_id then 'mentorship_id' end,
                case when o.mentor_id is distinct from n.mentor_id then 'mentor_id' end,
                case when o.participant_id is distinct from n.participant_id then 'participant_id' end,
                case when o.held_on is distinct from n.held_on then 'held_on' end,
                case when o.minutes is distinct from n.minutes then 'minutes' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.summary is distinct from n.summary then 'summary' end,
                case when o.shared_note is distinct from n.shared_note then 'shared_note' end], null) end,
            '{}', '{mentorship_session}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'mentorship_session', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'mentor_id', o.mentor_id, 'mentorship_id', o.mentorship_id, 'participant_id', o.participant_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from cohort t
                    where t.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = o.mentorship_id))),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = o.mentor_id union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.id = o.mentorship_id))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'mentor_id', t.mentor_id, 'participant_id', t.participant_id)) from mentorship t
                    where t.id = o.mentorship_id),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from participant t
                    where t.id = any(array(select t1.participant_id from mentorship t1 where t1.id = o.mentorship_id)) union select t.id, t.institution_id, t.person_id from participant t
                    where t.id = o.participant_id) t),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = o.mentorship_id))))))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{mentorship_session,0,version}', excluded.was #> '{mentorship_session,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger mentorship_session_track_delete before delete on mentorship_session
    for each row execute function puente_track_mentorship_session();
create trigger mentorship_session_track_image before update on mentorship_session
    for each row when ((old.id, old.mentorship_id, old.mentor_id, old.participant_id) is distinct from (new.id, new.mentorship_id, new.mentor_id, new.participant_id)) execute function puente_track_mentorship_session();
create trigger mentorship_session_track_insert after insert on mentorship_session referencing new table as new_rows
    for each statement execute function puente_track_mentorship_session_insert();
create trigger mentorship_session_track_update after update on mentorship_session
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_mentorship_session_update();
create trigger mentorship_session_track_truncate before truncate on mentorship_session
    for each statement execute function puente_track_truncate('mentorship_session');

-- NOTIFICATION.
create function puente_image_notification(e notification) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'notification', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'event_id', e.event_id, 'mentorship_id', e.mentorship_id, 'mobility_id', e.mobility_id, 'participation_id', e.participation_id, 'person_id', e.person_id, 'project_id', e.project_id, 'registration_id', e.registration_id)),
        'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
            where t.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = e.mentorship_id)) union select t.id, t.program_id from cohort t
            where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)))) union select t.id, t.program_id from cohort t
            where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id))))) t),
        'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = e.person_id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL)) union select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t2.person_id from participant t2 where t2.id = any(array(select t1.participant_id from mobility t1 where t1.id = e.mobility_id)))) and t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
            where t.person_id = any(array(select t2.person_id from participant t2 where t2.id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id)))) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
        'event', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from event t
            where t.id = e.event_id),
        'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from (select t.event_id, t.institution_id from event_organizer t
            where t.event_id = e.event_id union select t.event_id, t.institution_id from event_organizer t
            where t.event_id = any(array(select t1.event_id from registration t1 where t1.id = e.registration_id))) t),
        'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
            where t.person_id = e.person_id union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.id = e.mentorship_id)) union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.participant_id from mobility t1 where t1.id = e.mobility_id)))) union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)))) union select t.id, t.institution_id, t.person_id from mentor t
            where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id))))) t),
        'mentorship', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from (select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
            where t.id = e.mentorship_id union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
            where t.participant_id = any(array(select t1.participant_id from mobility t1 where t1.id = e.mobility_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED') union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED') union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
            where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')) t),
        'mobility', (select jsonb_agg(jsonb_build_object('id', t.id, 'participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'sending_institution_id', t.sending_institution_id, 'status', t.status)) from (select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
            where t.id = e.mobility_id union select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'CANCELLED' union select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
            where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id)) and t.status != 'CANCELLED') t),
        'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from participant t
            where t.id = any(array(select t1.participant_id from mentorship t1 where t1.id = e.mentorship_id)) union select t.id, t.institution_id, t.person_id from participant t
            where t.id = any(array(select t1.participant_id from mobility t1 where t1.id = e.mobility_id)) union select t.id, t.institution_id, t.person_id from participant t
            where t.person_id = e.person_id union select t.id, t.institution_id, t.person_id from participant t
            where t.id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id))) t),
        'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'participant_id', t.participant_id, 'status', t.status)) from (select t.cohort_id, t.id, t.participant_id, t.status from participation t
            where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)) and t.status != 'WITHDRAWN' union select t.cohort_id, t.id, t.participant_id, t.status from participation t
            where t.id = e.participation_id union select t.cohort_id, t.id, t.participant_id, t.status from participation t
            where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id)) and t.status != 'WITHDRAWN') t),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = any(array(select t1.person_id from registration t1 where t1.id = e.registration_id))),
        'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
            where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = e.mentorship_id)))) union select t.id, t.institution_id from program t
            where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = e.person_id)))))) union select t.id, t.institution_id from program t
            where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = e.participation_id))))))) t),
        'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
            where t.id = e.project_id),
        'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
            where t.project_id = e.project_id),
        'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
            where t.project_id = e.project_id),
        'registration', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'id', t.id, 'person_id', t.person_id)) from registration t
            where t.id = e.registration_id)));
end
$$;

create function puente_keep_notification(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'NOTIFICATION', e.id, e.version, true, '{}', '{}', '{notification}',
        puente_image_notification(e), now(), (select puente_actor())
    from notification e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{notification,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_notification(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from notification e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_notification(e), '{notification,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from notification e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'NOTIFICATION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_notification(e), now(), (select puente_actor())
    from notification e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_notification() returns trigger language plpgsql as $$
begin
    perform puente_keep_notification(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_notification_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'NOTIFICATION', n.id, n.version, true, '{}', '{}', '{notification}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,person_id,guest_id,kind,event_id,project_id,registration_id,mentorship_id,mobility_id,participation_id,revision,language,state,error,read_at}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_notification_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'NOTIFICATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,person_id,guest_id,kind,event_id,project_id,registration_id,mentorship_id,mobility_id,participation_id,revision,language,state,error,read_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.guest_id is distinct from n.guest_id then 'guest_id' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.event_id is distinct from n.event_id then 'event_id' end,
                case when o.project_id is distinct from n.project_id then 'project_id' end,
                case when o.registration_id is distinct from n.registration_id then 'registration_id' end,
                case when o.mentorship_id is distinct from n.mentorship_id then 'mentorship_id' end,
                case when o.mobility_id is distinct from n.mobility_id then 'mobility_id' end,
                case when o.participation_id is distinct from n.participation_id then 'participation_id' end,
                case when o.revision is distinct from n.revision then 'revision' end,
                case when o.language is distinct from n.language then 'language' end,
                case when o.state is distinct from n.state then 'state' end,
                case when o.error is distinct from n.error then 'error' end,
                case when o.read_at is distinct from n.read_at then 'read_at' end], null) end,
            '{}', '{notification}', case when o.id is not null then jsonb_build_object('table', 'notification', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{notification,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'NOTIFICATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,person_id,guest_id,kind,event_id,project_id,registration_id,mentorship_id,mobility_id,participation_id,revision,language,state,error,read_at}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.guest_id is distinct from n.guest_id then 'guest_id' end,
                case when o.kind is distinct from n.kind then 'kind' end,
                case when o.event_id is distinct from n.event_id then 'event_id' end,
                case when o.project_id is distinct from n.project_id then 'project_id' end,
                case when o.registration_id is distinct from n.registration_id then 'registration_id' end,
                case when o.mentorship_id is distinct from n.mentorship_id then 'mentorship_id' end,
                case when o.mobility_id is distinct from n.mobility_id then 'mobility_id' end,
                case when o.participation_id is distinct from n.participation_id then 'participation_id' end,
                case when o.revision is distinct from n.revision then 'revision' end,
                case when o.language is distinct from n.language then 'language' end,
                case when o.state is distinct from n.state then 'state' end,
                case when o.error is distinct from n.error then 'error' end,
                case when o.read_at is distinct from n.read_at then 'read_at' end], null) end,
            '{}', '{notification}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'notification', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'event_id', o.event_id, 'mentorship_id', o.mentorship_id, 'mobility_id', o.mobility_id, 'participation_id', o.participation_id, 'person_id', o.person_id, 'project_id', o.project_id, 'registration_id', o.registration_id)),
                'cohort', (select jsonb_agg(jsonb_build_object('id', t.id, 'program_id', t.program_id)) from (select t.id, t.program_id from cohort t
                    where t.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = o.mentorship_id)) union select t.id, t.program_id from cohort t
                    where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)))) union select t.id, t.program_id from cohort t
                    where t.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id))))) t),
                'consent', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'purpose', t.purpose, 'withdrawn_at', t.withdrawn_at)) from (select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = o.person_id and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'PUBLIC_PROFILE' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL)) union select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t2.person_id from participant t2 where t2.id = any(array(select t1.participant_id from mobility t1 where t1.id = o.mobility_id)))) and t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL union select t.person_id, t.purpose, t.withdrawn_at from consent t
                    where t.person_id = any(array(select t2.person_id from participant t2 where t2.id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id)))) and ((t.purpose = 'PARTNER_ACCESS' and t.withdrawn_at IS NULL) or (t.purpose = 'SYSTEM_TRANSFER' and t.withdrawn_at IS NULL))) t),
                'event', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from event t
                    where t.id = o.event_id),
                'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from (select t.event_id, t.institution_id from event_organizer t
                    where t.event_id = o.event_id union select t.event_id, t.institution_id from event_organizer t
                    where t.event_id = any(array(select t1.event_id from registration t1 where t1.id = o.registration_id))) t),
                'mentor', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from mentor t
                    where t.person_id = o.person_id union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t1.mentor_id from mentorship t1 where t1.id = o.mentorship_id)) union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.participant_id from mobility t1 where t1.id = o.mobility_id)))) union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)))) union select t.id, t.institution_id, t.person_id from mentor t
                    where t.id = any(array(select t2.mentor_id from mentorship t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id))))) t),
                'mentorship', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'mentor_id', t.mentor_id, 'participant_id', t.participant_id, 'status', t.status)) from (select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
                    where t.id = o.mentorship_id union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
                    where t.participant_id = any(array(select t1.participant_id from mobility t1 where t1.id = o.mobility_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED') union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED') union select t.cohort_id, t.id, t.mentor_id, t.participant_id, t.status from mentorship t
                    where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id)) and t.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED')) t),
                'mobility', (select jsonb_agg(jsonb_build_object('id', t.id, 'participant_id', t.participant_id, 'receiving_institution_id', t.receiving_institution_id, 'sending_institution_id', t.sending_institution_id, 'status', t.status)) from (select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
                    where t.id = o.mobility_id union select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'CANCELLED' union select t.id, t.participant_id, t.receiving_institution_id, t.sending_institution_id, t.status from mobility t
                    where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id)) and t.status != 'CANCELLED') t),
                'participant', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id, 'person_id', t.person_id)) from (select t.id, t.institution_id, t.person_id from participant t
                    where t.id = any(array(select t1.participant_id from mentorship t1 where t1.id = o.mentorship_id)) union select t.id, t.institution_id, t.person_id from participant t
                    where t.id = any(array(select t1.participant_id from mobility t1 where t1.id = o.mobility_id)) union select t.id, t.institution_id, t.person_id from participant t
                    where t.person_id = o.person_id union select t.id, t.institution_id, t.person_id from participant t
                    where t.id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id))) t),
                'participation', (select jsonb_agg(jsonb_build_object('cohort_id', t.cohort_id, 'id', t.id, 'participant_id', t.participant_id, 'status', t.status)) from (select t.cohort_id, t.id, t.participant_id, t.status from participation t
                    where t.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)) and t.status != 'WITHDRAWN' union select t.cohort_id, t.id, t.participant_id, t.status from participation t
                    where t.id = o.participation_id union select t.cohort_id, t.id, t.participant_id, t.status from participation t
                    where t.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id)) and t.status != 'WITHDRAWN') t),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = any(array(select t1.person_id from registration t1 where t1.id = o.registration_id))),
                'program', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from (select t.id, t.institution_id from program t
                    where t.id = any(array(select t2.program_id from cohort t2 where t2.id = any(array(select t1.cohort_id from mentorship t1 where t1.id = o.mentorship_id)))) union select t.id, t.institution_id from program t
                    where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.id from participant t1 where t1.person_id = o.person_id)))))) union select t.id, t.institution_id from program t
                    where t.id = any(array(select t3.program_id from cohort t3 where t3.id = any(array(select t2.cohort_id from participation t2 where t2.participant_id = any(array(select t1.participant_id from participation t1 where t1.id = o.participation_id))))))) t),
                'project', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from project t
                    where t.id = o.project_id),
                'project_contributor', (select jsonb_agg(jsonb_build_object('person_id', t.person_id, 'project_id', t.project_id)) from project_contributor t
                    where t.project_id = o.project_id),
                'project_institution', (select jsonb_agg(jsonb_build_object('institution_id', t.institution_id, 'project_id', t.project_id)) from project_institution t
                    where t.project_id = o.project_id),
                'registration', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'id', t.id, 'person_id', t.person_id)) from registration t
                    where t.id = o.registration_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{notification,0,version}', excluded.was #> '{notification,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger notification_track_delete before delete on notification
    for each row execute function puente_track_notification();
create trigger notification_track_image before update on notification
    for each row when ((old.id, old.person_id, old.event_id, old.project_id, old.registration_id, old.mentorship_id, old.mobility_id, old.participation_id) is distinct from (new.id, new.person_id, new.event_id, new.project_id, new.registration_id, new.mentorship_id, new.mobility_id, new.participation_id)) execute function puente_track_notification();
create trigger notification_track_insert after insert on notification referencing new table as new_rows
    for each statement execute function puente_track_notification_insert();
create trigger notification_track_update after update on notification
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_notification_update();
create trigger notification_track_truncate before truncate on notification
    for each statement execute function puente_track_truncate('notification');

-- PERSON.
create function puente_image_person(e person) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'person', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'institution_id', e.institution_id))));
end
$$;

create function puente_keep_person(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PERSON', e.id, e.version, true, '{}', '{}', '{person}',
        puente_image_person(e), now(), (select puente_actor())
    from person e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{person,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_person(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from person e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_person(e), '{person,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from person e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PERSON', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_person(e), now(), (select puente_actor())
    from person e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_person() returns trigger language plpgsql as $$
begin
    perform puente_keep_person(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_person_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'PERSON', n.id, n.version, true, '{}', '{}', '{person}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,given_name,family_names,preferred_name,orcid,email,phone,institution_id,home_confirmed,language_preference,time_zone,name}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_person_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PERSON', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,given_name,family_names,preferred_name,orcid,email,phone,institution_id,home_confirmed,language_preference,time_zone,name}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.given_name is distinct from n.given_name then 'given_name' end,
                case when o.family_names is distinct from n.family_names then 'family_names' end,
                case when o.preferred_name is distinct from n.preferred_name then 'preferred_name' end,
                case when o.orcid is distinct from n.orcid then 'orcid' end,
                case when o.email is distinct from n.email then 'email' end,
                case when o.phone is distinct from n.phone then 'phone' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.home_confirmed is distinct from n.home_confirmed then 'home_confirmed' end,
                case when o.language_preference is distinct from n.language_preference then 'language_preference' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.name is distinct from n.name then 'name' end], null) end,
            '{}', '{person}', case when o.id is not null then jsonb_build_object('table', 'person', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{person,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'PERSON', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,given_name,family_names,preferred_name,orcid,email,phone,institution_id,home_confirmed,language_preference,time_zone,name}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.given_name is distinct from n.given_name then 'given_name' end,
                case when o.family_names is distinct from n.family_names then 'family_names' end,
                case when o.preferred_name is distinct from n.preferred_name then 'preferred_name' end,
                case when o.orcid is distinct from n.orcid then 'orcid' end,
                case when o.email is distinct from n.email then 'email' end,
                case when o.phone is distinct from n.phone then 'phone' end,
                case when o.institution_id is distinct from n.institution_id then 'institution_id' end,
                case when o.home_confirmed is distinct from n.home_confirmed then 'home_confirmed' end,
                case when o.language_preference is distinct from n.language_preference then 'language_preference' end,
                case when o.time_zone is distinct from n.time_zone then 'time_zone' end,
                case when o.name is distinct from n.name then 'name' end], null) end,
            '{}', '{person}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'person', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'institution_id', o.institution_id)))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{person,0,version}', excluded.was #> '{person,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger person_track_delete before delete on person
    for each row execute function puente_track_person();
create trigger person_track_image before update on person
    for each row when ((old.id, old.institution_id) is distinct from (new.id, new.institution_id)) execute function puente_track_person();
create trigger person_track_insert after insert on person referencing new table as new_rows
    for each statement execute function puente_track_person_insert();
create trigger person_track_update after update on person
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_person_update();
create trigger person_track_truncate before truncate on person
    for each statement execute function puente_track_truncate('person');

-- REGISTRATION.
create function puente_image_registration(e registration) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'registration', jsonb_build_array(jsonb_build_object('id', e.id, 'version', e.version, 'event_id', e.event_id, 'person_id', e.person_id)),
        'event', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from event t
            where t.id = e.event_id),
        'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
            where t.event_id = e.event_id),
        'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
            where t.id = e.person_id)));
end
$$;

create function puente_keep_registration(entities uuid[]) returns void language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'REGISTRATION', e.id, e.version, true, '{}', '{}', '{registration}',
        puente_image_registration(e), now(), (select puente_actor())
    from registration e where e.id = any(entities)
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        was = case when change_note.was ? 'version'
            then jsonb_set(excluded.was, '{registration,0,version}', change_note.was -> 'version')
            else change_note.was end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    perform puente_wake();
end
$$;

create function puente_note_registration(entities uuid[], changed_in text, changed_fields text[] default '{}')
returns void language plpgsql as $$
declare
    held uuid[] := array(
        select e.id from registration e where e.id = any(entities) order by e.id for no key update);
begin
    if held = '{}' then
        return;
    end if;
    with noted as (
        update change_note c set version = greatest(c.version, e.version),
            was = case when c.was ? 'version'
                then jsonb_set(puente_image_registration(e), '{registration,0,version}', c.was -> 'version')
                else c.was end,
            fields = case when changed_fields <@ c.fields then c.fields else array(select distinct unnest(c.fields || changed_fields)) end,
            tables = case when array[changed_in] <@ c.tables then c.tables else array(select distinct unnest(c.tables || array[changed_in])) end
        from registration e where c.xid = (select puente_xid()) and c.entity_id = any(held) and e.id = c.entity_id
        returning c.entity_id
    )
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'REGISTRATION', e.id, e.version, false, '{}', changed_fields,
        array[changed_in], puente_image_registration(e), now(), (select puente_actor())
    from registration e where e.id = any(held) and e.id not in (select entity_id from noted);
    perform puente_wake();
end
$$;

create function puente_track_registration() returns trigger language plpgsql as $$
begin
    perform puente_keep_registration(array[old.id]);
    return coalesce(new, old);
end
$$;

create function puente_track_registration_insert() returns trigger language plpgsql as $$
begin
    insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
    select (select puente_xid()), 'REGISTRATION', n.id, n.version, true, '{}', '{}', '{registration}',
        null, now(), (select puente_actor())
    from new_rows n
    on conflict (xid, entity_id) do update set version = excluded.version, own = true,
        -- Its own row was noted before: it was there. Else it was noted with rows of the same statement.
        was = case when change_note.own then change_note.was end,
        columns = case when change_note.own then '{id,created_at,is_synthetic,source,event_id,person_id,guest_name,guest_email,guest_institution,guest_language,status,mode,queued_at,seq,code}'::text[] else '{}' end,
        tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create function puente_track_registration_update() returns trigger language plpgsql as $$
begin
    if (select count(*) from (select from old_rows limit 2) few) = 1 then
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'REGISTRATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,event_id,person_id,guest_name,guest_email,guest_institution,guest_language,status,mode,queued_at,seq,code}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.event_id is distinct from n.event_id then 'event_id' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.guest_name is distinct from n.guest_name then 'guest_name' end,
                case when o.guest_email is distinct from n.guest_email then 'guest_email' end,
                case when o.guest_institution is distinct from n.guest_institution then 'guest_institution' end,
                case when o.guest_language is distinct from n.guest_language then 'guest_language' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.queued_at is distinct from n.queued_at then 'queued_at' end,
                case when o.seq is distinct from n.seq then 'seq' end,
                case when o.code is distinct from n.code then 'code' end], null) end,
            '{}', '{registration}', case when o.id is not null then jsonb_build_object('table', 'registration', 'version', o.version) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{registration,0,version}', excluded.was -> 'version') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    else
        insert into change_note (xid, type, entity_id, version, own, columns, fields, tables, was, at, actor)
        select (select puente_xid()), 'REGISTRATION', coalesce(n.id, o.id), coalesce(n.version, o.version), true,
            case when o.id is null then '{id,created_at,is_synthetic,source,event_id,person_id,guest_name,guest_email,guest_institution,guest_language,status,mode,queued_at,seq,code}'::text[] when n.id is null then '{}' else array_remove(array[
                case when o.id is distinct from n.id then 'id' end,
                case when o.created_at is distinct from n.created_at then 'created_at' end,
                case when o.is_synthetic is distinct from n.is_synthetic then 'is_synthetic' end,
                case when o.source is distinct from n.source then 'source' end,
                case when o.event_id is distinct from n.event_id then 'event_id' end,
                case when o.person_id is distinct from n.person_id then 'person_id' end,
                case when o.guest_name is distinct from n.guest_name then 'guest_name' end,
                case when o.guest_email is distinct from n.guest_email then 'guest_email' end,
                case when o.guest_institution is distinct from n.guest_institution then 'guest_institution' end,
                case when o.guest_language is distinct from n.guest_language then 'guest_language' end,
                case when o.status is distinct from n.status then 'status' end,
                case when o.mode is distinct from n.mode then 'mode' end,
                case when o.queued_at is distinct from n.queued_at then 'queued_at' end,
                case when o.seq is distinct from n.seq then 'seq' end,
                case when o.code is distinct from n.code then 'code' end], null) end,
            '{}', '{registration}', case when o.id is not null then jsonb_strip_nulls(jsonb_build_object(
                'registration', jsonb_build_array(jsonb_build_object('id', o.id, 'version', o.version, 'event_id', o.event_id, 'person_id', o.person_id)),
                'event', (select jsonb_agg(jsonb_build_object('id', t.id, 'status', t.status)) from event t
                    where t.id = o.event_id),
                'event_organizer', (select jsonb_agg(jsonb_build_object('event_id', t.event_id, 'institution_id', t.institution_id)) from event_organizer t
                    where t.event_id = o.event_id),
                'person', (select jsonb_agg(jsonb_build_object('id', t.id, 'institution_id', t.institution_id)) from person t
                    where t.id = o.person_id))) end,
            now(), (select puente_actor())
        from old_rows o full join new_rows n on n.id = o.id  -- never by nested loops, however many there are
        on conflict (xid, entity_id) do update set version = excluded.version, own = true,
            was = case when change_note.own then change_note.was
                else jsonb_set(change_note.was, '{registration,0,version}', excluded.was #> '{registration,0,version}') end,
            columns = case when excluded.columns <@ change_note.columns then change_note.columns else array(select distinct unnest(change_note.columns || excluded.columns)) end,
            tables = case when excluded.tables <@ change_note.tables then change_note.tables else array(select distinct unnest(change_note.tables || excluded.tables)) end;
    end if;
    if found then
        perform puente_wake();
    end if;
    return null;
end
$$;

create trigger registration_track_delete before delete on registration
    for each row execute function puente_track_registration();
create trigger registration_track_image before update on registration
    for each row when ((old.id, old.event_id, old.person_id) is distinct from (new.id, new.event_id, new.person_id)) execute function puente_track_registration();
create trigger registration_track_insert after insert on registration referencing new table as new_rows
    for each statement execute function puente_track_registration_insert();
create trigger registration_track_update after update on registration
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_track_registration_update();
create trigger registration_track_truncate before truncate on registration
    for each statement execute function puente_track_truncate('registration');

-- The image of an entity of any type.
create function puente_image(of_type text, entity uuid) returns jsonb language plpgsql stable as $$
begin
    case of_type
    when 'INSTITUTION' then return (select puente_image_institution(e) from institution e where e.id = entity);
    when 'PROGRAM' then return (select puente_image_program(e) from program e where e.id = entity);
    when 'COHORT' then return (select puente_image_cohort(e) from cohort e where e.id = entity);
    when 'PARTICIPATION' then return (select puente_image_participation(e) from participation e where e.id = entity);
    when 'ACTIVITY' then return (select puente_image_activity(e) from activity e where e.id = entity);
    when 'PROJECT' then return (select puente_image_project(e) from project e where e.id = entity);
    when 'AWARD' then return (select puente_image_award(e) from award e where e.id = entity);
    when 'AGREEMENT' then return (select puente_image_agreement(e) from agreement e where e.id = entity);
    when 'EVENT' then return (select puente_image_event(e) from event e where e.id = entity);
    when 'VENUE' then return (select puente_image_venue(e) from venue e where e.id = entity);
    when 'MENTOR' then return (select puente_image_mentor(e) from mentor e where e.id = entity);
    when 'PARTICIPANT' then return (select puente_image_participant(e) from participant e where e.id = entity);
    when 'MENTORSHIP' then return (select puente_image_mentorship(e) from mentorship e where e.id = entity);
    when 'MOBILITY' then return (select puente_image_mobility(e) from mobility e where e.id = entity);
    when 'CONSENT' then return (select puente_image_consent(e) from consent e where e.id = entity);
    when 'ATTENDANCE' then return (select puente_image_attendance(e) from attendance e where e.id = entity);
    when 'CALL' then return (select puente_image_call(e) from call e where e.id = entity);
    when 'CHAMPION' then return (select puente_image_champion(e) from champion e where e.id = entity);
    when 'MENTOR_PREFERENCE' then return (select puente_image_mentor_preference(e) from mentor_preference e where e.id = entity);
    when 'MENTORSHIP_SESSION' then return (select puente_image_mentorship_session(e) from mentorship_session e where e.id = entity);
    when 'NOTIFICATION' then return (select puente_image_notification(e) from notification e where e.id = entity);
    when 'PERSON' then return (select puente_image_person(e) from person e where e.id = entity);
    when 'REGISTRATION' then return (select puente_image_registration(e) from registration e where e.id = entity);
    end case;
end
$$;

-- Rows of activity_participation decide who sees other entities, or are shown by them.
create function puente_track_activity_participation_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.activity_id, old.participant_id, old.role, old.since, old.until) is not distinct from (new.id, new.activity_id, new.participant_id, new.role, new.since, new.until) then
        return coalesce(new, old);
    end if;
    perform puente_note_participant(array[old.participant_id, new.participant_id], 'activity_participation', array['activities']);
    return coalesce(new, old);
end
$$;

create trigger activity_participation_track_rows before insert or update or delete on activity_participation
    for each row execute function puente_track_activity_participation_rows();

-- Rows of agreement decide who sees other entities, or are shown by them.
create function puente_track_agreement_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.status, old.previous_id, old.origin_project_id) is not distinct from (new.id, new.status, new.previous_id, new.origin_project_id) then
        return coalesce(new, old);
    end if;
    perform from agreement where id in (old.previous_id, new.previous_id) order by id for no key update;
    perform from project where id in (old.origin_project_id, new.origin_project_id) order by id for no key update;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.agreement_id in (old.id, new.id)), 'agreement');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- AGREEMENT
        perform puente_note_agreement(array(select e.id from agreement e where e.previous_id in (old.id, new.id)), 'agreement');
    end if;
    return coalesce(new, old);
end
$$;

create trigger agreement_track_rows before update on agreement
    for each row when ((old.id, old.status, old.previous_id, old.origin_project_id) is distinct from (new.id, new.status, new.previous_id, new.origin_project_id)) execute function puente_track_agreement_rows();
create trigger agreement_track_rows_insert before insert on agreement
    for each row when (num_nonnulls(new.origin_project_id, new.previous_id) > 0) execute function puente_track_agreement_rows();
create trigger agreement_track_rows_delete before delete on agreement
    for each row execute function puente_track_agreement_rows();

-- Rows of agreement_party decide who sees other entities, or are shown by them.
create function puente_track_agreement_party_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.agreement_id, old.institution_id, old.role, old.since) is not distinct from (new.id, new.agreement_id, new.institution_id, new.role, new.since) then
        return coalesce(new, old);
    end if;
    if (old.agreement_id, old.institution_id) is distinct from (new.agreement_id, new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.agreement_id in (old.agreement_id, new.agreement_id)), 'agreement_party');
    end if;
    perform puente_note_agreement(array[old.agreement_id, new.agreement_id], 'agreement_party', array['parties']);
    if (old.agreement_id, old.institution_id) is distinct from (new.agreement_id, new.institution_id) then  -- AGREEMENT
        perform puente_note_agreement(array(select e.id from agreement e where e.previous_id in (old.agreement_id, new.agreement_id)), 'agreement_party');
    end if;
    return coalesce(new, old);
end
$$;

create trigger agreement_party_track_rows before insert or update or delete on agreement_party
    for each row execute function puente_track_agreement_party_rows();

-- Rows of attendance decide who sees other entities, or are shown by them.
create function puente_track_attendance_rows() returns trigger language plpgsql as $$
begin
    if (old.registration_id, old.day) is not distinct from (new.registration_id, new.day) then
        return coalesce(new, old);
    end if;
    perform puente_note_registration(array[old.registration_id, new.registration_id], 'attendance', array['attendedOn']);
    return coalesce(new, old);
end
$$;

create trigger attendance_track_rows before insert or update or delete on attendance
    for each row execute function puente_track_attendance_rows();

-- Rows of award decide who sees other entities, or are shown by them.
create function puente_track_award_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.decided_on IS NOT NULL, false);
    new_0 boolean := coalesce(new.id is not null and new.decided_on IS NOT NULL, false);
begin
    if (old.id, old.project_id, old.recipient_id, old.funder_id, old.amount, old.currency, old.decided_on) is not distinct from (new.id, new.project_id, new.recipient_id, new.funder_id, new.amount, new.currency, new.decided_on) then
        return coalesce(new, old);
    end if;
    perform from person where id in (old.recipient_id, new.recipient_id) order by id for no key update;
    perform from project where id in (old.project_id, new.project_id) order by id for no key update;
    if tg_op <> 'INSERT' and (old.id, old.project_id, old.recipient_id, old.funder_id, old.decided_on) is distinct from (new.id, new.project_id, new.recipient_id, new.funder_id, new.decided_on) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_award_id in (old.id, new.id)), 'award');
    end if;
    if (old_0, old.project_id, old.amount, old.currency) is distinct from (new_0, new.project_id, new.amount, new.currency) and (old_0 or new_0) then  -- PROJECT
        perform puente_note_project(array[case when old_0 then old.project_id end, case when new_0 then new.project_id end], 'award', array['totalAwarded']);
    end if;
    return coalesce(new, old);
end
$$;

create trigger award_track_rows before insert or update or delete on award
    for each row execute function puente_track_award_rows();

-- Rows of call decide who sees other entities, or are shown by them.
create function puente_track_call_rows() returns trigger language plpgsql as $$
begin
    if (old.program_id) is not distinct from (new.program_id) then
        return coalesce(new, old);
    end if;
    perform from program where id in (old.program_id, new.program_id) order by id for no key update;
    return coalesce(new, old);
end
$$;

create trigger call_track_rows before update on call
    for each row when ((old.program_id) is distinct from (new.program_id)) execute function puente_track_call_rows();
create trigger call_track_rows_insert before insert on call
    for each row when (num_nonnulls(new.program_id) > 0) execute function puente_track_call_rows();
create trigger call_track_rows_delete before delete on call
    for each row when (num_nonnulls(old.program_id) > 0) execute function puente_track_call_rows();

-- Rows of champion decide who sees other entities, or are shown by them.
create function puente_track_champion_rows() returns trigger language plpgsql as $$
begin
    if (old.person_id) is not distinct from (new.person_id) then
        return coalesce(new, old);
    end if;
    perform from person where id in (old.person_id, new.person_id) order by id for no key update;
    return coalesce(new, old);
end
$$;

create trigger champion_track_rows before update on champion
    for each row when ((old.person_id) is distinct from (new.person_id)) execute function puente_track_champion_rows();
create trigger champion_track_rows_insert before insert on champion
    for each row when (num_nonnulls(new.person_id) > 0) execute function puente_track_champion_rows();
create trigger champion_track_rows_delete before delete on champion
    for each row when (num_nonnulls(old.person_id) > 0) execute function puente_track_champion_rows();

-- Rows of cohort decide who sees other entities, or are shown by them.
create function puente_track_cohort_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.program_id) is not distinct from (new.id, new.program_id) then
        return coalesce(new, old);
    end if;
    perform from program where id in (old.program_id, new.program_id) order by id for no key update;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (select t3.participant_id from participation t3 where t3.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- PARTICIPANT
        perform puente_note_participant(array(select t1.participant_id from participation t1 where t1.cohort_id in (old.id, new.id)), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.cohort_id in (old.id, new.id)), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.cohort_id in (old.id, new.id)), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentorship_id in (select t1.id from mentorship t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mentorship_id in (select t1.id from mentorship t1 where t1.cohort_id in (old.id, new.id))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.program_id) is distinct from (new.id, new.program_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (select t2.participant_id from participation t2 where t2.cohort_id in (old.id, new.id)))), 'cohort');
    end if;
    return coalesce(new, old);
end
$$;

create trigger cohort_track_rows before update on cohort
    for each row when ((old.id, old.program_id) is distinct from (new.id, new.program_id)) execute function puente_track_cohort_rows();
create trigger cohort_track_rows_insert before insert on cohort
    for each row when (num_nonnulls(new.program_id) > 0) execute function puente_track_cohort_rows();
create trigger cohort_track_rows_delete before delete on cohort
    for each row when (num_nonnulls(old.program_id) > 0) execute function puente_track_cohort_rows();

-- Rows of consent decide who sees other entities, or are shown by them.
create function puente_track_consent_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.purpose = 'PARTNER_ACCESS' and old.withdrawn_at IS NULL, false);
    new_0 boolean := coalesce(new.id is not null and new.purpose = 'PARTNER_ACCESS' and new.withdrawn_at IS NULL, false);
    old_1 boolean := coalesce(old.id is not null and old.purpose = 'SYSTEM_TRANSFER' and old.withdrawn_at IS NULL, false);
    new_1 boolean := coalesce(new.id is not null and new.purpose = 'SYSTEM_TRANSFER' and new.withdrawn_at IS NULL, false);
    old_2 boolean := coalesce(old.id is not null and old.purpose = 'ATTRIBUTION' and old.withdrawn_at IS NULL, false);
    new_2 boolean := coalesce(new.id is not null and new.purpose = 'ATTRIBUTION' and new.withdrawn_at IS NULL, false);
    old_3 boolean := coalesce(old.id is not null and old.purpose = 'PUBLIC_PROFILE' and old.withdrawn_at IS NULL, false);
    new_3 boolean := coalesce(new.id is not null and new.purpose = 'PUBLIC_PROFILE' and new.withdrawn_at IS NULL, false);
begin
    if (old.person_id, old.purpose, old.withdrawn_at) is not distinct from (new.person_id, new.purpose, new.withdrawn_at) then
        return coalesce(new, old);
    end if;
    perform from person where id in (old.person_id, new.person_id) order by id for no key update;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end))), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end))), 'consent');
    end if;
    if (old_2, old.person_id) is distinct from (new_2, new.person_id) and (old_2 or new_2) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (case when old_2 then old.person_id end, case when new_2 then new.person_id end)), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_2, old.person_id) is distinct from (new_2, new.person_id) and (old_2 or new_2) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (case when old_2 then old.person_id end, case when new_2 then new.person_id end)), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- MENTOR
        perform puente_note_mentor(array(select e.id from mentor e where e.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- PARTICIPANT
        perform puente_note_participant(array(select e.id from participant e where e.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- PARTICIPANT
        perform puente_note_participant(array(select e.id from participant e where e.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.mentor_id in (select t1.id from mentor t1 where t1.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end))), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end))), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_2, old.person_id) is distinct from (new_2, new.person_id) and (old_2 or new_2) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (case when old_2 then old.person_id end, case when new_2 then new.person_id end)), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.mentor_id in (select t1.id from mentor t1 where t1.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end))), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (select t1.id from participant t1 where t1.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)), 'consent');
    end if;
    if (old_3, old.person_id) is distinct from (new_3, new.person_id) and (old_3 or new_3) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (case when old_3 then old.person_id end, case when new_3 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mobility_id in (select t1.id from mobility t1 where t1.participant_id in (select t2.id from participant t2 where t2.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)))), 'consent');
    end if;
    if (old_0, old.person_id) is distinct from (new_0, new.person_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (select t2.id from participant t2 where t2.person_id in (case when old_0 then old.person_id end, case when new_0 then new.person_id end)))), 'consent');
    end if;
    if (old_1, old.person_id) is distinct from (new_1, new.person_id) and (old_1 or new_1) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (select t2.id from participant t2 where t2.person_id in (case when old_1 then old.person_id end, case when new_1 then new.person_id end)))), 'consent');
    end if;
    return coalesce(new, old);
end
$$;

create trigger consent_track_rows before insert or update or delete on consent
    for each row execute function puente_track_consent_rows();

-- Rows of event decide who sees other entities, or are shown by them.
create function puente_track_event_rows() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.event_id in (old.id, new.id)), 'event');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- REGISTRATION
        perform puente_note_registration(array(select e.id from registration e where e.event_id in (old.id, new.id)), 'event');
    end if;
    return coalesce(new, old);
end
$$;

create trigger event_track_rows before update on event
    for each row when ((old.id, old.status) is distinct from (new.id, new.status)) execute function puente_track_event_rows();

-- Rows of event_external_id decide who sees other entities, or are shown by them.
create function puente_track_event_external_id_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.event_id, old.institution_id, old.scheme, old.value) is not distinct from (new.id, new.event_id, new.institution_id, new.scheme, new.value) then
        return coalesce(new, old);
    end if;
    perform puente_note_event(array[old.event_id, new.event_id], 'event_external_id', array['externalIds']);
    return coalesce(new, old);
end
$$;

create trigger event_external_id_track_rows before insert or update or delete on event_external_id
    for each row execute function puente_track_event_external_id_rows();

-- Rows of event_organizer decide who sees other entities, or are shown by them.
create function puente_track_event_organizer_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.event_id, old.institution_id, old.role, old.since) is not distinct from (new.id, new.event_id, new.institution_id, new.role, new.since) then
        return coalesce(new, old);
    end if;
    perform puente_note_event(array[old.event_id, new.event_id], 'event_organizer', array['organizers']);
    if (old.event_id, old.institution_id) is distinct from (new.event_id, new.institution_id) then  -- ATTENDANCE
        perform puente_note_attendance(array(select e.id from attendance e where e.registration_id in (select t1.id from registration t1 where t1.event_id in (old.event_id, new.event_id))), 'event_organizer');
    end if;
    if (old.event_id, old.institution_id) is distinct from (new.event_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.event_id in (old.event_id, new.event_id)), 'event_organizer');
    end if;
    if (old.event_id, old.institution_id) is distinct from (new.event_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.registration_id in (select t1.id from registration t1 where t1.event_id in (old.event_id, new.event_id))), 'event_organizer');
    end if;
    if (old.event_id, old.institution_id) is distinct from (new.event_id, new.institution_id) then  -- REGISTRATION
        perform puente_note_registration(array(select e.id from registration e where e.event_id in (old.event_id, new.event_id)), 'event_organizer');
    end if;
    return coalesce(new, old);
end
$$;

create trigger event_organizer_track_rows before insert or update or delete on event_organizer
    for each row execute function puente_track_event_organizer_rows();

-- Rows of mentor decide who sees other entities, or are shown by them.
create function puente_track_mentor_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.person_id, old.institution_id) is not distinct from (new.id, new.person_id, new.institution_id) then
        return coalesce(new, old);
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (select t1.participant_id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (old.person_id, new.person_id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (select t3.participant_id from mentorship t3 where t3.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (old.person_id, new.person_id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- PARTICIPANT
        perform puente_note_participant(array(select t1.participant_id from mentorship t1 where t1.mentor_id in (old.id, new.id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.mentor_id in (old.id, new.id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (select t1.participant_id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (select t1.participant_id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (old.person_id, new.person_id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (old.person_id, new.person_id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.mentor_id in (old.id, new.id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (select t1.participant_id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentor_id in (old.id, new.id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentorship_id in (select t1.id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (old.person_id, new.person_id)), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mentorship_id in (select t1.id from mentorship t1 where t1.mentor_id in (old.id, new.id))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mobility_id in (select t1.id from mobility t1 where t1.participant_id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (select t2.participant_id from mentorship t2 where t2.mentor_id in (old.id, new.id)))), 'mentor');
    end if;
    return coalesce(new, old);
end
$$;

create trigger mentor_track_rows before insert or update or delete on mentor
    for each row execute function puente_track_mentor_rows();

-- Rows of mentor_preference decide who sees other entities, or are shown by them.
create function puente_track_mentor_preference_rows() returns trigger language plpgsql as $$
begin
    if (old.participant_id, old.cohort_id, old.mentor_id) is not distinct from (new.participant_id, new.cohort_id, new.mentor_id) then
        return coalesce(new, old);
    end if;
    perform from cohort where id in (old.cohort_id, new.cohort_id) order by id for no key update;
    perform from mentor where id in (old.mentor_id, new.mentor_id) order by id for no key update;
    perform from participant where id in (old.participant_id, new.participant_id) order by id for no key update;
    return coalesce(new, old);
end
$$;

create trigger mentor_preference_track_rows before update on mentor_preference
    for each row when ((old.participant_id, old.cohort_id, old.mentor_id) is distinct from (new.participant_id, new.cohort_id, new.mentor_id)) execute function puente_track_mentor_preference_rows();
create trigger mentor_preference_track_rows_insert before insert on mentor_preference
    for each row when (num_nonnulls(new.cohort_id, new.mentor_id, new.participant_id) > 0) execute function puente_track_mentor_preference_rows();
create trigger mentor_preference_track_rows_delete before delete on mentor_preference
    for each row when (num_nonnulls(old.cohort_id, old.mentor_id, old.participant_id) > 0) execute function puente_track_mentor_preference_rows();

-- Rows of mentorship decide who sees other entities, or are shown by them.
create function puente_track_mentorship_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED'), false);
    new_0 boolean := coalesce(new.id is not null and new.status IN ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED'), false);
    old_1 boolean := coalesce(old.id is not null and old.status IN ('ACCEPTED', 'ACTIVE'), false);
    new_1 boolean := coalesce(new.id is not null and new.status IN ('ACCEPTED', 'ACTIVE'), false);
begin
    if (old.id, old.mentor_id, old.participant_id, old.cohort_id, old.status) is not distinct from (new.id, new.mentor_id, new.participant_id, new.cohort_id, new.status) then
        return coalesce(new, old);
    end if;
    perform from cohort where id in (old.cohort_id, new.cohort_id) order by id for no key update;
    perform from mentor where id in (old.mentor_id, new.mentor_id) order by id for no key update;
    perform from participant where id in (old.participant_id, new.participant_id) order by id for no key update;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_1, old.mentor_id, old.participant_id) is distinct from (new_1, new.mentor_id, new.participant_id) and (old_1 or new_1) then  -- MENTOR
        perform puente_note_mentor(array[case when old_1 then old.mentor_id end, case when new_1 then new.mentor_id end], 'mentorship');
    end if;
    if (old_1, old.mentor_id) is distinct from (new_1, new.mentor_id) and (old_1 or new_1) then  -- MENTOR
        perform puente_note_mentor(array(select e from unnest(array[case when old_1 then old.mentor_id end, case when new_1 then new.mentor_id end]) e where puente_shows_places_left(e, old, new)), 'mentorship', array['placesLeft']);
    end if;
    if (old_1, old.mentor_id, old.participant_id) is distinct from (new_1, new.mentor_id, new.participant_id) and (old_1 or new_1) then  -- PARTICIPANT
        perform puente_note_participant(array[case when old_1 then old.participant_id end, case when new_1 then new.participant_id end], 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- PARTICIPANT
        perform puente_note_participant(array[case when old_0 then old.participant_id end, case when new_0 then new.participant_id end], 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mentorship');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.mentor_id, old.participant_id, old.cohort_id) is distinct from (new.id, new.mentor_id, new.participant_id, new.cohort_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentorship_id in (old.id, new.id)), 'mentorship');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.mentor_id, old.participant_id, old.cohort_id) is distinct from (new.id, new.mentor_id, new.participant_id, new.cohort_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mentorship_id in (old.id, new.id)), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mobility_id in (select t1.id from mobility t1 where t1.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    if (old_0, old.mentor_id, old.participant_id) is distinct from (new_0, new.mentor_id, new.participant_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mentorship');
    end if;
    return coalesce(new, old);
end
$$;

create trigger mentorship_track_rows before insert or update or delete on mentorship
    for each row execute function puente_track_mentorship_rows();

-- Rows of mentorship_session decide who sees other entities, or are shown by them.
create function puente_track_mentorship_session_rows() returns trigger language plpgsql as $$
begin
    if (old.mentorship_id, old.mentor_id, old.participant_id) is not distinct from (new.mentorship_id, new.mentor_id, new.participant_id) then
        return coalesce(new, old);
    end if;
    perform from mentor where id in (old.mentor_id, new.mentor_id) order by id for no key update;
    perform from mentorship where id in (old.mentorship_id, new.mentorship_id) order by id for no key update;
    perform from participant where id in (old.participant_id, new.participant_id) order by id for no key update;
    return coalesce(new, old);
end
$$;

create trigger mentorship_session_track_rows before update on mentorship_session
    for each row when ((old.mentorship_id, old.mentor_id, old.participant_id) is distinct from (new.mentorship_id, new.mentor_id, new.participant_id)) execute function puente_track_mentorship_session_rows();
create trigger mentorship_session_track_rows_insert before insert on mentorship_session
    for each row when (num_nonnulls(new.mentor_id, new.mentorship_id, new.participant_id) > 0) execute function puente_track_mentorship_session_rows();
create trigger mentorship_session_track_rows_delete before delete on mentorship_session
    for each row when (num_nonnulls(old.mentor_id, old.mentorship_id, old.participant_id) > 0) execute function puente_track_mentorship_session_rows();

-- Rows of mobility decide who sees other entities, or are shown by them.
create function puente_track_mobility_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.status != 'CANCELLED', false);
    new_0 boolean := coalesce(new.id is not null and new.status != 'CANCELLED', false);
begin
    if (old.id, old.participant_id, old.sending_institution_id, old.receiving_institution_id, old.status) is not distinct from (new.id, new.participant_id, new.sending_institution_id, new.receiving_institution_id, new.status) then
        return coalesce(new, old);
    end if;
    perform from participant where id in (old.participant_id, new.participant_id) order by id for no key update;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- PARTICIPANT
        perform puente_note_participant(array[case when old_0 then old.participant_id end, case when new_0 then new.participant_id end], 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'mobility');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.participant_id, old.sending_institution_id, old.receiving_institution_id) is distinct from (new.id, new.participant_id, new.sending_institution_id, new.receiving_institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mobility_id in (old.id, new.id)), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    if (old_0, old.participant_id, old.receiving_institution_id) is distinct from (new_0, new.participant_id, new.receiving_institution_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'mobility');
    end if;
    return coalesce(new, old);
end
$$;

create trigger mobility_track_rows before insert or update or delete on mobility
    for each row execute function puente_track_mobility_rows();

-- Rows of notification decide who sees other entities, or are shown by them.
create function puente_track_notification_rows() returns trigger language plpgsql as $$
begin
    if (old.person_id, old.event_id, old.project_id, old.registration_id, old.mentorship_id, old.mobility_id, old.participation_id) is not distinct from (new.person_id, new.event_id, new.project_id, new.registration_id, new.mentorship_id, new.mobility_id, new.participation_id) then
        return coalesce(new, old);
    end if;
    perform from event where id in (old.event_id, new.event_id) order by id for no key update;
    perform from mentorship where id in (old.mentorship_id, new.mentorship_id) order by id for no key update;
    perform from mobility where id in (old.mobility_id, new.mobility_id) order by id for no key update;
    perform from participation where id in (old.participation_id, new.participation_id) order by id for no key update;
    perform from person where id in (old.person_id, new.person_id) order by id for no key update;
    perform from project where id in (old.project_id, new.project_id) order by id for no key update;
    perform from registration where id in (old.registration_id, new.registration_id) order by id for no key update;
    return coalesce(new, old);
end
$$;

create trigger notification_track_rows before update on notification
    for each row when ((old.person_id, old.event_id, old.project_id, old.registration_id, old.mentorship_id, old.mobility_id, old.participation_id) is distinct from (new.person_id, new.event_id, new.project_id, new.registration_id, new.mentorship_id, new.mobility_id, new.participation_id)) execute function puente_track_notification_rows();
create trigger notification_track_rows_insert before insert on notification
    for each row when (num_nonnulls(new.event_id, new.mentorship_id, new.mobility_id, new.participation_id, new.person_id, new.project_id, new.registration_id) > 0) execute function puente_track_notification_rows();
create trigger notification_track_rows_delete before delete on notification
    for each row when (num_nonnulls(old.event_id, old.mentorship_id, old.mobility_id, old.participation_id, old.person_id, old.project_id, old.registration_id) > 0) execute function puente_track_notification_rows();

-- Rows of participant decide who sees other entities, or are shown by them.
create function puente_track_participant_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.person_id, old.institution_id) is not distinct from (new.id, new.person_id, new.institution_id) then
        return coalesce(new, old);
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (old.id, new.id)), 'participant');
    end if;
    perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (old.person_id, new.person_id)), 'participant');
    perform puente_note_award(array(select e.id from award e where e.recipient_id in (old.person_id, new.person_id)), 'participant');
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MENTOR
        perform puente_note_mentor(array(select t1.mentor_id from mentorship t1 where t1.participant_id in (old.id, new.id)), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (old.id, new.id)), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (old.id, new.id)), 'participant');
    end if;
    perform puente_note_consent(array(select e.id from consent e where e.person_id in (old.person_id, new.person_id)), 'participant');
    perform puente_note_champion(array(select e.id from champion e where e.person_id in (old.person_id, new.person_id)), 'participant');
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (old.id, new.id)), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentorship_id in (select t1.id from mentorship t1 where t1.participant_id in (old.id, new.id))), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.participant_id in (old.id, new.id)), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mentorship_id in (select t1.id from mentorship t1 where t1.participant_id in (old.id, new.id))), 'participant');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.person_id) is distinct from (new.id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mobility_id in (select t1.id from mobility t1 where t1.participant_id in (old.id, new.id))), 'participant');
    end if;
    perform puente_note_notification(array(select e.id from notification e where e.person_id in (old.person_id, new.person_id)), 'participant');
    if tg_op <> 'INSERT' and (old.id, old.person_id, old.institution_id) is distinct from (new.id, new.person_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (old.id, new.id))), 'participant');
    end if;
    return coalesce(new, old);
end
$$;

create trigger participant_track_rows before insert or update or delete on participant
    for each row execute function puente_track_participant_rows();

-- Rows of participation decide who sees other entities, or are shown by them.
create function puente_track_participation_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.status != 'WITHDRAWN', false);
    new_0 boolean := coalesce(new.id is not null and new.status != 'WITHDRAWN', false);
begin
    if (old.id, old.participant_id, old.cohort_id, old.status) is not distinct from (new.id, new.participant_id, new.cohort_id, new.status) then
        return coalesce(new, old);
    end if;
    perform from cohort where id in (old.cohort_id, new.cohort_id) order by id for no key update;
    perform from participant where id in (old.participant_id, new.participant_id) order by id for no key update;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- PARTICIPANT
        perform puente_note_participant(array[case when old_0 then old.participant_id end, case when new_0 then new.participant_id end], 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end)), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.participant_id) is distinct from (new.id, new.participant_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (old.id, new.id)), 'participation');
    end if;
    if (old_0, old.participant_id, old.cohort_id) is distinct from (new_0, new.participant_id, new.cohort_id) and (old_0 or new_0) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (case when old_0 then old.participant_id end, case when new_0 then new.participant_id end))), 'participation');
    end if;
    return coalesce(new, old);
end
$$;

create trigger participation_track_rows before insert or update or delete on participation
    for each row execute function puente_track_participation_rows();

-- Rows of person decide who sees other entities, or are shown by them.
create function puente_track_person_rows() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_award_id in (select t1.id from award t1 where t1.recipient_id in (old.id, new.id))), 'person');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.family_names, coalesce(old.preferred_name, old.given_name), old.institution_id) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name), new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.family_names, coalesce(old.preferred_name, old.given_name)) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name)) then 'contributors:' || new.id end], null));
    end if;
    if tg_op <> 'INSERT' and (old.id, old.family_names, coalesce(old.preferred_name, old.given_name), old.institution_id) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name), new.institution_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.family_names, coalesce(old.preferred_name, old.given_name)) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name)) then 'recipient' end], null));
    end if;
    if tg_op <> 'INSERT' and (old.id, old.orcid, old.email, old.phone) is distinct from (new.id, new.orcid, new.email, new.phone) then  -- MENTOR
        perform puente_note_mentor(array(select e.id from mentor e where e.person_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.orcid) is distinct from (new.id, new.orcid) then 'orcid' end, case when (old.id, old.email) is distinct from (new.id, new.email) then 'email' end, case when (old.id, old.phone) is distinct from (new.id, new.phone) then 'phone' end], null));
    end if;
    if tg_op <> 'INSERT' and (old.id, old.orcid, old.email, old.phone) is distinct from (new.id, new.orcid, new.email, new.phone) then  -- PARTICIPANT
        perform puente_note_participant(array(select e.id from participant e where e.person_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.orcid) is distinct from (new.id, new.orcid) then 'orcid' end, case when (old.id, old.email) is distinct from (new.id, new.email) then 'email' end, case when (old.id, old.phone) is distinct from (new.id, new.phone) then 'phone' end], null));
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (old.id, new.id)), 'person');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- ATTENDANCE
        perform puente_note_attendance(array(select e.id from attendance e where e.registration_id in (select t1.id from registration t1 where t1.person_id in (old.id, new.id))), 'person');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.family_names, coalesce(old.preferred_name, old.given_name), old.institution_id) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name), new.institution_id) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.family_names, coalesce(old.preferred_name, old.given_name)) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name)) then 'name' end], null));
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.registration_id in (select t1.id from registration t1 where t1.person_id in (old.id, new.id))), 'person');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.family_names, coalesce(old.preferred_name, old.given_name), old.institution_id) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name), new.institution_id) then  -- REGISTRATION
        perform puente_note_registration(array(select e.id from registration e where e.person_id in (old.id, new.id)), 'person', array_remove(array[case when (old.id, old.family_names, coalesce(old.preferred_name, old.given_name)) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name)) then 'name' end], null));
    end if;
    return coalesce(new, old);
end
$$;

create trigger person_track_rows before update on person
    for each row when ((old.id, old.family_names, coalesce(old.preferred_name, old.given_name), old.orcid, old.email, old.phone, old.institution_id) is distinct from (new.id, new.family_names, coalesce(new.preferred_name, new.given_name), new.orcid, new.email, new.phone, new.institution_id)) execute function puente_track_person_rows();

-- Rows of person_language decide who sees other entities, or are shown by them.
create function puente_track_person_language_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.person_id, old.language, old.level) is not distinct from (new.id, new.person_id, new.language, new.level) then
        return coalesce(new, old);
    end if;
    perform puente_note_mentor(array(select e.id from mentor e where e.person_id in (old.person_id, new.person_id)), 'person_language', array['languages']);
    perform puente_note_participant(array(select e.id from participant e where e.person_id in (old.person_id, new.person_id)), 'person_language', array['languages']);
    perform puente_note_person(array[old.person_id, new.person_id], 'person_language', array['languages']);
    return coalesce(new, old);
end
$$;

create trigger person_language_track_rows before insert or update or delete on person_language
    for each row execute function puente_track_person_language_rows();

-- Rows of program decide who sees other entities, or are shown by them.
create function puente_track_program_rows() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- PARTICIPATION
        perform puente_note_participation(array(select e.id from participation e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select t1.project_id from project_contributor t1 where t1.person_id in (select t2.person_id from participant t2 where t2.id in (select t3.participant_id from participation t3 where t3.cohort_id in (select t4.id from cohort t4 where t4.program_id in (old.id, new.id))))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.recipient_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (select t3.id from cohort t3 where t3.program_id in (old.id, new.id))))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- PARTICIPANT
        perform puente_note_participant(array(select t1.participant_id from participation t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.cohort_id in (select t1.id from cohort t1 where t1.program_id in (old.id, new.id))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MENTORSHIP
        perform puente_note_mentorship(array(select e.id from mentorship e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MOBILITY
        perform puente_note_mobility(array(select e.id from mobility e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- CONSENT
        perform puente_note_consent(array(select e.id from consent e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (select t3.id from cohort t3 where t3.program_id in (old.id, new.id))))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- CALL
        perform puente_note_call(array(select e.id from call e where e.program_id in (old.id, new.id)), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- CHAMPION
        perform puente_note_champion(array(select e.id from champion e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (select t3.id from cohort t3 where t3.program_id in (old.id, new.id))))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.cohort_id in (select t1.id from cohort t1 where t1.program_id in (old.id, new.id))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MENTOR_PREFERENCE
        perform puente_note_mentor_preference(array(select e.id from mentor_preference e where e.participant_id in (select t1.participant_id from participation t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- MENTORSHIP_SESSION
        perform puente_note_mentorship_session(array(select e.id from mentorship_session e where e.mentorship_id in (select t1.id from mentorship t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.mentorship_id in (select t1.id from mentorship t1 where t1.cohort_id in (select t2.id from cohort t2 where t2.program_id in (old.id, new.id)))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.person_id in (select t1.person_id from participant t1 where t1.id in (select t2.participant_id from participation t2 where t2.cohort_id in (select t3.id from cohort t3 where t3.program_id in (old.id, new.id))))), 'program');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.institution_id) is distinct from (new.id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.participation_id in (select t1.id from participation t1 where t1.participant_id in (select t2.participant_id from participation t2 where t2.cohort_id in (select t3.id from cohort t3 where t3.program_id in (old.id, new.id))))), 'program');
    end if;
    return coalesce(new, old);
end
$$;

create trigger program_track_rows before update on program
    for each row when ((old.id, old.institution_id) is distinct from (new.id, new.institution_id)) execute function puente_track_program_rows();

-- Rows of project decide who sees other entities, or are shown by them.
create function puente_track_project_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.status, old.agreement_id, old.origin_award_id, old.origin_project_id) is not distinct from (new.id, new.status, new.agreement_id, new.origin_award_id, new.origin_project_id) then
        return coalesce(new, old);
    end if;
    perform from agreement where id in (old.agreement_id, new.agreement_id) order by id for no key update;
    perform from award where id in (old.origin_award_id, new.origin_award_id) order by id for no key update;
    perform from project where id in (old.origin_project_id, new.origin_project_id) order by id for no key update;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_award_id in (select t1.id from award t1 where t1.project_id in (old.id, new.id))), 'project');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_project_id in (old.id, new.id)), 'project');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.project_id in (old.id, new.id)), 'project');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- AGREEMENT
        perform puente_note_agreement(array(select e.id from agreement e where e.origin_project_id in (old.id, new.id)), 'project');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.status) is distinct from (new.id, new.status) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.project_id in (old.id, new.id)), 'project');
    end if;
    return coalesce(new, old);
end
$$;

create trigger project_track_rows before update on project
    for each row when ((old.id, old.status, old.agreement_id, old.origin_award_id, old.origin_project_id) is distinct from (new.id, new.status, new.agreement_id, new.origin_award_id, new.origin_project_id)) execute function puente_track_project_rows();
create trigger project_track_rows_insert before insert on project
    for each row when (num_nonnulls(new.agreement_id, new.origin_award_id, new.origin_project_id) > 0) execute function puente_track_project_rows();
create trigger project_track_rows_delete before delete on project
    for each row execute function puente_track_project_rows();

-- Rows of project_contributor decide who sees other entities, or are shown by them.
create function puente_track_project_contributor_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.project_id, old.person_id, old.role, old.since, old.until) is not distinct from (new.id, new.project_id, new.person_id, new.role, new.since, new.until) then
        return coalesce(new, old);
    end if;
    perform from person where id in (old.person_id, new.person_id) order by id for no key update;
    if (old.project_id, old.person_id) is distinct from (new.project_id, new.person_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_award_id in (select t1.id from award t1 where t1.project_id in (old.project_id, new.project_id))), 'project_contributor');
    end if;
    perform puente_note_project(array[old.project_id, new.project_id], 'project_contributor', array['contributors']);
    if (old.project_id, old.person_id) is distinct from (new.project_id, new.person_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_project_id in (old.project_id, new.project_id)), 'project_contributor');
    end if;
    if (old.project_id, old.person_id) is distinct from (new.project_id, new.person_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.project_id in (old.project_id, new.project_id)), 'project_contributor');
    end if;
    if (old.project_id, old.person_id) is distinct from (new.project_id, new.person_id) then  -- AGREEMENT
        perform puente_note_agreement(array(select e.id from agreement e where e.origin_project_id in (old.project_id, new.project_id)), 'project_contributor');
    end if;
    if (old.project_id, old.person_id) is distinct from (new.project_id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.project_id in (old.project_id, new.project_id)), 'project_contributor');
    end if;
    return coalesce(new, old);
end
$$;

create trigger project_contributor_track_rows before insert or update or delete on project_contributor
    for each row execute function puente_track_project_contributor_rows();

-- Rows of project_external_id decide who sees other entities, or are shown by them.
create function puente_track_project_external_id_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.project_id, old.institution_id, old.scheme, old.value) is not distinct from (new.id, new.project_id, new.institution_id, new.scheme, new.value) then
        return coalesce(new, old);
    end if;
    perform puente_note_project(array[old.project_id, new.project_id], 'project_external_id', array['externalIds']);
    return coalesce(new, old);
end
$$;

create trigger project_external_id_track_rows before insert or update or delete on project_external_id
    for each row execute function puente_track_project_external_id_rows();

-- Rows of project_institution decide who sees other entities, or are shown by them.
create function puente_track_project_institution_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.project_id, old.institution_id, old.role, old.since, old.until) is not distinct from (new.id, new.project_id, new.institution_id, new.role, new.since, new.until) then
        return coalesce(new, old);
    end if;
    if (old.project_id, old.institution_id) is distinct from (new.project_id, new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_award_id in (select t1.id from award t1 where t1.project_id in (old.project_id, new.project_id))), 'project_institution');
    end if;
    perform puente_note_project(array[old.project_id, new.project_id], 'project_institution', array['institutions']);
    if (old.project_id, old.institution_id) is distinct from (new.project_id, new.institution_id) then  -- PROJECT
        perform puente_note_project(array(select e.id from project e where e.origin_project_id in (old.project_id, new.project_id)), 'project_institution');
    end if;
    if (old.project_id, old.institution_id) is distinct from (new.project_id, new.institution_id) then  -- AWARD
        perform puente_note_award(array(select e.id from award e where e.project_id in (old.project_id, new.project_id)), 'project_institution');
    end if;
    if (old.project_id, old.institution_id) is distinct from (new.project_id, new.institution_id) then  -- AGREEMENT
        perform puente_note_agreement(array(select e.id from agreement e where e.origin_project_id in (old.project_id, new.project_id)), 'project_institution');
    end if;
    if (old.project_id, old.institution_id) is distinct from (new.project_id, new.institution_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.project_id in (old.project_id, new.project_id)), 'project_institution');
    end if;
    return coalesce(new, old);
end
$$;

create trigger project_institution_track_rows before insert or update or delete on project_institution
    for each row execute function puente_track_project_institution_rows();

-- Rows of project_output decide who sees other entities, or are shown by them.
create function puente_track_project_output_rows() returns trigger language plpgsql as $$
begin
    if (old.id, old.project_id, old.doi, old.title, old.kind, old.published_on) is not distinct from (new.id, new.project_id, new.doi, new.title, new.kind, new.published_on) then
        return coalesce(new, old);
    end if;
    perform puente_note_project(array[old.project_id, new.project_id], 'project_output', array['outputs']);
    return coalesce(new, old);
end
$$;

create trigger project_output_track_rows before insert or update or delete on project_output
    for each row execute function puente_track_project_output_rows();

-- Rows of registration decide who sees other entities, or are shown by them.
create function puente_track_registration_rows() returns trigger language plpgsql as $$
declare
    old_0 boolean := coalesce(old.id is not null and old.status = 'WAITLISTED', false);
    new_0 boolean := coalesce(new.id is not null and new.status = 'WAITLISTED', false);
    old_1 boolean := coalesce(old.id is not null and old.status IN ('CONFIRMED', 'ATTENDED'), false);
    new_1 boolean := coalesce(new.id is not null and new.status IN ('CONFIRMED', 'ATTENDED'), false);
begin
    if (old.id, old.event_id, old.person_id, old.status) is not distinct from (new.id, new.event_id, new.person_id, new.status) then
        return coalesce(new, old);
    end if;
    perform from event where id in (old.event_id, new.event_id) order by id for no key update;
    perform from person where id in (old.person_id, new.person_id) order by id for no key update;
    if (old_0, old.event_id) is distinct from (new_0, new.event_id) and (old_0 or new_0) then  -- EVENT
        perform puente_note_event(array(select e from unnest(array[case when old_0 then old.event_id end, case when new_0 then new.event_id end]) e where puente_shows_event_places(e, old, new)), 'registration', array['placesLeft']);
    end if;
    if (old_1, old.event_id) is distinct from (new_1, new.event_id) and (old_1 or new_1) then  -- EVENT
        perform puente_note_event(array(select e from unnest(array[case when old_1 then old.event_id end, case when new_1 then new.event_id end]) e where puente_shows_event_places(e, old, new)), 'registration', array['placesLeft']);
    end if;
    if tg_op <> 'INSERT' and (old.id, old.event_id, old.person_id) is distinct from (new.id, new.event_id, new.person_id) then  -- ATTENDANCE
        perform puente_note_attendance(array(select e.id from attendance e where e.registration_id in (old.id, new.id)), 'registration');
    end if;
    if tg_op <> 'INSERT' and (old.id, old.event_id, old.person_id) is distinct from (new.id, new.event_id, new.person_id) then  -- NOTIFICATION
        perform puente_note_notification(array(select e.id from notification e where e.registration_id in (old.id, new.id)), 'registration');
    end if;
    return coalesce(new, old);
end
$$;

create trigger registration_track_rows before insert or update or delete on registration
    for each row execute function puente_track_registration_rows();
create trigger activity_participation_track_truncate before truncate on activity_participation
    for each statement execute function puente_track_truncate();
create trigger agreement_party_track_truncate before truncate on agreement_party
    for each statement execute function puente_track_truncate();
create trigger event_external_id_track_truncate before truncate on event_external_id
    for each statement execute function puente_track_truncate();
create trigger event_organizer_track_truncate before truncate on event_organizer
    for each statement execute function puente_track_truncate();
create trigger impact_metric_track_truncate before truncate on impact_metric
    for each statement execute function puente_track_truncate();
create trigger person_language_track_truncate before truncate on person_language
    for each statement execute function puente_track_truncate();
create trigger project_contributor_track_truncate before truncate on project_contributor
    for each statement execute function puente_track_truncate();
create trigger project_external_id_track_truncate before truncate on project_external_id
    for each statement execute function puente_track_truncate();
create trigger project_institution_track_truncate before truncate on project_institution
    for each statement execute function puente_track_truncate();
create trigger project_output_track_truncate before truncate on project_output
    for each statement execute function puente_track_truncate();

create trigger impact_metric_track_rows before insert or update or delete on impact_metric
    for each row execute function puente_track_figure();
