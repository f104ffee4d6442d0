"""HTTP: reading requests, origins, negotiation, and sending responses."""
