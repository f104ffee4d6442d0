-- What impact metrics count is counted now and then, not for every reader: counting reads every row there is.

alter table impact_metric add column computed_value integer;
alter table impact_metric add constraint ck_impact_metric_computed_value_positive check (computed_value >= 0);

-- What the rows add up to for a measure: of a program, or of all where it is null; projects since a year.
create function puente_impact(measured text, of_program uuid, since integer) returns integer
    language sql stable parallel safe
    return case measured
        when 'PARTICIPANTS' then (
            select count(distinct p.participant_id) from participation p join cohort c on c.id = p.cohort_id
            where of_program is null or c.program_id = of_program)
        when 'UC_CAMPUSES' then (
            select count(distinct s.institution_id) from participation p join cohort c on c.id = p.cohort_id
                join participant s on s.id = p.participant_id join institution i on i.id = s.institution_id
            where i.kind = 'UC_CAMPUS' and (of_program is null or c.program_id = of_program))
        when 'MX_INSTITUTIONS' then (
            select count(distinct s.institution_id) from participation p join cohort c on c.id = p.cohort_id
                join participant s on s.id = p.participant_id join institution i on i.id = s.institution_id
            where i.side = 'MEXICO' and (of_program is null or c.program_id = of_program))
        when 'MENTORS' then (
            select count(distinct m.mentor_id) from mentorship m join cohort c on c.id = m.cohort_id
            where of_program is null or c.program_id = of_program)
        when 'PROJECTS' then (
            select count(*) from project
            where status not in ('DRAFT', 'CANCELLED')
                and (since is null or starts_on >= make_date(since, 1, 1))
                and (of_program is null or program_id = of_program))
        when 'UC_STUDENTS_IN_MEXICO' then (
            select count(distinct m.participant_id) from mobility m
                join institution sending on sending.id = m.sending_institution_id
                join institution receiving on receiving.id = m.receiving_institution_id
            where sending.side = 'UC' and receiving.country = 'MX'
                and (of_program is null or m.program_id = of_program))
    end;

-- Counting is no edit of the metric, so it makes no new version of it.
drop trigger impact_metric_touch on impact_metric;
create trigger impact_metric_touch before update on impact_metric
    for each row when (old.computed_value is not distinct from new.computed_value) execute function puente_touch();

-- Count anew; says how many figures changed.
create function puente_count_impact() returns integer language plpgsql as $$
declare
    changed integer;
begin
    with counted as (select id, puente_impact(measure, program_id, since_year) as value from impact_metric)
    update impact_metric set computed_value = counted.value from counted
    where counted.id = impact_metric.id and impact_metric.computed_value is distinct from counted.value;
    get diagnostics changed = row_count;
    return changed;
end
$$;

select puente_count_impact();
