"""How much one client may ask for at a time: rates and connections."""
