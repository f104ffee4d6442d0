"""The generator of documents."""
