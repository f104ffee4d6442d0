"""Secrets of webhooks: made, kept encrypted, and used to sign as Standard Webhooks says."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32
KEY_FILE = "webhook-key"


class SecretUnreadable(Exception):
    """The secret was encrypted with a key that is not among ours."""


def new_secret() -> str:
    """The secret in the form that clients get, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class SecretBox:
    """Encrypts with the first of some keys, and decrypts with any of them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: str) -> bytes:
        return self._keys.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Raises Unreadable."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SecretUnreadable("the secret was encrypted with another PUENTE_WEBHOOK_KEY") from error


def signature_headers(message: str, at: datetime, body: str, with_secrets: Iterable[str]) -> dict[str, str]:
    """The headers of a message, with a signature by each secret."""
    signatures = [Webhook(secret).sign(message, at, body) for secret in with_secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


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
    """Written to another file and linked: when two processes do this at once, one key wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Fernet.generate_key())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        temporary.unlink()
