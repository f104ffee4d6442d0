"""The explorer's routes: the page and all its files come from this server."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from api.explorer import personas
from api.http.assets import SECURITY, AssetFolder, page_response
from api.settings.settings import Settings

BUILT = Path(__file__).parents[1] / "explorer_assets"  # written by `make explorer`
PAGE = "index.html"
IN_DEVELOPMENT = ('data-development="false"', 'data-development="true"')


def routes(settings: Settings) -> list[BaseRoute]:
    """The page and its files, and in development the personas."""
    development = bool(settings.development)
    page, assets = _page(development), AssetFolder(BUILT)

    async def explorer(request: Request) -> Response:
        return page_response(page, request)

    viewed = [personas.route(settings)] if development else []
    below = [Route("/", without_slash), *viewed, Route("/{name}", assets.answer)]
    return [Route("/explorer", explorer), Mount("/explorer", routes=below)]


async def without_slash(_: Request) -> Response:
    """Redirects, since the page's relative links only work without a slash."""
    return RedirectResponse("../explorer", headers=SECURITY)


def _page(development: bool) -> bytes:
    text = (BUILT / PAGE).read_text(encoding="utf-8")
    assert IN_DEVELOPMENT[0] in text
    return (text.replace(*IN_DEVELOPMENT) if development else text).encode()
