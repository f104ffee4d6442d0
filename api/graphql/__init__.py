"""The journey of a GraphQL request."""
