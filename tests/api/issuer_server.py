"""An OpenID Connect issuer on loopback: it rotates its keys, goes down, dawdles, or is hostile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

AUDIENCE = "https://puente.test"
DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"

Private = RSAKey | ECKey | OKPKey


@dataclass(frozen=True)
class IssuerResponse:
    """An answer in pieces, with a pause (seconds) before each."""

    pieces: Sequence[bytes]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0


def made(algorithm: str) -> Private:
    """A new key for an algorithm."""
    if algorithm.startswith("ES"):
        return ECKey.generate_key({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm])
    if algorithm.startswith("Ed"):
        return OKPKey.generate_key("Ed448" if algorithm == "Ed448" else "Ed25519")
    return RSAKey.generate_key(2048)


def public(key: Private, **members: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), **members}


class LocalIssuer:
    """Signs with the newest of its keys; `says` overrides what it answers at a path."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        self.keys: dict[str, Private] = {}
        self.says: dict[str, IssuerResponse] = {}
        self.requested_paths: list[str] = []
        self.down = False
        self.url = ""
        self.rotate()

    def rotate(self) -> str:
        """A new key in place of all others; its id."""
        kid = f"key-{time.monotonic_ns()}"
        self.keys = {kid: made(self.algorithm)}
        return kid

    @property
    def newest(self) -> tuple[str, Private]:
        return list(self.keys.items())[-1]

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of a good token; a change to None leaves one out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + 600}
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def token(
        self, header: Mapping[str, Any] | None = None, key: Private | None = None, **claims: Any
    ) -> str:
        kid, newest = self.newest
        whole = {"alg": self.algorithm, "kid": kid, **(header or {})}
        lenient = JWSRegistry(algorithms=[whole["alg"]], strict_check_header=False)
        return jwt.encode(whole, self.claims(**claims), key or newest, registry=lenient)

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "audience": AUDIENCE,
            "algorithms": [self.algorithm],
            "institution": "uc-merced",
            "grants": [{"claim": "roles", "value": "staff", "role": "COORDINATOR"}],
            **changes,
        }

    def answer(self, path: str) -> IssuerResponse:
        if path in self.says:
            return self.says[path]
        documents = {
            DISCOVERY: {"issuer": self.url, "jwks_uri": f"{self.url}{KEYS}"},
            KEYS: {"keys": [public(key, kid=kid, use="sig") for kid, key in self.keys.items()]},
        }
        return (
            IssuerResponse([orjson.dumps(documents[path])])
            if path in documents
            else IssuerResponse([b"{}"], 404)
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode()
            self.requested_paths.append(path)
            try:
                if not self.down:
                    await self._respond(writer, self.answer(path))
            finally:
                writer.close()

    async def _respond(self, writer: asyncio.StreamWriter, response: IssuerResponse) -> None:
        lines = [
            f"HTTP/1.1 {response.status} X",
            *(f"{name}: {value}" for name, value in response.headers.items()),
        ]
        writer.write("\r\n".join([*lines, "connection: close", "", ""]).encode())
        for piece in response.pieces:
            await asyncio.sleep(response.pause)
            writer.write(piece)
            await writer.drain()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[LocalIssuer]:
        serving: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._serve(reader, writer))
            serving.add(task)
            task.add_done_callback(serving.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
