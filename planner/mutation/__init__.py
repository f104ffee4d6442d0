"""Mutations: what their inputs ask for, the statement that carries them out, and their payloads."""
