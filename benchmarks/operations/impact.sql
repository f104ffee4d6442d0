select json_build_object('impact', coalesce(json_agg(json_build_object(
    'key', m.key,
    'label', coalesce(m.label_en, m.label_es),
    'reported', case when m.reported_value is not null then json_build_object('value', m.reported_value,
        'comparator', m.comparator, 'asOf', m.as_of, 'source', m.reported_source) end,
    'computed', case when m.measure in ('PARTICIPANTS', 'MENTORS', 'UC_STUDENTS_IN_MEXICO')
        then nullif(greatest(m.computed_value, 4), 4) else m.computed_value end
    ) order by m.key, m.id), '[]'))::text
from impact_metric m
