-- Rows in which what is easily mixed up differs; the demo's own are too regular to tell.

create temporary sequence hard_case;
create function pg_temp.next_id() returns uuid language sql as $$
    select md5('hard case ' || nextval('hard_case'))::uuid  -- the same in every run
$$;
create temporary view place as select slug, id from institution;
create temporary view someone as
    select split_part(person.email, '@', 1) as key, person.id, mentor.id as mentor_id, participant.id as participant_id
    from person
    left join mentor on mentor.person_id = person.id
    left join participant on participant.person_id = person.id;

-- At home at one institution, studying at another; one coordinator's and the other's.
update person set institution_id = (select id from place where slug = 'uc-merced')
where id in (select id from someone where key in ('student-02', 'student-12'));
update person set institution_id = (select id from place where slug = 'universidad-panamericana')
where id in (select id from someone where key in ('student-01', 'mentor-11'));

-- Preferred names that begin with other letters, of people who share family names, work and study here and there.
update person set preferred_name = wanted.name, family_names = coalesce(wanted.family, family_names)
from (values ('student-01', 'Zeltzin', 'Ibáñez Núñez'), ('student-02', 'Ñusta', 'Ibáñez Núñez'),
             ('student-05', 'Lupita', null), ('student-12', 'Abi', null), ('student-22', 'Chuy', null),
             ('mentor-02', 'Zoé', null), ('mentor-03', 'Beto', 'Ibáñez Núñez'), ('mentor-11', 'Nacho', null))
    as wanted (key, name, family)
where id in (select id from someone where someone.key = wanted.key);

-- People whose home institution has not said yet that it is.
update person set home_confirmed = false, language_preference = 'ES', time_zone = 'America/Tijuana'
where id in (select id from someone where key in ('student-01', 'student-12', 'mentor-11'));

-- A mentor who studies too.
insert into participant (id, person_id, institution_id, level)
select pg_temp.next_id(), someone.id, place.id, 'DOCTORAL' from someone, place
where (someone.key, place.slug) in (('mentor-03', 'unam'), ('mentor-02', 'uc-merced'));

-- Cohorts of three: all of one institution, of two, and of none.
insert into cohort (id, program_id, slug, name_en, starts_on)
select pg_temp.next_id(), program.id, cohort.slug, cohort.slug, date '2026-01-15'
from program, (values ('hard-one-home'), ('hard-two-homes'), ('hard-empty')) as cohort (slug)
where program.code = 'CLIMATE_AMBASSADORS';
insert into participation (id, participant_id, cohort_id, status)
select pg_temp.next_id(), someone.participant_id, cohort.id, 'ACTIVE'
from someone
join (values ('student-01', 'hard-one-home'), ('student-12', 'hard-one-home'), ('student-23', 'hard-one-home'),
             ('student-01', 'hard-two-homes'), ('student-22', 'hard-two-homes'), ('student-02', 'hard-two-homes'))
    as wanted (key, slug) on wanted.key = someone.key
join cohort on cohort.slug = wanted.slug;

-- Drafts of what the personas take part in.
insert into project (id, slug, title_en, status, date_precision)
values (pg_temp.next_id(), 'hard-draft-merced', 'Draft of water and energy', 'DRAFT', 'DAY'),
       (pg_temp.next_id(), 'hard-draft-mentor', 'Draft on climate by a mentor', 'DRAFT', 'DAY'),
       (pg_temp.next_id(), 'hard-draft-student', 'Draft on agua by a student', 'DRAFT', 'DAY'),
       (pg_temp.next_id(), 'hard-draft-davis', 'Draft on health', 'DRAFT', 'DAY');
insert into project_institution (id, project_id, institution_id, role)
select pg_temp.next_id(), project.id, place.id, wanted.role
from (values ('hard-draft-merced', 'uc-merced', 'LEAD'), ('hard-draft-merced', 'universidad-panamericana', 'PARTNER'),
             ('hard-draft-mentor', 'unam', 'LEAD'), ('hard-draft-student', 'unam', 'LEAD'),
             ('hard-draft-davis', 'uc-davis', 'LEAD')) as wanted (project, place, role)
join project on project.slug = wanted.project join place on place.slug = wanted.place;
insert into project_contributor (id, project_id, person_id, role)
select pg_temp.next_id(), project.id, someone.id, wanted.role
from (values ('hard-draft-mentor', 'mentor-02', 'PI'), ('hard-draft-student', 'student-22', 'STUDENT'),
             ('hard-draft-student', 'student-01', 'STUDENT'), ('demo-maize-memory', 'mentor-02', 'RESEARCHER'))
    as wanted (project, key, role)
