-- Mentors and participants carry their person's name, so that a list ordered by name, or searched by it, is
-- read from an index of its own table. The person's row says what the name is; the copies follow it.

alter table mentor
    add column name text collate "C", add column name_fold text collate "C",
    add column name_sort_en text collate "C", add column name_sort_es text collate "C",
    add column name_search tsvector;
alter table participant
    add column name text collate "C", add column name_fold text collate "C",
    add column name_sort_en text collate "C", add column name_sort_es text collate "C",
    add column name_search tsvector;

-- The lock waits for whoever is renaming the person at this moment, and makes the next one wait.
create function puente_named() returns trigger language plpgsql as $$
begin
    select p.name, p.name_fold, p.name_sort_en, p.name_sort_es, p.search
        into new.name, new.name_fold, new.name_sort_en, new.name_sort_es, new.name_search
        from person p where p.id = new.person_id for share;
    return new;
end
$$;

create function puente_rename() returns trigger language plpgsql as $$
begin
    update mentor set person_id = new.id where person_id = new.id;
    update participant set person_id = new.id where person_id = new.id;
    return null;
end
$$;

-- What is there already gets its names, without a new version.
alter table mentor disable trigger mentor_touch;
alter table participant disable trigger participant_touch;
update mentor set name = p.name, name_fold = p.name_fold, name_sort_en = p.name_sort_en,
    name_sort_es = p.name_sort_es, name_search = p.search
    from person p where p.id = person_id;
update participant set name = p.name, name_fold = p.name_fold, name_sort_en = p.name_sort_en,
    name_sort_es = p.name_sort_es, name_search = p.search
    from person p where p.id = person_id;
alter table mentor enable trigger mentor_touch;
alter table participant enable trigger participant_touch;

create trigger mentor_named
    before insert or update of person_id, name, name_fold, name_sort_en, name_sort_es, name_search on mentor
    for each row execute function puente_named();
create trigger participant_named
    before insert or update of person_id, name, name_fold, name_sort_en, name_sort_es, name_search on participant
    for each row execute function puente_named();
create trigger person_renamed
    after update on person for each row
    when ((old.name, old.name_sort_en, old.name_sort_es, old.search)
        is distinct from (new.name, new.name_sort_en, new.name_sort_es, new.search))
    execute function puente_rename();

create index ix_mentor_name_fold_id on mentor (name_fold, id);
create index ix_mentor_name_sort_en_id on mentor (name_sort_en, id);
create index ix_mentor_name_sort_es_id on mentor (name_sort_es, id);
create index ix_mentor_institution_id_name_sort_en_id on mentor (institution_id, name_sort_en, id);
create index ix_mentor_institution_id_name_sort_es_id on mentor (institution_id, name_sort_es, id);
create index ix_mentor_name_search on mentor using gin (name_search);
create index ix_participant_name_fold_id on participant (name_fold, id);
create index ix_participant_name_sort_en_id on participant (name_sort_en, id);
create index ix_participant_name_sort_es_id on participant (name_sort_es, id);
create index ix_participant_institution_id_name_sort_en_id on participant (institution_id, name_sort_en, id);
create index ix_participant_institution_id_name_sort_es_id on participant (institution_id, name_sort_es, id);
create index ix_participant_name_search on participant using gin (name_search);
drop index ix_person_name_sort_en_id, ix_person_name_sort_es_id;
