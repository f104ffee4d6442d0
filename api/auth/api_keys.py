"""API keys of institutions' systems: `puente_<id>_<secret>`, with a secret of 256 random bits."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from api.auth.auth_errors import RefusalReason, unauthenticated
from api.auth.principals import ApiKeyPrincipal

PREFIX = "puente_"  # secret scanners find leaked keys by it
SHAPE = re.compile(r"puente_([0-9a-f]{32})_([0-9a-f]{64})")
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which is shown once; only the hash is stored."""

    text: str
    secret_hash: bytes


def make(key: UUID) -> NewKey:
    secret = secrets.token_hex(SECRET_BYTES)
    return NewKey(f"{PREFIX}{key.hex}_{secret}", hash_of(secret))


def hash_of(secret: str) -> bytes:
    """A fast hash is enough: 256 random bits can't be guessed."""
    return hashlib.sha256(secret.encode()).digest()


def is_key(text: str) -> bool:
    return text.startswith(PREFIX)


def holder_of(text: str, used: Callable[[UUID], None]) -> ApiKeyPrincipal:
    """The principal of a key; raises Unauthenticated if it is malformed."""
    found = SHAPE.fullmatch(text)
    if found is None:
        raise unauthenticated(RefusalReason.KEY)
    return ApiKeyPrincipal(UUID(found[1]), hash_of(found[2]), used)
