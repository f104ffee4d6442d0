"""The web application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.settings import Settings


async def live(_: Request) -> PlainTextResponse:
    """The process lives; nothing is said of the database."""
    return PlainTextResponse("live")


def create_app(settings: Settings) -> Starlette:
    """The application for settings whose database is decided (`Settings.on`)."""
    return Starlette(routes=[Route("/live", live)])
