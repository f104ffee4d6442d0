ALTER TABLE mentor ADD COLUMN archived_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE participant ADD COLUMN archived_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE mentor ADD CONSTRAINT ck_mentor_archived_at_in_calendar CHECK (archived_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz);
ALTER TABLE participant ADD CONSTRAINT ck_participant_archived_at_in_calendar CHECK (archived_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz);
