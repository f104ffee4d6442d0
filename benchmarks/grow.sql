-- Rows to measure with: psql -v projects=20000 -v people=50000 -f benchmarks/grow.sql, on a migrated and seeded
-- database. Few institutions are large and many small: an institution's rank is the square of a hash.
\set ON_ERROR_STOP on
begin;
create temporary table place as
    select id, (row_number() over (order by id) - 1)::int as rank, count(*) over ()::int as n
    from institution;
create unique index on place (rank);

insert into project (slug, title_en, title_es, summary_en, summary_es, status, starts_on,
    ends_on, date_precision, fields, sdgs, is_synthetic)
select 'grown-' || i,
    (array['Water','Energy','Health','Maize','Migration','Climate','Transport','Soil'])[1 + i % 8] || ' study number ' || i,
    (array['Agua','Energía','Salud','Maíz','Migración','Clima','Transporte','Suelo'])[1 + i % 8] || ': estudio número ' || i,
    'A study of how people on both sides of the border live with change, part ' || i || '.',
    'Un estudio de cómo la gente de ambos lados de la frontera vive con el cambio, parte ' || i || '.',
    (array['ACTIVE','ACTIVE','ACTIVE','COMPLETED','PROPOSED','DRAFT'])[1 + i % 6],
    date '2018-01-01' + (i * 7919 % 2900), date '2018-01-01' + (i * 7919 % 2900) + 700, 'DAY',
    array[(array['AGRICULTURE','HEALTH','NATURAL_RESOURCES','TECHNOLOGY','ENERGY','CLIMATE'])[1 + i % 6]],
    array[1 + i % 17], true
from generate_series(1, :projects) i;

create temporary table grown as
    select id, row_number() over (order by slug) as i from project where slug like 'grown-%';

insert into project_institution (project_id, institution_id, role, since)
select distinct on (g.id, p.id) g.id, p.id, case k when 0 then 'LEAD' else 'PARTNER' end, date '2019-01-01'
from grown g cross join generate_series(0, 2) k
    join place p on p.rank = floor(p.n * power(abs(hashint8(g.i * 4 + k)::float8 / 2147483648), 2))::int
order by g.id, p.id, k;

insert into person (given_name, family_names, email, institution_id, is_synthetic)
select (array['Ana','Luis','María','José','Sofía','Diego','Inés','Iván','Emma','Noah'])[1 + i % 10],
    (array['Muñoz','García','Hernández','Núñez','Smith','Lee','López','Peña','Ortiz','Nguyen'])[1 + (i / 10) % 10] || ' '
        || (array['Ruiz','Cruz','Vega','Soto','Lara','Mora'])[1 + (i / 100) % 6] || ' ' || i,
    'grown' || i || '@example.org', p.id, true
from generate_series(1, :people) i
    join place p on p.rank = floor(p.n * power(abs(hashint8(i)::float8 / 2147483648), 2))::int;

create temporary table human as
    select id, institution_id, row_number() over (order by email) as i from person where email like 'grown%@example.org';

insert into participant (person_id, institution_id, level, is_synthetic)
select id, institution_id, (array['UNDERGRADUATE','MASTERS','DOCTORAL','POSTDOC'])[1 + i % 4], true from human where i % 5 > 0;

insert into mentor (person_id, institution_id, sector, expertise, capacity, available, biography_en, biography_es, is_synthetic)
select id, institution_id, (array['ACADEMIC','INDUSTRY'])[1 + i % 2],
    array[(array['AGRICULTURE','HEALTH','NATURAL_RESOURCES','TECHNOLOGY','ENERGY','CLIMATE'])[1 + i % 6]], 1 + i % 4, i % 3 > 0,
    'Works on the energy transition and teaches.', 'Trabaja en la transición energética y enseña.', true
from human where i % 5 = 0;

insert into project_contributor (project_id, person_id, role)
select distinct on (g.id, h.id) g.id, h.id, case k when 0 then 'PI' when 1 then 'CO_PI' else 'STUDENT' end
from grown g cross join generate_series(0, 3) k
    join human h on h.i = 1 + abs(hashint8(g.i * 8 + k)::bigint) % (select count(*) from human)
order by g.id, h.id, k;

insert into award (project_id, funder_id, funder_side, kind, amount, currency, decided_on, is_synthetic)
select g.id, p.id, 'UC', 'RESEARCH_GRANT', 1000 + g.i % 90000, 'USD', date '2019-06-01', true
from grown g join place p on p.rank = g.i % p.n;

insert into event (slug, title_en, title_es, starts_at, ends_at, time_zone, date_precision, mode,
    languages, topics, status, is_synthetic)
select 'grown-' || i, 'Meeting ' || i, 'Reunión ' || i,
    timestamptz '2024-01-01 16:00Z' + i * interval '5 hours', timestamptz '2024-01-01 18:00Z' + i * interval '5 hours',
    (array['America/Mexico_City','America/Tijuana','America/Los_Angeles'])[1 + i % 3], 'DAY', 'IN_PERSON', array['EN','ES'],
    array['energy'], 'PUBLISHED', true
from generate_series(1, :projects / 4) i;
commit;
vacuum analyze project, project_institution, project_contributor, award, person, participant, mentor, event;
