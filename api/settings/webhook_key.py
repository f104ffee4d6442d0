"""The key that webhooks' secrets are sealed with: as it is given, or as the state folder keeps it."""

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
    """The state folder's key, made on first use, for its owner's eyes only."""
    path = state / KEY_FILE
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Written beside and linked into place: of two processes that do this at once, one key wins whole."""
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
