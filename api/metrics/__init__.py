"""/metrics: what a server says of itself in numbers."""
