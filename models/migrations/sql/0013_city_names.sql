-- A city by its name in a language, whichever is stored (models/city_names.py). PostgreSQL writes them into statements.
create function puente_city_en(city text) returns text language sql immutable parallel safe
    return case city
        when 'Ciudad de México' then 'Mexico City'
        when 'Los Ángeles' then 'Los Angeles'
        when 'Nueva Orleans' then 'New Orleans'
        when 'Nueva York' then 'New York'
        when 'Filadelfia' then 'Philadelphia'
        when 'Basilea' then 'Basel'
        when 'Copenhague' then 'Copenhagen'
        when 'París' then 'Paris'
        else city
    end;

create function puente_city_es(city text) returns text language sql immutable parallel safe
    return case city
        when 'Mexico City' then 'Ciudad de México'
        when 'Los Angeles' then 'Los Ángeles'
        when 'New Orleans' then 'Nueva Orleans'
        when 'New York' then 'Nueva York'
        when 'Philadelphia' then 'Filadelfia'
        when 'Basel' then 'Basilea'
        when 'Copenhagen' then 'Copenhague'
        when 'Paris' then 'París'
        else city
    end;

-- The search of institutions has both. PostgreSQL 16 can't change what a column is generated from.
alter table institution drop column search;
alter table institution add column search tsvector
    generated always as (puente_vector(coalesce(name_en, '') || ' ' || coalesce(name_es, '') || ' ' || coalesce(acronym, '') || ' ' || coalesce(coalesce(nullif(puente_city_en(city), puente_city_es(city)) || ' ', '') || puente_city_es(city), ''))) stored not null;
create index ix_institution_search on institution using gin (search);
