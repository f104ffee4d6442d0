"""Credential and language from `connection_init`, or from the handshake's headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.auth.auth_errors import RefusalReason, unauthenticated
from api.http.headers import Headers
from api.http.negotiation import negotiate


def authorization_of(payload: Mapping[str, Any], headers: Headers) -> bytes | None:
    """The credential, in the form of an `Authorization` header; the payload wins. Raises Unauthenticated."""
    given = payload_members(payload, "authorization")
    if not given:
        return headers.get(b"authorization")
    if any(one != given[0] for one in given) or not isinstance(given[0], str):
        raise unauthenticated(RefusalReason.MALFORMED)
    return given[0].encode()


def language_of(payload: Mapping[str, Any], headers: Headers, default: str) -> str:
    """The language of responses; the payload wins, and values that aren't text are ignored."""
    given = [
        one for one in payload_members(payload, "accept-language", "acceptlanguage") if isinstance(one, str)
    ]
    accepted = given[0].encode("latin-1", "ignore") if given else headers.get(b"accept-language")
    return negotiate(None, accepted, default).language


def payload_members(payload: Mapping[str, Any], *names: str) -> list[object]:
    """The values of a name in any capitalization: the payload's own, or else those in its `headers`."""
    own = list(_values(payload, names))
    if own:
        return own
    within = next((value for value in _values(payload, ("headers",)) if isinstance(value, dict)), {})
    return list(_values(within, names))


def _values(members: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[object]:
    """The values that aren't null."""
    return (value for name, value in members.items() if value is not None and name.lower() in names)
