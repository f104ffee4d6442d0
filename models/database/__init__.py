"""Access to PostgreSQL: client, pool, writer, and the embedded server."""
