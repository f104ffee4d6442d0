-- One link of a guest to a registration, since each mail about it is sent once for each. The first keeps the secrets of others.
with first as (
    select id, min(id::text) over (partition by registration_id)::uuid as kept
    from secret_link where registration_id is not null
)
update link_secret s set link_id = first.kept from first where s.link_id = first.id and first.kept <> first.id;
delete from secret_link later using secret_link first
where later.registration_id = first.registration_id and first.id < later.id;
DROP INDEX ix_secret_link_registration_id;
CREATE UNIQUE INDEX ix_secret_link_registration_id ON secret_link (registration_id);
