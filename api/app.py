"""The web application: what is reached at which address, and what lives as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import schema
from api import development, explorer, health
from api.answers import refusal
from api.body import Bounds
from api.counting import counting
from api.errors import NotFound, NotWellFormed
from api.graphql import GraphQL, as_request_error
from api.identities import Identity
from api.mixed import Resolver
from api.negotiation import JSON, Reader, reader_of
from api.rates import rates_of
from api.schema_file import SchemaFile
from api.settings import Settings
from api.tags import tag_of
from api.viewers import Identify, Viewers, unauthenticated
from models.database import Database
from planner import engine as planning
from planner.rows import Limits

OnStatement = Callable[[str], None]


class Application(Starlette):
    """Starlette, except that GraphQL requests skip its routing, and its middleware where none is set.

    Those take about as long as everything else that Python does for a request before the database.
    """

    direct: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.direct is not None and scope["type"] == "http" and scope["path"] == "/graphql":
            await self.direct(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, *, on_statement: OnStatement | None = None) -> Starlette:
    """The application for settings whose database is decided (`Settings.on`).

    `on_statement` is told of every statement that goes over a connection.
    """
    sdl = schema.sdl()
    graphql = GraphQL(
        engine=planning.Engine(schema.graphql_schema, schema.catalog, schema.POLICY, bounds_of(settings)),
        viewers=Viewers(identifier(settings), lambda: opened(graphql)),
        resolver=Resolver(schema.graphql_schema),
        bounds=Bounds(
            body_bytes=settings.max_body_bytes,
            url_bytes=settings.max_url_bytes,
            document_bytes=settings.max_document_bytes,
            variables_depth=settings.max_variables_depth,
            variables_values=settings.max_variables_values,
        ),
        introspection=settings.introspecting,
        rates=rates_of(
            settings.operations_per_minute,
            settings.address_operations_per_minute,
            settings.trusted_proxies,
        ),
        default_language=settings.default_language,
        development=bool(settings.development),
    )

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        graphql.database = await open_database(settings, on_statement)
        try:
            async with counting(settings):
                yield
        finally:
            await graphql.database.close()

    async def ready(_: Request) -> JSONResponse:
        assert graphql.database is not None
        return await health.ready(graphql.database)

    application = Application(
        routes=[
            Route("/graphql", graphql),
            Route("/live", health.live),
            Route("/ready", ready),
            Route("/schema.graphql", SchemaFile(graphql, sdl, tag_of(sdl.encode())), methods=["GET"]),
            *(explorer.routes(development=bool(settings.development)) if settings.explorer else ()),
            Route("/", partial(index, settings)),
        ],
        middleware=cross_origin(settings),
        exception_handlers={
            HTTPException: partial(no_such_address, settings.default_language),
            Exception: partial(failed, settings.default_language),
        },
        lifespan=running,
    )
    if not settings.allowed_origins:
        application.direct = graphql
    return application


async def open_database(settings: Settings, on_statement: OnStatement | None) -> Database:
    assert settings.database_url is not None
    return await Database.open(
        settings.database_url,
        pool_size=settings.pool_size,
        statement_cache=settings.statement_cache_entries,
        statement_timeout=settings.statement_timeout,
        on_statement=on_statement,
    )


def bounds_of(settings: Settings) -> planning.Bounds:
    return planning.Bounds(
        limits=Limits(
            **{bound.name: getattr(settings, bound.name) for bound in fields(Limits)},
        ),
        document_entries=settings.document_cache_entries,
        document_bytes=settings.document_cache_bytes,
        plan_entries=settings.plan_cache_entries,
        plan_bytes=settings.plan_cache_bytes,
    )


def opened(graphql: GraphQL) -> Database:
    assert graphql.database is not None
    return graphql.database


def identifier(settings: Settings) -> Identify:
    """How tokens are verified; development tokens count only where they are signed."""
    key = development.key(settings.state) if settings.development else None

    async def identify(token: str) -> Identity:
        if key is None:
            raise unauthenticated()
        try:
            return development.identify(token, key)
        except development.InvalidToken as error:
            raise unauthenticated() from error

    return identify


def cross_origin(settings: Settings) -> list[Middleware]:
    """Which other sites' pages may ask; without any there is nothing to pass through."""
    if not settings.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Accept", "Accept-Language", "Authorization", "Content-Type"],
            expose_headers=["Content-Language", "Retry-After", "Server-Timing"],
            max_age=3600,
        )
    ]


async def index(settings: Settings, _: Request) -> JSONResponse:
    explored = {"explorer": "/explorer"} if settings.explorer else {}
    return JSONResponse({"name": "Puente", "graphql": "/graphql", **explored, "schema": "/schema.graphql"})


async def no_such_address(language: str, request: Request, error: Exception) -> Response:
    """404 and 405 in the form of every other error."""
    assert isinstance(error, HTTPException)
    told: NotWellFormed = NotFound("Nothing is here; see /.", "Aquí no hay nada; vea /.")
    if error.status_code != 404:
        told = NotWellFormed("This method is not possible here.", "Este método no es posible aquí.")
    answer = refusal(told, _reader(request, language), private=False)
    headers = {**{k.decode(): v.decode() for k, v in answer.headers}, **(error.headers or {})}
    return Response(answer.body, error.status_code, headers)


async def failed(language: str, request: Request, error: Exception) -> Response:
    answer = refusal(as_request_error(error), _reader(request, language), private=False)
    return Response(answer.body, answer.status, {k.decode(): v.decode() for k, v in answer.headers})


def _reader(request: Request, default: str) -> Reader:
    """These answers are JSON, whatever is accepted."""
    accept_language = request.headers.get("accept-language", "").encode("latin-1")
    return Reader(reader_of(None, accept_language, default).language, JSON)
