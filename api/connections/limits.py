"""Limits of connections: how many, how much they send, how long they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

FREE_BYTES = 16_384
"""Heads up to this many bytes aren't counted: one per connection is cheap."""

HEADER_BYTES = 32
"""The overhead of a header in bytes, as in HTTP/2 (RFC 9113, 6.5.2)."""

Networks = Sequence[IPv4Network | IPv6Network]


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """Limits of a request's head; `seconds` from its first byte to its last.

    `total_bytes` is for all heads beyond `FREE_BYTES` together. `request_bytes` is for a whole request: head,
    body and framing.
    """

    bytes: int
    headers: int
    seconds: float
    total_bytes: int
    request_bytes: int


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """`most` connections of a process, `per_address` of one client (0 for no limit).

    Connections of a trusted proxy serve many clients, so only `most` limits them. `idle` seconds may pass
    between two requests, `stalled` seconds while a client reads nothing of its response.
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
        """The limit per address: at most half of all, so that one address can't use them up."""
        return min(self.per_address, self.most // 2)
