"""GraphQL over a WebSocket: the protocol `graphql-transport-ws`, and only that (docs/subscriptions.md)."""
