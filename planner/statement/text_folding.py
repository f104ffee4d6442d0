"""Text without case and accents for comparisons, as the SQL function `puente_fold` makes it."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def fold(text: str) -> str:
    """NFD, with ASCII letters in lower case and without combining accents: `Muñoz` → `munoz`."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text).translate(_ASCII_LOWER))
