"""Requests to change the protocol (RFC 9110, 7.8): WebSocket handshakes are accepted, others ignored."""

from __future__ import annotations

from collections.abc import Sequence

HeaderLines = Sequence[tuple[bytes, bytes]]

UPGRADE = b"upgrade"


def is_handshake(method: bytes, version: str, lines: HeaderLines) -> bool:
    """Whether it asks only for a WebSocket, by an HTTP/1.1 GET without a body (RFC 6455, 4.1)."""
    if method != b"GET" or version != "1.1":
        return False
    wanted = [value.strip().lower() for name, value in lines if name == UPGRADE]
    return wanted == [b"websocket"] and not any(map(_announces_body, lines))


def names_upgrade(lines: HeaderLines) -> bool:
    return any(name == UPGRADE for name, _ in lines)


def head_without_upgrade(method: bytes, target: bytes, version: str, lines: HeaderLines) -> bytes:
    """The head without `Upgrade`, so that the parser reads the body after it."""
    kept = (b"%b: %b\r\n" % line for line in lines if line[0] != UPGRADE)
    return b"%b %b HTTP/%b\r\n%b\r\n" % (method, target, version.encode(), b"".join(kept))


def _announces_body(line: tuple[bytes, bytes]) -> bool:
    name, value = line
    return name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"")
