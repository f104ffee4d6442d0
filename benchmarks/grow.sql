-- Rows to measure with: psql -v projects=20000 -v people=50000 -f benchmarks/grow.sql, on a migrated and seeded
-- database. Few institutions are large and many small (an institution's rank is the square of a hash). What one
-- asks for stays as large as it is (a project's partners, a cohort's hundred participants, the studies of one
-- place), and there is more of it: places, cohorts and family names grow with the rows.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
begin;

-- Nobody follows a database while it grows: no note is taken of each row.
create function pg_temp.track(whether text) returns void language plpgsql as $$
declare
    track record;
begin
    for track in select tgrelid::regclass as of_table, tgname from pg_trigger where tgname like '%\_track%' loop
        execute format('alter table %s %s trigger %I', track.of_table, whether, track.tgname);
    end loop;
end
$$;
select pg_temp.track('disable') \g /dev/null

create function pg_temp.pick(i bigint, salt int, n int) returns int
    language sql immutable return abs(hashint8extended(i, salt) % n)::int;
create function pg_temp.skewed(i bigint, salt int, n int) returns int
    language sql immutable return floor(n * power(pg_temp.pick(i, salt, 1000000) / 1000000.0, 2))::int;
-- A made-up name for a place or a family, the same for the same number.
create function pg_temp.named(i int) returns text
    language sql immutable
    return (array['Xo','Tla','Cua','Meh','Pa','Zi','Te','Ahua','Co','Huitz','Ixta','Jala','Cho','Moc','Nex','Oco','Tepe','Quet','Yau','Tol'])[1 + i % 20]
        || (array['chi','mul','te','pan','lti','ca','xo','ma','hua','ne','pec','tzin','qui','lo','ya','zo','cho','nan','tli','me'])[1 + i / 20 % 20]
        || (array['co','pan','tla','tepec','calco','huaca','cingo','ma','lapa','zontle'])[1 + i / 400 % 10]
        || (array['','norte','sur','alto','bajo','viejo','nuevo','real'])[1 + i / 4000 % 8];

create temporary table topic (n int primary key, en text, es text, field text);
insert into topic values
    (0, 'water', 'agua', 'NATURAL_RESOURCES'), (1, 'energy', 'energía', 'ENERGY'), (2, 'health', 'salud', 'HEALTH'),
    (3, 'maize', 'maíz', 'AGRICULTURE'), (4, 'migration', 'migración', 'MIGRATION'), (5, 'climate', 'clima', 'CLIMATE'),
    (6, 'transport', 'transporte', 'TRANSPORT'), (7, 'soil', 'suelo', 'AGRICULTURE'),
    (8, 'education', 'educación', 'EDUCATION'), (9, 'biodiversity', 'biodiversidad', 'LIFE_SCIENCES'),
    (10, 'aquifers', 'acuíferos', 'NATURAL_RESOURCES'), (11, 'housing', 'vivienda', 'SOCIAL_SCIENCES');
create temporary table place as
    select id, (row_number() over (order by slug) - 1)::int as rank, count(*) over ()::int as n from institution;
create unique index on place (rank);

insert into program (code, slug, name_en, name_es, pillar, kind, is_synthetic)
select 'GROWN_' || i, 'grown-program-' || i, 'Grown program ' || i, 'Programa de prueba ' || i,
    (array['RESEARCH','MOBILITY_AND_TALENT','PRESENCE'])[1 + i % 3], 'TALENT_PROGRAM', true
from generate_series(1, 20) i;
create temporary table program_grown as
    select id, (row_number() over (order by slug) - 1)::int as rank from program where code like 'GROWN_%';

insert into project (slug, title_en, title_es, summary_en, summary_es, status, starts_on, ends_on, date_precision,
    fields, sdgs, program_id, is_synthetic)
select 'grown-' || i,
    initcap(a.en) || ' and ' || b.en || ' in ' || pg_temp.named(spot),
    initcap(a.es) || ' y ' || b.es || ' en ' || pg_temp.named(spot),
    'How people on both sides of the border live with change: ' || a.en || ', seen from ' || pg_temp.named(spot) || '. Part ' || i || '.',
    'Cómo la gente de ambos lados de la frontera vive con el cambio: ' || a.es || ', visto desde ' || pg_temp.named(spot) || '. Parte ' || i || '.',
    (array['ACTIVE','ACTIVE','ACTIVE','COMPLETED','COMPLETED','PROPOSED','CANCELLED','DRAFT'])[1 + pg_temp.pick(i, 1, 8)],
    begun, begun + 700, 'DAY', array[a.field, b.field], array[1 + pg_temp.pick(i, 2, 17)], program_grown.id, true
from generate_series(1, :projects) i
    cross join lateral (select pg_temp.pick(i, 3, :projects / 20) as spot, date '2018-01-01' + pg_temp.pick(i, 4, 3200) as begun) made
    join topic a on a.n = pg_temp.pick(i, 5, 12)
    join topic b on b.n = (a.n + 1 + pg_temp.pick(i, 6, 11)) % 12
    left join program_grown on program_grown.rank = pg_temp.pick(i, 7, 40);

create temporary table grown as
    select id, substr(slug, 7)::bigint as i from project where slug ~ '^grown-[0-9]+$';

insert into project_institution (project_id, institution_id, role, since)
select distinct on (g.id, p.id) g.id, p.id, case k when 0 then 'LEAD' when 4 then 'FUNDER' else 'PARTNER' end, date '2019-01-01'
from grown g cross join generate_series(0, 4) k
    join place p on p.rank = pg_temp.skewed(g.i * 8 + k, 8, p.n)
where k < 2 or pg_temp.pick(g.i * 8 + k, 9, 2) = 0
order by g.id, p.id, k;

insert into person (given_name, family_names, email, institution_id, is_synthetic)
select (array['Ana','Luis','María','José','Sofía','Diego','Inés','Iván','Emma','Noah','Lucía','Mateo','Ximena','Olivia','Liam'])[1 + pg_temp.pick(i, 10, 15)],
    (array['Muñoz','García','Hernández','Núñez','Smith','Lee','López','Peña','Ortiz','Nguyen','Ruiz','Cruz','Vega','Soto','Lara','Mora'])[1 + pg_temp.pick(i, 11, 16)]
        || ' ' || pg_temp.named(pg_temp.pick(i, 12, :people / 25)),
    'grown' || i || '@example.org', p.id, true
from generate_series(1, :people) i join place p on p.rank = pg_temp.skewed(i, 13, p.n);

create temporary table human as
    select id, institution_id, substring(email from '[0-9]+')::bigint as i from person where email ~ '^grown[0-9]+@example.org$';
create unique index on human (i);

insert into participant (person_id, institution_id, level, field_of_study, is_synthetic)
select id, institution_id, (array['UNDERGRADUATE','MASTERS','DOCTORAL','POSTDOC'])[1 + pg_temp.pick(i, 14, 4)], '0521', true
from human where i % 5 > 0;

insert into mentor (person_id, institution_id, sector, expertise, capacity, available, biography_en, biography_es, is_synthetic)
select human.id, institution_id, (array['ACADEMIC','INDUSTRY'])[1 + pg_temp.pick(i, 15, 2)], array[a.field, b.field],
    1 + pg_temp.pick(i, 16, 4), pg_temp.pick(i, 17, 3) > 0,
    'Works on ' || a.en || ' and teaches about ' || b.en || ' in ' || pg_temp.named(pg_temp.pick(i, 18, :projects / 20)) || '.',
    'Trabaja en ' || a.es || ' y enseña sobre ' || b.es || ' en ' || pg_temp.named(pg_temp.pick(i, 18, :projects / 20)) || '.', true
from human join topic a on a.n = pg_temp.pick(i, 19, 12) join topic b on b.n = (a.n + 1 + pg_temp.pick(i, 20, 11)) % 12
where i % 5 = 0;

create temporary table student as
    select s.id, s.institution_id, row_number() over (order by h.i) - 1 as i from participant s join human h on h.id = s.person_id;
create unique index on student (i);
create temporary table guide as
    select m.id, row_number() over (order by h.i) - 1 as i from mentor m join human h on h.id = m.person_id;
create unique index on guide (i);

-- Half of the participants are in a cohort of a hundred; each of those has a mentor.
insert into cohort (program_id, slug, name_en, name_es, starts_on, ends_on, is_synthetic)
select p.id, 'grown-cohort-' || c, 'Cohort ' || c, 'Generación ' || c, date '2020-08-01' + c % 1500, date '2021-08-01' + c % 1500, true
from generate_series(0, :people / 250 - 1) c join program_grown p on p.rank = pg_temp.pick(c, 21, 20);
create temporary table class as
    select id, substr(slug, 14)::bigint as c from cohort where slug like 'grown-cohort-%';
create unique index on class (c);

insert into participation (participant_id, cohort_id, status, joined_on)
select s.id, class.id, (array['ACTIVE','ACTIVE','COMPLETED','ACCEPTED','WITHDRAWN'])[1 + pg_temp.pick(s.i, 22, 5)], date '2020-08-01'
from student s join class on class.c = s.i / 2 % (:people / 250) where s.i % 2 = 0;

insert into mentorship (mentor_id, participant_id, cohort_id, status, starts_on, goals, sessions, is_synthetic)
select g.id, s.id, class.id, (array['ACTIVE','COMPLETED','ACCEPTED','PROPOSED'])[1 + pg_temp.pick(s.i, 23, 4)], date '2020-09-01',
    'A first paper.', pg_temp.pick(s.i, 24, 12), true
from student s join class on class.c = s.i / 2 % (:people / 250)
    join guide g on g.i = pg_temp.pick(s.i, 25, (select count(*)::int from guide))
where s.i % 2 = 0;

insert into mobility (participant_id, sending_institution_id, receiving_institution_id, program_id, activity, starts_on, ends_on, status, is_synthetic)
select s.id, s.institution_id, p.id, g.id, (array['STUDY','INTERNSHIP','RESEARCH','FIELDWORK'])[1 + pg_temp.pick(s.i, 26, 4)],
    date '2021-01-10' + pg_temp.pick(s.i, 27, 1500), date '2021-06-10' + pg_temp.pick(s.i, 27, 1500), 'COMPLETED', true
from student s join place p on p.rank = pg_temp.skewed(s.i, 28, p.n) and p.id <> s.institution_id
    join program_grown g on g.rank = pg_temp.pick(s.i, 29, 20)
where s.i % 3 = 0;

insert into project_contributor (project_id, person_id, role)
select distinct on (g.id, h.id) g.id, h.id, case k when 0 then 'PI' when 1 then 'CO_PI' when 2 then 'RESEARCHER' else 'STUDENT' end
from grown g cross join generate_series(0, 3) k
    join human h on h.i = 1 + pg_temp.pick(g.i * 8 + k, 30, :people)
order by g.id, h.id, k;

insert into award (project_id, funder_id, funder_side, kind, amount, currency, decided_on, is_synthetic)
select g.id, p.id, case k when 0 then 'UC' else 'MEXICO' end, (array['RESEARCH_GRANT','SEED'])[1 + k], 1000 + pg_temp.pick(g.i, 31, 90000),
    case k when 0 then 'USD' else 'MXN' end, date '2019-06-01' + pg_temp.pick(g.i, 32, 2000), true
from grown g cross join generate_series(0, 1) k join place p on p.rank = pg_temp.skewed(g.i * 2 + k, 33, p.n)
where k = 0 or pg_temp.pick(g.i, 34, 2) = 0;

insert into project_output (project_id, doi, title, kind, published_on)
select g.id, '10.5555/grown.' || g.i, 'Findings of part ' || g.i, 'ARTICLE', date '2021-01-01' + pg_temp.pick(g.i, 35, 1500)
from grown g where pg_temp.pick(g.i, 36, 2) = 0;

insert into event (slug, title_en, title_es, starts_at, ends_at, time_zone, date_precision, mode, venue_id,
    languages, topics, status, capacity, is_synthetic)
select 'grown-' || i, 'Meeting on ' || a.en || ' in ' || pg_temp.named(pg_temp.pick(i, 37, :projects / 20)),
    'Reunión sobre ' || a.es || ' en ' || pg_temp.named(pg_temp.pick(i, 37, :projects / 20)),
    timestamptz '2020-01-01 16:00Z' + i * (interval '2400 days' / (:projects / 4)),
    timestamptz '2020-01-01 18:00Z' + i * (interval '2400 days' / (:projects / 4)),
    (array['America/Mexico_City','America/Tijuana','America/Los_Angeles'])[1 + i % 3], 'DAY',
    (array['IN_PERSON','ONLINE','HYBRID'])[1 + pg_temp.pick(i, 38, 3)], case when i % 2 = 0 then (select id from venue order by slug limit 1) end,
    array['EN','ES'], array[a.en], (array['PUBLISHED','PUBLISHED','PUBLISHED','DRAFT'])[1 + pg_temp.pick(i, 39, 4)], 100, true
from generate_series(1, :projects / 4) i join topic a on a.n = pg_temp.pick(i, 40, 12);

insert into event_organizer (event_id, institution_id, role)
select distinct on (e.id, p.id) e.id, p.id, case k when 0 then 'HOST' else 'CO_HOST' end
from event e cross join generate_series(0, 1) k
    join place p on p.rank = pg_temp.skewed(substr(e.slug, 7)::bigint * 2 + k, 41, p.n)
where e.slug ~ '^grown-[0-9]+$' order by e.id, p.id, k;
-- What people agreed to: half of them to some purposes. Rows are new, so nothing is replaced.
alter table consent disable trigger consent_replaces;
insert into consent (person_id, purpose, notice_version, granted_at, is_synthetic)
select human.id, purpose, '2024-01', timestamptz '2024-01-15 18:00Z', true
from human
    cross join lateral unnest(case when i % 5 = 0 then array['PUBLIC_PROFILE','ATTRIBUTION']
        else array['PARTNER_ACCESS','SYSTEM_TRANSFER','ATTRIBUTION'] end) with ordinality as agreed (purpose, number)
where pg_temp.pick(i * 4 + number, 42, 2) = 0;
alter table consent enable trigger consent_replaces;

-- Somebody who coordinates for the largest institution.
insert into access_grant (issuer, subject, role, institution_id, is_synthetic)
select 'puente-development', 'grown-coordinator', 'COORDINATOR', id, true from place where rank = 0;
select pg_temp.track('enable') \g /dev/null
commit;
vacuum (analyze, parallel 2, skip_locked);
