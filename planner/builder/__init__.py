"""From declarations to a schema: built, and checked against tables and policy."""
