"""The demo personas with their tokens, for the explorer's menu on this server's own page only."""

from __future__ import annotations

from functools import partial

import orjson
from joserfc.jwk import OKPKey
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import development_tokens
from api.http.negotiation import JSON
from api.http.page_origin import HEADERS, is_from_own_page, refusal
from api.messages import message
from api.settings.settings import Settings
from models.loading.demo.grants import PERSONAS, Persona


def route(settings: Settings) -> Route:
    """`/personas`, below a page; tokens are signed with the key that this server started with."""
    return Route("/personas", partial(personas, settings, development_tokens.key(settings.state)))


async def personas(settings: Settings, key: OKPKey, request: Request) -> Response:
    if not is_from_own_page(settings, request):
        return refusal(settings, request, message("development.personas"))
    listing = [
        _persona_response(name, persona, development_tokens.sign(name, key))
        for name, persona in PERSONAS.items()
    ]
    return Response(orjson.dumps({"personas": listing}), media_type=JSON, headers=HEADERS)


def _persona_response(name: str, persona: Persona, token: str) -> dict[str, object]:
    labels = {"en": persona.en, "es": persona.es}
    return {"name": name, "labels": labels, "institution": persona.institution, "token": token}