join project on project.slug = wanted.project join someone on someone.key = wanted.key;

-- Awards: undecided ones to and by the personas' institutions, of drafts, and to persons.
insert into award (id, project_id, recipient_id, funder_id, funder_side, kind, amount, currency, decided_on)
select pg_temp.next_id(), project.id, someone.id, place.id, 'UC', 'SEED', wanted.amount, 'USD', wanted.decided_on
from (values ('hard-draft-merced', null, 'alianza-mx', 111.00, date '2026-02-01'),
             ('hard-draft-davis', null, 'uc-merced', 222.00, date '2026-02-01'),
             ('demo-maize-memory', null, 'uc-merced', 333.00, null),
             ('demo-renewable-grids', 'student-12', null, 444.00, null),
             (null, 'student-22', 'alianza-mx', 555.00, null),
             (null, 'student-22', 'uc-davis', 666.00, date '2026-03-01'),
             (null, 'mentor-02', null, 777.00, date '2026-03-01'),
             ('hard-draft-davis', 'student-22', null, 888.00, null)) as wanted (project, key, place, amount, decided_on)
left join project on project.slug = wanted.project
left join someone on someone.key = wanted.key
left join place on place.slug = wanted.place;
update project set origin_award_id = (select id from award where amount = 222.00) where slug = 'demo-open-ocean-data';

-- Agreements with texts, one of them a draft; draft events of the personas' institutions.
update agreement set document_url = 'https://agreements.example.org/' || slug || '.pdf';
insert into agreement_party (id, agreement_id, institution_id, role)
select pg_temp.next_id(), agreement.id, place.id, 'SIGNATORY' from agreement, place
where (agreement.slug, place.slug) in (('demo-davis-chapingo', 'uc-merced'));
insert into event (id, slug, title_en, starts_at, ends_at, time_zone, mode, status, date_precision,
    languages)
select pg_temp.next_id(), slug, 'Draft of an open day', now(), now() + interval '1 hour', 'America/Los_Angeles',
    'ONLINE', 'DRAFT', 'DAY', '{EN}'
from (values ('hard-draft-event-merced'), ('hard-draft-event-davis')) as event (slug);
insert into event_organizer (id, event_id, institution_id, role)
select pg_temp.next_id(), event.id, place.id, 'HOST' from event, place
where (event.slug, place.slug) in
    (('hard-draft-event-merced', 'uc-merced'), ('hard-draft-event-davis', 'uc-davis'));

-- Events to come, full and not, with people of the personas among those who have a place, wait, or took it back.
insert into event (id, slug, title_en, starts_at, ends_at, time_zone, mode, status, date_precision, languages, capacity)
select pg_temp.next_id(), slug, 'Open day to come', now() + interval '20 days', now() + interval '21 days',
    'America/Los_Angeles', wanted.mode, wanted.status, 'DAY', '{EN}', wanted.capacity
from (values ('hard-full', 'IN_PERSON', 'PUBLISHED', 2), ('hard-with-places', 'HYBRID', 'PUBLISHED', 5),
             ('hard-unbounded', 'ONLINE', 'PUBLISHED', null), ('hard-called-off', 'ONLINE', 'CANCELLED', 5),
             ('hard-overfull', 'IN_PERSON', 'PUBLISHED', 2)) as wanted (slug, mode, status, capacity);
insert into event_organizer (id, event_id, institution_id, role)
select pg_temp.next_id(), event.id, place.id, wanted.role
from (values ('hard-full', 'uc-merced', 'HOST'), ('hard-with-places', 'universidad-panamericana', 'HOST'),
             ('hard-with-places', 'uc-davis', 'CO_HOST'), ('hard-unbounded', 'unam', 'HOST'),
             ('hard-called-off', 'uc-davis', 'HOST'), ('hard-overfull', 'universidad-panamericana', 'HOST'))
    as wanted (event, place, role)
