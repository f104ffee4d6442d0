"""The key that encrypts webhooks' secrets, if the settings have none: kept in the state folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

KEY_FILE = "webhook-key"


def is_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def key_in(state: Path) -> str:
    """The key in the state folder, made on first use and readable by its owner only."""
    path = state / KEY_FILE
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Written to a temporary file, then linked: of two processes that do it at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    with os.fdopen(number, "wb") as file:
        file.write(Fernet.generate_key())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        Path(temporary).unlink()
