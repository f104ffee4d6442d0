"""Subscriptions: the feed's poller, the fan-out of changes, live queries, sessions."""
