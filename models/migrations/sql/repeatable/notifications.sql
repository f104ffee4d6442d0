-- Whom a step notifies: a row for each person, and one in the queue of mails, in the transaction of the step. Run anew
-- whenever the text has changed.

-- The step's own row is read as it was written, so `revision` is the version that the step gave it. Who took the step
-- knows of it already. The same kind, entity, revision and recipient are never notified twice. `people` are ids of
-- persons, and of guests' registrations.
create or replace function puente_notify(of_kind text, of_table text, of_row uuid, people uuid[])
returns void language plpgsql as $$
declare
    revised integer;
    actor text := nullif(current_setting('puente.act', true), '')::jsonb ->> 'actor';
begin
    execute format('select version from %I where id = $1', of_table) into revised using of_row;
    execute format('
        with made as (
            insert into notification (person_id, guest_id, kind, %I, revision, language)
            select p.person_id, p.guest_id, $1, $2, $3, p.language
            from (
                select p.id as person_id, null::uuid as guest_id, puente_language_of(p.id) as language
                from person p where p.id = any($4) and ''person '' || p.id is distinct from $5
                union all
                select null, g.id, puente_language_of_guest(g.id)
                from registration g where g.id = any($4) and g.person_id is null
            ) p order by p.person_id, p.guest_id
            on conflict do nothing
            returning id
        )
        insert into notification_mail (notification_id) select id from made', of_table || '_id')
    using of_kind, of_row, revised, people, actor;
end
$$;

-- The language that a person is written to in: that which they prefer, else that of the side of their institution.
create or replace function puente_language_of(person uuid) returns text language sql stable as $$
    select coalesce((
        select coalesce(p.language_preference, case i.side when 'MEXICO' then 'ES' else 'EN' end)
        from person p left join institution i on i.id = p.institution_id where p.id = person), 'EN')
$$;

-- That of a guest: what the registration says, else that of the side of the institution that hosts the event.
create or replace function puente_language_of_guest(guest uuid) returns text language sql stable as $$
    select coalesce((
        select coalesce(r.guest_language, (
            select case i.side when 'MEXICO' then 'ES' else 'EN' end
            from event_organizer o join institution i on i.id = o.institution_id
            where o.event_id = r.event_id order by o.role = 'HOST' desc, o.id limit 1))
        from registration r where r.id = guest), 'EN')
$$;

-- The person that somebody is known to be: the one whom the identity is linked to, else the one whom the oldest grant in
-- force names that names any.
create or replace function puente_person_of(of_issuer text, of_subject text) returns uuid language sql stable as $$
    select coalesce(
        (select i.person_id from access_identity i where i.issuer = of_issuer and i.subject = of_subject),
        (select g.person_id from access_grant g
            where g.issuer = of_issuer and g.subject = of_subject and g.person_id is not null and g.revoked_at is null
                and (g.expires_at is null or g.expires_at > now())
            order by g.created_at, g.id limit 1))
$$;
