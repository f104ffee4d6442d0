CREATE TABLE mentorship_session (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    mentorship_id UUID NOT NULL,
    mentor_id UUID NOT NULL,
    participant_id UUID NOT NULL,
    held_on DATE NOT NULL,
    minutes INTEGER,
    mode TEXT COLLATE "C",
    summary TEXT COLLATE "C",
    shared_note TEXT COLLATE "C",
    CONSTRAINT pk_mentorship_session PRIMARY KEY (id),
    CONSTRAINT ck_mentorship_session_minutes_range CHECK (minutes between 1 and 1440),
    CONSTRAINT ck_mentorship_session_summary_bounded CHECK (char_length(summary) <= 20000 and char_length(shared_note) <= 20000),
    CONSTRAINT ck_mentorship_session_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_mentorship_session_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_mentorship_session_held_on_in_calendar CHECK (held_on between '0001-01-01' and '9999-12-31'),
    CONSTRAINT ck_mentorship_session_mode_known CHECK (mode in ('IN_PERSON', 'ONLINE')),
    CONSTRAINT fk_mentorship_session_mentorship_id_mentorship FOREIGN KEY(mentorship_id) REFERENCES mentorship (id),
    CONSTRAINT fk_mentorship_session_mentor_id_mentor FOREIGN KEY(mentor_id) REFERENCES mentor (id),
    CONSTRAINT fk_mentorship_session_participant_id_participant FOREIGN KEY(participant_id) REFERENCES participant (id)
);
create trigger mentorship_session_touch before update on mentorship_session
    for each row execute function puente_touch();
CREATE INDEX ix_mentorship_session_mentor_id ON mentorship_session (mentor_id);
CREATE INDEX ix_mentorship_session_mentorship_id ON mentorship_session (mentorship_id);
CREATE INDEX ix_mentorship_session_participant_id ON mentorship_session (participant_id);
