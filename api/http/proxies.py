"""Finds the client's address behind proxies, by uvicorn's ProxyHeadersMiddleware.

It trusts `X-Forwarded-For` and `X-Forwarded-Proto` from trusted proxies only, and writes them into the ASGI
scope, where `client` then is the real client.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

BELIEVED = "puente.proxy"
"""The key in the ASGI scope: whether the peer is a trusted proxy."""


FORWARDING = frozenset(
    (
        *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for"),
        *("cf-connecting-ip", "true-client-ip", "fastly-client-ip", "x-envoy-external-address"),
    )
)
"""Headers that proxies add, in addition to those that begin with `x-forwarded`."""


def is_forwarded(headers: Headers) -> bool:
    """Whether a proxy forwarded the request, so it may come from anywhere."""
    return any(name in FORWARDING or name.startswith("x-forwarded") for name in headers)


class ForwardedAddresses:
    """Calls an application with the address that trusted proxies report."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self._middleware: Any = ProxyHeadersMiddleware(app, trusted_hosts(proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        scope[BELIEVED] = peer is not None and peer[0] in self._middleware.trusted_hosts
        await self._middleware(scope, receive, send)


def trusted_hosts(proxies: Sequence[str]) -> list[str]:
    """The networks in uvicorn's form; IPv4 also as IPv6 sockets report it (`::ffff:10.0.0.1`)."""
    networks = [ip_network(proxy, strict=False) for proxy in proxies]
    mapped = [
        IPv6Network((int(IPv6Address(f"::ffff:{one.network_address}")), 96 + one.prefixlen))
        for one in networks
        if isinstance(one, IPv4Network)
    ]
    return [str(one) for one in (*networks, *mapped)]
