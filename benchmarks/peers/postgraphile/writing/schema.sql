-- What PostGraphile writes: views of the tables, whose triggers note changes and audit them as with every other program.
-- Whoever asks may write every row; Puente looks at rights, versions and what must hold of each.
drop schema if exists writing cascade;
create schema writing;

create view writing.project as
select id, version, title_en, title_es, ends_on from public.project;
comment on view writing.project is $$
@primaryKey id
$$;

create view writing.project_institution as
select id, project_id, institution_id, role from public.project_institution;
alter view writing.project_institution alter column id set default gen_random_uuid();
comment on view writing.project_institution is $$
@primaryKey id
@unique project_id,institution_id,role
$$;
