"""Sends a message to a receiver, within limits of time and response size whatever the receiver does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from delivery.webhooks.network_backend import NoAddress, PinnedBackend, Resolve

KEPT_OPEN = 20.0  # seconds that an idle connection to a receiver stays open
HEADERS = {"content-type": "application/json", "user-agent": "puente", "accept-encoding": "identity"}
REDIRECTS = range(300, 400)
SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class ReceiverResponse:
    """An attempt's duration, HTTP status (if there was a response) and error (unless it succeeded).

    `seconds` and `retry_after` are in seconds.
    """

    seconds: float
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class Sender:
    """Sends over pooled connections, without redirects or proxies; reads `most_bytes` of a response."""

    def __init__(
        self, resolve: Resolve, *, private: bool, timeout: float, most: int, most_bytes: int
    ) -> None:
        self._timeout = timeout
        self._most_bytes = most_bytes
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=most,
            max_keepalive_connections=most,
            keepalive_expiry=KEPT_OPEN,
            network_backend=PinnedBackend(resolve, private=private),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> ReceiverResponse:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):  # in total, also for a response that trickles in
                status, retry_after = await self._post(url, {**HEADERS, **headers}, body)
        except Exception as error:
            return ReceiverResponse(time.monotonic() - began, error=self._receiver_response(error))
        failure = None if status in SUCCESS else _failure(status)
        return ReceiverResponse(time.monotonic() - began, status, failure, retry_after)

    async def close(self) -> None:
        await self._pool.aclose()

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, float | None]:
        each = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        sent = [(name, value) for name, value in headers.items()]
        async with self._pool.stream(
            "POST", url, headers=sent, content=body, extensions={"timeout": each}
        ) as response:
            answered = {name.lower(): value for name, value in response.headers}
            read = 0
            async for piece in response.aiter_stream():
                read += len(piece)
                if read > self._most_bytes:
                    break  # closes the connection; the rest isn't needed
            return response.status, retry_after_seconds(answered.get(b"retry-after", b"").decode("latin-1"))

    def _receiver_response(self, error: Exception) -> str:
        """Why there is no response, as text for the delivery log."""
        match error:
            case NoAddress():
                return "no address: the name resolves to none, or only to private, local or reserved ones"
            case TimeoutError() | httpcore.TimeoutException():
                return f"no answer within {self._timeout:g} seconds"
            case httpcore.ConnectError():
                return f"cannot connect: {error}" if str(error) else "cannot connect"
            case httpcore.NetworkError() | httpcore.RemoteProtocolError():
                return f"the connection broke: {error}" if str(error) else "the connection broke"
        return f"cannot be sent: {type(error).__name__}"


def retry_after_seconds(retry_after: str) -> float | None:
    """The value of `Retry-After`, a number of seconds or a date (RFC 9110, 10.2.3); None if invalid."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        when = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):  # no date, or of a year that the system has no number for
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _failure(status: int) -> str:
    if status in REDIRECTS:
        return f"answered {status}: redirects are not followed"
    return f"answered {status}"
