"""Estimates an operation's cost before it runs."""
