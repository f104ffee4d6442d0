CREATE TABLE audit_entry (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C",
    mutation TEXT COLLATE "C",
    request_id TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    entity TEXT COLLATE "C" NOT NULL,
    entity_id UUID NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    status_from TEXT COLLATE "C",
    status_to TEXT COLLATE "C",
    columns TEXT[] COLLATE "C" NOT NULL,
    salt BYTEA NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (number)
);
CREATE INDEX ix_audit_entry_entity_id_number ON audit_entry (entity_id, number);
CREATE TABLE idempotency_key (
    viewer TEXT COLLATE "C" NOT NULL,
    mutation TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    input_hash TEXT COLLATE "C" NOT NULL,
    entity_id UUID,
    changed TEXT[] COLLATE "C" DEFAULT '{}' NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (viewer, mutation, key)
);
CREATE INDEX ix_idempotency_key_at ON idempotency_key (at);
CREATE TABLE audit_value (
    entry BIGINT NOT NULL,
    column_name TEXT COLLATE "C" NOT NULL,
    person_id UUID,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_audit_value PRIMARY KEY (entry, column_name),
    CONSTRAINT fk_audit_value_entry_audit_entry FOREIGN KEY(entry) REFERENCES audit_entry (number)
);
CREATE INDEX ix_audit_value_person_id ON audit_value (person_id);
