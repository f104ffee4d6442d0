"""The web application: what is reached at which address, and what lives as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import schema
from api.auth.authenticator import Authenticator
from api.auth.viewer_cache import ViewerCache
from api.explorer import routes
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.python_resolvers import ResolverExecutor
from api.graphql.schema_file import SchemaFile
from api.http.cors import origins
from api.http.draining import draining_state
from api.http.errors import as_request_error
from api.http.etag import make_etag
from api.http.negotiation import JSON, ResponseFormat, negotiate
from api.http.origin_check import OriginCheck
from api.http.proxies import ForwardedAddresses
from api.http.request import RequestLimits
from api.http.responses import HttpResponse, error_response
from api.limits import connection_limits
from api.limits.rate_limiter import make_rate_limiter
from api.messages import message
from api.metrics.endpoint import Metrics
from api.metrics.webhooks import measure_webhooks, webhook_samples
from api.metrics.workers import WorkerMetrics
from api.runtime import health
from api.runtime.impact_refresh import refreshing_impact
from api.runtime.instruments import measure_transports, measured
from api.settings.settings import Settings
from api.sse.endpoint import SseEndpoint
from api.sse.writer import WriterLimits
from api.websocket.endpoint import WebSocketEndpoint, make_websocket_endpoint
from delivery.subscriptions.fanout import ChangeFanout
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.live import LiveQueries
from delivery.subscriptions.retention import pruning
from delivery.subscriptions.sessions import Sessions
from delivery.subscriptions.subscriptions import Subscriptions
from delivery.webhooks.lifespan import webhook_delivery
from models.database.client import Database, DatabaseUnavailable
from planner import engine as planning
from planner.errors import MethodNotAllowed, NotFound, NotWellFormed
from planner.statement.context import Limits

PLAIN = {"x-content-type-options": "nosniff"}

OnStatement = Callable[[str], None]


class Application(Starlette):
    """Starlette, except that GraphQL requests skip its routing and middleware.

    Those take about as long as everything else that Python does for a request before the database.
    """

    graphql: ASGIApp
    sockets: WebSocketEndpoint
    streaming: ASGIApp
    origin_check: OriginCheck
    entry: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            await self.entry(scope, receive, send)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose `client` is the address that it comes from."""
        admitted = await self.origin_check.admit(scope, send)
        if admitted is None:
            return
        path, kind = scope["path"], scope["type"]
        if path == "/graphql":
            answering = self.graphql if kind == "http" else self.sockets
            await answering(scope, receive, admitted)
        elif path == "/graphql/stream" and kind == "http":
            await self.streaming(scope, receive, admitted)
        else:
            await super().__call__(scope, receive, admitted)


def create_app(
    settings: Settings, *, on_statement: OnStatement | None = None, workers: Path | None = None
) -> Starlette:
    """The application for settings with a database URL (`Settings.on`).

    `on_statement` is called with every statement that is sent; `workers` is the folder in which the processes
    of one server find each other.
    """
    identifier = Authenticator(settings)
    graphql, sdl = graphql_of(settings, identifier), schema.sdl()
    streaming, sockets = streaming_of(settings, graphql), make_websocket_endpoint(settings, graphql)
    gathering = WorkerMetrics(graphql.registry, workers)
    metrics = Metrics(gathering, partial(opened, graphql), settings.metrics_readers)
    metrics.of_database.append(webhook_samples)
    measure_transports(graphql.registry, sockets, streaming)

    async def ready(_: Request) -> JSONResponse:
        assert graphql.database is not None
        assert graphql.subscriptions is not None
        return await health.ready(graphql.database, graphql.subscriptions.poller)

    application = Application(
        routes=[
            Route("/graphql", graphql),
            Route("/graphql/stream", streaming),
            Route("/live", health.live),
            Route("/ready", ready),
            Route("/schema.graphql", SchemaFile(graphql, sdl, make_etag(sdl.encode())), methods=["GET"]),
            *([Route("/metrics", metrics.answer)] if settings.metrics_readers else []),
            *(routes.routes(settings) if settings.explorer else ()),
            Route("/", partial(index, settings)),
        ],
        exception_handlers={
            HTTPException: partial(no_such_address, settings.default_language),
            Exception: partial(failed, settings.default_language),
        },
        lifespan=lambda _: running(settings, on_statement, identifier, graphql, streaming, gathering),
    )
    proxies = settings.trusted_proxies
    application.entry = ForwardedAddresses(application.respond, proxies) if proxies else application.respond
    application.graphql = graphql
    application.sockets = sockets
    application.streaming = streaming
    application.origin_check = OriginCheck(
        origins(settings.allowed_origins, settings.allowed_hosts), settings.default_language
    )
    return application


