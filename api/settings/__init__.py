"""The settings: what an operator decides."""
