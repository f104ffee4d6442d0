CREATE TABLE person_merge (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    person_id UUID NOT NULL,
    duplicate_id UUID NOT NULL,
    CONSTRAINT pk_person_merge PRIMARY KEY (id),
    CONSTRAINT ck_person_merge_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_person_merge_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_person_merge_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT uq_person_merge_duplicate_id UNIQUE (duplicate_id)
);
create trigger person_merge_touch before update on person_merge
    for each row execute function puente_touch();
CREATE INDEX ix_person_merge_person_id ON person_merge (person_id);
