"""What an operation costs, before anything is read."""
