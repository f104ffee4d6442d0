"""The way to PostgreSQL: client, pool, and the embedded server."""
