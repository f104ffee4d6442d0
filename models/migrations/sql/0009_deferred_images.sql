-- Notes whose image the sequencer makes (puente_image_of_note, in repeatable/by_hand.sql). The key begins with the
-- entity, for its next note is looked up.
ALTER TABLE change_note DROP CONSTRAINT uq_change_note_xid_entity_id;
ALTER TABLE change_note ADD CONSTRAINT uq_change_note_entity_id_xid UNIQUE (entity_id, xid);