join event on event.slug = wanted.event join place on place.slug = wanted.place;
insert into registration (id, event_id, person_id, status, mode)
select pg_temp.next_id(), event.id, someone.id, wanted.status, wanted.mode
from (values ('hard-full', 'student-22', 'CANCELLED', 'IN_PERSON'), ('hard-full', 'student-01', 'CONFIRMED', 'IN_PERSON'),
             ('hard-full', 'student-02', 'ATTENDED', 'IN_PERSON'), ('hard-full', 'student-03', 'WAITLISTED', 'IN_PERSON'),
             ('hard-full', 'student-22', 'WAITLISTED', 'IN_PERSON'), ('hard-full', 'mentor-02', 'WAITLISTED', 'IN_PERSON'),
             ('hard-full', 'student-12', 'WAITLISTED', null), ('hard-with-places', 'student-22', 'CONFIRMED', 'ONLINE'),
             ('hard-with-places', 'mentor-11', 'CONFIRMED', null), ('hard-with-places', 'student-01', 'CANCELLED', null),
             ('hard-unbounded', 'student-12', 'CONFIRMED', 'ONLINE'), ('hard-unbounded', 'mentor-02', 'NO_SHOW', 'ONLINE'),
             ('hard-called-off', 'student-22', 'CANCELLED', 'ONLINE'), ('hard-overfull', 'student-01', 'CONFIRMED', null),
             ('hard-overfull', 'student-12', 'CONFIRMED', null), ('demo-open-day-winter', 'student-22', 'ATTENDED', null),
             ('demo-open-day-winter', 'student-01', 'CONFIRMED', null)) as wanted (event, key, status, mode)
join event on event.slug = wanted.event join someone on someone.key = wanted.key
order by wanted.status = 'WAITLISTED';
-- Guests, too, with and without a place, one of whom took it back and came again.
insert into registration (id, event_id, guest_name, guest_email, guest_institution, guest_language, status)
select pg_temp.next_id(), event.id, wanted.name, wanted.email, wanted.institution, wanted.language, wanted.status
from (values ('hard-full', 'Inés Guest', 'ines@guests.example', 'City of Merced', 'ES', 'WAITLISTED'),
             ('hard-with-places', 'Ned Guest', 'ned@guests.example', null, null, 'CONFIRMED'),
             ('hard-with-places', 'Ada Guest', 'ada@guests.example', 'Elsewhere', 'EN', 'CANCELLED'),
             ('hard-with-places', 'Ada Guest', 'ada@guests.example', 'Elsewhere', 'EN', 'CONFIRMED'),
             ('hard-called-off', 'Ned Guest', 'ned@guests.example', null, 'EN', 'CANCELLED'),
             ('demo-open-day-winter', 'Inés Guest', 'ines@guests.example', null, null, 'ATTENDED'))
    as wanted (event, name, email, institution, language, status)
join event on event.slug = wanted.event order by wanted.status = 'WAITLISTED';
update event set capacity = 1 where slug = 'hard-overfull';  -- lowered: nobody loses a place

insert into attendance (id, registration_id, day, device, client_at)
select pg_temp.next_id(), registration.id, current_date - wanted.ago, wanted.device, now() - wanted.ago * interval '1 day'
from (values (0, 'Door'), (400, null)) as wanted (ago, device), registration where status = 'ATTENDED';

-- Mentorships of the mentor personas in each state, with and without consent.
insert into mentorship (id, mentor_id, participant_id, status, sessions, notes, goals,
    notes_shared)
select pg_temp.next_id(), mentor.mentor_id, student.participant_id, wanted.status, 3, 'Private notes.', 'Goals.',
    wanted.shared
from (values ('mentor-02', 'student-03', 'PROPOSED', true), ('mentor-02', 'student-04', 'ENDED', false),
             ('mentor-02', 'student-05', 'ACCEPTED', false), ('mentor-02', 'student-06', 'ACTIVE', false),
             ('mentor-02', 'student-10', 'COMPLETED', true), ('mentor-03', 'student-22', 'ACTIVE', true),
             ('mentor-04', 'student-22', 'PROPOSED', false), ('mentor-05', 'student-22', 'ENDED', true),
             ('mentor-06', 'student-01', 'ACCEPTED', false)) as wanted (mentor, student, status, shared)
join someone as mentor on mentor.key = wanted.mentor
join someone as student on student.key = wanted.student;

