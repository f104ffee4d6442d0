"""The server: HTTP, WebSocket, event streams, settings and the command line."""
