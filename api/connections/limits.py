"""What connections may take of a process: how many they are, how much they send, how long they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

FREE_BYTES = 16_384
"""A head of so many bytes isn't counted with the others: one for each connection is cheap."""

HEADER_BYTES = 32
"""What a header takes beyond its bytes, as HTTP/2 reckons (RFC 9113, 6.5.2)."""

Networks = Sequence[IPv4Network | IPv6Network]


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """What a request may send before and around its body; `seconds` from its first byte to its last.

    `total_bytes` is what all heads beyond `FREE_BYTES` may hold together. `request_bytes` is all that
    a request may send: its head, its body, and how that is framed.
    """

    bytes: int
    headers: int
    seconds: float
    total_bytes: int
    request_bytes: int


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """`most` connections of a process, `per_address` of one client; 0 for no limit of an address.

    Those of a trusted proxy are many clients', and are limited by `most` only. `idle` seconds may pass
    between two requests, `stalled` seconds while a client takes nothing of its answer.
    """

    most: int
    per_address: int
    idle: float
    stalled: float
    head: HeadLimits
    proxies: Networks
    language: str

    @property
    def per_client(self) -> int:
        """Connections of one address: never more than half of all, so that it can't use them all up."""
        return min(self.per_address, self.most // 2)
