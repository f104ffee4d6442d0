"""Plans: the one statement of an operation, and how its parameters are read."""
