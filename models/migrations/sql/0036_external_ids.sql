CREATE TABLE event_external_id (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    event_id UUID NOT NULL,
    institution_id UUID NOT NULL,
    scheme TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pk_event_external_id PRIMARY KEY (id),
    CONSTRAINT uq_event_external_id_institution_id_scheme_value UNIQUE (institution_id, scheme, value),
    CONSTRAINT ck_event_external_id_scheme_shape CHECK (scheme ~ '^[a-z0-9]+([._-][a-z0-9]+)*$'),
    CONSTRAINT ck_event_external_id_scheme_bounded CHECK (char_length(scheme) <= 50),
    CONSTRAINT ck_event_external_id_value_present CHECK (btrim(value) <> '' and char_length(value) <= 300),
    CONSTRAINT ck_event_external_id_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_event_external_id_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_event_external_id_event_id_event FOREIGN KEY(event_id) REFERENCES event (id),
    CONSTRAINT fk_event_external_id_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id)
);
create trigger event_external_id_touch before update on event_external_id
    for each row execute function puente_touch();
CREATE INDEX ix_event_external_id_event_id ON event_external_id (event_id);
CREATE INDEX ix_event_external_id_institution_id ON event_external_id (institution_id);
CREATE TABLE project_external_id (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    project_id UUID NOT NULL,
    institution_id UUID NOT NULL,
    scheme TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pk_project_external_id PRIMARY KEY (id),
    CONSTRAINT uq_project_external_id_institution_id_scheme_value UNIQUE (institution_id, scheme, value),
    CONSTRAINT ck_project_external_id_scheme_shape CHECK (scheme ~ '^[a-z0-9]+([._-][a-z0-9]+)*$'),
    CONSTRAINT ck_project_external_id_scheme_bounded CHECK (char_length(scheme) <= 50),
    CONSTRAINT ck_project_external_id_value_present CHECK (btrim(value) <> '' and char_length(value) <= 300),
    CONSTRAINT ck_project_external_id_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_project_external_id_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_project_external_id_project_id_project FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_project_external_id_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id)
);
create trigger project_external_id_touch before update on project_external_id
    for each row execute function puente_touch();
CREATE INDEX ix_project_external_id_institution_id ON project_external_id (institution_id);
CREATE INDEX ix_project_external_id_project_id ON project_external_id (project_id);
ALTER TABLE idempotency_key ADD COLUMN created BOOLEAN DEFAULT false NOT NULL;
