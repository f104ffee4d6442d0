"""The portals' routes: their pages, of which the browser shows the one in the path, and their files."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from api.explorer import personas
from api.http.assets import SECURITY, AssetFolder, page_response, security_with
from api.portals.portal import PORTALS, PageLinks, Portal, reached_origins, rendered
from api.settings.settings import Settings

BUILT = Path(__file__).parents[1] / "portal_assets"  # written by `make portals`
DEEPEST = 4  # segments of a page's path; the deepest that there is has two


def routes(settings: Settings) -> list[BaseRoute]:
    """All of them below /portals, the personas in development only."""
    template = (BUILT / "index.html").read_text(encoding="utf-8")
    development, issuers = bool(settings.development), settings.issuers
    security = security_with(*reached_origins(issuers))

    @cache
    def page(portal: Portal, depth: int) -> bytes:
        up = "../" * depth or "./"
        listed = f"{up}personas" if development else None
        links = PageLinks(up + portal.portal, f"{up}../graphql", f"{up}files", listed, issuers)
        return rendered(template, portal, links)

    async def answer(portal: Portal, request: Request) -> Response:
        path = request.path_params.get("path")
        depth = 0 if path is None else path.count("/") + 1
        if depth > DEEPEST:
            raise HTTPException(404)
        return page_response(page(portal, depth), request, security)

    below: list[BaseRoute] = [Route("/", to_first), Route("/files/{name}", AssetFolder(BUILT).answer)]
    if development:
        below.append(personas.route(settings))
    for portal in PORTALS:
        at = f"/{portal.portal}"
        below += [Route(at, partial(answer, portal)), Route(at + "/{path:path}", partial(answer, portal))]
    return [Route("/portals", to_first), Mount("/portals", routes=below)]


async def to_first(request: Request) -> Response:
    start = "" if request.url.path.endswith("/") else "portals/"
    return RedirectResponse(start + PORTALS[0].portal, headers=SECURITY)
