"""Limits per client: rates, connections, planning time and memory."""
