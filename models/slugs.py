"""Slugs: short readable names for addresses."""

import re
import unicodedata
from collections.abc import Container

LENGTH = 80


def slug_of(name: str) -> str:
    """A text in ASCII lower case, its words joined by hyphens; empty if nothing of it is left."""
    ascii_text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", ascii_text).strip("-")[:LENGTH].rstrip("-")


def free_slug(name: str, mark: str, taken: Container[str]) -> str:
    """The name's slug, with a mark that is unique if another row has it already."""
    slug = slug_of(name) or mark
    return f"{slug}-{mark}" if slug in taken else slug
