-- The text, time and bookkeeping functions that tables and queries rely on.
-- They mean the same on every PostgreSQL from 16, whatever its locale: no ICU, no extension.

-- Case and accents removed. NFD splits a letter from its accents, so ASCII's lower case is enough.
create function puente_lower_nfd(x text) returns text
    language sql immutable parallel safe strict
    return lower(normalize(x, NFD) collate "C");

create function puente_fold(x text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(puente_lower_nfd(x), '[\u0300-\u036f]', '', 'g');

-- The Spanish sort key: as above, but ñ is a letter of its own, after n ("~" comes after every ASCII letter).
create function puente_sort_es(x text) returns text
    language sql immutable parallel safe strict
    return regexp_replace(replace(puente_lower_nfd(x), U&'n\0303', 'n~'), '[\u0300-\u036f]', '', 'g');

-- A text as both languages' stemmers see it, with its accents and without: folding helps some words
-- (energia, energía) and hurts others (educación, educaciones), so both forms are kept.
create function puente_vector(x text) returns tsvector
    language sql immutable parallel safe strict
    return to_tsvector('spanish', normalize(puente_lower_nfd(x), NFC))
        || to_tsvector('spanish', puente_fold(x))
        || to_tsvector('english', puente_fold(x))
        || to_tsvector('simple', puente_fold(x));

-- What a reader typed, in any of the forms that puente_vector keeps, but each form once: where two are the same,
-- PostgreSQL would look for each word twice. Without letters beyond ASCII there is nothing to fold but case.
create function puente_query(x text) returns tsquery
    language sql immutable parallel safe strict
    return case
        when octet_length(x) = char_length(x) then
            websearch_to_tsquery('spanish', lower(x collate "C"))
            || case
                when websearch_to_tsquery('english', lower(x collate "C")) = websearch_to_tsquery('simple', lower(x collate "C"))
                then websearch_to_tsquery('simple', lower(x collate "C"))
                else websearch_to_tsquery('english', lower(x collate "C")) || websearch_to_tsquery('simple', lower(x collate "C"))
            end
        else
            websearch_to_tsquery('spanish', normalize(puente_lower_nfd(x), NFC))
            || websearch_to_tsquery('spanish', puente_fold(x))
            || websearch_to_tsquery('english', puente_fold(x))
            || websearch_to_tsquery('simple', puente_fold(x))
        end;

-- A list as words, for puente_vector; array_to_string is only stable because of types other than text.
create function puente_words(x text[]) returns text
    language sql immutable parallel safe strict
    return replace(array_to_string(x, ' '), '_', ' ');

-- The wall clock of a zone at an instant, with its offset: 2025-08-14T09:00:00-07:00.
create function puente_local_time(instant timestamptz, zone text) returns text
    language sql stable parallel safe strict
    return to_char(instant at time zone zone, 'YYYY-MM-DD"T"HH24:MI:SS')
        || case when (instant at time zone zone) < (instant at time zone 'UTC') then '-' else '+' end
        || to_char(greatest((instant at time zone zone) - (instant at time zone 'UTC'),
                            (instant at time zone 'UTC') - (instant at time zone zone)), 'HH24:MI');

-- Whether PostgreSQL knows the zone by an IANA name (an unknown one is an error that names it).
create function puente_is_time_zone(zone text) returns boolean
    language sql immutable parallel safe strict
    return zone ~ '^([A-Za-z_]+(/[A-Za-z0-9_+-]+)+|UTC)$'
        and (timestamptz '2000-01-01 00:00:00+00' at time zone zone) is not null;

-- RFC 9562, version 7, for rows that plain SQL inserts.
create function puente_uuid7() returns uuid
    language sql volatile parallel safe
    return encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid;

-- Every change of a row gives it a new version, whoever makes it.
create function puente_touch() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end
$$;

-- An agreement that is not a draft binds two institutions or more, at the end of the transaction.
create function puente_two_parties() returns trigger language plpgsql as $$
declare
    touched uuid;
begin
    if tg_table_name = 'agreement' then
        touched := new.id;
    else
        touched := old.agreement_id;
    end if;
    if exists (select from agreement where id = touched and status <> 'DRAFT')
        and (select count(*) from agreement_party where agreement_id = touched and role = 'SIGNATORY') < 2
    then
        raise exception 'agreement % has fewer than two signatories', touched
            using errcode = 'check_violation', constraint = 'ck_agreement_two_parties', table = 'agreement';
    end if;
    return null;
end
$$;
