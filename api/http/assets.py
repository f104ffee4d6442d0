"""Files that were built and compressed beforehand, and headers of pages that take everything from here."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.etag import make_etag, matches_etag

MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
}
IN_FRAMES = "frame-ancestors 'none'"


def content_policy(*reached: str) -> str:
    """A policy for pages that take everything from here, and send requests here and to origins."""
    directives = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        " ".join(("connect-src 'self'", *reached)),
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(directives)


SECURITY = {
    "content-security-policy": f"{content_policy()}; {IN_FRAMES}",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
HASHED = re.compile(r"-[\w-]{8}\.\w+$")
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


def security_with(*reached: str) -> Mapping[str, str]:
    """The headers of a page that also sends requests to other origins."""
    return {**SECURITY, "content-security-policy": f"{content_policy(*reached)}; {IN_FRAMES}"}


@dataclass(frozen=True)
class Asset:
    """A file, stored compressed; clients cache one whose name has a hash forever."""

    name: str
    encoded: Mapping[str, bytes]  # by encoding, the better one first

    def response(self, accept_encoding: str) -> Response:
        accepted = _accepted(accept_encoding)
        encoding = next((one for one in self.encoded if one in accepted), None)
        body = self.encoded[encoding] if encoding else gzip.decompress(self.encoded["gzip"])
        headers = {
            **SECURITY,
            **({"content-encoding": encoding} if encoding else {}),
            "cache-control": IMMUTABLE if HASHED.search(self.name) else REVALIDATED,
            "vary": "Accept-Encoding",
        }
        return Response(body, media_type=MEDIA_TYPES[Path(self.name).suffix], headers=headers)


class AssetFolder:
    """The files of a folder by name; nothing else is served."""

    def __init__(self, folder: Path) -> None:
        self._assets = {path.stem: _asset(path) for path in sorted(folder.glob("*.gz"))}

    async def answer(self, request: Request) -> Response:
        """The file named in the path; raises HTTPException (404)."""
        found = self._assets.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found.response(request.headers.get("accept-encoding", ""))


def page_response(page: bytes, request: Request, security: Mapping[str, str] = SECURITY) -> Response:
    """A page that clients keep, and ask for anew each time."""
    tag = make_etag(page)
    headers = {**security, "cache-control": REVALIDATED, "etag": tag}
    if matches_etag(tag, request):
        return Response(status_code=304, headers=headers)
    return Response(page, media_type="text/html", headers=headers)


def _asset(path: Path) -> Asset:
    return Asset(path.stem, {"br": path.with_suffix(".br").read_bytes(), "gzip": path.read_bytes()})


def _accepted(header: str) -> set[str]:
    """The encodings in Accept-Encoding, without those of weight 0."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip()
        if not (weight and weight.strip("0.") == ""):
            accepted.add(name.strip())
    return accepted
