"""How Puente is reached: HTTP, settings, the command line."""
