"""Execution of GraphQL requests."""
