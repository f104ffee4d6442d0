-- Mails to people who did not request them, counted by sender and recipient, whatever they are.
CREATE TABLE unsolicited_mail (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    sender TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unsolicited_mail PRIMARY KEY (id)
);
CREATE INDEX ix_unsolicited_mail_recipient_sent_at ON unsolicited_mail (recipient, sent_at);
CREATE INDEX ix_unsolicited_mail_sender_sent_at ON unsolicited_mail (sender, sent_at);
CREATE INDEX ix_unsolicited_mail_sent_at ON unsolicited_mail (sent_at);
INSERT INTO unsolicited_mail (sender, recipient, sent_at)
SELECT sender, puente_principal('mail to ' || lower(email)), created_at FROM secret_link
WHERE created_at > now() - interval '1 day';
DROP INDEX ix_secret_link_address;
DROP INDEX ix_secret_link_sender_created_at;
ALTER TABLE secret_link DROP COLUMN sender;
DROP FUNCTION IF EXISTS puente_links_from(jsonb);
DROP FUNCTION IF EXISTS puente_links_to(text);
