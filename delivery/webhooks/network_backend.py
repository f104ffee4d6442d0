"""Connections to receivers: a host name is resolved once, its addresses are checked, and one of them is used.

The name isn't resolved again to connect, so DNS rebinding can't lead to an address that wasn't checked.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from delivery.webhooks.addresses import is_public

logger = logging.getLogger("puente")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, for a port; raises OSError."""


class NoAddress(Exception):
    """The name has no address that a request may go to.

    Names that don't resolve and names that resolve to private addresses give the same error, so that clients
    can't find out which names exist in the server's network.
    """


class DnsResolver:
    """Resolves names with the system's resolver, in its own threads, so that a slow name delays no other."""

    def __init__(self, most: int) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="webhook-names")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to allowed addresses; TLS still verifies the certificate of the name."""

    def __init__(self, resolve: Resolve, *, private: bool) -> None:
        self._resolve = resolve
        self._private = private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                found = await self._resolve(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            logger.info("the webhook receiver's name %s can't be resolved: %s", host, error)
            raise NoAddress from error
        allowed = [address for address in found if self._private or is_public(address)]
        if not allowed:
            logger.info("the webhook receiver's name %s has no public address", host)
            raise NoAddress
        return await self._first_of(allowed, port, timeout, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise NoAddress

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _first_of(
        self,
        addresses: Sequence[str],
        port: int,
        timeout: float | None,  # noqa: ASYNC109
        options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(address, port, timeout, None, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(addresses[-1], port, timeout, None, options)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
