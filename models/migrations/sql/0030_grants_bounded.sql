-- What bounds a grant, each column by itself, so that whoever grants a role is told what it lacks.
alter table access_grant drop constraint ck_access_grant_role_bounded;
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_role_granted CHECK (role <> 'PUBLIC');
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_institution_id_present CHECK (institution_id is not null or role not in ('COORDINATOR', 'INTEGRATION'));
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_institution_id_of_role CHECK (institution_id is null or role in ('COORDINATOR', 'INTEGRATION'));
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_person_id_present CHECK (person_id is not null or role not in ('MENTOR', 'PARTICIPANT'));
ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_person_id_of_role CHECK (person_id is null or role in ('MENTOR', 'PARTICIPANT'));
