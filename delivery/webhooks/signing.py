"""Secrets of webhooks: made, kept encrypted, and used to sign as Standard Webhooks says."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32


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
