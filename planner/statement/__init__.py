"""Parts of an SQL statement: rows, conditions, orders, connections, JSON."""
