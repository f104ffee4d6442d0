-- Written by `puente migrations make`, from the workflows; do not edit it by hand.
-- How: planner/mutation/workflow_sql.py.

-- Whether a step leads from one status to another; null for a table without a workflow.
create or replace function puente_has_step(of_table text, source text, target text) returns boolean
language sql immutable as $$
    select case of_table
        when 'call' then (source, target) in (
            ('CLOSED', 'CANCELLED'),
            ('CLOSED', 'OPEN'),
            ('DRAFT', 'OPEN'),
            ('DRAFT', 'SCHEDULED'),
            ('OPEN', 'CANCELLED'),
            ('OPEN', 'CLOSED'),
            ('OPEN', 'OPEN'),
            ('SCHEDULED', 'CANCELLED'),
            ('SCHEDULED', 'OPEN'))
        when 'event' then (source, target) in (
            ('DRAFT', 'PUBLISHED'),
            ('PUBLISHED', 'CANCELLED'))
        when 'mentorship' then (source, target) in (
            ('ACCEPTED', 'ACTIVE'),
            ('ACCEPTED', 'ENDED'),
            ('ACTIVE', 'COMPLETED'),
            ('ACTIVE', 'ENDED'),
            ('PROPOSED', 'ACCEPTED'),
            ('PROPOSED', 'DECLINED'),
            ('PROPOSED', 'LAPSED'))
        when 'mobility' then (source, target) in (
            ('ONGOING', 'CANCELLED'),
            ('ONGOING', 'COMPLETED'),
            ('PLANNED', 'CANCELLED'),
            ('PLANNED', 'ONGOING'))
        when 'participation' then (source, target) in (
            ('ACCEPTED', 'ACTIVE'),
            ('ACCEPTED', 'WITHDRAWN'),
            ('ACTIVE', 'COMPLETED'),
            ('ACTIVE', 'WITHDRAWN'),
            ('NOMINATED', 'ACCEPTED'),
            ('NOMINATED', 'WITHDRAWN'))
        when 'project' then (source, target) in (
            ('ACTIVE', 'CANCELLED'),
            ('ACTIVE', 'COMPLETED'),
            ('DRAFT', 'ACTIVE'),
            ('PROPOSED', 'ACTIVE'),
            ('PROPOSED', 'CANCELLED'))
        when 'registration' then (source, target) in (
            ('ATTENDED', 'CANCELLED'),
            ('ATTENDED', 'CONFIRMED'),
            ('CONFIRMED', 'ATTENDED'),
            ('CONFIRMED', 'CANCELLED'),
            ('CONFIRMED', 'NO_SHOW'),
            ('WAITLISTED', 'CANCELLED'),
            ('WAITLISTED', 'CONFIRMED'))
    end
$$;

-- Refuses a status that no step leads to, unless `puente.correction` says why it is put right.
create or replace function puente_refuse_status() returns trigger language plpgsql as $$
begin
    if btrim(coalesce(current_setting('puente.correction', true), '')) <> '' then
        return new;
    end if;
    raise exception '% %: no step leads % to %', tg_table_name, new.id,
        case tg_op when 'UPDATE' then 'from ' || (to_jsonb(old) ->> tg_argv[0]) else 'a new row' end,
        to_jsonb(new) ->> tg_argv[0]
        using errcode = 'check_violation', constraint = tg_name, column = tg_argv[0],
            table = tg_table_name, schema = tg_table_schema,
            hint = 'To put it right: set local puente.correction = ''why'' in the same transaction.';
end
$$;

do $$
declare
    gone record;
begin
    for gone in select tgrelid::regclass as of_table, tgname from pg_trigger
        where tgfoid = 'puente_refuse_status'::regproc and not tgisinternal loop
        execute format('drop trigger %I on %s', gone.tgname, gone.of_table);
    end loop;
end
$$;

create trigger call_status_step before update on call
    for each row when (old.status is distinct from new.status
        and puente_has_step('call', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger event_status_step before update on event
    for each row when (old.status is distinct from new.status
        and puente_has_step('event', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger mentorship_status_step before update on mentorship
    for each row when (old.status is distinct from new.status
        and puente_has_step('mentorship', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger mobility_status_step before update on mobility
    for each row when (old.status is distinct from new.status
        and puente_has_step('mobility', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger participation_status_step before update on participation
    for each row when (old.status is distinct from new.status
        and puente_has_step('participation', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger project_status_step before update on project
    for each row when (old.status is distinct from new.status
        and puente_has_step('project', old.status, new.status) is not true)
    execute function puente_refuse_status('status');

create trigger registration_status_step before update on registration
    for each row when (old.status is distinct from new.status
        and puente_has_step('registration', old.status, new.status) is not true)
    execute function puente_refuse_status('status');
