"""The explorer: a GraphiQL page with its files."""
