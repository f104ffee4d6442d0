-- People who register, events, and what the bare SQL does: it locks the event by a statement of its own, then counts.
with made as (
    insert into person (given_name, family_names, is_synthetic)
    select 'Registrant', to_char(n, 'FM0000'), true from generate_series(0, :people - 1) n
    returning id, family_names)
insert into access_grant (issuer, subject, role, person_id, is_synthetic)
select 'puente-development', 'registrant-' || family_names, 'PARTICIPANT', id, true from made;

create function bench_register(of_event uuid, who uuid) returns text language plpgsql as $$
declare
    held event;
    made text;
begin
    select * into held from event where id = of_event for no key update;
    insert into registration (event_id, person_id, status)
    select of_event, who, case
        when held.capacity > count(*) filter (where status <> 'WAITLISTED')
            and count(*) filter (where status = 'WAITLISTED') = 0 then 'CONFIRMED'
        else 'WAITLISTED' end
    from registration where event_id = of_event and status in ('CONFIRMED', 'ATTENDED', 'WAITLISTED')
    returning status into made;
    return made;
end
$$;

create function bench_events(slug text, places int, wanted int) returns setof uuid language sql as $$
    insert into event (slug, title_en, title_es, starts_at, ends_at, time_zone, date_precision, mode, languages,
        status, capacity, is_synthetic)
    select slug || '-' || n, 'Open day', 'Puertas abiertas', now() + interval '30 days',
        now() + interval '31 days', 'America/Tijuana', 'DAY', 'ONLINE', '{EN}', 'PUBLISHED', places, true
    from generate_series(1, wanted) n returning id
$$;