-- Stays at the coordinators' institutions, one of them cancelled.
insert into mobility (id, participant_id, sending_institution_id, receiving_institution_id, activity, components, status)
select pg_temp.next_id(), someone.participant_id, sending.id, receiving.id, 'RESEARCH', '{}', wanted.status
from (values ('student-07', 'unam', 'uc-merced', 'PLANNED'), ('student-08', 'uabc', 'uc-merced', 'COMPLETED'),
             ('student-14', 'uc-san-diego', 'uc-merced', 'CANCELLED'), ('student-05', 'uc-santa-cruz', 'uc-merced', 'PLANNED'),
             ('student-15', 'uc-riverside', 'universidad-panamericana', 'ONGOING'),
             ('student-16', 'uc-santa-cruz', 'universidad-panamericana', 'ONGOING'),
             ('student-03', 'uc-san-diego', 'unam', 'ONGOING'), ('student-06', 'universidad-panamericana', 'uc-davis', 'PLANNED'))
    as wanted (key, sending, receiving, status)
join someone on someone.key = wanted.key
join place as sending on sending.slug = wanted.sending
join place as receiving on receiving.slug = wanted.receiving;

-- Two clients of one institution with webhooks: new, failing, paused, of an earlier epoch; and their deliveries.
insert into api_client (id, name, institution_id)
select wanted.id::uuid, wanted.name, place.id
from (values ('c11e0000-0000-4000-8000-000000000001', 'Registrar'), ('c11e0000-0000-4000-8000-000000000002', 'Library'))
    as wanted (id, name), place where place.slug = 'uc-merced';
insert into webhook (id, client_id, url, description, types, institution_id, document, language, scopes, secret,
    old_secret, old_secret_until, state, parked_for, epoch, number, fingerprint, attempts, failing_since, next_attempt_at)
select pg_temp.next_id(), api_client.id, 'https://receiver.example.org/' || wanted.path, wanted.path, wanted.types,
    place.id, wanted.document, 'ES', '{PROJECTS_READ}', 'secret', 'old', wanted.until::timestamptz, wanted.state,
    wanted.parked_for, case when wanted.path = 'gone' then 'abababababab' else feed.epoch end, 0, '0123456789ab',
    wanted.attempts, wanted.since::timestamptz, '2026-11-20T10:00:00.25Z'
from (values ('Registrar', 'new', '{}'::text[], null, null, null, 'ACTIVE', null, 0, null),
             ('Registrar', 'failing', '{EVENT,PROJECT}', 'uc-merced', 'subscription { changes { id } }',
                 '2999-01-01T00:00Z', 'ACTIVE', null, 3, '2026-11-20T09:00Z'),
             ('Library', 'paused', '{}', 'unam', null, '2026-01-01T00:00Z', 'PAUSED', null, 2, '2026-11-20T09:00Z'),
             ('Library', 'gone', '{EVENT}', null, null, null, 'PARKED', 'EPOCH', 0, null))
    as wanted (client, path, types, place, document, until, state, parked_for, attempts, since)
join api_client on api_client.name = wanted.client
left join place on place.slug = wanted.place, feed;
insert into webhook_delivery (id, webhook_id, message, type, epoch, number, status, attempts, response_status, duration_ms,
    next_attempt_at, error)
select pg_temp.next_id(), webhook.id, 'change_0123456789ab_1', 'PROJECT.UPDATED', webhook.epoch, 1, 'RETRYING', 1, 500, 12,
    '2026-11-20T10:00Z', 'The receiver answered 500.'
from webhook where description <> 'new';

-- Notifications of what their people see and no longer see, in each state, some of them read.
insert into notification (id, person_id, kind, event_id, project_id, revision, language, state, error, read_at)
select pg_temp.next_id(), someone.id, wanted.kind, event.id, project.id, 7, wanted.language, wanted.state, wanted.error,
    wanted.read::timestamptz
from (values ('mentor-02', 'PROJECT_CANCELLED', null, 'hard-draft-mentor', 'EN', 'QUEUED', null, null),
             ('mentor-02', 'PROJECT_PUBLISHED', null, 'hard-draft-davis', 'ES', 'FAILED', 'answered 451: later', null),
             ('mentor-03', 'EVENT_CANCELLED', 'hard-draft-event-davis', null, 'EN', 'SENT', null, '2026-11-02T09:00Z'),
             ('student-22', 'EVENT_CANCELLED', 'hard-draft-event-merced', null, 'ES', 'SUPPRESSED', 'the person may not see it',
                 '2026-11-02T10:00Z'),
             ('student-22', 'PROJECT_COMPLETED', null, 'hard-draft-student', 'ES', 'HELD', null, null),
             ('student-01', 'PROJECT_COMPLETED', null, 'hard-draft-student', 'EN', 'BOUNCED', 'answered 550: unknown', null))
    as wanted (key, kind, event, project, language, state, error, read)
