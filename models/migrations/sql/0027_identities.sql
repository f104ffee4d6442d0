CREATE TABLE access_identity (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    person_id UUID NOT NULL,
    CONSTRAINT pk_access_identity PRIMARY KEY (id),
    CONSTRAINT uq_access_identity_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT ck_access_identity_subject_present CHECK (btrim(issuer) <> '' and btrim(subject) <> ''),
    CONSTRAINT ck_access_identity_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_access_identity_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_access_identity_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create trigger access_identity_touch before update on access_identity
    for each row execute function puente_touch();
CREATE INDEX ix_access_identity_person_id ON access_identity (person_id);
ALTER TABLE person ADD COLUMN home_confirmed BOOLEAN DEFAULT true NOT NULL;
ALTER TABLE person ADD COLUMN language_preference TEXT COLLATE "C";
ALTER TABLE person ADD COLUMN time_zone TEXT COLLATE "C";
ALTER TABLE person ADD CONSTRAINT ck_person_language_preference_known CHECK (language_preference in ('EN', 'ES'));
ALTER TABLE person ADD CONSTRAINT ck_person_time_zone_known CHECK (puente_is_time_zone(time_zone));

-- Whoever becomes another person, or nobody, sees something else: as with grants (0015_grants_given.sql).
create function puente_identities_tied() returns trigger language plpgsql as $$
begin
    perform puente_record_given(array(select n.issuer || ' ' || n.subject from new_rows n));
    return null;
end
$$;
create trigger access_identity_added after insert on access_identity referencing new table as new_rows
    for each statement execute function puente_identities_tied();
create trigger access_identity_changed after update on access_identity referencing new table as new_rows
    for each statement execute function puente_identities_tied();
create trigger access_identity_epoch after insert or update or delete or truncate on access_identity
    for each statement execute function puente_new_epoch();
