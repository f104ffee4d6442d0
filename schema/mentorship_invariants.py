"""What must hold of mentorships, as queries of what breaks it.

Imports and plain SQL may bring a mentor more than there are places, or two of one kind: what mutations do is
held to it.
"""

from __future__ import annotations

TWICE = """
    select 'mentorship ' || m.id from mentorship m where m.status in ('PROPOSED', 'ACCEPTED', 'ACTIVE')
        and exists (select from audit_entry a where a.entity_id = m.id and a.operation = 'INSERT'
            and a.mutation in ('requestMentorship', 'inviteMentee'))
        and exists (select from mentorship o where o.id <> m.id and o.created_at <= m.created_at
            and o.status in ('PROPOSED', 'ACCEPTED', 'ACTIVE') and o.mentor_id = m.mentor_id
            and o.participant_id = m.participant_id and o.cohort_id is not distinct from m.cohort_id)"""
CHANGED = """
    select coalesce(max(c.number), 0) from audit_entry c
    where c.entity_id = m.id and c.operation = 'UPDATE' and 'capacity' = any (c.columns)"""
OVERBOOKED = f"""
    select 'mentor ' || m.id from mentor m where m.capacity < (
            select count(*) from mentorship s where s.mentor_id = m.id and s.status in ('ACCEPTED', 'ACTIVE'))
        and exists (select from mentorship s join audit_entry a on a.entity_id = s.id
            where s.mentor_id = m.id and s.status in ('ACCEPTED', 'ACTIVE')
                and a.mutation = 'acceptMentorship' and a.number > ({CHANGED}))"""  # noqa: S608
"""A capacity that was lowered since is no breach."""
LOGGED = "(select count(*) from mentorship_session s where s.mentorship_id = m.id)"
SESSIONS = f"""
    select 'mentorship ' || m.id from mentorship m where m.sessions < {LOGGED} or (m.sessions > {LOGGED}
        and exists (select from audit_entry a where a.entity_id = m.id and a.operation = 'INSERT'
            and a.mutation in ('requestMentorship', 'inviteMentee'))
        and not exists (select from audit_entry a
            where a.entity = 'mentorship_session' and a.operation in ('DELETE', 'ERASE')))"""  # noqa: S608
"""Only of mentorships that mutations made: others may have been counted before sessions were logged."""