join someone on someone.key = wanted.key
left join event on event.slug = wanted.event left join project on project.slug = wanted.project;

-- A program that an institution runs, and mentorships in it and elsewhere: asked for by either, in time and late, declined.
update program set institution_id = (select id from place where slug = 'universidad-panamericana')
where code = 'STUDENT_MOBILITY_GRANTS';
insert into cohort (id, program_id, slug, name_en, starts_on)
select pg_temp.next_id(), program.id, 'hard-run-by-mx', 'Run by one', date '2026-01-15'
from program where program.code = 'STUDENT_MOBILITY_GRANTS';
insert into participation (id, participant_id, cohort_id, status)
select pg_temp.next_id(), someone.participant_id, cohort.id, 'ACTIVE' from someone, cohort
where someone.key in ('student-07', 'student-08', 'student-22') and cohort.slug = 'hard-run-by-mx';
insert into mentorship (id, mentor_id, participant_id, cohort_id, status, requested_by, respond_by, decline_reason)
select pg_temp.next_id(), mentor.mentor_id, student.participant_id, cohort.id, wanted.status, wanted.by,
    current_date + wanted.days, wanted.reason
from (values ('mentor-02', 'student-07', 'hard-run-by-mx', 'PROPOSED', 'PARTICIPANT', 5, null),
             ('mentor-02', 'student-08', 'hard-run-by-mx', 'PROPOSED', 'PARTICIPANT', -4, null),
             ('mentor-02', 'student-09', null, 'DECLINED', 'PARTICIPANT', -9, 'No time.'),
             ('mentor-02', 'student-11', 'hard-run-by-mx', 'DECLINED', 'MENTOR', -9, 'Another field.'),
             ('mentor-03', 'student-12', null, 'PROPOSED', 'PARTICIPANT', 3, null),
             ('mentor-03', 'student-01', null, 'PROPOSED', 'MENTOR', 1, null),
             ('mentor-05', 'student-22', 'hard-run-by-mx', 'PROPOSED', 'MENTOR', 2, null),
             ('mentor-06', 'student-22', 'hard-run-by-mx', 'PROPOSED', 'PARTICIPANT', 3, null),
             ('mentor-07', 'student-22', 'hard-run-by-mx', 'DECLINED', 'PARTICIPANT', 3, 'Too far.'),
             ('mentor-06', 'student-14', 'hard-run-by-mx', 'LAPSED', 'PARTICIPANT', 3, null))
    as wanted (mentor, student, cohort, status, by, days, reason)
join someone as mentor on mentor.key = wanted.mentor
join someone as student on student.key = wanted.student
left join cohort on cohort.slug = wanted.cohort;

-- Sessions of some, of the personas too.
insert into mentorship_session (id, mentorship_id, mentor_id, participant_id, held_on, minutes, mode, summary, shared_note)
select pg_temp.next_id(), m.id, m.mentor_id, m.participant_id, wanted.day, wanted.minutes, wanted.mode, 'Mine.', wanted.note
from (values ('student-06', date '2026-02-01', 60, 'ONLINE', 'Read two papers.'), ('student-05', date '2026-03-01', 30, null, null),
             ('student-22', date '2026-02-03', null, 'IN_PERSON', 'Bring the data.')) as wanted (student, day, minutes, mode, note)
join someone on someone.key = wanted.student
join mentorship m on m.participant_id = someone.participant_id and m.status in ('ACCEPTED', 'ACTIVE') and m.cohort_id is null;
insert into mentorship_session (id, mentorship_id, mentor_id, participant_id, held_on, shared_note)
select pg_temp.next_id(), m.id, m.mentor_id, m.participant_id, date '2026-02-04', 'In a program that one runs.'
from mentorship m join cohort on cohort.id = m.cohort_id where cohort.slug = 'hard-run-by-mx';
update mentorship m set sessions = s.number
from (select mentorship_id, count(*) as number from mentorship_session group by 1) s
where s.mentorship_id = m.id and m.sessions < s.number;

-- Those of registrations: told to whom they are of, and to somebody else, who does not see them.
insert into notification (id, person_id, kind, registration_id, revision, language)
select pg_temp.next_id(), someone.id, 'REGISTRATION_CONFIRMED', registration.id, registration.version, 'EN'
from registration join event on event.id = registration.event_id and event.slug = 'hard-unbounded'
join someone on someone.id = registration.person_id or someone.key = 'student-22';

