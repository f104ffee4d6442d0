-- What PostGraphile's subscribers follow: views with the rules of which rows they may see, and triggers that tell of
-- changes by NOTIFY, as its documentation shows. Whose they are is a setting of the subscriber's every transaction.
drop schema if exists following cascade;
create schema following;

create view following.institution as
select id, slug from public.institution;
comment on view following.institution is $$
@primaryKey id
$$;

create view following.participant as
select id, version, level, field_of_study, institution_id from public.participant
where institution_id = nullif(current_setting('following.institution', true), '')::uuid;
comment on view following.participant is $$
@primaryKey id
@foreignKey (institution_id) references institution (id)
$$;

create view following.project as
select id, version, coalesce(title_en, title_es) as title, status, starts_on, ends_on from public.project
where status <> 'DRAFT';
comment on view following.project is $$
@primaryKey id
$$;

create view following.project_institution as
select id, project_id, institution_id, role from public.project_institution;
comment on view following.project_institution is $$
@primaryKey id
@foreignKey (project_id) references project (id)|@foreignFieldName institutions
@foreignKey (institution_id) references institution (id)
$$;

create function following.tell_participant() returns trigger language plpgsql as $$
begin
    perform pg_notify('participant:' || new.institution_id, json_build_object('id', new.id)::text);
    return null;
end
$$;
create function following.tell_project() returns trigger language plpgsql as $$
begin
    perform pg_notify('project', json_build_object('id', new.id)::text);
    return null;
end
$$;
create trigger participant_following after update on public.participant
    for each row execute function following.tell_participant();
create trigger project_following after update on public.project
    for each row execute function following.tell_project();
