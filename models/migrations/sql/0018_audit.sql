-- Who acted, as anybody may be told: the same for the same actor, and nothing else.
CREATE FUNCTION puente_audit_key(actor TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(encode(sha256(convert_to(actor, 'UTF8')), 'hex'), 24)
$$;
-- The id of the person or client who acted.
CREATE FUNCTION puente_audit_actor(actor TEXT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN actor ~ '^(person|client) [0-9a-f-]{36}$' THEN split_part(actor, ' ', 2)::uuid END
$$;
ALTER TABLE audit_value DROP CONSTRAINT fk_audit_value_entry_audit_entry;
ALTER TABLE audit_entry ADD COLUMN actor_id UUID GENERATED ALWAYS AS (puente_audit_actor(actor)) STORED;
ALTER TABLE audit_entry ADD COLUMN actor_key TEXT COLLATE "C" GENERATED ALWAYS AS (puente_audit_key(actor)) STORED;
ALTER TABLE audit_entry ADD COLUMN part TEXT COLLATE "C";
ALTER TABLE audit_entry ADD COLUMN part_id UUID;
CREATE INDEX ix_audit_entry_actor_key_number ON audit_entry (actor_key, number);
CREATE INDEX ix_audit_entry_actor_id_number ON audit_entry (actor_id, number);
