-- Written by `puente migrations make`, of what tables declare (models/audited_tables.py); don't edit it.
-- The functions are in writes.sql. A trigger is given the columns that are left out, the column that leads to
-- the person whose data it is with the table between, and of a link the entity that it is a part of with the
-- column that refers to it.

do $$
declare
    gone record;
begin
    for gone in select tgrelid::regclass as of_table, tgname
        from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where not tgisinternal and p.proname in ('puente_audit', 'puente_audit_truncate', 'puente_audit_kept')
    loop
        execute format('drop trigger %I on %s', gone.tgname, gone.of_table);
    end loop;
end
$$;

create trigger audit_entry_keep before update or delete or truncate on audit_entry
    for each statement execute function puente_audit_kept();

create trigger audit_value_keep before update or delete or truncate on audit_value
    for each statement execute function puente_audit_kept();

create trigger access_grant_audit_insert after insert on access_grant referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_grant_audit_update after update on access_grant
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_grant_audit_delete after delete on access_grant referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_grant_truncate_audit before truncate on access_grant
    for each statement execute function puente_audit_truncate('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');

create trigger access_identity_audit_insert after insert on access_identity referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_identity_audit_update after update on access_identity
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_identity_audit_delete after delete on access_identity referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');
create trigger access_identity_truncate_audit before truncate on access_identity
    for each statement execute function puente_audit_truncate('{created_at,id,issuer,subject,updated_at,version}', 'person_id', '', '', '');

create trigger activity_audit_insert after insert on activity referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger activity_audit_update after update on activity
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger activity_audit_delete after delete on activity referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger activity_truncate_audit before truncate on activity
    for each statement execute function puente_audit_truncate('{created_at,id,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');

create trigger activity_participation_audit_insert after insert on activity_participation referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', 'participant', 'participant_id');
create trigger activity_participation_audit_update after update on activity_participation
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', 'participant', 'participant_id');
create trigger activity_participation_audit_delete after delete on activity_participation referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', 'participant', 'participant_id');
create trigger activity_participation_truncate_audit before truncate on activity_participation
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', 'participant', 'participant_id');

create trigger agreement_audit_insert after insert on agreement referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger agreement_audit_update after update on agreement
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger agreement_audit_delete after delete on agreement referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger agreement_truncate_audit before truncate on agreement
    for each statement execute function puente_audit_truncate('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');

create trigger agreement_party_audit_insert after insert on agreement_party referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'agreement', 'agreement_id');
create trigger agreement_party_audit_update after update on agreement_party
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'agreement', 'agreement_id');
create trigger agreement_party_audit_delete after delete on agreement_party referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'agreement', 'agreement_id');
create trigger agreement_party_truncate_audit before truncate on agreement_party
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'agreement', 'agreement_id');

create trigger api_client_audit_insert after insert on api_client referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', '', '');
create trigger api_client_audit_update after update on api_client
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', '', '');
create trigger api_client_audit_delete after delete on api_client referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', '', '');
create trigger api_client_truncate_audit before truncate on api_client
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', '', '');

create trigger api_key_audit_insert after insert on api_key referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,last_used_at,secret_hash,updated_at,version}', '', '', '', '');
create trigger api_key_audit_update after update on api_key
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,last_used_at,secret_hash,updated_at,version}', '', '', '', '');
create trigger api_key_audit_delete after delete on api_key referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,last_used_at,secret_hash,updated_at,version}', '', '', '', '');
create trigger api_key_truncate_audit before truncate on api_key
    for each statement execute function puente_audit_truncate('{created_at,id,last_used_at,secret_hash,updated_at,version}', '', '', '', '');

create trigger attendance_audit_insert after insert on attendance referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'registration_id', 'registration', '', '');
create trigger attendance_audit_update after update on attendance
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'registration_id', 'registration', '', '');
create trigger attendance_audit_delete after delete on attendance referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'registration_id', 'registration', '', '');
create trigger attendance_truncate_audit before truncate on attendance
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'registration_id', 'registration', '', '');

