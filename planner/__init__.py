"""How it is read: selection + bindings + viewer → plan → one SQL statement. Knows no entity by name."""
