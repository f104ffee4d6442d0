with q as materialized (select puente_query($1) as words),
hit as (
    select 'Project' as kind, id, ts_rank(search, words) as rank from project, q where search @@ words and status <> 'DRAFT'
    union all
    select 'Event', id, ts_rank(search, words) from event, q where search @@ words and status <> 'DRAFT'
    union all
    select 'Institution', id, ts_rank(search, words) from institution, q where search @@ words
    union all
    select 'Program', id, ts_rank(search, words) from program, q where search @@ words
    union all
    select 'Cohort', id, ts_rank(search, words) from cohort, q where search @@ words
    union all
    select 'Agreement', id, ts_rank(search, words) from agreement, q where search @@ words and status <> 'DRAFT'
    order by rank desc, kind, id limit 20)
select json_build_object('search', json_build_object('nodes', coalesce(json_agg(case kind
    when 'Project' then (select json_build_object('__typename', kind, 'id', 'project_' || id, 'title', coalesce(title_en, title_es),
        'status', status) from project where id = hit.id)
    when 'Event' then (select json_build_object('__typename', kind, 'id', 'event_' || id, 'title', coalesce(title_en, title_es),
        'startsAt', starts_at) from event where id = hit.id)
    when 'Institution' then (select json_build_object('__typename', kind, 'id', 'institution_' || id, 'name', coalesce(name_en, name_es))
        from institution where id = hit.id)
    when 'Program' then (select json_build_object('__typename', kind, 'id', 'program_' || id, 'name', coalesce(name_en, name_es))
        from program where id = hit.id)
    else json_build_object('__typename', kind)
    end order by rank desc, kind, id), '[]')))::text
from hit
