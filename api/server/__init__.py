"""Starting and running the server."""
