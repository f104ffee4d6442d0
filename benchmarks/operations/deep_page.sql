select json_build_object('projects', json_build_object(
    'nodes', coalesce(json_agg(json_build_object(
        'id', 'project_' || p.id,
        'title', coalesce(p.title_en, p.title_es),
        'status', p.status,
        'institutions', (
            select coalesce(json_agg(json_build_object('institution', json_build_object('name', coalesce(i.name_en, i.name_es)))
                order by t.role, t.institution_id, t.id), '[]')
            from project_institution t join institution i on i.id = t.institution_id where t.project_id = p.id and t.role = 'LEAD')
        ) order by p.number) filter (where p.number <= 20), '[]'),
    'pageInfo', json_build_object(
        'hasNextPage', count(*) > 20,
        'endCursor', (array_agg(translate(encode(convert_to(json_build_array($2::text, p.title_fold_en, p.id)::text, 'UTF8'), 'base64'),
            E'+/=\n', '-_') order by p.number desc) filter (where p.number <= 20))[1])))::text
from (
    select *, row_number() over (order by title_fold_en, id) as number from project
    where (title_fold_en, id) > ($1, '00000000-0000-0000-0000-000000000000') and status <> 'DRAFT'
    order by title_fold_en, id limit 21) p
