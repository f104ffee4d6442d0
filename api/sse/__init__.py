"""GraphQL over server-sent events at /graphql/stream: graphql-sse's distinct connections mode."""
