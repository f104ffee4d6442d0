"""The explorer's routes: the page and all its files come from this server."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from api.explorer import personas
from api.http.etag import make_etag, matches_etag
from api.settings.settings import Settings

BUILT = Path(__file__).parents[1] / "explorer_assets"  # written by `make explorer`
PAGE = "index.html"
IN_DEVELOPMENT = ('data-development="false"', 'data-development="true"')
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
}

SECURITY = {
    "content-security-policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
HASHED = re.compile(r"-[\w-]{8}\.\w+$")
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


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


def routes(settings: Settings) -> list[BaseRoute]:
    """The page and its files, and in development the personas."""
    development = bool(settings.development)
    page = _page(development)
    tag = make_etag(page)
    assets = _assets()

    async def explorer(request: Request) -> Response:
        headers = {**SECURITY, "cache-control": REVALIDATED, "etag": tag}
        if matches_etag(tag, request):
            return Response(status_code=304, headers=headers)
        return Response(page, media_type="text/html", headers=headers)

    async def asset(request: Request) -> Response:
        found = assets.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found.response(request.headers.get("accept-encoding", ""))

    viewed = [personas.route(settings)] if development else []
    below = [Route("/", without_slash), *viewed, Route("/{name}", asset)]
    return [Route("/explorer", explorer), Mount("/explorer", routes=below)]


async def without_slash(_: Request) -> Response:
    """Redirects, since the page's relative links only work without a slash."""
    return RedirectResponse("../explorer", headers=SECURITY)


def _page(development: bool) -> bytes:
    text = (BUILT / PAGE).read_text(encoding="utf-8")
    assert IN_DEVELOPMENT[0] in text
    return (text.replace(*IN_DEVELOPMENT) if development else text).encode()


def _assets() -> dict[str, Asset]:
    """The files by name; nothing else is served."""
    return {path.stem: _asset(path) for path in sorted(BUILT.glob("*.gz"))}


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
