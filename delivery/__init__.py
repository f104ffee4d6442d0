"""What brings changes to those who follow: subscriptions, live queries, webhooks."""
