-- Links that are mailed. Run anew whenever the text has changed.

-- Whether anybody signs in as a person: by an identity, or by a grant in force.
create or replace function puente_signs_in(person uuid) returns boolean language sql stable as $$
    select exists (select from access_identity i where i.person_id = person)
        or exists (select from access_grant g where g.person_id = person and g.revoked_at is null
            and (g.expires_at is null or g.expires_at > now()))
$$;

-- Whether a link to a registration leads there: also once it was used.
create or replace function puente_link_is_readable(link secret_link) returns boolean language sql stable as $$
    select exists (
        select from registration r join event e on e.id = r.event_id
        where r.id = link.registration_id and greatest(link.expires_at, e.ends_at) > now())
$$;

-- Whether a link may still be used. One to a person: until it expires, while the address is still the person's and nobody
-- signs in as the person. One to a guest's registration: until the event is over, whenever that is by now.
create or replace function puente_link_is_open(link secret_link) returns boolean language sql stable as $$
    select link.uses < link.max_uses and case when link.person_id is not null
        then link.expires_at > now() and not puente_signs_in(link.person_id)
            and exists (select from person p where p.id = link.person_id and lower(p.email) = lower(link.email))
        else puente_link_is_readable(link) end
$$;

-- The registration that the link with this hash leads to, for its guest to read.
create or replace function puente_guest_of_link(hash bytea) returns uuid language sql stable as $$
    select k.registration_id from link_secret s join secret_link k on k.id = s.link_id
    where s.secret_hash = hash and puente_link_is_readable(k)
$$;

-- What was given to a mutation by a link, completed by the row that the link leads to, which is that of the sender's role.
-- Who sends it without any credential acts as the guest.
create or replace function puente_by_link(given jsonb) returns jsonb language sql stable as $$
    with found as (
        select (
            select k.registration_id from link_secret s join secret_link k on k.id = s.link_id
            where s.secret_hash = decode(given -> 'link' ->> 'hash', 'hex') and puente_link_is_open(k)) as id
    )
    select given || jsonb_build_object(
        'id', id,
        'viewer', given -> 'viewer' || jsonb_build_object('viewer_' || (given -> 'link' ->> 'role'), id),
        'act', case when id is not null and given -> 'act' ->> 'actor' = 'public'
            then given -> 'act' || jsonb_build_object('actor', 'guest ' || id) else given -> 'act' end)
    from found
$$;

-- Makes the link of a guest to a registration, which the mails about it have, unless it has one.
create or replace function puente_link_guest(of_registration uuid) returns void language sql as $$
    insert into secret_link (purpose, registration_id, expires_at)
    select 'REGISTRATION', r.id, e.ends_at from registration r join event e on e.id = r.event_id
    where r.id = of_registration and r.person_id is null
    on conflict (registration_id) do nothing
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

-- The record of whoever signs in for the first time with its ORCID iD, by an issuer that vouches for it; none if somebody
-- signs in as that already, or if they are another person.
create or replace function puente_claimable(given jsonb) returns uuid language sql stable as $$
    select p.id from person p
    where p.id = (given -> 'set' ->> 'claimed_person')::uuid and not puente_signs_in(p.id)
        and puente_person_of(given -> 'set' ->> 'issuer', given -> 'set' ->> 'subject') is null
$$;

-- Whoever signs in as a mentor or participant holds the role, unless it was revoked.
create or replace function puente_hold_roles(identity access_identity) returns void language sql as $$
    insert into access_grant (issuer, subject, role, person_id)
    select identity.issuer, identity.subject, r.role, r.person_id
    from (
        select 'MENTOR' as role, person_id from mentor
        union all select 'PARTICIPANT', person_id from participant) r
    where r.person_id = identity.person_id and not exists (
        select from access_grant g where (g.role, g.person_id) = (r.role, r.person_id))
$$;

-- Links the identity to that record.
create or replace function puente_claim_record(given jsonb) returns void language plpgsql as $$
declare
    claimed uuid := puente_claimable(given);
begin
    if claimed is not null then
        insert into access_identity (issuer, subject, person_id)
        values (given -> 'set' ->> 'issuer', given -> 'set' ->> 'subject', claimed);
        perform puente_hold_roles(i) from access_identity i where i.person_id = claimed;
    end if;
end
$$;
