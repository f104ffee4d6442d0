"""What the server says to clients: the texts are beside this file, one file per language."""

from pathlib import Path

from planner.message_catalog import load

catalog = load(Path(__file__).parent)
message = catalog.message