-- Those of mentorships and stays: told to the two, to whoever stays, and to somebody else, who does not see them.
insert into notification (id, person_id, kind, mentorship_id, revision, language)
select pg_temp.next_id(), someone.id, 'MENTORSHIP_DECLINED', m.id, m.version, 'ES'
from mentorship m
join someone as mentor on mentor.mentor_id = m.mentor_id
join someone as student on student.participant_id = m.participant_id
join someone on someone.key in (mentor.key, student.key, 'student-14')
where m.status = 'DECLINED';
insert into notification (id, person_id, kind, mobility_id, revision, language)
select pg_temp.next_id(), someone.id, 'MOBILITY_PLANNED', m.id, m.version, 'EN'
from mobility m join someone on someone.participant_id = m.participant_id or someone.key in ('student-22', 'mentor-02')
where abs(hashtext(m.id::text)) % 9 = 0;

-- Somebody who signs in as staff of an institution, and is a mentor too: mails to the mentor know both.
insert into access_grant (id, issuer, subject, role, institution_id, person_id)
select pg_temp.next_id(), 'puente-development', 'person-and-coordinator', wanted.role, place.id, someone.id
from (values ('COORDINATOR', 'universidad-panamericana', null), ('MENTOR', null, 'mentor-07')) as wanted (role, place, key)
left join place on place.slug = wanted.place left join someone on someone.key = wanted.key;
-- Nominations for a program that an institution runs: with consent that partners may know, and without; and one withdrawn.
insert into participation (id, participant_id, cohort_id, status)
select pg_temp.next_id(), someone.participant_id, cohort.id, wanted.status
from (values ('student-04', 'NOMINATED'), ('student-05', 'NOMINATED'), ('student-15', 'WITHDRAWN')) as wanted (key, status)
join someone on someone.key = wanted.key join cohort on cohort.slug = 'hard-run-by-mx';
delete from consent where purpose = 'PARTNER_ACCESS' and person_id in (select id from someone where key in ('student-04', 'student-05', 'student-15'));
insert into consent (id, person_id, purpose, notice_version)
select pg_temp.next_id(), someone.id, 'PARTNER_ACCESS', '1' from someone where key in ('student-04', 'student-15');
insert into notification (id, person_id, kind, participation_id, revision, language)
select pg_temp.next_id(), someone.id, 'PARTICIPATION_NOMINATED', participation.id, participation.version, 'EN'
from participation join cohort on cohort.id = participation.cohort_id and cohort.slug = 'hard-run-by-mx'
join someone on someone.participant_id = participation.participant_id or someone.key = 'student-22'
where participation.status = 'NOMINATED';
-- Somebody whom an issuer knows.
insert into access_identity (id, issuer, subject, person_id)
select pg_temp.next_id(), 'puente-development', 'somebody', someone.id from someone where someone.key = 'student-21';
-- Links to calendars, of the personas and of others.
insert into calendar_link (id, person_id, issuer, subject, secret_hash)
select pg_temp.next_id(), someone.id, 'puente-development', someone.key, sha256(someone.key::bytea)
from someone where someone.key in ('mentor-02', 'mentor-03', 'student-07', 'student-21', 'student-22');

-- Preferences in the program that an institution runs: of the personas (of mentors to avoid one has a place), of whoever
-- its coordinators see and of whom they do not; and weights of its own.
insert into mentor_preference (id, participation_id, participant_id, cohort_id, mentor_id, rank, avoid)
select pg_temp.next_id(), p.id, p.participant_id, p.cohort_id, mentor.mentor_id, wanted.rank, wanted.rank is null
from (values ('student-07', 'mentor-02', 1), ('student-07', 'mentor-08', null), ('student-08', 'mentor-02', null),
             ('student-08', 'mentor-01', 5), ('student-22', 'mentor-08', 2), ('student-22', 'mentor-02', 1),
             ('student-22', 'mentor-21', null), ('student-22', 'mentor-31', null)) as wanted (student, mentor, rank)
join someone as student on student.key = wanted.student
join someone as mentor on mentor.key = wanted.mentor
join participation p on p.participant_id = student.participant_id
join cohort on cohort.id = p.cohort_id and cohort.slug = 'hard-run-by-mx';
update cohort set field_weight = 7, other_side_weight = 0, language_weight = 100, sector_weight = 33, places_weight = 1,
    time_zone_weight = 64
