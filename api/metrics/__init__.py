"""Metrics of the server, at /metrics."""
