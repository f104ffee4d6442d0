"""A peer: Strawchemy, which makes types, filters, orders and one statement of SQLAlchemy models."""
