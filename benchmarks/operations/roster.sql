select json_build_object('cohort', (select json_build_object(
    'name', coalesce(c.name_en, c.name_es),
    'participants', (select json_build_object('nodes', coalesce(json_agg(json_build_object(
        'id', 'participant_' || s.id,
        'name', s.name,
        'email', s.email,
        'level', s.level,
        'institution', (select json_build_object('name', coalesce(i.name_en, i.name_es), 'acronym', i.acronym)
            from institution i where i.id = s.institution_id),
        'mentorships', (select json_build_object('nodes', coalesce(json_agg(json_build_object(
            'status', t.status, 'sessions', t.sessions,
            'mentor', (select json_build_object('name', m.name, 'sector', m.sector,
                'institution', (select json_build_object('acronym', i.acronym) from institution i where i.id = m.institution_id))
                from mentor m where m.id = t.mentor_id)
            ) order by t.id), '[]'))
            from (select * from mentorship where participant_id = s.id order by id limit 5) t)
        ) order by s.name_sort_en, s.id), '[]'))
        from (select s.*, h.email from participant s join person h on h.id = s.person_id
            where exists (select from participation k where k.participant_id = s.id and k.cohort_id = c.id)
            order by s.name_sort_en, s.id limit 100) s)
    ) from cohort c where c.slug = $1))::text
