-- What people and systems did to the rows, for the audit log: each value is changed and changed back, so that the
-- log alone knows what it was meanwhile. Each text of then, and each reason, has a canary of its own.

create function pg_temp.acts_as(actor text, roles text, mutation text) returns void language sql as $$
    select set_config('puente.act', jsonb_build_object('actor', actor, 'role', roles, 'mutation', mutation,
        'request_id', 'request-' || mutation, 'reason', 'Because ' || pg_temp.canary('reason ' || mutation || actor))::text,
        true)
$$;

do $$
declare
    c record;
    someone_s record;
begin
    for someone_s in
        select * from (values
            ((select 'person ' || id from someone where key = 'mentor-02'), 'MENTOR,PUBLIC'),
            ((select 'person ' || id from someone where key = 'student-22'), 'PARTICIPANT,PUBLIC'),
            ((select 'person ' || id from someone where key = 'student-01'), 'PARTICIPANT,PUBLIC'),
            ('client c11e0000-0000-4000-8000-000000000001', 'INTEGRATION,PUBLIC'),
            ('client c11e0000-0000-4000-8000-000000000002', 'INTEGRATION,PUBLIC'),
            ('subject 0123456789abcdef', 'COORDINATOR,PUBLIC'),
            ('public', 'PUBLIC')) as acting (actor, roles)
    loop
        for c in
            select * from (values
                ('project', 'title_en', 'title_en || $1'), ('project', 'summary_es', 'coalesce(summary_es, '''') || $1'),
                ('project', 'program_id', '(select id from program order by id limit 1)'),
                ('project', 'origin_award_id', '(select id from award where amount = 444.00)'),
                ('award', 'amount', 'amount + 1'), ('award', 'currency', '''EUR'''),
                ('agreement', 'document_url', 'document_url || $1'), ('agreement', 'status', '''TERMINATED'''),
                ('event', 'description_en', 'description_en || $1'), ('event', 'venue_id', 'null'),
                ('institution', 'acronym', 'coalesce(acronym, '''') || $1'), ('institution', 'latitude', '1.5'),
                ('person', 'given_name', 'given_name || $1'), ('person', 'preferred_name', 'given_name || $1'),
                ('person', 'family_names', 'family_names || $1'), ('person', 'phone', '$2'),
                ('mentor', 'biography_en', 'coalesce(biography_en, '''') || $1'), ('mentor', 'expertise', '''{HEALTH,OTHER}'''),
                ('participant', 'field_of_study', '''0311'''), ('participant', 'source', 'coalesce(source, '''') || $1'),
                ('mentorship', 'notes', 'coalesce(notes, '''') || $1'), ('mentorship', 'goals', 'coalesce(goals, '''') || $1'),
                ('mentorship', 'status', 'case status when ''ACTIVE'' then ''COMPLETED'' else ''ACTIVE'' end'),
                ('mobility', 'receiving_institution_id', '(select id from institution where slug = ''uc-irvine'')'),
                ('consent', 'notice_version', 'notice_version || ''x'''), ('participation', 'left_on', 'date ''2030-01-01'''),
                ('project_institution', 'until', 'date ''2031-01-01'''), ('project_contributor', 'until', 'date ''2031-01-01'''),
                ('champion', 'until', 'date ''2031-01-01'''), ('person_language', 'level', '''A1'''),
                ('activity_participation', 'until', 'date ''2031-01-01'''), ('call', 'eligibility_en', 'coalesce(eligibility_en, '''') || $1'),
                ('api_client', 'name', 'name || $1')) as changed (of_table, of_column, become)
        loop
            perform pg_temp.acts_as(someone_s.actor, someone_s.roles, 'update_' || c.of_table);
            execute format('create temporary table kept on commit drop as select id, %1$I as was from %2$I'
                ' where abs(hashtext(id::text || %3$L)) %% 12 = 0', c.of_column, c.of_table, someone_s.actor);
            begin
                execute format('update %2$I t set %1$I = ' || c.become || ' from kept k where k.id = t.id',
                    c.of_column, c.of_table) using ' ' || pg_temp.canary(c.of_table || c.of_column || someone_s.actor),
                    pg_temp.canary_number(someone_s.actor);
                execute format('update %2$I t set %1$I = k.was from kept k where k.id = t.id', c.of_column, c.of_table);
            exception when check_violation or unique_violation then
                raise notice '% %: %', c.of_table, c.of_column, sqlerrm;
            end;
            drop table kept;
        end loop;
    end loop;
    perform set_config('puente.act', '', true);
    -- What is gone: a project with its parts, and a part of one that stays.
    insert into project (id, slug, title_en, status, date_precision)
    values (pg_temp.next_id(), 'hard-gone', 'Gone ' || pg_temp.canary('gone'), 'ACTIVE', 'DAY');
    insert into project_institution (id, project_id, institution_id, role)
    select pg_temp.next_id(), project.id, place.id, 'LEAD' from project, place
    where project.slug in ('hard-gone', 'hard-draft-merced') and place.slug = 'uc-riverside';
    insert into project_contributor (id, project_id, person_id, role)
    select pg_temp.next_id(), project.id, someone.id, 'PI' from project, someone
    where project.slug in ('hard-gone', 'hard-draft-merced') and someone.key = 'mentor-04';
    delete from project_institution where institution_id = (select id from place where slug = 'uc-riverside')
        and project_id in (select id from project where slug in ('hard-gone', 'hard-draft-merced'));
    delete from project_contributor where person_id = (select id from someone where key = 'mentor-04')
        and project_id in (select id from project where slug in ('hard-gone', 'hard-draft-merced'));
    delete from project where slug = 'hard-gone';
    -- They are as if they had been there from the first: in the last change of each row that is told.
    update change_note n set version = x.version
        from (select entity_id, max(version) as version from change_note where xid = puente_xid() group by 1) x
        where n.id = (select max(m.id) from change_note m where m.entity_id = x.entity_id and m.xid <> puente_xid());
    delete from change_note where xid = puente_xid();
end
$$;
-- Two records of a person of whom nothing else is known: others can be merged with either (`tests.mutations.harness`).
insert into person (id, given_name, family_names, is_synthetic)
select id::uuid, 'Twice ' || pg_temp.canary('person.given_name' || id),
    'Known ' || pg_temp.canary('person.family_names' || id), true
from unnest('{00000000-0000-0000-0000-00000000d001,00000000-0000-0000-0000-00000000d002}'::text[]) id;
