-- A call that was in the database was published; if neither opening nor closing is ahead, it takes no applications.
ALTER TABLE call ADD COLUMN institution_id UUID;
ALTER TABLE call ADD COLUMN status TEXT COLLATE "C";
ALTER TABLE call ADD COLUMN opens_at TIMESTAMP WITH TIME ZONE;
UPDATE call SET opens_at = opens_on::timestamp at time zone time_zone;
UPDATE call SET status = case
    when opens_at > now() then 'SCHEDULED'
    when deadline + interval '1 minute' > now() then 'OPEN'
    else 'CLOSED'
end;
ALTER TABLE call DROP CONSTRAINT ck_call_deadline_after_opens_on;
ALTER TABLE call DROP COLUMN opens_on;
ALTER TABLE call ADD COLUMN opens_on DATE GENERATED ALWAYS AS (case when puente_is_time_zone(time_zone) then (opens_at at time zone time_zone)::date else null::date end) STORED;
ALTER TABLE call ADD COLUMN closes_at TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS ((date_trunc('minute'::text, deadline at time zone 'UTC'::text) + '00:01:00'::interval) at time zone 'UTC'::text) STORED;
ALTER TABLE call ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (puente_vector(coalesce(title_en, '') || ' ' || coalesce(title_es, ''))) STORED NOT NULL;
ALTER TABLE call ALTER COLUMN status SET NOT NULL;
CREATE INDEX ix_call_closes_at_id ON call (closes_at, id);
CREATE INDEX ix_call_institution_id ON call (institution_id);
CREATE INDEX ix_call_search ON call USING gin (search);
ALTER TABLE call ADD CONSTRAINT fk_call_institution_id_institution FOREIGN KEY(institution_id) REFERENCES institution (id);
ALTER TABLE call ADD CONSTRAINT ck_call_closes_at_in_calendar CHECK (closes_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz);
ALTER TABLE call ADD CONSTRAINT ck_call_deadline_after_opens_at CHECK (deadline >= opens_at);
ALTER TABLE call ADD CONSTRAINT ck_call_deadline_range CHECK (deadline between '1900-01-01T00:00Z'::timestamptz and '2200-01-01T00:00Z'::timestamptz);
ALTER TABLE call ADD CONSTRAINT ck_call_eligibility_en_bounded CHECK (char_length(eligibility_en) <= 20000 and char_length(eligibility_es) <= 20000);
ALTER TABLE call ADD CONSTRAINT ck_call_opens_at_in_calendar CHECK (opens_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz);
ALTER TABLE call ADD CONSTRAINT ck_call_opens_at_range CHECK (opens_at between '1900-01-01T00:00Z'::timestamptz and '2200-01-01T00:00Z'::timestamptz);
ALTER TABLE call ADD CONSTRAINT ck_call_opens_on_in_calendar CHECK (opens_on between '0001-01-01' and '9999-12-31');
ALTER TABLE call ADD CONSTRAINT ck_call_status_known CHECK (status in ('DRAFT', 'SCHEDULED', 'OPEN', 'CLOSED', 'CANCELLED'));
