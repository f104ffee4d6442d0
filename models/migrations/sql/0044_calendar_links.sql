CREATE TABLE calendar_link (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    person_id UUID NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    secret_hash BYTEA NOT NULL,
    renewed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_calendar_link PRIMARY KEY (id),
    CONSTRAINT uq_calendar_link_secret_hash UNIQUE (secret_hash),
    CONSTRAINT ck_calendar_link_secret_hash_is_sha256 CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT ck_calendar_link_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_calendar_link_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_calendar_link_renewed_at_in_calendar CHECK (renewed_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_calendar_link_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create trigger calendar_link_touch before update on calendar_link
    for each row execute function puente_touch();
CREATE UNIQUE INDEX ix_calendar_link_person_id ON calendar_link (person_id);