where slug = 'hard-run-by-mx';

-- Calls of each status, which the personas' institutions or others manage; some of time overtook the clock.
insert into call (id, program_id, institution_id, slug, title_en, title_es, status, opens_at, deadline, time_zone)
select pg_temp.next_id(), program.id, place.id, wanted.slug, 'Call for agua', wanted.title, wanted.status,
    now() + wanted.opens * interval '1 day', now() + wanted.closes * interval '1 day', 'America/Hermosillo'
from (values ('hard-call-draft', 'CLIMATE_AMBASSADORS', 'uc-merced', 'Convocatoria', 'DRAFT', 20, 40),
             ('hard-call-bare', 'CLIMATE_AMBASSADORS', 'universidad-panamericana', null, 'DRAFT', null, null),
             ('hard-call-late', 'CLIMATE_AMBASSADORS', 'uc-merced', 'Convocatoria', 'DRAFT', -40, -20),
             ('hard-call-of-davis', 'CLIMATE_AMBASSADORS', 'uc-davis', null, 'DRAFT', -20, 40),
             ('hard-call-of-all', 'CLIMATE_AMBASSADORS', null, 'Convocatoria', 'DRAFT', null, 40),
             ('hard-call-of-program', 'STUDENT_MOBILITY_GRANTS', 'uc-davis', 'Convocatoria', 'DRAFT', null, 40),
             ('hard-call-of-run', 'STUDENT_MOBILITY_GRANTS', null, 'Convocatoria', 'OPEN', null, 40),
             ('hard-call-scheduled', 'CLIMATE_AMBASSADORS', 'uc-merced', 'Convocatoria', 'SCHEDULED', 20, 40),
             ('hard-call-opens', 'CLIMATE_AMBASSADORS', 'uc-davis', 'Convocatoria', 'SCHEDULED', -1, 40),
             ('hard-call-open', 'CLIMATE_AMBASSADORS', 'universidad-panamericana', 'Convocatoria', 'OPEN', -20, 40),
             ('hard-call-over', 'CLIMATE_AMBASSADORS', 'uc-merced', 'Convocatoria', 'OPEN', -20, -1),
             ('hard-call-closed', 'CLIMATE_AMBASSADORS', null, null, 'CLOSED', -40, -20),
             ('hard-call-cancelled', 'CLIMATE_AMBASSADORS', 'uc-merced', 'Convocatoria', 'CANCELLED', -20, 40))
    as wanted (slug, program, place, title, status, opens, closes)
left join place on place.slug = wanted.place join program on program.code = wanted.program;

-- Champions who study too, at the personas' institutions and elsewhere, with consent and without.
insert into champion (id, person_id, institution_id, counterpart_id, since)
select pg_temp.next_id(), someone.id, place.id, other.id, date '2025-01-01'
from (values ('student-22', 'uc-merced', 'unam'), ('student-12', 'universidad-panamericana', 'uc-davis'),
             ('student-01', 'uc-davis', 'unam'), ('student-02', 'uc-merced', 'unam'),
             ('mentor-03', 'uc-merced', 'universidad-panamericana')) as wanted (key, place, other)
join someone on someone.key = wanted.key join place on place.slug = wanted.place
join place as other on other.slug = wanted.other;

-- Ids by which institutions' systems know projects and events, drafts too: of their own, and of others; and a draft of
-- their own that they don't know.
insert into project (id, slug, title_en, status, date_precision)
values (pg_temp.next_id(), 'hard-draft-unknown', 'Draft that no system knows', 'DRAFT', 'DAY');
insert into project_institution (id, project_id, institution_id, role)
select pg_temp.next_id(), project.id, place.id, 'LEAD' from project, place
where project.slug = 'hard-draft-unknown' and place.slug = 'uc-merced';
insert into project_external_id (id, project_id, institution_id, scheme, value)
select pg_temp.next_id(), project.id, place.id, wanted.scheme, wanted.value
from (values ('hard-draft-merced', 'uc-merced', 'cris', '17'), ('hard-draft-merced', 'uc-davis', 'cris', '18'),
             ('hard-draft-davis', 'uc-davis', 'cris', '17'), ('hard-draft-davis', 'uc-merced', 'cris', '18'),
             ('hard-draft-unknown', 'uc-davis', 'grants.2026', 'Ñ 17'), ('demo-renewable-grids', 'unam', 'sia', '1'),
             ('demo-renewable-grids', 'uc-merced', 'cris', '19'))
    as wanted (project, place, scheme, value)
