CREATE TABLE issuer_rules (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    issuer TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    epoch INTEGER NOT NULL,
    CONSTRAINT pk_issuer_rules PRIMARY KEY (id),
    CONSTRAINT ck_issuer_rules_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_issuer_rules_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT uq_issuer_rules_issuer UNIQUE (issuer)
);
create trigger issuer_rules_touch before update on issuer_rules
    for each row execute function puente_touch();
