"""The mailbox of development: mails that were kept in a folder, as pages."""
