"""The change feed as a viewer may see it."""
