"""Delivery of changes: subscriptions, live queries, webhooks."""
