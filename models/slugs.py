"""Slugs: short, readable names for URLs."""

import re
import unicodedata
from collections.abc import Container

LENGTH = 80


def slug_of(name: str) -> str:
    """The text in lower-case ASCII with words joined by hyphens; empty if nothing remains."""
    ascii_text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_text).strip("-")[:LENGTH].rstrip("-")


def free_slug(name: str, mark: str, taken: Container[str]) -> str:
    """The name's slug; if it is taken, with the unique `mark` appended."""
    slug = slug_of(name) or mark
    return f"{slug}-{mark}" if slug in taken else slug
