"""Puente compared with its peers: the same operations on the same rows, in turns on one machine."""
