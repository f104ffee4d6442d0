"""Webhook secrets: generated, stored encrypted, and used to sign messages as in Standard Webhooks."""

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
    """The secret was encrypted with a key that isn't configured."""


def new_secret() -> str:
    """A secret in the form of Standard Webhooks, `whsec_` and base64; clients see it once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class SecretBox:
    """Encrypts with the first of its Fernet keys, and decrypts with any of them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: str) -> bytes:
        return self._keys.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Raises SecretUnreadable."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SecretUnreadable("the secret was encrypted with another PUENTE_WEBHOOK_KEY") from error


def signature_headers(message: str, at: datetime, body: str, with_secrets: Iterable[str]) -> dict[str, str]:
    """The headers of Standard Webhooks, with one signature per secret."""
    signatures = [Webhook(secret).sign(message, at, body) for secret in with_secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
