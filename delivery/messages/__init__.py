"""The package's messages to clients: one TOML file per language, in this folder."""

from pathlib import Path

from planner.message_catalog import load

catalog = load(Path(__file__).parent)
message = catalog.message
