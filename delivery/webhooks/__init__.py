"""Webhooks: changes are sent to clients' systems, in the form of Standard Webhooks."""
