select json_build_object('events', json_build_object('nodes', coalesce(json_agg(json_build_object(
    'id', 'event_' || e.id,
    'slug', e.slug,
    'title', coalesce(e.title_en, e.title_es),
    'startsAt', e.starts_at,
    'timeZone', e.time_zone,
    'localStart', puente_local_time(e.starts_at, e.time_zone),
    'mode', e.mode,
    'topics', e.topics,
    'venue', (select json_build_object('name', coalesce(v.name_en, v.name_es), 'city', v.city) from venue v where v.id = e.venue_id),
    'organizers', (
        select coalesce(json_agg(json_build_object('role', o.role, 'institution',
            json_build_object('name', coalesce(i.name_en, i.name_es), 'acronym', i.acronym)) order by o.role desc, o.id), '[]')
        from event_organizer o join institution i on i.id = o.institution_id where o.event_id = e.id)
    ) order by e.starts_at, e.id), '[]')))::text
from (select * from event where starts_at >= $1 and status <> 'DRAFT' order by starts_at, id limit 50) e
