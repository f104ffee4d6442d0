"""Random queries, answered by the planner and by the reference executor, compared."""
