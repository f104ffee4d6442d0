"""The planner: selection + bindings + viewer → plan → one SQL statement. It knows no entity by name."""
