-- Whoever has a preferred name is ordered and found by it, and by their given name no more: no field shows that
-- one, and a cursor holds what it is ordered by. PostgreSQL 16 can't change what a column is generated from.
drop trigger person_renamed on person;
alter table person
    drop column name_sort_en,
    drop column name_sort_es,
    drop column search;
alter table person
    add column name_sort_en text collate "C"
        generated always as (puente_fold(family_names || ' ' || coalesce(preferred_name, given_name))) stored,
    add column name_sort_es text collate "C"
        generated always as (puente_sort_es(family_names || ' ' || coalesce(preferred_name, given_name))) stored,
    add column search tsvector
        generated always as (puente_vector(coalesce(coalesce(preferred_name, given_name), '') || ' ' || coalesce(family_names, ''))) stored not null;
create index ix_person_search on person using gin (search);
create trigger person_renamed
    after update on person for each row
    when ((old.name, old.name_sort_en, old.name_sort_es, old.search)
        is distinct from (new.name, new.name_sort_en, new.name_sort_es, new.search))
    execute function puente_rename();

-- The copies. Nothing that anybody sees has changed, so no trigger makes a change of it.
alter table mentor disable trigger user;
alter table participant disable trigger user;
update mentor m
    set name_sort_en = p.name_sort_en, name_sort_es = p.name_sort_es, name_search = p.search
    from person p
    where p.id = m.person_id and (m.name_sort_en, m.name_sort_es, m.name_search)
        is distinct from (p.name_sort_en, p.name_sort_es, p.search);
update participant m
    set name_sort_en = p.name_sort_en, name_sort_es = p.name_sort_es, name_search = p.search
    from person p
    where p.id = m.person_id and (m.name_sort_en, m.name_sort_es, m.name_search)
        is distinct from (p.name_sort_en, p.name_sort_es, p.search);
alter table mentor enable trigger user;
alter table participant enable trigger user;
