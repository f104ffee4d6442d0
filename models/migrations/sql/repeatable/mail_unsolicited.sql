-- Mails to somebody who did not request them, counted for a day. Run anew whenever the text has changed.

-- Whoever a mail goes to, as it is noted: a digest, since addresses differ by case alone for nobody.
create or replace function puente_recipient(address text) returns text language sql immutable as $$
    select puente_principal('mail to ' || lower(address))
$$;

-- How many the sender of a mutation has had sent within a day, and how many went to an address.
create or replace function puente_unsolicited_from(given jsonb) returns bigint language sql stable as $$
    select count(*) from unsolicited_mail m
    where m.sender = puente_principal(given -> 'act' ->> 'actor') and m.sent_at > now() - interval '1 day'
$$;
create or replace function puente_unsolicited_to(address text) returns bigint language sql stable as $$
    select count(*) from unsolicited_mail m
    where m.recipient = puente_recipient(address) and m.sent_at > now() - interval '1 day'
$$;

create or replace function puente_note_unsolicited(given jsonb, address text) returns void language sql as $$
    insert into unsolicited_mail (sender, recipient)
    values (puente_principal(given -> 'act' ->> 'actor'), puente_recipient(address))
$$;

-- Whoever has several sent at once, or to one address, is counted after each. Locks the sender first, then the address.
create or replace function puente_unsolicited_in_turn(given jsonb, address text) returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended('mail by ' || (given -> 'act' ->> 'actor'), 0))
        where address is not null;
    select pg_advisory_xact_lock(hashtextextended(puente_recipient(address), 0)) where address is not null
$$;
