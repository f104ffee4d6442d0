"""Puente beside its peers: the same operations on the same rows, measured in turns on one machine."""
