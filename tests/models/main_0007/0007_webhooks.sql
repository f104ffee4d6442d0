-- Where clients' systems want changes sent to. `number` is the last change that was sent, of the feed's `epoch`, as
-- somebody with this `fingerprint` sees the feed; `lease` is that of the process that sends now.
create table webhook (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    client_id UUID NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    types TEXT[] COLLATE "C" DEFAULT '{}' NOT NULL,
    institution_id UUID,
    document TEXT COLLATE "C",
    language TEXT COLLATE "C" NOT NULL,
    scopes TEXT[] COLLATE "C" DEFAULT '{}' NOT NULL CONSTRAINT ck_webhook_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ']::text[]),
    secret BYTEA NOT NULL,
    old_secret BYTEA,
    old_secret_until TIMESTAMP WITH TIME ZONE,
    state TEXT COLLATE "C" DEFAULT 'ACTIVE' NOT NULL,
    parked_for TEXT COLLATE "C",
    epoch TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    lease UUID,
    leased_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_webhook PRIMARY KEY (id),
    CONSTRAINT ck_webhook_url_shape CHECK (url ~ '^https?://' and char_length(url) <= 2048),
    CONSTRAINT ck_webhook_description_bounded CHECK (char_length(description) <= 300),
    CONSTRAINT ck_webhook_parked_for_a_reason CHECK ((state = 'PARKED') = (parked_for is not null)),
    CONSTRAINT ck_webhook_language_known CHECK (language in ('EN', 'ES')),
    CONSTRAINT ck_webhook_state_known CHECK (state in ('ACTIVE', 'PAUSED', 'PARKED')),
    CONSTRAINT ck_webhook_parked_for_known CHECK (parked_for in ('FAILING', 'GONE', 'CLIENT', 'AGE', 'EPOCH', 'GRANTS', 'DOCUMENT')),
    CONSTRAINT fk_webhook_client_id_api_client FOREIGN KEY(client_id) REFERENCES api_client (id),
    CONSTRAINT fk_webhook_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id)
);
create index ix_webhook_client_id on webhook (client_id);
create index ix_webhook_institution_id on webhook (institution_id);
create index ix_webhook_next_attempt_at on webhook (next_attempt_at) where state = 'ACTIVE';
create index ix_webhook_scopes on webhook using gin (scopes);
create index ix_webhook_types on webhook using gin (types);
-- How far it has got is no change of the webhook itself.
create trigger webhook_touch before update on webhook
    for each row when ((old.client_id, old.url, old.description, old.types, old.institution_id, old.document,
            old.language, old.scopes, old.secret, old.state)
        is distinct from (new.client_id, new.url, new.description, new.types, new.institution_id, new.document,
            new.language, new.scopes, new.secret, new.state))
    execute function puente_touch();

-- Each attempt to send a change; kept for a while.
create table webhook_delivery (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    webhook_id UUID NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    epoch TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    attempts INTEGER NOT NULL,
    response_status INTEGER,
    duration_ms INTEGER NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    error TEXT COLLATE "C",
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
    CONSTRAINT ck_webhook_delivery_error_bounded CHECK (char_length(error) <= 300),
    CONSTRAINT ck_webhook_delivery_status_known CHECK (status in ('DELIVERED', 'RETRYING', 'FAILED')),
    CONSTRAINT fk_webhook_delivery_webhook_id_webhook FOREIGN KEY(webhook_id) REFERENCES webhook (id) ON DELETE CASCADE
);
create index ix_webhook_delivery_created_at on webhook_delivery (created_at);
create index ix_webhook_delivery_webhook_id on webhook_delivery (webhook_id);
create trigger webhook_delivery_touch before update on webhook_delivery
    for each row execute function puente_touch();
