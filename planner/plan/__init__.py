"""Plans: an operation's statement, and how its parameters are read."""
