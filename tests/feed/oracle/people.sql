-- More rows for writers to change: all made up, and drawn by number so that they are the same each time.
create temporary table place as
    select array_agg(id order by slug) as ids from institution
    where slug in ('uc-merced', 'uc-davis', 'universidad-panamericana', 'uc-san-diego', 'uc-riverside', 'unam');

insert into person (given_name, family_names, email, phone, institution_id, is_synthetic)
    select 'Given' || n, 'Family' || n, 'p' || n || '@example.org', '+5255' || (10000000 + n),
        place.ids[1 + n % cardinality(place.ids)], true
    from generate_series(1, 800) n, place;
insert into participant (person_id, institution_id, level, is_synthetic)
    select p.id, p.institution_id, 'DOCTORAL', true from person p
    where p.given_name ~ '^Given' and substr(p.given_name, 6)::int <= 640;
insert into mentor (person_id, institution_id, sector, capacity, available, is_synthetic)
    select p.id, p.institution_id, 'INDUSTRY', 5, true, true from person p
    where p.given_name ~ '^Given' and substr(p.given_name, 6)::int > 640;
insert into consent (person_id, purpose, notice_version, is_synthetic)
    select p.id, purpose, '1', true from person p,
        unnest(array['PUBLIC_PROFILE', 'ATTRIBUTION', 'PARTNER_ACCESS', 'SYSTEM_TRANSFER']) purpose
    where p.given_name ~ '^Given' and (substr(p.given_name, 6)::int + ascii(purpose)) % 2 = 0;
insert into project (slug, title_en, date_precision, status, is_synthetic)
    select 'made-' || n, 'Made ' || n, 'DAY', case n % 3 when 0 then 'DRAFT' else 'ACTIVE' end, true
    from generate_series(1, 60) n;
insert into project_institution (project_id, institution_id, role, is_synthetic)
    select p.id, place.ids[1 + substr(p.slug, 6)::int % cardinality(place.ids)], 'LEAD', true
    from project p, place where p.slug ~ '^made-';
insert into event (slug, title_en, starts_at, ends_at, time_zone, date_precision, mode, status, is_synthetic)
    select 'made-' || n, 'Made ' || n, '2027-01-01T10:00Z', '2027-01-01T12:00Z', 'UTC', 'DAY', 'ONLINE',
        case n % 3 when 0 then 'DRAFT' else 'PUBLISHED' end, true
    from generate_series(1, 40) n;
insert into event_organizer (event_id, institution_id, role, is_synthetic)
    select e.id, place.ids[1 + substr(e.slug, 6)::int % cardinality(place.ids)], 'HOST', true
    from event e, place where e.slug ~ '^made-';
insert into agreement (slug, title_en, date_precision, type, status, document_url, is_synthetic)
    select 'made-' || n, 'Made ' || n, 'DAY', 'MOU', 'DRAFT', 'https://example.org/' || n, true
    from generate_series(1, 20) n;
insert into agreement_party (agreement_id, institution_id, role, is_synthetic)
    select a.id, place.ids[1 + (substr(a.slug, 6)::int + k) % cardinality(place.ids)], 'SIGNATORY', true
    from agreement a, place, generate_series(0, 1) k where a.slug ~ '^made-';
insert into award (project_id, recipient_id, funder_side, kind, amount, currency, decided_on, is_synthetic)
    select p.id, h.id, 'UC', 'SEED', 1000 + n, 'USD', case n % 2 when 0 then '2026-01-01'::date end, true
    from generate_series(1, 60) n join project p on p.slug = 'made-' || n
        join person h on h.given_name = 'Given' || n;
insert into venue (slug, name_en, country, time_zone, is_synthetic)
    select 'made-' || n, 'Made ' || n, 'MX', 'UTC', true from generate_series(1, 200) n;
insert into mentorship (mentor_id, participant_id, sessions, status, goals, notes, is_synthetic)
    select m.id, p.id, 0, case n % 3 when 0 then 'PROPOSED' when 1 then 'ACTIVE' else 'ENDED' end, 'goals', 'notes', true
    from generate_series(1, 160) n
        join person a on a.given_name = 'Given' || n join participant p on p.person_id = a.id
        join person b on b.given_name = 'Given' || 640 + n join mentor m on m.person_id = b.id;
insert into participation (participant_id, cohort_id, status, is_synthetic)
    select p.id, (select id from cohort order by slug limit 1), 'ACTIVE', true
    from participant p join person h on h.id = p.person_id where h.given_name ~ '^Given';
insert into mobility (participant_id, sending_institution_id, receiving_institution_id, activity, status, is_synthetic)
    select p.id, p.institution_id, place.ids[1 + (n + 1) % cardinality(place.ids)], 'STUDY', 'PLANNED', true
    from place, generate_series(1, 600) n join person a on a.given_name = 'Given' || n
        join participant p on p.person_id = a.id
    where p.institution_id <> place.ids[1 + (n + 1) % cardinality(place.ids)];
drop table place;
