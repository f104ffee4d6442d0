-- The tables, one after another; rings of foreign keys are closed at the end.

create table institution (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    ror_id text collate "C",
    slug text collate "C" not null,
    name_en text collate "C",
    name_es text collate "C",
    acronym text collate "C",
    kind text collate "C" not null,
    side text collate "C" not null,
    legal_regime text collate "C" not null,
    city text collate "C",
    region text collate "C",
    country text collate "C" not null,
    latitude double precision,
    longitude double precision,
    coordinate_precision text collate "C",
    time_zone text collate "C" not null,
    website text collate "C",
    parent_id uuid,
    predecessor_id uuid,
    name_fold_en text collate "C" generated always as (puente_fold(coalesce(name_en, name_es))) stored,
    name_fold_es text collate "C" generated always as (puente_fold(coalesce(name_es, name_en))) stored,
    name_sort_es text collate "C" generated always as (puente_sort_es(coalesce(name_es, name_en))) stored,
    city_fold text collate "C" generated always as (puente_fold(city)) stored,
    search tsvector generated always as (puente_vector(coalesce(name_en, '') || ' ' || coalesce(name_es, '') || ' ' || coalesce(acronym, '') || ' ' || coalesce(city, ''))) stored not null,
    constraint pk_institution primary key (id),
    constraint ck_institution_name_present check (num_nonnulls(name_en, name_es) > 0 and (name_en is null or btrim(name_en) <> '' and char_length(name_en) <= 300) and (name_es is null or btrim(name_es) <> '' and char_length(name_es) <= 300)),
    constraint ck_institution_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_institution_ror_id_shape check (ror_id ~ '^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$'),
    constraint ck_institution_latitude_range check (latitude between -90 and 90),
    constraint ck_institution_longitude_range check (longitude between -180 and 180),
    constraint ck_institution_coordinates_both check ((latitude is null) = (longitude is null)),
    constraint ck_institution_country_shape check (country ~ '^[A-Z]{2}$'),
    constraint ck_institution_region_shape check (region ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$'),
    constraint ck_institution_time_zone_known check (puente_is_time_zone(time_zone)),
    constraint ck_institution_coordinate_precision_present check ((coordinate_precision is null) = (latitude is null)),
    constraint ck_institution_parent_is_another check (parent_id <> id),
    constraint ck_institution_predecessor_is_another check (predecessor_id <> id),
    constraint ck_institution_kind_known check (kind in ('UC_SYSTEM', 'UC_CAMPUS', 'UC_DIVISION', 'NATIONAL_LAB', 'PUBLIC_UNIVERSITY', 'PRIVATE_UNIVERSITY', 'UNIVERSITY', 'RESEARCH_CENTER', 'HEALTH_INSTITUTE', 'GOVERNMENT', 'FUNDER', 'NGO', 'NETWORK', 'BUSINESS', 'ARCHIVE', 'FACILITY', 'ALLIANCE_OFFICE', 'VENUE', 'OTHER')),
    constraint ck_institution_side_known check (side in ('UC', 'MEXICO', 'PARTNER')),
    constraint ck_institution_legal_regime_known check (legal_regime in ('US_FERPA', 'MX_PUBLIC', 'MX_PRIVATE', 'OTHER')),
    constraint ck_institution_coordinate_precision_known check (coordinate_precision in ('CITY', 'CAMPUS')),
    constraint uq_institution_ror_id unique (ror_id),
    constraint uq_institution_slug unique (slug)
);
create index ix_institution_country_id on institution (country, id);
create index ix_institution_kind_id on institution (kind, id);
create index ix_institution_latitude_longitude on institution (latitude, longitude);
create index ix_institution_name_fold_en_id on institution (name_fold_en, id);
create index ix_institution_name_sort_es_id on institution (name_sort_es, id);
create index ix_institution_parent_id on institution (parent_id);
create index ix_institution_predecessor_id on institution (predecessor_id);
create index ix_institution_search on institution using gin (search);
create index ix_institution_side_id on institution (side, id);

create table person (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    given_name text collate "C" not null,
    family_names text collate "C" not null,
    preferred_name text collate "C",
    orcid text collate "C",
    email text collate "C",
    phone text collate "C",
    institution_id uuid,
    name text collate "C" generated always as (coalesce(preferred_name, given_name) || ' ' || family_names) stored,
    name_fold text collate "C" generated always as (puente_fold(coalesce(preferred_name, given_name) || ' ' || family_names)) stored,
    name_sort_en text collate "C" generated always as (puente_fold(family_names || ' ' || given_name)) stored,
    name_sort_es text collate "C" generated always as (puente_sort_es(family_names || ' ' || given_name)) stored,
    search tsvector generated always as (puente_vector(coalesce(preferred_name, '') || ' ' || coalesce(given_name, '') || ' ' || coalesce(family_names, ''))) stored not null,
    constraint pk_person primary key (id),
    constraint ck_person_name_present check (btrim(given_name) <> '' and btrim(family_names) <> '' and btrim(preferred_name) <> '' and char_length(given_name) <= 100 and char_length(family_names) <= 100 and char_length(preferred_name) <= 100),
    constraint ck_person_orcid_shape check (orcid ~ '^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$'),
    constraint ck_person_email_shape check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    constraint uq_person_orcid unique (orcid),
    constraint fk_person_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_person_institution_id on person (institution_id);
create index ix_person_name_fold_id on person (name_fold, id);
create index ix_person_name_sort_en_id on person (name_sort_en, id);
create index ix_person_name_sort_es_id on person (name_sort_es, id);
create index ix_person_search on person using gin (search);
create unique index uq_person_email on person (lower(email)) where email is not null;

create table person_language (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    person_id uuid not null,
    language text collate "C" not null,
    level text collate "C" not null,
    constraint pk_person_language primary key (id),
    constraint uq_person_language_person_id_language unique (person_id, language),
    constraint ck_person_language_language_shape check (language ~ '^[a-z]{2}$'),
    constraint ck_person_language_level_known check (level in ('A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'NATIVE')),
    constraint fk_person_language_person_id_person foreign key (person_id) references person (id)
);
create index ix_person_language_person_id on person_language (person_id);

create table mentor (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    person_id uuid not null,
    institution_id uuid,
    sector text collate "C" not null,
    expertise text[] collate "C" default '{}' not null constraint ck_mentor_expertise_known check (expertise <@ array['AGRICULTURE', 'ARTS_AND_HUMANITIES', 'CLIMATE', 'ECONOMICS', 'EDUCATION', 'ENERGY', 'ENGINEERING', 'HEALTH', 'LIFE_SCIENCES', 'MIGRATION', 'NATURAL_RESOURCES', 'PHYSICAL_SCIENCES', 'SOCIAL_SCIENCES', 'TECHNOLOGY', 'TRANSPORT']::text[]),
    capacity integer not null,
    available boolean not null,
    biography_en text collate "C",
    biography_es text collate "C",
    search tsvector generated always as (puente_vector(coalesce(biography_en, '') || ' ' || coalesce(biography_es, '') || ' ' || coalesce(puente_words(expertise), ''))) stored not null,
    constraint pk_mentor primary key (id),
    constraint ck_mentor_capacity_positive check (capacity >= 0),
    constraint ck_mentor_biography_en_bounded check (char_length(biography_en) <= 20000 and char_length(biography_es) <= 20000),
    constraint ck_mentor_sector_known check (sector in ('ACADEMIC', 'INDUSTRY')),
    constraint fk_mentor_person_id_person foreign key (person_id) references person (id),
    constraint fk_mentor_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_mentor_expertise on mentor using gin (expertise);
create index ix_mentor_institution_id on mentor (institution_id);
create unique index ix_mentor_person_id on mentor (person_id);
create index ix_mentor_search on mentor using gin (search);
create index ix_mentor_sector_id on mentor (sector, id);

create table participant (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    person_id uuid not null,
    institution_id uuid not null,
    level text collate "C" not null,
    field_of_study text collate "C",
    constraint pk_participant primary key (id),
    constraint ck_participant_field_of_study_shape check (field_of_study ~ '^[0-9]{4}$'),
    constraint ck_participant_level_known check (level in ('UNDERGRADUATE', 'MASTERS', 'DOCTORAL', 'POSTDOC')),
    constraint fk_participant_person_id_person foreign key (person_id) references person (id),
    constraint fk_participant_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_participant_institution_id on participant (institution_id);
create unique index ix_participant_person_id on participant (person_id);

create table program (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    code text collate "C" not null,
    slug text collate "C" not null,
    name_en text collate "C",
    name_es text collate "C",
    description_en text collate "C",
    description_es text collate "C",
    pillar text collate "C" not null,
    kind text collate "C" not null,
    name_fold_en text collate "C" generated always as (puente_fold(coalesce(name_en, name_es))) stored,
    name_fold_es text collate "C" generated always as (puente_fold(coalesce(name_es, name_en))) stored,
    name_sort_es text collate "C" generated always as (puente_sort_es(coalesce(name_es, name_en))) stored,
    search tsvector generated always as (puente_vector(coalesce(name_en, '') || ' ' || coalesce(name_es, '') || ' ' || coalesce(description_en, '') || ' ' || coalesce(description_es, ''))) stored not null,
    constraint pk_program primary key (id),
    constraint ck_program_name_present check (num_nonnulls(name_en, name_es) > 0 and (name_en is null or btrim(name_en) <> '' and char_length(name_en) <= 300) and (name_es is null or btrim(name_es) <> '' and char_length(name_es) <= 300)),
    constraint ck_program_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_program_code_shape check (code ~ '^[A-Z0-9]+(_[A-Z0-9]+)*$'),
    constraint ck_program_description_en_bounded check (char_length(description_en) <= 20000 and char_length(description_es) <= 20000),
    constraint ck_program_pillar_known check (pillar in ('RESEARCH', 'MOBILITY_AND_TALENT', 'PRESENCE')),
    constraint ck_program_kind_known check (kind in ('RESEARCH_GRANT', 'FELLOWSHIP', 'TRAVEL_STIPEND', 'SEED', 'TALENT_PROGRAM', 'MOBILITY', 'OUTREACH')),
    constraint uq_program_code unique (code),
    constraint uq_program_slug unique (slug)
);
create index ix_program_name_fold_en_id on program (name_fold_en, id);
create index ix_program_name_sort_es_id on program (name_sort_es, id);
create index ix_program_search on program using gin (search);

create table call (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    program_id uuid not null,
    slug text collate "C" not null,
    title_en text collate "C",
    title_es text collate "C",
    opens_on date,
    deadline timestamptz,
    time_zone text collate "C" not null,
    max_amount numeric(14, 2),
    currency text collate "C",
    max_months integer,
    eligibility_en text collate "C",
    eligibility_es text collate "C",
    title_fold_en text collate "C" generated always as (puente_fold(coalesce(title_en, title_es))) stored,
    title_fold_es text collate "C" generated always as (puente_fold(coalesce(title_es, title_en))) stored,
    title_sort_es text collate "C" generated always as (puente_sort_es(coalesce(title_es, title_en))) stored,
    constraint pk_call primary key (id),
    constraint ck_call_title_present check (num_nonnulls(title_en, title_es) > 0 and (title_en is null or btrim(title_en) <> '' and char_length(title_en) <= 300) and (title_es is null or btrim(title_es) <> '' and char_length(title_es) <= 300)),
    constraint ck_call_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_call_time_zone_known check (puente_is_time_zone(time_zone)),
    constraint ck_call_currency_shape check (currency ~ '^[A-Z]{3}$'),
    constraint ck_call_max_amount_positive check (max_amount >= 0),
    constraint ck_call_max_amount_has_currency check (max_amount is null or currency is not null),
    constraint ck_call_max_months_positive check (max_months > 0),
    constraint ck_call_deadline_after_opens_on check ((deadline at time zone time_zone)::date >= opens_on),
    constraint fk_call_program_id_program foreign key (program_id) references program (id),
    constraint uq_call_slug unique (slug)
);
create index ix_call_program_id on call (program_id);
create index ix_call_title_fold_en_id on call (title_fold_en, id);
create index ix_call_title_sort_es_id on call (title_sort_es, id);

create table cohort (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    program_id uuid not null,
    slug text collate "C" not null,
    name_en text collate "C",
    name_es text collate "C",
    starts_on date not null,
    ends_on date,
    name_fold_en text collate "C" generated always as (puente_fold(coalesce(name_en, name_es))) stored,
    name_fold_es text collate "C" generated always as (puente_fold(coalesce(name_es, name_en))) stored,
    name_sort_es text collate "C" generated always as (puente_sort_es(coalesce(name_es, name_en))) stored,
    search tsvector generated always as (puente_vector(coalesce(name_en, '') || ' ' || coalesce(name_es, ''))) stored not null,
    constraint pk_cohort primary key (id),
    constraint ck_cohort_name_present check (num_nonnulls(name_en, name_es) > 0 and (name_en is null or btrim(name_en) <> '' and char_length(name_en) <= 300) and (name_es is null or btrim(name_es) <> '' and char_length(name_es) <= 300)),
    constraint ck_cohort_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_cohort_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint fk_cohort_program_id_program foreign key (program_id) references program (id),
    constraint uq_cohort_slug unique (slug)
);
create index ix_cohort_name_fold_en_id on cohort (name_fold_en, id);
create index ix_cohort_name_sort_es_id on cohort (name_sort_es, id);
create index ix_cohort_program_id on cohort (program_id);
create index ix_cohort_search on cohort using gin (search);

create table participation (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    participant_id uuid not null,
    cohort_id uuid not null,
    status text collate "C" not null,
    joined_on date,
    left_on date,
    constraint pk_participation primary key (id),
    constraint uq_participation_participant_id_cohort_id unique (participant_id, cohort_id),
    constraint ck_participation_left_on_after_joined_on check (left_on >= joined_on),
    constraint ck_participation_status_known check (status in ('NOMINATED', 'ACCEPTED', 'ACTIVE', 'COMPLETED', 'WITHDRAWN')),
    constraint fk_participation_participant_id_participant foreign key (participant_id) references participant (id),
    constraint fk_participation_cohort_id_cohort foreign key (cohort_id) references cohort (id)
);
create index ix_participation_cohort_id on participation (cohort_id);
create index ix_participation_participant_id on participation (participant_id);

create table activity (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    program_id uuid not null,
    cohort_id uuid,
    kind text collate "C" not null,
    title_en text collate "C",
    title_es text collate "C",
    starts_on date,
    ends_on date,
    title_fold_en text collate "C" generated always as (puente_fold(coalesce(title_en, title_es))) stored,
    title_fold_es text collate "C" generated always as (puente_fold(coalesce(title_es, title_en))) stored,
    title_sort_es text collate "C" generated always as (puente_sort_es(coalesce(title_es, title_en))) stored,
    constraint pk_activity primary key (id),
    constraint ck_activity_title_present check (num_nonnulls(title_en, title_es) > 0 and (title_en is null or btrim(title_en) <> '' and char_length(title_en) <= 300) and (title_es is null or btrim(title_es) <> '' and char_length(title_es) <= 300)),
    constraint ck_activity_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint ck_activity_kind_known check (kind in ('COURSE', 'WORKSHOP', 'COMMITTEE')),
    constraint fk_activity_program_id_program foreign key (program_id) references program (id),
    constraint fk_activity_cohort_id_cohort foreign key (cohort_id) references cohort (id)
);
create index ix_activity_cohort_id on activity (cohort_id);
create index ix_activity_program_id on activity (program_id);
create index ix_activity_title_fold_en_id on activity (title_fold_en, id);
create index ix_activity_title_sort_es_id on activity (title_sort_es, id);

create table activity_participation (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    activity_id uuid not null,
    participant_id uuid not null,
    role text collate "C" not null,
    since date,
    until date,
    constraint pk_activity_participation primary key (id),
    constraint uq_activity_participation_activity_id_participant_id unique (activity_id, participant_id),
    constraint ck_activity_participation_until_after_since check (until >= since),
    constraint ck_activity_participation_role_known check (role in ('MEMBER', 'CHAIR', 'SPEAKER')),
    constraint fk_activity_participation_activity_id_activity foreign key (activity_id) references activity (id),
    constraint fk_activity_participation_participant_id_participant foreign key (participant_id) references participant (id)
);
create index ix_activity_participation_activity_id on activity_participation (activity_id);
create index ix_activity_participation_participant_id on activity_participation (participant_id);

create table mentorship (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    mentor_id uuid not null,
    participant_id uuid not null,
    cohort_id uuid,
    status text collate "C" not null,
    starts_on date,
    ends_on date,
    goals text collate "C",
    notes text collate "C",
    sessions integer not null,
    constraint pk_mentorship primary key (id),
    constraint ck_mentorship_sessions_positive check (sessions >= 0),
    constraint ck_mentorship_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint ck_mentorship_goals_bounded check (char_length(goals) <= 20000 and char_length(notes) <= 20000),
    constraint ck_mentorship_status_known check (status in ('PROPOSED', 'ACCEPTED', 'ACTIVE', 'COMPLETED', 'ENDED')),
    constraint fk_mentorship_mentor_id_mentor foreign key (mentor_id) references mentor (id),
    constraint fk_mentorship_participant_id_participant foreign key (participant_id) references participant (id),
    constraint fk_mentorship_cohort_id_cohort foreign key (cohort_id) references cohort (id)
);
create index ix_mentorship_cohort_id on mentorship (cohort_id);
create index ix_mentorship_mentor_id on mentorship (mentor_id);
create index ix_mentorship_participant_id on mentorship (participant_id);

create table mobility (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    participant_id uuid not null,
    sending_institution_id uuid not null,
    receiving_institution_id uuid not null,
    program_id uuid,
    activity text collate "C" not null,
    components text[] collate "C" default '{}' not null constraint ck_mobility_components_known check (components <@ array['LANGUAGE', 'CULTURAL_IMMERSION', 'INTERNSHIP', 'FIELDWORK', 'SERVICE_LEARNING', 'COURSEWORK']::text[]),
    starts_on date,
    ends_on date,
    status text collate "C" not null,
    constraint pk_mobility primary key (id),
    constraint ck_mobility_institutions_differ check (sending_institution_id <> receiving_institution_id),
    constraint ck_mobility_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint ck_mobility_activity_known check (activity in ('STUDY', 'INTERNSHIP', 'RESEARCH', 'FIELDWORK', 'SERVICE_LEARNING')),
    constraint ck_mobility_status_known check (status in ('PLANNED', 'ONGOING', 'COMPLETED', 'CANCELLED')),
    constraint fk_mobility_participant_id_participant foreign key (participant_id) references participant (id),
    constraint fk_mobility_sending_institution_id_institution foreign key (sending_institution_id) references institution (id),
    constraint fk_mobility_receiving_institution_id_institution foreign key (receiving_institution_id) references institution (id),
    constraint fk_mobility_program_id_program foreign key (program_id) references program (id)
);
create index ix_mobility_components on mobility using gin (components);
create index ix_mobility_participant_id on mobility (participant_id);
create index ix_mobility_program_id on mobility (program_id);
create index ix_mobility_receiving_institution_id on mobility (receiving_institution_id);
create index ix_mobility_sending_institution_id on mobility (sending_institution_id);

create table project (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    slug text collate "C" not null,
    title_en text collate "C",
    title_es text collate "C",
    summary_en text collate "C",
    summary_es text collate "C",
    status text collate "C" not null,
    starts_on date,
    ends_on date,
    date_precision text collate "C" not null,
    fields text[] collate "C" default '{}' not null constraint ck_project_fields_known check (fields <@ array['AGRICULTURE', 'ARTS_AND_HUMANITIES', 'CLIMATE', 'ECONOMICS', 'EDUCATION', 'ENERGY', 'ENGINEERING', 'HEALTH', 'LIFE_SCIENCES', 'MIGRATION', 'NATURAL_RESOURCES', 'PHYSICAL_SCIENCES', 'SOCIAL_SCIENCES', 'TECHNOLOGY', 'TRANSPORT']::text[]),
    sdgs integer[] default '{}' not null constraint ck_project_sdgs_known check (sdgs <@ array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
    program_id uuid,
    agreement_id uuid,
    origin_award_id uuid,
    origin_project_id uuid,
    title_fold_en text collate "C" generated always as (puente_fold(coalesce(title_en, title_es))) stored,
    title_fold_es text collate "C" generated always as (puente_fold(coalesce(title_es, title_en))) stored,
    title_sort_es text collate "C" generated always as (puente_sort_es(coalesce(title_es, title_en))) stored,
    search tsvector generated always as (puente_vector(coalesce(title_en, '') || ' ' || coalesce(title_es, '') || ' ' || coalesce(summary_en, '') || ' ' || coalesce(summary_es, ''))) stored not null,
    constraint pk_project primary key (id),
    constraint ck_project_title_present check (num_nonnulls(title_en, title_es) > 0 and (title_en is null or btrim(title_en) <> '' and char_length(title_en) <= 300) and (title_es is null or btrim(title_es) <> '' and char_length(title_es) <= 300)),
    constraint ck_project_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_project_summary_en_bounded check (char_length(summary_en) <= 20000 and char_length(summary_es) <= 20000),
    constraint ck_project_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint ck_project_origin_at_most_one check (num_nonnulls(origin_award_id, origin_project_id) <= 1),
    constraint ck_project_origin_is_another check (origin_project_id <> id),
    constraint ck_project_status_known check (status in ('DRAFT', 'PROPOSED', 'ACTIVE', 'COMPLETED', 'CANCELLED')),
    constraint ck_project_date_precision_known check (date_precision in ('DAY', 'MONTH', 'YEAR')),
    constraint uq_project_slug unique (slug),
    constraint fk_project_program_id_program foreign key (program_id) references program (id)
);
create index ix_project_agreement_id on project (agreement_id);
create index ix_project_fields on project using gin (fields);
create index ix_project_origin_award_id on project (origin_award_id);
create index ix_project_origin_project_id on project (origin_project_id);
create index ix_project_program_id on project (program_id);
create index ix_project_sdgs on project using gin (sdgs);
create index ix_project_search on project using gin (search);
create index ix_project_starts_on_order on project (coalesce(starts_on, 'infinity'::date), id);
create index ix_project_status_id on project (status, id);
create index ix_project_title_fold_en_id on project (title_fold_en, id);
create index ix_project_title_sort_es_id on project (title_sort_es, id);

create table project_institution (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    project_id uuid not null,
    institution_id uuid not null,
    role text collate "C" not null,
    since date,
    until date,
    constraint pk_project_institution primary key (id),
    constraint uq_project_institution_project_id_institution_id_role unique (project_id, institution_id, role),
    constraint ck_project_institution_until_after_since check (until >= since),
    constraint ck_project_institution_role_known check (role in ('LEAD', 'PARTNER', 'FUNDER')),
    constraint fk_project_institution_project_id_project foreign key (project_id) references project (id),
    constraint fk_project_institution_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_project_institution_institution_id on project_institution (institution_id);
create index ix_project_institution_project_id on project_institution (project_id);

create table project_contributor (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    project_id uuid not null,
    person_id uuid not null,
    role text collate "C" not null,
    since date,
    until date,
    constraint pk_project_contributor primary key (id),
    constraint uq_project_contributor_project_id_person_id_role unique (project_id, person_id, role),
    constraint ck_project_contributor_until_after_since check (until >= since),
    constraint ck_project_contributor_role_known check (role in ('PI', 'CO_PI', 'RESEARCHER', 'STUDENT')),
    constraint fk_project_contributor_project_id_project foreign key (project_id) references project (id),
    constraint fk_project_contributor_person_id_person foreign key (person_id) references person (id)
);
create index ix_project_contributor_person_id on project_contributor (person_id);
create index ix_project_contributor_project_id on project_contributor (project_id);

create table project_output (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    project_id uuid not null,
    doi text collate "C" not null,
    title text collate "C" not null,
    kind text collate "C" not null,
    published_on date,
    constraint pk_project_output primary key (id),
    constraint ck_project_output_doi_shape check (doi ~ '^10\.[0-9]{4,9}/[^[:space:]]+$'),
    constraint ck_project_output_title_present check (btrim(title) <> '' and char_length(title) <= 300),
    constraint ck_project_output_kind_known check (kind in ('ARTICLE', 'BOOK', 'DATASET', 'REPORT', 'SOFTWARE', 'OTHER')),
    constraint fk_project_output_project_id_project foreign key (project_id) references project (id),
    constraint uq_project_output_doi unique (doi)
);
create index ix_project_output_project_id on project_output (project_id);

create table award (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    project_id uuid,
    program_id uuid,
    recipient_id uuid,
    funder_id uuid,
    funder_side text collate "C" not null,
    kind text collate "C" not null,
    amount numeric(14, 2) not null,
    currency text collate "C" not null,
    decided_on date,
    starts_on date,
    ends_on date,
    constraint pk_award primary key (id),
    constraint ck_award_currency_shape check (currency ~ '^[A-Z]{3}$'),
    constraint ck_award_amount_positive check (amount >= 0),
    constraint ck_award_ends_on_after_starts_on check (ends_on >= starts_on),
    constraint ck_award_project_or_recipient check (num_nonnulls(project_id, recipient_id) > 0),
    constraint ck_award_funder_side_known check (funder_side in ('UC', 'MEXICO', 'PARTNER')),
    constraint ck_award_kind_known check (kind in ('RESEARCH_GRANT', 'FELLOWSHIP', 'TRAVEL_STIPEND', 'SEED')),
    constraint fk_award_project_id_project foreign key (project_id) references project (id),
    constraint fk_award_program_id_program foreign key (program_id) references program (id),
    constraint fk_award_recipient_id_person foreign key (recipient_id) references person (id),
    constraint fk_award_funder_id_institution foreign key (funder_id) references institution (id)
);
create index ix_award_funder_id on award (funder_id);
create index ix_award_program_id on award (program_id);
create index ix_award_project_id on award (project_id);
create index ix_award_recipient_id on award (recipient_id);

create table venue (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    institution_id uuid,
    slug text collate "C" not null,
    name_en text collate "C",
    name_es text collate "C",
    address text collate "C",
    city text collate "C",
    region text collate "C",
    country text collate "C" not null,
    latitude double precision,
    longitude double precision,
    time_zone text collate "C" not null,
    capacity integer,
    name_fold_en text collate "C" generated always as (puente_fold(coalesce(name_en, name_es))) stored,
    name_fold_es text collate "C" generated always as (puente_fold(coalesce(name_es, name_en))) stored,
    name_sort_es text collate "C" generated always as (puente_sort_es(coalesce(name_es, name_en))) stored,
    constraint pk_venue primary key (id),
    constraint ck_venue_name_present check (num_nonnulls(name_en, name_es) > 0 and (name_en is null or btrim(name_en) <> '' and char_length(name_en) <= 300) and (name_es is null or btrim(name_es) <> '' and char_length(name_es) <= 300)),
    constraint ck_venue_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_venue_latitude_range check (latitude between -90 and 90),
    constraint ck_venue_longitude_range check (longitude between -180 and 180),
    constraint ck_venue_coordinates_both check ((latitude is null) = (longitude is null)),
    constraint ck_venue_country_shape check (country ~ '^[A-Z]{2}$'),
    constraint ck_venue_region_shape check (region ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$'),
    constraint ck_venue_time_zone_known check (puente_is_time_zone(time_zone)),
    constraint ck_venue_capacity_positive check (capacity > 0),
    constraint fk_venue_institution_id_institution foreign key (institution_id) references institution (id),
    constraint uq_venue_slug unique (slug)
);
create index ix_venue_institution_id on venue (institution_id);
create index ix_venue_name_fold_en_id on venue (name_fold_en, id);
create index ix_venue_name_sort_es_id on venue (name_sort_es, id);

create table event (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    slug text collate "C" not null,
    title_en text collate "C",
    title_es text collate "C",
    description_en text collate "C",
    description_es text collate "C",
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text collate "C" not null,
    date_precision text collate "C" not null,
    mode text collate "C" not null,
    venue_id uuid,
    program_id uuid,
    languages text[] collate "C" default '{}' not null constraint ck_event_languages_known check (languages <@ array['EN', 'ES']::text[]),
    capacity integer,
    topics text[] collate "C" default '{}' not null constraint ck_event_topics_present check (array_position(topics, null) is null),
    status text collate "C" not null,
    title_fold_en text collate "C" generated always as (puente_fold(coalesce(title_en, title_es))) stored,
    title_fold_es text collate "C" generated always as (puente_fold(coalesce(title_es, title_en))) stored,
    title_sort_es text collate "C" generated always as (puente_sort_es(coalesce(title_es, title_en))) stored,
    search tsvector generated always as (puente_vector(coalesce(title_en, '') || ' ' || coalesce(title_es, '') || ' ' || coalesce(description_en, '') || ' ' || coalesce(description_es, '') || ' ' || coalesce(puente_words(topics), ''))) stored not null,
    constraint pk_event primary key (id),
    constraint ck_event_title_present check (num_nonnulls(title_en, title_es) > 0 and (title_en is null or btrim(title_en) <> '' and char_length(title_en) <= 300) and (title_es is null or btrim(title_es) <> '' and char_length(title_es) <= 300)),
    constraint ck_event_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_event_description_en_bounded check (char_length(description_en) <= 20000 and char_length(description_es) <= 20000 and char_length(puente_words(topics)) <= 20000),
    constraint ck_event_time_zone_known check (puente_is_time_zone(time_zone)),
    constraint ck_event_ends_at_after_starts_at check (ends_at >= starts_at),
    constraint ck_event_instants_plausible check (starts_at >= '1900-01-01T00:00Z'::timestamptz and ends_at < '2200-01-01T00:00Z'::timestamptz),
    constraint ck_event_capacity_positive check (capacity > 0),
    constraint ck_event_date_precision_known check (date_precision in ('DAY', 'MONTH', 'YEAR')),
    constraint ck_event_mode_known check (mode in ('IN_PERSON', 'ONLINE', 'HYBRID')),
    constraint ck_event_status_known check (status in ('DRAFT', 'PUBLISHED', 'CANCELLED')),
    constraint uq_event_slug unique (slug),
    constraint fk_event_venue_id_venue foreign key (venue_id) references venue (id),
    constraint fk_event_program_id_program foreign key (program_id) references program (id)
);
create index ix_event_languages on event using gin (languages);
create index ix_event_program_id on event (program_id);
create index ix_event_search on event using gin (search);
create index ix_event_starts_at_id on event (starts_at, id);
create index ix_event_title_fold_en_id on event (title_fold_en, id);
create index ix_event_title_sort_es_id on event (title_sort_es, id);
create index ix_event_topics on event using gin (topics);
create index ix_event_venue_id on event (venue_id);

create table event_organizer (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    event_id uuid not null,
    institution_id uuid not null,
    role text collate "C" not null,
    since date,
    constraint pk_event_organizer primary key (id),
    constraint uq_event_organizer_event_id_institution_id unique (event_id, institution_id),
    constraint ck_event_organizer_role_known check (role in ('HOST', 'CO_HOST')),
    constraint fk_event_organizer_event_id_event foreign key (event_id) references event (id),
    constraint fk_event_organizer_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_event_organizer_event_id on event_organizer (event_id);
create index ix_event_organizer_institution_id on event_organizer (institution_id);

create table agreement (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    slug text collate "C" not null,
    title_en text collate "C",
    title_es text collate "C",
    type text collate "C" not null,
    status text collate "C" not null,
    signed_on date,
    valid_from date,
    valid_to date,
    date_precision text collate "C" not null,
    previous_id uuid,
    origin_project_id uuid,
    document_url text collate "C",
    title_fold_en text collate "C" generated always as (puente_fold(coalesce(title_en, title_es))) stored,
    title_fold_es text collate "C" generated always as (puente_fold(coalesce(title_es, title_en))) stored,
    title_sort_es text collate "C" generated always as (puente_sort_es(coalesce(title_es, title_en))) stored,
    search tsvector generated always as (puente_vector(coalesce(title_en, '') || ' ' || coalesce(title_es, ''))) stored not null,
    constraint pk_agreement primary key (id),
    constraint ck_agreement_title_present check (num_nonnulls(title_en, title_es) > 0 and (title_en is null or btrim(title_en) <> '' and char_length(title_en) <= 300) and (title_es is null or btrim(title_es) <> '' and char_length(title_es) <= 300)),
    constraint ck_agreement_slug_shape check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 100),
    constraint ck_agreement_valid_to_after_valid_from check (valid_to >= valid_from),
    constraint ck_agreement_previous_is_another check (previous_id <> id),
    constraint ck_agreement_document_url_shape check (document_url ~ '^https?://[^[:space:]]+$'),
    constraint ck_agreement_type_known check (type in ('MOU', 'SPECIFIC', 'FUNDING', 'EXCHANGE')),
    constraint ck_agreement_status_known check (status in ('DRAFT', 'ACTIVE', 'EXPIRED', 'TERMINATED')),
    constraint ck_agreement_date_precision_known check (date_precision in ('DAY', 'MONTH', 'YEAR')),
    constraint uq_agreement_slug unique (slug)
);
create index ix_agreement_origin_project_id on agreement (origin_project_id);
create index ix_agreement_previous_id on agreement (previous_id);
create index ix_agreement_search on agreement using gin (search);
create index ix_agreement_title_fold_en_id on agreement (title_fold_en, id);
create index ix_agreement_title_sort_es_id on agreement (title_sort_es, id);

create table agreement_party (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    agreement_id uuid not null,
    institution_id uuid not null,
    role text collate "C" not null,
    since date,
    constraint pk_agreement_party primary key (id),
    constraint uq_agreement_party_agreement_id_institution_id unique (agreement_id, institution_id),
    constraint ck_agreement_party_role_known check (role in ('SIGNATORY', 'WITNESS')),
    constraint fk_agreement_party_agreement_id_agreement foreign key (agreement_id) references agreement (id),
    constraint fk_agreement_party_institution_id_institution foreign key (institution_id) references institution (id)
);
create index ix_agreement_party_agreement_id on agreement_party (agreement_id);
create index ix_agreement_party_institution_id on agreement_party (institution_id);

create table champion (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    person_id uuid not null,
    institution_id uuid not null,
    counterpart_id uuid not null,
    since date,
    until date,
    constraint pk_champion primary key (id),
    constraint uq_champion_person_id_institution_id_counterpart_id unique (person_id, institution_id, counterpart_id),
    constraint ck_champion_institutions_differ check (institution_id <> counterpart_id),
    constraint ck_champion_until_after_since check (until >= since),
    constraint fk_champion_person_id_person foreign key (person_id) references person (id),
    constraint fk_champion_institution_id_institution foreign key (institution_id) references institution (id),
    constraint fk_champion_counterpart_id_institution foreign key (counterpart_id) references institution (id)
);
create index ix_champion_counterpart_id on champion (counterpart_id);
create index ix_champion_institution_id on champion (institution_id);
create index ix_champion_person_id on champion (person_id);

create table impact_metric (
    id uuid default puente_uuid7() not null,
    version integer default 1 not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    is_synthetic boolean default false not null,
    source text collate "C",
    key text collate "C" not null,
    label_en text collate "C",
    label_es text collate "C",
    program_id uuid,
    measure text collate "C" not null,
    since_year integer,
    reported_value integer,
    comparator text collate "C",
    as_of date,
    reported_source text collate "C",
    constraint pk_impact_metric primary key (id),
    constraint ck_impact_metric_key_shape check (key ~ '^[a-z0-9]+(_[a-z0-9]+)*$'),
    constraint ck_impact_metric_label_present check (num_nonnulls(label_en, label_es) > 0 and char_length(label_en) <= 300 and char_length(label_es) <= 300),
    constraint ck_impact_metric_since_year_plausible check (since_year between 1900 and 2200),
    constraint ck_impact_metric_reported_value_positive check (reported_value >= 0),
    constraint ck_impact_metric_reported_whole check (num_nulls(reported_value, comparator, as_of, reported_source) in (0, 4)),
    constraint ck_impact_metric_measure_known check (measure in ('PARTICIPANTS', 'UC_CAMPUSES', 'MX_INSTITUTIONS', 'MENTORS', 'PROJECTS', 'UC_STUDENTS_IN_MEXICO')),
    constraint ck_impact_metric_comparator_known check (comparator in ('EXACTLY', 'AT_LEAST', 'MORE_THAN', 'ABOUT')),
    constraint uq_impact_metric_key unique (key),
    constraint fk_impact_metric_program_id_program foreign key (program_id) references program (id)
);
create index ix_impact_metric_program_id on impact_metric (program_id);

-- Foreign keys that close a ring; a transaction that loads many rows may defer them.
alter table institution add constraint fk_institution_parent_id_institution foreign key (parent_id) references institution (id) deferrable initially immediate;
alter table institution add constraint fk_institution_predecessor_id_institution foreign key (predecessor_id) references institution (id) deferrable initially immediate;
alter table project add constraint fk_project_agreement_id_agreement foreign key (agreement_id) references agreement (id) deferrable initially immediate;
alter table project add constraint fk_project_origin_award_id_award foreign key (origin_award_id) references award (id) deferrable initially immediate;
alter table project add constraint fk_project_origin_project_id_project foreign key (origin_project_id) references project (id) deferrable initially immediate;
alter table agreement add constraint fk_agreement_origin_project_id_project foreign key (origin_project_id) references project (id) deferrable initially immediate;
alter table agreement add constraint fk_agreement_previous_id_agreement foreign key (previous_id) references agreement (id) deferrable initially immediate;

-- Bookkeeping.
create trigger institution_touch before update on institution
    for each row execute function puente_touch();
create trigger person_touch before update on person
    for each row execute function puente_touch();
create trigger person_language_touch before update on person_language
    for each row execute function puente_touch();
create trigger mentor_touch before update on mentor
    for each row execute function puente_touch();
create trigger participant_touch before update on participant
    for each row execute function puente_touch();
create trigger program_touch before update on program
    for each row execute function puente_touch();
create trigger call_touch before update on call
    for each row execute function puente_touch();
create trigger cohort_touch before update on cohort
    for each row execute function puente_touch();
create trigger participation_touch before update on participation
    for each row execute function puente_touch();
create trigger activity_touch before update on activity
    for each row execute function puente_touch();
create trigger activity_participation_touch before update on activity_participation
    for each row execute function puente_touch();
create trigger mentorship_touch before update on mentorship
    for each row execute function puente_touch();
create trigger mobility_touch before update on mobility
    for each row execute function puente_touch();
create trigger project_touch before update on project
    for each row execute function puente_touch();
create trigger project_institution_touch before update on project_institution
    for each row execute function puente_touch();
create trigger project_contributor_touch before update on project_contributor
    for each row execute function puente_touch();
create trigger project_output_touch before update on project_output
    for each row execute function puente_touch();
create trigger award_touch before update on award
    for each row execute function puente_touch();
create trigger venue_touch before update on venue
    for each row execute function puente_touch();
create trigger event_touch before update on event
    for each row execute function puente_touch();
create trigger event_organizer_touch before update on event_organizer
    for each row execute function puente_touch();
create trigger agreement_touch before update on agreement
    for each row execute function puente_touch();
create trigger agreement_party_touch before update on agreement_party
    for each row execute function puente_touch();
create trigger champion_touch before update on champion
    for each row execute function puente_touch();
create trigger impact_metric_touch before update on impact_metric
    for each row execute function puente_touch();

create constraint trigger agreement_two_parties after insert or update on agreement
    deferrable initially deferred for each row execute function puente_two_parties();
create constraint trigger agreement_party_two_parties after update or delete on agreement_party
    deferrable initially deferred for each row execute function puente_two_parties();
