"""Mutations: their inputs, the statements that carry them out, and their payloads."""
