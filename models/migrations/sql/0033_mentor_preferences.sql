CREATE TABLE mentor_preference (
    id UUID DEFAULT puente_uuid7() NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    is_synthetic BOOLEAN DEFAULT false NOT NULL,
    source TEXT COLLATE "C",
    participation_id UUID NOT NULL,
    participant_id UUID NOT NULL,
    cohort_id UUID NOT NULL,
    mentor_id UUID NOT NULL,
    rank INTEGER,
    avoid BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_mentor_preference PRIMARY KEY (id),
    CONSTRAINT uq_mentor_preference_participation_id_mentor_id UNIQUE (participation_id, mentor_id),
    CONSTRAINT uq_mentor_preference_participation_id_rank UNIQUE (participation_id, rank) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT ck_mentor_preference_rank_range CHECK (rank between 1 and 5),
    CONSTRAINT ck_mentor_preference_rank_or_avoid CHECK ((rank is null) = avoid),
    CONSTRAINT ck_mentor_preference_created_at_in_calendar CHECK (created_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT ck_mentor_preference_updated_at_in_calendar CHECK (updated_at between '0001-01-01T00:00Z'::timestamptz and '9999-12-31T23:59:59.999999Z'::timestamptz),
    CONSTRAINT fk_mentor_preference_participation_id_participation FOREIGN KEY(participation_id) REFERENCES participation (id),
    CONSTRAINT fk_mentor_preference_participant_id_participant FOREIGN KEY(participant_id) REFERENCES participant (id),
    CONSTRAINT fk_mentor_preference_cohort_id_cohort FOREIGN KEY(cohort_id) REFERENCES cohort (id),
    CONSTRAINT fk_mentor_preference_mentor_id_mentor FOREIGN KEY(mentor_id) REFERENCES mentor (id)
);
create trigger mentor_preference_touch before update on mentor_preference
    for each row execute function puente_touch();
CREATE INDEX ix_mentor_preference_cohort_id ON mentor_preference (cohort_id);
CREATE INDEX ix_mentor_preference_mentor_id ON mentor_preference (mentor_id);
CREATE INDEX ix_mentor_preference_participant_id ON mentor_preference (participant_id);
CREATE INDEX ix_mentor_preference_participation_id ON mentor_preference (participation_id);
ALTER TABLE cohort ADD COLUMN field_weight INTEGER DEFAULT 40 NOT NULL;
ALTER TABLE cohort ADD COLUMN other_side_weight INTEGER DEFAULT 20 NOT NULL;
ALTER TABLE cohort ADD COLUMN language_weight INTEGER DEFAULT 15 NOT NULL;
ALTER TABLE cohort ADD COLUMN sector_weight INTEGER DEFAULT 10 NOT NULL;
ALTER TABLE cohort ADD COLUMN places_weight INTEGER DEFAULT 10 NOT NULL;
ALTER TABLE cohort ADD COLUMN time_zone_weight INTEGER DEFAULT 5 NOT NULL;
ALTER TABLE participant ADD COLUMN preferred_sector TEXT COLLATE "C";
ALTER TABLE participant ADD CONSTRAINT ck_participant_preferred_sector_known CHECK (preferred_sector in ('ACADEMIC', 'INDUSTRY'));
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_field_weight_range CHECK (field_weight between 0 and 100);
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_language_weight_range CHECK (language_weight between 0 and 100);
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_other_side_weight_range CHECK (other_side_weight between 0 and 100);
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_places_weight_range CHECK (places_weight between 0 and 100);
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_sector_weight_range CHECK (sector_weight between 0 and 100);
ALTER TABLE cohort ADD CONSTRAINT ck_cohort_time_zone_weight_range CHECK (time_zone_weight between 0 and 100);