create trigger award_audit_insert after insert on award referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'recipient_id', '', '', '');
create trigger award_audit_update after update on award
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'recipient_id', '', '', '');
create trigger award_audit_delete after delete on award referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'recipient_id', '', '', '');
create trigger award_truncate_audit before truncate on award
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'recipient_id', '', '', '');

create trigger calendar_link_audit_insert after insert on calendar_link referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,secret_hash,subject,updated_at,version}', 'person_id', '', '', '');
create trigger calendar_link_audit_update after update on calendar_link
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,issuer,secret_hash,subject,updated_at,version}', 'person_id', '', '', '');
create trigger calendar_link_audit_delete after delete on calendar_link referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,issuer,secret_hash,subject,updated_at,version}', 'person_id', '', '', '');
create trigger calendar_link_truncate_audit before truncate on calendar_link
    for each statement execute function puente_audit_truncate('{created_at,id,issuer,secret_hash,subject,updated_at,version}', 'person_id', '', '', '');

create trigger call_audit_insert after insert on call referencing new table as new_rows
    for each statement execute function puente_audit('{closes_at,created_at,id,opens_on,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger call_audit_update after update on call
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{closes_at,created_at,id,opens_on,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger call_audit_delete after delete on call referencing old table as old_rows
    for each statement execute function puente_audit('{closes_at,created_at,id,opens_on,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger call_truncate_audit before truncate on call
    for each statement execute function puente_audit_truncate('{closes_at,created_at,id,opens_on,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');

create trigger champion_audit_insert after insert on champion referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger champion_audit_update after update on champion
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger champion_audit_delete after delete on champion referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger champion_truncate_audit before truncate on champion
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', '', '');

create trigger cohort_audit_insert after insert on cohort referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger cohort_audit_update after update on cohort
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger cohort_audit_delete after delete on cohort referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger cohort_truncate_audit before truncate on cohort
    for each statement execute function puente_audit_truncate('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');

create trigger consent_audit_insert after insert on consent referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger consent_audit_update after update on consent
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger consent_audit_delete after delete on consent referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger consent_truncate_audit before truncate on consent
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', '', '');

create trigger event_audit_insert after insert on event referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger event_audit_update after update on event
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger event_audit_delete after delete on event referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger event_truncate_audit before truncate on event
    for each statement execute function puente_audit_truncate('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');

create trigger event_external_id_audit_insert after insert on event_external_id referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_external_id_audit_update after update on event_external_id
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_external_id_audit_delete after delete on event_external_id referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_external_id_truncate_audit before truncate on event_external_id
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');

create trigger event_organizer_audit_insert after insert on event_organizer referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_organizer_audit_update after update on event_organizer
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_organizer_audit_delete after delete on event_organizer referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');
create trigger event_organizer_truncate_audit before truncate on event_organizer
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'event', 'event_id');

create trigger impact_metric_audit_insert after insert on impact_metric referencing new table as new_rows
    for each statement execute function puente_audit('{computed_value,created_at,id,updated_at,version}', '', '', '', '');
create trigger impact_metric_audit_update after update on impact_metric
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{computed_value,created_at,id,updated_at,version}', '', '', '', '');
create trigger impact_metric_audit_delete after delete on impact_metric referencing old table as old_rows
    for each statement execute function puente_audit('{computed_value,created_at,id,updated_at,version}', '', '', '', '');
create trigger impact_metric_truncate_audit before truncate on impact_metric
    for each statement execute function puente_audit_truncate('{computed_value,created_at,id,updated_at,version}', '', '', '', '');

create trigger institution_audit_insert after insert on institution referencing new table as new_rows
    for each statement execute function puente_audit('{city_fold,created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger institution_audit_update after update on institution
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{city_fold,created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger institution_audit_delete after delete on institution referencing old table as old_rows
    for each statement execute function puente_audit('{city_fold,created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger institution_truncate_audit before truncate on institution
    for each statement execute function puente_audit_truncate('{city_fold,created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');

create trigger mentor_audit_insert after insert on mentor referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,search,updated_at,version}', 'person_id', '', '', '');
create trigger mentor_audit_update after update on mentor
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,search,updated_at,version}', 'person_id', '', '', '');
create trigger mentor_audit_delete after delete on mentor referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,search,updated_at,version}', 'person_id', '', '', '');
create trigger mentor_truncate_audit before truncate on mentor
    for each statement execute function puente_audit_truncate('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,search,updated_at,version}', 'person_id', '', '', '');

create trigger mentor_preference_audit_insert after insert on mentor_preference referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentor_preference_audit_update after update on mentor_preference
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentor_preference_audit_delete after delete on mentor_preference referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentor_preference_truncate_audit before truncate on mentor_preference
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');

create trigger mentorship_audit_insert after insert on mentorship referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_audit_update after update on mentorship
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_audit_delete after delete on mentorship referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_truncate_audit before truncate on mentorship
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');

create trigger mentorship_session_audit_insert after insert on mentorship_session referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_session_audit_update after update on mentorship_session
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_session_audit_delete after delete on mentorship_session referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mentorship_session_truncate_audit before truncate on mentorship_session
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');

create trigger mobility_audit_insert after insert on mobility referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mobility_audit_update after update on mobility
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mobility_audit_delete after delete on mobility referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger mobility_truncate_audit before truncate on mobility
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');

create trigger notification_preference_audit_insert after insert on notification_preference referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger notification_preference_audit_update after update on notification_preference
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger notification_preference_audit_delete after delete on notification_preference referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', '', '');
create trigger notification_preference_truncate_audit before truncate on notification_preference
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', '', '');

create trigger participant_audit_insert after insert on participant referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,updated_at,version}', 'person_id', '', '', '');
create trigger participant_audit_update after update on participant
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,updated_at,version}', 'person_id', '', '', '');
create trigger participant_audit_delete after delete on participant referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,updated_at,version}', 'person_id', '', '', '');
create trigger participant_truncate_audit before truncate on participant
    for each statement execute function puente_audit_truncate('{created_at,id,name,name_fold,name_search,name_sort_en,name_sort_es,updated_at,version}', 'person_id', '', '', '');

