"""What runs next to the requests: health, impact figures, instruments."""
