-- What a token's claims give rests on rows: the person with an ORCID iD, their home, their rows as mentor and
-- participant, and the institution with a slug. When these change, somebody may be given something or lose it, as
-- with grants (0015_grants_given.sql). Subjects are not known here, so it is kept for what their tokens claim. Run
-- anew whenever the text has changed.
create or replace function puente_claimed_rows() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'person' then
        perform puente_record_given(array(select 'orcid ' || r.orcid from written_rows r where r.orcid is not null));
    else
        perform puente_record_given(array(
            select 'orcid ' || p.orcid from written_rows r join person p on p.id = r.person_id
            where p.orcid is not null));
    end if;
    return null;
end
$$;

-- What changed is told by sets, which take as long as there are rows. A join of the two tables would be planned once a
-- session, for as few rows as its first statement changed, and compare each with each ever after.
create or replace function puente_claimed_changed() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'person' then
        perform puente_record_given(array(
            with old as (select id, orcid, institution_id from old_rows where orcid is not null),
                new as (select id, orcid, institution_id from new_rows where orcid is not null)
            select 'orcid ' || orcid from ((table old except table new) union all (table new except table old)) row));
    else
        perform puente_record_given(array(
            with old as (select id, person_id from old_rows), new as (select id, person_id from new_rows)
            select 'orcid ' || p.orcid
            from ((table old except table new) union all (table new except table old)) row
                join person p on p.id = row.person_id
            where p.orcid is not null));
    end if;
    return null;
end
$$;

create or replace function puente_claimed_institution() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array['institution ' || old.slug, 'institution ' || new.slug]);
    return null;
end
$$;

do $$
declare
    of_table text;
begin
    foreach of_table in array array['person', 'mentor', 'participant'] loop
        execute format('
            create or replace trigger %1$s_claimed_added after insert on %1$s referencing new table as written_rows
                for each statement execute function puente_claimed_rows();
            create or replace trigger %1$s_claimed_changed after update on %1$s
                referencing old table as old_rows new table as new_rows
                for each statement execute function puente_claimed_changed();
            create or replace trigger %1$s_claimed_removed after delete on %1$s referencing old table as written_rows
                for each statement execute function puente_claimed_rows();
            create or replace trigger %1$s_claimed_emptied after truncate on %1$s
                for each statement execute function puente_new_epoch()', of_table);
    end loop;
end
$$;
create or replace trigger institution_claimed_changed after update of slug on institution
    for each row when (old.slug <> new.slug) execute function puente_claimed_institution();
