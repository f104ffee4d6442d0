-- What people agreed to. In force until withdrawn; one at a time for each purpose.
create table consent (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    person_id UUID NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    notice_version TEXT COLLATE "C" NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_consent PRIMARY KEY (id),
    CONSTRAINT ck_consent_notice_version_shape CHECK (notice_version ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'),
    CONSTRAINT ck_consent_withdrawn_after_granted CHECK (withdrawn_at >= granted_at),
    CONSTRAINT ck_consent_purpose_known CHECK (purpose in ('PUBLIC_PROFILE', 'ATTRIBUTION', 'PARTNER_ACCESS', 'SYSTEM_TRANSFER')),
    CONSTRAINT fk_consent_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create index ix_consent_person_id on consent (person_id);
create unique index uq_consent_in_force on consent (person_id, purpose) where withdrawn_at is null;
create trigger consent_touch before update on consent
    for each row execute function puente_touch();

-- Roles granted to those whom an issuer of tokens knows.
create table access_grant (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    institution_id UUID,
    person_id UUID,
    scopes TEXT[] COLLATE "C" DEFAULT '{}' NOT NULL CONSTRAINT ck_access_grant_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ']::text[]),
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_access_grant PRIMARY KEY (id),
    CONSTRAINT ck_access_grant_subject_present CHECK (btrim(issuer) <> '' and btrim(subject) <> ''),
    CONSTRAINT ck_access_grant_role_bounded CHECK (case role when 'ADMIN' then institution_id is null and person_id is null when 'COORDINATOR' then institution_id is not null and person_id is null when 'INTEGRATION' then institution_id is not null and person_id is null when 'MENTOR' then person_id is not null and institution_id is null when 'PARTICIPANT' then person_id is not null and institution_id is null else false end),
    CONSTRAINT ck_access_grant_scopes_of_integration CHECK (role = 'INTEGRATION' or scopes = '{}'),
    CONSTRAINT ck_access_grant_role_known CHECK (role in ('PUBLIC', 'PARTICIPANT', 'MENTOR', 'COORDINATOR', 'INTEGRATION', 'ADMIN')),
    CONSTRAINT fk_access_grant_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id),
    CONSTRAINT fk_access_grant_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create index ix_access_grant_institution_id on access_grant (institution_id);
create index ix_access_grant_issuer_subject on access_grant (issuer, subject);
create index ix_access_grant_person_id on access_grant (person_id);
create index ix_access_grant_scopes on access_grant using gin (scopes);
create trigger access_grant_touch before update on access_grant
    for each row execute function puente_touch();

-- Systems of institutions, and their keys: only a hash of each secret.
create table api_client (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    institution_id UUID NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_client PRIMARY KEY (id),
    CONSTRAINT ck_api_client_name_present CHECK (btrim(name) <> '' and char_length(name) <= 300),
    CONSTRAINT uq_api_client_name UNIQUE (name),
    CONSTRAINT fk_api_client_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id)
);
create index ix_api_client_institution_id on api_client (institution_id);
create trigger api_client_touch before update on api_client
    for each row execute function puente_touch();

create table api_key (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    client_id UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    scopes TEXT[] COLLATE "C" DEFAULT '{}' NOT NULL CONSTRAINT ck_api_key_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ']::text[]),
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_key PRIMARY KEY (id),
    CONSTRAINT ck_api_key_secret_hash_is_sha256 CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT fk_api_key_client_id_api_client FOREIGN KEY(client_id) REFERENCES api_client (id)
);
create index ix_api_key_client_id on api_key (client_id);
create index ix_api_key_scopes on api_key using gin (scopes);
-- That a key was used is no change of it.
create trigger api_key_touch before update on api_key
    for each row when (old.last_used_at is not distinct from new.last_used_at) execute function puente_touch();

-- One row. Its version grows with every change of what somebody was granted, in the same transaction: each
-- statement that is sent for somebody reads it, and so tells whether what is known of them still holds.
create table access_epoch (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    CONSTRAINT pk_access_epoch PRIMARY KEY (id)
);
create trigger access_epoch_touch before update on access_epoch
    for each row execute function puente_touch();

insert into access_epoch default values;

-- A newer consent for the same purpose takes the place of the one in force.
create function puente_replace_consent() returns trigger language plpgsql as $$
begin
    if new.withdrawn_at is null then
        update consent set withdrawn_at = greatest(new.granted_at, granted_at)
            where person_id = new.person_id and purpose = new.purpose and withdrawn_at is null and id <> new.id;
    end if;
    return new;
end
$$;

create trigger consent_replaces before insert on consent
    for each row execute function puente_replace_consent();

create function puente_new_epoch() returns trigger language plpgsql as $$
begin
    update access_epoch set source = source;
    return null;
end
$$;

create trigger access_grant_epoch after insert or update or delete or truncate on access_grant
    for each statement execute function puente_new_epoch();
create trigger api_client_epoch after update or delete or truncate on api_client
    for each statement execute function puente_new_epoch();
create trigger api_key_epoch
    after insert or delete or truncate or update of client_id, secret_hash, scopes, expires_at, revoked_at on api_key
    for each statement execute function puente_new_epoch();

-- What the policy's conditions look up.
create index ix_mobility_receiving_institution_id_participant_id
    on mobility (receiving_institution_id, participant_id);
create index ix_mentorship_participant_id_mentor_id on mentorship (participant_id, mentor_id);
