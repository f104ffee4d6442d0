select json_build_object('project', (select json_build_object(
    'id', 'project_' || p.id,
    'title', coalesce(p.title_en, p.title_es),
    'summary', coalesce(p.summary_en, p.summary_es),
    'status', p.status,
    'startsOn', p.starts_on,
    'endsOn', p.ends_on,
    'fields', p.fields,
    'sdgs', p.sdgs,
    'program', (select json_build_object('name', coalesce(g.name_en, g.name_es)) from program g where g.id = p.program_id),
    'institutions', (
        select coalesce(json_agg(json_build_object('role', t.role, 'since', t.since, 'institution',
            json_build_object('id', 'institution_' || i.id, 'name', coalesce(i.name_en, i.name_es),
                'acronym', i.acronym, 'city', i.city, 'country', i.country)) order by t.role, t.institution_id, t.id), '[]')
        from project_institution t join institution i on i.id = t.institution_id where t.project_id = p.id),
    'contributors', (
        select coalesce(json_agg(json_build_object('role', c.role, 'since', c.since) order by c.role, c.id), '[]')
        from project_contributor c where c.project_id = p.id),
    'awards', (
        select coalesce(json_agg(json_build_object('kind', a.kind, 'currency', a.currency, 'decidedOn', a.decided_on)
            order by a.decided_on, a.id), '[]')
        from award a where a.project_id = p.id and a.decided_on is not null),
    'totalAwarded', (
        select coalesce(json_agg(json_build_object('currency', m.currency, 'amount', m.amount::text) order by m.currency), '[]')
        from (select currency, sum(amount) as amount from award
            where project_id = p.id and decided_on is not null group by currency) m),
    'outputs', (
        select coalesce(json_agg(json_build_object('doi', o.doi, 'title', o.title) order by o.published_on, o.id), '[]')
        from project_output o where o.project_id = p.id)
    ) from project p where p.slug = $1 and p.status <> 'DRAFT'))::text
