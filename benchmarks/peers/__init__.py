"""Whom Puente is measured beside, and how each is started and asked."""
