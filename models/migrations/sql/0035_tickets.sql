-- The code of a ticket: 16 of 32 letters and digits, each of five random bits, so nobody guesses one.
create function puente_ticket_code() returns text language sql volatile as $$
    select string_agg(
        case when n in (4, 8, 12) then '-' else '' end
            || substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', 1 + (get_byte(random, n) & 31), 1), '' order by n)
    from (
        -- the last eight bytes of a random UUID are random, but for two bits of the first that are not read
        select substr(uuid_send(gen_random_uuid()), 9) || substr(uuid_send(gen_random_uuid()), 9) as random offset 0
    ) drawn cross join generate_series(0, 15) n
$$;
ALTER TABLE registration ADD COLUMN code TEXT COLLATE "C" DEFAULT puente_ticket_code() NOT NULL;
ALTER TABLE registration ADD CONSTRAINT uq_registration_code UNIQUE (code);
ALTER TABLE registration ADD CONSTRAINT ck_registration_code_shape CHECK (code ~ '^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}$');
ALTER TABLE access_grant DROP CONSTRAINT ck_access_grant_scopes_known;
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ', 'REGISTRATIONS_WRITE', 'ATTENDANCE_WRITE']::text[]);
ALTER TABLE api_key DROP CONSTRAINT ck_api_key_scopes_known;
ALTER TABLE api_key ADD CONSTRAINT ck_api_key_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ', 'REGISTRATIONS_WRITE', 'ATTENDANCE_WRITE']::text[]);
ALTER TABLE webhook DROP CONSTRAINT ck_webhook_scopes_known;
ALTER TABLE webhook ADD CONSTRAINT ck_webhook_scopes_known CHECK (scopes <@ array['PROJECTS_READ', 'PROJECTS_WRITE', 'AWARDS_READ', 'AGREEMENTS_READ', 'EVENTS_READ', 'EVENTS_WRITE', 'PARTICIPANTS_READ', 'CONTACTS_READ', 'MOBILITIES_READ', 'CONSENTS_READ', 'REGISTRATIONS_WRITE', 'ATTENDANCE_WRITE']::text[]);
-- Guests, who have no record as a person, and the mails to them.
ALTER TABLE notification ADD COLUMN guest_id UUID;
CREATE INDEX ix_notification_guest_id ON notification (guest_id);
ALTER TABLE notification ALTER COLUMN person_id DROP NOT NULL;
CREATE UNIQUE INDEX uq_notification_guest ON notification (guest_id, kind, coalesce(event_id, project_id, registration_id, mentorship_id, mobility_id, participation_id), revision);
ALTER TABLE notification ADD CONSTRAINT fk_notification_guest_id_registration FOREIGN KEY(guest_id) REFERENCES registration (id);
ALTER TABLE registration ADD COLUMN guest_name TEXT COLLATE "C";
ALTER TABLE registration ADD COLUMN guest_email TEXT COLLATE "C";
ALTER TABLE registration ADD COLUMN guest_institution TEXT COLLATE "C";
ALTER TABLE registration ADD COLUMN guest_language TEXT COLLATE "C";
ALTER TABLE registration ALTER COLUMN person_id DROP NOT NULL;
CREATE UNIQUE INDEX uq_registration_open_guest ON registration (event_id, lower(guest_email)) WHERE status in ('CONFIRMED', 'WAITLISTED', 'ATTENDED');
ALTER TABLE notification ADD CONSTRAINT ck_notification_recipient_one CHECK (num_nonnulls(person_id, guest_id) = 1);
ALTER TABLE registration ADD CONSTRAINT ck_registration_guest_email_shape CHECK (guest_email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(guest_email) <= 254);
ALTER TABLE registration ADD CONSTRAINT ck_registration_guest_institution_present CHECK (btrim(guest_institution) <> '' and char_length(guest_institution) <= 200);
ALTER TABLE registration ADD CONSTRAINT ck_registration_guest_language_known CHECK (guest_language in ('EN', 'ES'));
ALTER TABLE registration ADD CONSTRAINT ck_registration_guest_name_present CHECK (btrim(guest_name) <> '' and char_length(guest_name) <= 200);
ALTER TABLE registration ADD CONSTRAINT ck_registration_guest_whole CHECK (num_nonnulls(guest_name, guest_email) <> 1 and (guest_email is not null or num_nonnulls(guest_institution, guest_language) = 0));
ALTER TABLE registration ADD CONSTRAINT ck_registration_of_one CHECK (num_nonnulls(person_id, guest_email) = 1);
