"""Health checks, instruments and periodic tasks."""
