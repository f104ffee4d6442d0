-- A viewer's grants may be revoked and given again between two of their reads: who is granted the same as before
-- can't tell. So the epoch in which somebody was last given something is kept, and cursors have that of the moment
-- they were taken. Of two unlike states of grants at least one has something that the other lacks, so nobody comes
-- back to what they held without being given something: what is taken away, or expires, need not be kept.
CREATE TABLE last_grant (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    principal TEXT COLLATE "C" NOT NULL,
    epoch INTEGER NOT NULL,
    CONSTRAINT pk_last_grant PRIMARY KEY (id),
    CONSTRAINT ck_last_grant_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_last_grant_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT uq_last_grant_principal UNIQUE (principal)
);
create trigger last_grant_touch before update on last_grant
    for each row execute function puente_touch();

-- Whose grants: the viewer's key, which is of an issuer and its subject, or of a client. A hash of it, so that
-- nothing here names anybody.
create function puente_principal(key text) returns text language sql immutable as $$
    select encode(sha256(convert_to(key, 'UTF8')), 'hex')
$$;

-- The epoch grows in this statement and not only after it: no other transaction's epoch may be that of the grant.
create function puente_record_given(keys text[]) returns void language plpgsql as $$
declare
    given integer;
begin
    if keys <> '{}' then
        update access_epoch set source = source returning version into given;
        insert into last_grant (principal, epoch)
        select distinct puente_principal(key), given from unnest(keys) as key
        on conflict (principal) do update set epoch = excluded.epoch;
    end if;
end
$$;

create function puente_grants_added() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array(
        select n.issuer || ' ' || n.subject from new_rows n
        where n.revoked_at is null and (n.expires_at is null or n.expires_at > now())));
    return null;
end
$$;

-- A grant that is in force is given if it was not, or was another. One that is renewed in its last hour counts as
-- given: it may have expired by the time that this is committed.
create function puente_grants_changed() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array(
        select n.issuer || ' ' || n.subject from new_rows n left join old_rows o on o.id = n.id
        where n.revoked_at is null and (n.expires_at is null or n.expires_at > now())
            and (o.id is null or o.revoked_at is not null or o.expires_at < clock_timestamp() + interval '1 hour'
                or (o.issuer, o.subject, o.role, o.institution_id, o.person_id, o.scopes)
                    is distinct from (n.issuer, n.subject, n.role, n.institution_id, n.person_id, n.scopes))));
    return null;
end
$$;

create trigger access_grant_added after insert on access_grant referencing new table as new_rows
    for each statement execute function puente_grants_added();
create trigger access_grant_changed after update on access_grant
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_grants_changed();

-- A key sees what its scopes name: another key with the same ones changes nothing, and without any nothing is read.
create function puente_client_given() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array['client ' || (to_jsonb(new) ->> tg_argv[0])]);
    return null;
end
$$;

create trigger api_key_changed after update of scopes, client_id on api_key
    for each row when ((old.scopes, old.client_id) is distinct from (new.scopes, new.client_id))
    execute function puente_client_given('client_id');
create trigger api_client_changed after update of institution_id on api_client
    for each row when (old.institution_id is distinct from new.institution_id)
    execute function puente_client_given('id');