create trigger participation_audit_insert after insert on participation referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger participation_audit_update after update on participation
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger participation_audit_delete after delete on participation referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');
create trigger participation_truncate_audit before truncate on participation
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'participant_id', 'participant', '', '');

create trigger person_audit_insert after insert on person referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_sort_en,name_sort_es,search,updated_at,version}', 'id', '', '', '');
create trigger person_audit_update after update on person
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_sort_en,name_sort_es,search,updated_at,version}', 'id', '', '', '');
create trigger person_audit_delete after delete on person referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name,name_fold,name_sort_en,name_sort_es,search,updated_at,version}', 'id', '', '', '');
create trigger person_truncate_audit before truncate on person
    for each statement execute function puente_audit_truncate('{created_at,id,name,name_fold,name_sort_en,name_sort_es,search,updated_at,version}', 'id', '', '', '');

create trigger person_language_audit_insert after insert on person_language referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_language_audit_update after update on person_language
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_language_audit_delete after delete on person_language referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_language_truncate_audit before truncate on person_language
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');

create trigger person_merge_audit_insert after insert on person_merge referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_merge_audit_update after update on person_merge
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_merge_audit_delete after delete on person_merge referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');
create trigger person_merge_truncate_audit before truncate on person_merge
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', 'person', 'person_id');

create trigger program_audit_insert after insert on program referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger program_audit_update after update on program
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger program_audit_delete after delete on program referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');
create trigger program_truncate_audit before truncate on program
    for each statement execute function puente_audit_truncate('{created_at,id,name_fold_en,name_fold_es,name_sort_es,search,updated_at,version}', '', '', '', '');

create trigger project_audit_insert after insert on project referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger project_audit_update after update on project
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger project_audit_delete after delete on project referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');
create trigger project_truncate_audit before truncate on project
    for each statement execute function puente_audit_truncate('{created_at,id,search,title_fold_en,title_fold_es,title_sort_es,updated_at,version}', '', '', '', '');

