"""The explorer: GraphiQL, served from here."""
