"""Builds the schema from declarations, and checks them against tables and policy."""
