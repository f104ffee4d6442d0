"""Clients' TCP connections: how many there are, what each may send, and how long it may take."""
