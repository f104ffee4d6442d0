select json_build_object('institutions', json_build_object('nodes', coalesce(json_agg(json_build_object(
    'id', 'institution_' || i.id,
    'slug', i.slug,
    'name', coalesce(i.name_en, i.name_es),
    'acronym', i.acronym,
    'kind', i.kind,
    'side', i.side,
    'city', i.city,
    'country', i.country,
    'website', i.website,
    'location', case when i.latitude is not null then json_build_object('latitude', i.latitude, 'longitude', i.longitude) end
    ) order by i.name_fold_en, i.id), '[]')))::text
from (select * from institution order by name_fold_en, id limit 100) i
