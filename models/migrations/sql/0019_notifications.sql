CREATE TABLE notification_mail (
    notification_id UUID NOT NULL,
    queued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    next_attempt_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    lease UUID,
    leased_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notification_mail PRIMARY KEY (notification_id)
);
CREATE INDEX ix_notification_mail_next_attempt_at_notification_id ON notification_mail (next_attempt_at, notification_id);
CREATE TABLE notification_preference (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    person_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    mailed BOOLEAN NOT NULL,
    CONSTRAINT pk_notification_preference PRIMARY KEY (id),
    CONSTRAINT uq_notification_preference_person_id_kind UNIQUE (person_id, kind),
    CONSTRAINT ck_notification_preference_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_notification_preference_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_notification_preference_kind_known CHECK (kind in ('EVENT_CANCELLED', 'PROJECT_PUBLISHED', 'PROJECT_COMPLETED', 'PROJECT_CANCELLED')),
    CONSTRAINT fk_notification_preference_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
create trigger notification_preference_touch before update on notification_preference
    for each row execute function puente_touch();
CREATE INDEX ix_notification_preference_person_id ON notification_preference (person_id);
CREATE TABLE notification (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    person_id UUID NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    event_id UUID,
    project_id UUID,
    revision INTEGER NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" DEFAULT 'QUEUED' NOT NULL,
    error TEXT COLLATE "C",
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notification PRIMARY KEY (id),
    CONSTRAINT ck_notification_entity_one CHECK (num_nonnulls(event_id, project_id) = 1),
    CONSTRAINT ck_notification_error_bounded CHECK (char_length(error) <= 300),
    CONSTRAINT ck_notification_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_notification_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_notification_kind_known CHECK (kind in ('EVENT_CANCELLED', 'PROJECT_PUBLISHED', 'PROJECT_COMPLETED', 'PROJECT_CANCELLED')),
    CONSTRAINT ck_notification_language_known CHECK (language in ('EN', 'ES')),
    CONSTRAINT ck_notification_state_known CHECK (state in ('QUEUED', 'HELD', 'SENT', 'FAILED', 'BOUNCED', 'SUPPRESSED')),
    CONSTRAINT ck_notification_read_at_in_calendar CHECK (read_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_notification_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_notification_event_id_event FOREIGN KEY(event_id) REFERENCES event (id),
    CONSTRAINT fk_notification_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
create trigger notification_touch before update on notification
    for each row execute function puente_touch();
CREATE INDEX ix_notification_created_at_id ON notification (created_at, id);
CREATE INDEX ix_notification_event_id ON notification (event_id);
CREATE INDEX ix_notification_person_id ON notification (person_id);
CREATE INDEX ix_notification_project_id ON notification (project_id);
CREATE UNIQUE INDEX uq_notification_recipient ON notification (person_id, kind, coalesce(event_id, project_id), revision);
