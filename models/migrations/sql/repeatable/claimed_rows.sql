-- What a token's claims give rests on rows: the person with an ORCID iD, their home, their rows as mentor and
-- participant, and the institution with a slug. When these change, somebody may be given something or lose it, as
-- with grants (0015_grants_given.sql). Subjects are not known here, so it is kept for what their tokens claim. Run anew
-- whenever the text has changed.
create or replace function puente_claimed_added() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'person' then
        perform puente_record_given(array(select 'orcid ' || n.orcid from new_rows n where n.orcid is not null));
    else
        perform puente_record_given(array(
            select 'orcid ' || p.orcid from new_rows n join person p on p.id = (to_jsonb(n) ->> 'person_id')::uuid
            where p.orcid is not null));
    end if;
    return null;
end
$$;

create or replace function puente_claimed_removed() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'person' then
        perform puente_record_given(array(select 'orcid ' || o.orcid from old_rows o where o.orcid is not null));
    else
        perform puente_record_given(array(
            select 'orcid ' || p.orcid from old_rows o join person p on p.id = (to_jsonb(o) ->> 'person_id')::uuid
            where p.orcid is not null));
    end if;
    return null;
end
$$;

create or replace function puente_person_claimed() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array(
        select 'orcid ' || key from new_rows n join old_rows o on o.id = n.id, unnest(array[o.orcid, n.orcid]) key
        where (o.orcid, o.institution_id) is distinct from (n.orcid, n.institution_id) and key is not null));
    return null;
end
$$;

create or replace function puente_profile_claimed() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array(
        select 'orcid ' || p.orcid from new_rows n join old_rows o on o.id = n.id
            join person p on p.id in (o.person_id, n.person_id)
        where o.person_id <> n.person_id and p.orcid is not null));
    return null;
end
$$;

create or replace function puente_institution_claimed() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array['institution ' || old.slug, 'institution ' || new.slug]);
    return null;
end
$$;

create or replace trigger person_claimed_added after insert on person referencing new table as new_rows
    for each statement execute function puente_claimed_added();
create or replace trigger person_claimed_changed after update on person
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_person_claimed();
create or replace trigger person_claimed_removed after delete on person referencing old table as old_rows
    for each statement execute function puente_claimed_removed();
create or replace trigger mentor_claimed_added after insert on mentor referencing new table as new_rows
    for each statement execute function puente_claimed_added();
create or replace trigger mentor_claimed_changed after update on mentor
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_profile_claimed();
create or replace trigger mentor_claimed_removed after delete on mentor referencing old table as old_rows
    for each statement execute function puente_claimed_removed();
create or replace trigger participant_claimed_added after insert on participant referencing new table as new_rows
    for each statement execute function puente_claimed_added();
create or replace trigger participant_claimed_changed after update on participant
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_profile_claimed();
create or replace trigger participant_claimed_removed after delete on participant referencing old table as old_rows
    for each statement execute function puente_claimed_removed();
create or replace trigger institution_claimed after update of slug on institution
    for each row when (old.slug <> new.slug) execute function puente_institution_claimed();
create or replace trigger person_claimed_emptied after truncate on person
    for each statement execute function puente_new_epoch();
create or replace trigger mentor_claimed_emptied after truncate on mentor
    for each statement execute function puente_new_epoch();
create or replace trigger participant_claimed_emptied after truncate on participant
    for each statement execute function puente_new_epoch();
