"""JSON documents from issuers: limited in size and time, without redirects."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})\b", re.IGNORECASE)
LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")
HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "puente"}


class FetchFailed(Exception):
    """The document can't be fetched or is invalid; the message is for the log."""


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON object, and for how many seconds it may be cached."""

    members: Mapping[str, Any]
    max_age: float | None = None


class JsonClient:
    """Fetches over one HTTP client, which is made on first use."""

    def __init__(self, timeout: float, most_bytes: int) -> None:
        self._timeout = timeout
        self._most = most_bytes
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, address: str) -> JsonDocument:
        """The document at a URL; raises FetchFailed."""
        try:
            async with asyncio.timeout(self._timeout):  # in total, also for a response that trickles in
                return await self._fetch(address)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = "no answer in time" if isinstance(error, TimeoutError) else str(error)
            raise FetchFailed(f"{address}: {reason or type(error).__name__}") from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _fetch(self, address: str) -> JsonDocument:
        async with self._open().stream("GET", address) as response:
            if response.status_code != 200:
                raise FetchFailed(f"{address}: answers {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise FetchFailed(f"{address}: is compressed, although `identity` was requested")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > self._most:
                    raise FetchFailed(f"{address}: is larger than {self._most} bytes")
            return JsonDocument(
                _object(address, bytes(body)), _max_age(response.headers.get("cache-control", ""))
            )

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=HEADERS,
                follow_redirects=False,
                mounts=dict.fromkeys(LOOPBACK),  # never through a proxy of the environment
                timeout=self._timeout,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        return self._client


def _object(address: str, body: bytes) -> Mapping[str, Any]:
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FetchFailed(f"{address}: is not JSON") from error
    if not isinstance(members, dict):
        raise FetchFailed(f"{address}: is not a JSON object")
    return members


def _max_age(cache_control: str) -> float | None:
    if re.search(r"\bno-(?:cache|store)\b", cache_control, re.IGNORECASE):
        return 0.0
    found = MAX_AGE.search(cache_control)
    return float(found[1]) if found else None
