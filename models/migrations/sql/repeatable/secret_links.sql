-- Links that are mailed. Run anew whenever the text has changed.

-- Whether anybody signs in as a person: by an identity, or by a grant in force.
create or replace function puente_signs_in(person uuid) returns boolean language sql stable as $$
    select exists (select from access_identity i where i.person_id = person)
        or exists (select from access_grant g where g.person_id = person and g.revoked_at is null
            and (g.expires_at is null or g.expires_at > now()))
$$;

-- Whether a link may be used: it has neither expired nor been used up, the address is still the person's, and nobody
-- signs in as the person.
create or replace function puente_link_is_open(link secret_link) returns boolean language sql stable as $$
    select link.expires_at > now() and link.uses < link.max_uses and not puente_signs_in(link.person_id)
        and exists (select from person p where p.id = link.person_id and lower(p.email) = lower(link.email))
$$;

-- Has a link mailed to a person's address. Its secret is made when the mail is sent.
create or replace function puente_send_link(of_purpose text, to_person uuid, given jsonb) returns void
language sql as $$
    with made as (
        insert into secret_link (purpose, person_id, email, expires_at)
        select of_purpose, p.id, p.email, now() + make_interval(days => (given -> 'settings' ->> 'link_days')::int)
        from person p where p.id = to_person
        returning id
    )
    insert into notification_mail (notification_id) select id from made;
    select puente_note_unsolicited(given, p.email) from person p where p.id = to_person
$$;
