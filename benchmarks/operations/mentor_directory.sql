select json_build_object('mentors', json_build_object('nodes', coalesce(json_agg(json_build_object(
    'id', 'mentor_' || m.id,
    'name', m.name,
    'sector', m.sector,
    'expertise', m.expertise,
    'capacity', m.capacity,
    'biography', coalesce(m.biography_en, m.biography_es),
    'institution', (select json_build_object('name', coalesce(i.name_en, i.name_es), 'acronym', i.acronym)
        from institution i where i.id = m.institution_id)
    ) order by m.name_sort_en, m.id), '[]')))::text
from (
    select * from mentor
    where (search @@ puente_query($1) or name_search @@ puente_query($1))
        and sector = 'INDUSTRY' and available and expertise && $2::text[]
    order by name_sort_en, id limit 20) m
