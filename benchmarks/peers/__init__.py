"""Servers that answer the suite, each in its own way."""
