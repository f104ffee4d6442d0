"""Keeps the secrets of links out of the log, such as that in the address of a calendar."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(puente_(?:calendar|link)_)[\w%-]+")
HIDDEN = r"\1…"


class SecretFilter(logging.Filter):
    """Replaces secrets in whatever is logged; add it to a handler, for all loggers."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = hide(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(hide, record.args))
        return True


def hide(value: object) -> object:
    """The value, if it is a text without the secrets in it."""
    return SECRET.sub(HIDDEN, value) if isinstance(value, str) else value
