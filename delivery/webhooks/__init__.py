"""Webhooks: changes sent to clients' systems, in the format of Standard Webhooks."""