create trigger project_contributor_audit_insert after insert on project_contributor referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'project', 'project_id');
create trigger project_contributor_audit_update after update on project_contributor
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'project', 'project_id');
create trigger project_contributor_audit_delete after delete on project_contributor referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', 'person_id', '', 'project', 'project_id');
create trigger project_contributor_truncate_audit before truncate on project_contributor
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', 'person_id', '', 'project', 'project_id');

create trigger project_external_id_audit_insert after insert on project_external_id referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_external_id_audit_update after update on project_external_id
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_external_id_audit_delete after delete on project_external_id referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_external_id_truncate_audit before truncate on project_external_id
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');

create trigger project_institution_audit_insert after insert on project_institution referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_institution_audit_update after update on project_institution
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_institution_audit_delete after delete on project_institution referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_institution_truncate_audit before truncate on project_institution
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');

create trigger project_output_audit_insert after insert on project_output referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_output_audit_update after update on project_output
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_output_audit_delete after delete on project_output referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');
create trigger project_output_truncate_audit before truncate on project_output
    for each statement execute function puente_audit_truncate('{created_at,id,updated_at,version}', '', '', 'project', 'project_id');

create trigger registration_audit_insert after insert on registration referencing new table as new_rows
    for each statement execute function puente_audit('{code,created_at,guest_email,guest_institution,guest_language,guest_name,id,queued_at,seq,updated_at,version}', 'person_id', '', '', '');
create trigger registration_audit_update after update on registration
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{code,created_at,guest_email,guest_institution,guest_language,guest_name,id,queued_at,seq,updated_at,version}', 'person_id', '', '', '');
create trigger registration_audit_delete after delete on registration referencing old table as old_rows
    for each statement execute function puente_audit('{code,created_at,guest_email,guest_institution,guest_language,guest_name,id,queued_at,seq,updated_at,version}', 'person_id', '', '', '');
create trigger registration_truncate_audit before truncate on registration
    for each statement execute function puente_audit_truncate('{code,created_at,guest_email,guest_institution,guest_language,guest_name,id,queued_at,seq,updated_at,version}', 'person_id', '', '', '');

create trigger secret_link_audit_insert after insert on secret_link referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,email,id,updated_at,uses,version}', 'person_id', '', 'person', 'person_id');
create trigger secret_link_audit_update after update on secret_link
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,email,id,updated_at,uses,version}', 'person_id', '', 'person', 'person_id');
create trigger secret_link_audit_delete after delete on secret_link referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,email,id,updated_at,uses,version}', 'person_id', '', 'person', 'person_id');
create trigger secret_link_truncate_audit before truncate on secret_link
    for each statement execute function puente_audit_truncate('{created_at,email,id,updated_at,uses,version}', 'person_id', '', 'person', 'person_id');

create trigger venue_audit_insert after insert on venue referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,updated_at,version}', '', '', '', '');
create trigger venue_audit_update after update on venue
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,updated_at,version}', '', '', '', '');
create trigger venue_audit_delete after delete on venue referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,id,name_fold_en,name_fold_es,name_sort_es,updated_at,version}', '', '', '', '');
create trigger venue_truncate_audit before truncate on venue
    for each statement execute function puente_audit_truncate('{created_at,id,name_fold_en,name_fold_es,name_sort_es,updated_at,version}', '', '', '', '');

create trigger webhook_audit_insert after insert on webhook referencing new table as new_rows
    for each statement execute function puente_audit('{created_at,updated_at,version}', '', '', '', '', '{old_secret,secret}', '{attempts,epoch,failing_since,fingerprint,lease,leased_until,next_attempt_at,number}');
create trigger webhook_audit_update after update on webhook
    referencing old table as old_rows new table as new_rows
    for each statement execute function puente_audit('{created_at,updated_at,version}', '', '', '', '', '{old_secret,secret}', '{attempts,epoch,failing_since,fingerprint,lease,leased_until,next_attempt_at,number}');
create trigger webhook_audit_delete after delete on webhook referencing old table as old_rows
    for each statement execute function puente_audit('{created_at,updated_at,version}', '', '', '', '', '{old_secret,secret}', '{attempts,epoch,failing_since,fingerprint,lease,leased_until,next_attempt_at,number}');
