select json_build_object('node', (select json_build_object(
    '__typename', 'Project',
    'id', 'project_' || p.id,
    'title', coalesce(p.title_en, p.title_es),
    'status', p.status,
    'startsOn', p.starts_on,
    'institutions', (
        select coalesce(json_agg(json_build_object('institution', json_build_object('name', coalesce(i.name_en, i.name_es)))
            order by t.role, t.institution_id, t.id), '[]')
        from project_institution t join institution i on i.id = t.institution_id where t.project_id = p.id and t.role = 'LEAD')
    ) from project p where p.id = $1 and p.status <> 'DRAFT'))::text