join project on project.slug = wanted.project join place on place.slug = wanted.place;
insert into event_external_id (id, event_id, institution_id, scheme, value)
select pg_temp.next_id(), event.id, place.id, wanted.scheme, wanted.value
from (values ('hard-draft-event-merced', 'uc-merced', 'calendar', '17'), ('hard-full', 'uc-merced', 'calendar', '18'),
             ('hard-draft-event-davis', 'uc-merced', 'calendar', '19'), ('hard-full', 'uc-davis', 'calendar', '17'))
    as wanted (event, place, scheme, value)
join event on event.slug = wanted.event join place on place.slug = wanted.place;

-- Archived rows of each type and several statuses, which the personas may write or only see, and to which others refer.
insert into program (id, code, slug, name_en, pillar, kind, institution_id)
select pg_temp.next_id(), 'HARD_ARCHIVED', 'hard-archived', 'Program of old, for agua', 'RESEARCH', 'RESEARCH_GRANT', id
from place where slug = 'uc-merced';
insert into cohort (id, program_id, slug, name_en, starts_on)
select pg_temp.next_id(), id, 'hard-archived', 'Archived', date '2026-01-15' from program where slug = 'hard-archived';
insert into activity (id, program_id, kind, title_en)
select pg_temp.next_id(), id, wanted.kind, 'Archived' from program, (values ('WORKSHOP'), ('COURSE')) as wanted (kind)
where program.slug = 'hard-archived';
insert into venue (id, slug, name_en, country, time_zone, institution_id)
select pg_temp.next_id(), 'hard-archived', 'Archived house', 'US', 'America/Los_Angeles', id from place where slug = 'uc-merced';
update event set venue_id = (select id from venue where slug = 'hard-archived') where slug = 'hard-full';
update project set program_id = (select id from program where slug = 'hard-archived')
where slug in ('demo-heat-and-health', 'hard-draft-unknown');
create function pg_temp.archive(archived text, slugs text[]) returns void language plpgsql as $$
begin
    execute format('update %I set archived_at = now() - interval ''7 days'' where slug = any ($1)', archived) using slugs;
end
$$;
select pg_temp.archive(archived, slugs::text[])
from (values ('institution', '{uc-irvine,udem,uaq}'), ('program', '{hard-archived,latino-studies,extraordinary-mexico}'),
             ('cohort', '{hard-archived,hard-empty}'), ('venue', '{hard-archived}'),
             ('project', '{hard-draft-unknown,hard-draft-davis,demo-mangroves,demo-heat-and-health,cauces-sonicos}'),
             ('event', '{hard-draft-event-davis,hard-called-off,hard-overfull,demo-open-day-winter}'),
             ('agreement', '{demo-merced-panamericana,demo-san-diego-uabc-old,uc-conacyt-1997}'),
             ('call', '{hard-call-bare,hard-call-of-run,hard-call-opens,hard-call-closed}')) as wanted (archived, slugs);
insert into project_contributor (id, project_id, person_id, role)
select pg_temp.next_id(), project.id, someone.id, 'RESEARCHER' from project, someone
where project.slug = 'demo-renewable-grids' and someone.key in ('mentor-09', 'student-13');
update mentor set archived_at = now() - interval '7 days' where id in (
    select mentor_id from someone where key in ('mentor-03', 'mentor-04', 'mentor-09', 'mentor-12', 'mentor-15')
    union select p.mentor_id from mentor_preference p join someone on someone.participant_id = p.participant_id
    where someone.key = 'student-22' and p.rank = 3);
update participant set archived_at = now() - interval '7 days' where id in (
    select participant_id from someone where key in ('student-02', 'student-05', 'student-10', 'student-13', 'student-16'));
update activity set archived_at = now() - interval '7 days' where title_en = 'Archived' or left(md5(id::text), 1) = '7';
update award set archived_at = now() - interval '7 days' where amount in (222, 444, 777) or left(md5(id::text), 1) = '7';
update champion set archived_at = now() - interval '7 days' where left(md5(id::text), 1) in ('1', '7', 'c');
update impact_metric set archived_at = now() - interval '7 days' where key in ('climate_ambassadors_mentors', 'projects_since_2020');
