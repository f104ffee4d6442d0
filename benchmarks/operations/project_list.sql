select json_build_object('projects', json_build_object('nodes', coalesce(json_agg(json_build_object(
    'id', 'project_' || p.id,
    'slug', p.slug,
    'title', coalesce(p.title_en, p.title_es),
    'summary', coalesce(p.summary_en, p.summary_es),
    'status', p.status,
    'startsOn', p.starts_on,
    'endsOn', p.ends_on,
    'fields', p.fields,
    'institutions', (
        select coalesce(json_agg(json_build_object('role', t.role, 'institution',
            json_build_object('id', 'institution_' || i.id, 'name', coalesce(i.name_en, i.name_es),
                'acronym', i.acronym)) order by t.role, t.institution_id, t.id), '[]')
        from project_institution t join institution i on i.id = t.institution_id where t.project_id = p.id),
    'contributors', (
        select coalesce(json_agg(json_build_object('role', c.role, 'since', c.since) order by c.role, c.id), '[]')
        from project_contributor c where c.project_id = p.id),
    'awards', (
        select coalesce(json_agg(json_build_object('kind', a.kind, 'currency', a.currency, 'decidedOn', a.decided_on)
            order by a.decided_on, a.id), '[]')
        from award a where a.project_id = p.id and a.decided_on is not null)
    ) order by p.title_fold_en, p.id), '[]')))::text
from (select * from project where status <> 'DRAFT' order by title_fold_en, id limit $1) p
