CREATE TABLE secret_link (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    purpose TEXT COLLATE "C" NOT NULL,
    person_id UUID NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    sender TEXT COLLATE "C" NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    uses INTEGER DEFAULT 0 NOT NULL,
    max_uses INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT pk_secret_link PRIMARY KEY (id),
    CONSTRAINT ck_secret_link_uses_range CHECK (uses between 0 and max_uses),
    CONSTRAINT ck_secret_link_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_secret_link_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_secret_link_purpose_known CHECK (purpose in ('INVITATION', 'KNOWN_ADDRESS')),
    CONSTRAINT ck_secret_link_expires_at_in_calendar CHECK (expires_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_secret_link_used_at_in_calendar CHECK (used_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_secret_link_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create trigger secret_link_touch before update on secret_link
    for each row execute function puente_touch();
CREATE INDEX ix_secret_link_address ON secret_link (lower(email), created_at);
CREATE INDEX ix_secret_link_ended ON secret_link (coalesce(used_at, expires_at));
CREATE INDEX ix_secret_link_person_id ON secret_link (person_id);
CREATE INDEX ix_secret_link_sender_created_at ON secret_link (sender, created_at);
CREATE TABLE link_secret (
    secret_hash BYTEA NOT NULL,
    link_id UUID NOT NULL,
    CONSTRAINT pk_link_secret PRIMARY KEY (secret_hash),
    CONSTRAINT ck_link_secret_secret_hash_is_sha256 CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT fk_link_secret_link_id_secret_link FOREIGN KEY(link_id) REFERENCES secret_link (id) ON DELETE CASCADE
);
CREATE INDEX ix_link_secret_link_id ON link_secret (link_id);