@asynccontextmanager
async def running(
    settings: Settings,
    on_statement: OnStatement | None,
    authenticator: Authenticator,
    graphql: GraphQLEndpoint,
    streaming: SseEndpoint,
    workers: WorkerMetrics,
) -> AsyncIterator[Mapping[str, Any]]:
    """The life of the application: its database, its subscriptions, its periodic work."""
    async with AsyncExitStack() as ending:
        ending.push_async_callback(authenticator.close)
        graphql.database = await open_database(settings, on_statement)
        ending.push_async_callback(graphql.database.close)
        graphql.subscriptions = subscriptions_of(settings, graphql)
        ending.push_async_callback(graphql.subscriptions.close)
        feed = graphql.subscriptions.poller
        measured(graphql.registry, graphql, graphql.database, graphql.subscriptions)
        graphql.subscriptions.start()
        with suppress(DatabaseUnavailable):
            await feed.poll()  # who starts is ready, if it can be
        async with (
            refreshing_impact(settings),
            pruning(settings),
            workers.serving(),
            webhook_delivery(settings, graphql.engine, feed, partial(opened, graphql)) as sending,
            streaming.draining(),
        ):
            graphql.executor.offers["webhooks"] = sending.registry
            measure_webhooks(graphql.registry, sending)
            yield draining_state(graphql.subscriptions.draining)


def graphql_of(settings: Settings, authenticator: Authenticator) -> GraphQLEndpoint:
    """The endpoint /graphql; it gets its database once the application runs."""
    graphql = GraphQLEndpoint(
        engine=planning.Engine(schema.graphql_schema, schema.catalog, schema.POLICY, bounds_of(settings)),
        viewers=ViewerCache(authenticator, lambda: opened(graphql), settings.max_token_bytes),
        executor=ResolverExecutor(schema.graphql_schema),
        request_limits=RequestLimits(
            body_bytes=settings.max_body_bytes,
            body_seconds=settings.request_timeout,
            url_bytes=settings.max_url_bytes,
            document_bytes=settings.max_document_bytes,
            variables_depth=settings.max_variables_depth,
            variables_values=settings.max_variables_values,
        ),
        introspection=settings.introspecting,
        rate_limiter=make_rate_limiter(
            settings.operations_per_minute, settings.address_operations_per_minute
        ),
        default_language=settings.default_language,
        development=bool(settings.development),
    )
    return graphql


def subscriptions_of(settings: Settings, graphql: GraphQLEndpoint) -> Subscriptions:
    """The subscriptions of this process."""
    assert settings.database_url is not None
    feed = FeedPoller(
        settings.database_url,
        interval=settings.feed_interval,
        batch=settings.feed_batch,
        timeout=settings.statement_timeout,
    )
    sessions = Sessions(graphql.viewers)
    database = partial(opened, graphql)
    return Subscriptions(
        graphql.engine,
        feed,
        sessions,
        ChangeFanout(feed, sessions, settings.feed_page),
        LiveQueries(feed, sessions, database, settings.live_debounce),
        database,
    )


def streaming_of(settings: Settings, graphql: GraphQLEndpoint) -> SseEndpoint:
    return SseEndpoint(
        graphql,
        WriterLimits(settings.heartbeat, settings.stream_queue_bytes, settings.stream_stall_timeout),
        connection_limits.viewers(settings.streams_per_viewer, connection_limits.STREAMS),
        connection_limits.addresses(settings.streams_per_address, connection_limits.STREAMS),
    )


async def open_database(settings: Settings, on_statement: OnStatement | None) -> Database:
    assert settings.database_url is not None
    return await Database.open(
        settings.database_url,
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
        statement_cache=settings.statement_cache_entries,
        statement_timeout=settings.statement_timeout,
        on_statement=on_statement,
    )


def bounds_of(settings: Settings) -> planning.EngineLimits:
    return planning.EngineLimits(
        limits=Limits(
            **{bound.name: getattr(settings, bound.name) for bound in fields(Limits)},
        ),
        document_entries=settings.document_cache_entries,
        document_bytes=settings.document_cache_bytes,
        plan_entries=settings.plan_cache_entries,
        plan_bytes=settings.plan_cache_bytes,
    )


def opened(graphql: GraphQLEndpoint) -> Database:
    assert graphql.database is not None
    return graphql.database


async def index(settings: Settings, _: Request) -> JSONResponse:
    explored = {"explorer": "/explorer"} if settings.explorer else {}
    links = {"name": "Puente", "graphql": "/graphql", **explored, "schema": "/schema.graphql"}
    return JSONResponse(links, headers=PLAIN)


async def no_such_address(language: str, request: Request, error: Exception) -> Response:
    """404 and 405 in the form of every other error."""
    assert isinstance(error, HTTPException)
    error_to_send: NotWellFormed = NotFound(message("http.nothing_here"))
    if error.status_code == 405:
        allow = (error.headers or {}).get("Allow", "GET")
        error_to_send = MethodNotAllowed(message("http.method_not_allowed"), allow)
    return as_response(error_response(error_to_send, _reader(request, language), private=False))


async def failed(language: str, request: Request, error: Exception) -> Response:
    return as_response(error_response(as_request_error(error), _reader(request, language), private=False))


def as_response(response: HttpResponse) -> Response:
    return Response(response.body, response.status, {k.decode(): v.decode() for k, v in response.headers})


def _reader(request: Request, default: str) -> ResponseFormat:
    """These answers are JSON, whatever is accepted."""
    accept_language = request.headers.get("accept-language", "").encode("latin-1")
    return ResponseFormat(negotiate(None, accept_language, default).language, JSON)
