"""Labels of enum values: one TOML file per language, next to this module, with a section for each enum."""

from pathlib import Path

from planner.message_catalog import load

catalog = load(Path(__file__).parent)
