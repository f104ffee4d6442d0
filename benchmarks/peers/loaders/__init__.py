"""A peer: Strawberry as a Python team writes it by hand, with DataLoaders on SQLModel."""
