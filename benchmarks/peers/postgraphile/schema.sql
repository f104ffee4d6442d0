-- What PostGraphile serves: views of the tables, with the rules of which rows may be seen and the texts as they are
-- shown. PostgreSQL folds each view into the statement that reads it, so an index of a table is used as it would be
-- without the view. A view has no keys of its own: smart tags say what is unique and what refers to what.
drop schema if exists postgraphile cascade;
create schema postgraphile;

create view postgraphile.institution as
select id, slug, coalesce(name_en, name_es) as name, acronym, kind, side, city, country, website, latitude, longitude,
    name_fold_en as name_order
from public.institution;
comment on view postgraphile.institution is $$
@primaryKey id
@unique slug
$$;
comment on column postgraphile.institution.name_order is '@notNull';

create view postgraphile.program as
select id, slug, coalesce(name_en, name_es) as name from public.program;
comment on view postgraphile.program is $$
@primaryKey id
$$;

create view postgraphile.project as
select id, slug, coalesce(title_en, title_es) as title, coalesce(summary_en, summary_es) as summary, status, starts_on,
    ends_on, fields, sdgs, program_id, title_fold_en as title_order
from public.project where status <> 'DRAFT';
comment on view postgraphile.project is $$
@primaryKey id
@unique slug
@behavior +connection
@foreignKey (program_id) references program (id)
$$;
-- A page after a cursor is a comparison of rows, which the index answers, when nothing that orders may be null.
comment on column postgraphile.project.title_order is '@notNull';

create view postgraphile.project_institution as
select id, project_id, institution_id, role, since from public.project_institution;
comment on view postgraphile.project_institution is $$
@primaryKey id
@foreignKey (project_id) references project (id)|@foreignFieldName institutions
@foreignKey (institution_id) references institution (id)
$$;

create view postgraphile.project_contributor as
select id, project_id, role, since from public.project_contributor;
comment on view postgraphile.project_contributor is $$
@primaryKey id
@foreignKey (project_id) references project (id)|@foreignFieldName contributors
$$;

create view postgraphile.award as
select id, project_id, kind, currency, decided_on from public.award where decided_on is not null;
comment on view postgraphile.award is $$
@primaryKey id
@foreignKey (project_id) references project (id)
$$;

create view postgraphile.total_awarded as
select project_id, currency, sum(amount) as amount from public.award where decided_on is not null
group by project_id, currency;
comment on view postgraphile.total_awarded is $$
@primaryKey project_id,currency
@foreignKey (project_id) references project (id)|@foreignFieldName totalAwarded
$$;

create view postgraphile.project_output as
select id, project_id, doi, title, published_on from public.project_output;
comment on view postgraphile.project_output is $$
@primaryKey id
@foreignKey (project_id) references project (id)|@foreignFieldName outputs
$$;

create view postgraphile.venue as
select id, coalesce(name_en, name_es) as name, city from public.venue;
comment on view postgraphile.venue is $$
@primaryKey id
$$;

create view postgraphile.event as
select id, slug, coalesce(title_en, title_es) as title, starts_at, time_zone,
    public.puente_local_time(starts_at, time_zone) as local_start, mode, topics, venue_id
from public.event where status <> 'DRAFT';
comment on view postgraphile.event is $$
@primaryKey id
@unique slug
@foreignKey (venue_id) references venue (id)
$$;

create view postgraphile.event_organizer as
select id, event_id, institution_id, role from public.event_organizer;
comment on view postgraphile.event_organizer is $$
@primaryKey id
@foreignKey (event_id) references event (id)|@foreignFieldName organizers
@foreignKey (institution_id) references institution (id)
$$;

create view postgraphile.mentor as
select id, name, sector, expertise, capacity, available, coalesce(biography_en, biography_es) as biography,
    institution_id, name_sort_en as name_order, search as words, name_search as name_words
from public.mentor;
comment on view postgraphile.mentor is $$
@primaryKey id
@foreignKey (institution_id) references institution (id)
$$;
comment on column postgraphile.mentor.name_order is '@notNull';
comment on column postgraphile.mentor.words is '@behavior -*';
comment on column postgraphile.mentor.name_words is '@behavior -*';

create view postgraphile.cohort as
select id, slug, coalesce(name_en, name_es) as name from public.cohort;
comment on view postgraphile.cohort is $$
@primaryKey id
@unique slug
$$;

-- A participant within a cohort. One view for both sides of the participation, so that a roster is one statement:
-- PostGraphile asks anew for what it would have to join, or for what belongs to the rows of a function.
create view postgraphile.cohort_participant as
select k.cohort_id, s.id, s.name, h.email, s.level, s.institution_id, s.name_sort_en as name_order
from public.participation k
    join public.participant s on s.id = k.participant_id
    join public.person h on h.id = s.person_id;
comment on view postgraphile.cohort_participant is $$
@primaryKey cohort_id,id
@unique id
@foreignKey (cohort_id) references cohort (id)|@foreignFieldName participants
@foreignKey (institution_id) references institution (id)
$$;
comment on column postgraphile.cohort_participant.name_order is '@notNull';

create view postgraphile.mentorship as
select id, mentor_id, participant_id, status, sessions from public.mentorship;
comment on view postgraphile.mentorship is $$
@primaryKey id
@foreignKey (mentor_id) references mentor (id)
@foreignKey (participant_id) references cohort_participant (id)|@foreignFieldName mentorships|@behavior -singularRelation:resource:single
$$;

-- What is counted of people is hidden when it is small.
create view postgraphile.impact as
select id, key, coalesce(label_en, label_es) as label, reported_value, comparator, as_of, reported_source,
    case when measure in ('PARTICIPANTS', 'MENTORS', 'UC_STUDENTS_IN_MEXICO')
        then nullif(greatest(computed_value, 4), 4) else computed_value end as computed
from public.impact_metric;
comment on view postgraphile.impact is $$
@primaryKey id
$$;

-- What a search may find, as one view: each kind of row is a type of its own (single-table polymorphism).
create view postgraphile.hit as
select 'Project' as kind, id, coalesce(title_en, title_es) as title, null as name, status, null::timestamptz as starts_at,
    search as words
from public.project where status <> 'DRAFT'
union all
select 'Event', id, coalesce(title_en, title_es), null, null, starts_at, search from public.event where status <> 'DRAFT'
union all
select 'Institution', id, null, coalesce(name_en, name_es), null, null, search from public.institution
union all
select 'Program', id, null, coalesce(name_en, name_es), null, null, search from public.program
union all
select 'Cohort', id, null, null, null, null, search from public.cohort
union all
select 'Agreement', id, null, null, null, null, search from public.agreement where status <> 'DRAFT';
comment on view postgraphile.hit is $$
@primaryKey kind,id
@interface mode:single type:kind
@type Project name:ProjectHit attributes:title,status
@type Event name:EventHit attributes:title,starts_at
@type Institution name:InstitutionHit attributes:name
@type Program name:ProgramHit attributes:name
@type Cohort name:CohortHit
@type Agreement name:AgreementHit
@behavior -query:resource:list -query:resource:single
$$;
comment on column postgraphile.hit.words is '@behavior -*';

-- PostgreSQL folds this into the statement that calls it. A select of its own is evaluated once: what was typed is
-- parsed twice, and not for each kind and row.
create function postgraphile.search(text text) returns setof postgraphile.hit
    language sql stable parallel safe
    begin atomic
        select * from postgraphile.hit
        where words @@ (select public.puente_query($1))
        order by ts_rank(words, (select public.puente_query($1))) desc, kind, id;
    end;
