"""Translation of graphql-core's error messages."""
