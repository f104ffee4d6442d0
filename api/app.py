"""The web application: its routes, and its lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

import schema
from api.calendar.endpoint import calendar_routes
from api.composition import (
    OnStatement,
    Parts,
    calendar_options,
    database_of,
    database_url,
    engine_of,
    mail_folder,
    mail_of,
    open_database,
    open_writer,
    parts_of,
    retention_of,
    subscriptions_of,
    webhooks_of,
)
from api.connections.client_connections import CONNECTIONS
from api.explorer import routes
from api.graphql.schema_file import SchemaFile
from api.http.cors import origins
from api.http.draining import draining_state
from api.http.etag import make_etag
from api.http.headers import read_headers
from api.http.negotiation import JSON, ResponseFormat, negotiate
from api.http.origin_check import OriginCheck
from api.http.proxies import ForwardedAddresses
from api.http.responses import HttpResponse, error_response
from api.http.root_page import EXPLORER, is_browser_visit, leading_to, root_page
from api.limits.freed_memory import map_large_blocks
from api.mailbox import routes as mailbox
from api.messages import message
from api.metrics.endpoint import Metrics
from api.metrics.mail import mail_samples, measure_mail
from api.metrics.webhooks import measure_webhooks, webhook_samples
from api.metrics.workers import WorkerMetrics
from api.portals import routes as portals
from api.runtime import health
from api.runtime.background_loop import periodically
from api.runtime.instruments import measure_connections, measure_transports, measured
from api.settings.settings import Settings
from delivery.background import running_task
from delivery.mail.lifespan import mail_delivery
from delivery.request_errors import as_request_error
from delivery.subscriptions.retention import pruning
from delivery.webhooks.lifespan import webhook_delivery
from delivery.webhooks.payload_document import PayloadPlans
from models.database.client import DatabaseUnavailable
from models.database.ready_check import ReadyCheck
from models.impact_refresh import refresh_impact_alone
from models.issuer_rules import record_issuer_rules
from models.migrations import own_version
from models.timed_steps import take_timed_steps
from planner.engine import Engine
from planner.errors import MethodNotAllowed, NotFound, NotWellFormed
from schema.prepared_writes import PREPARED
from schema.workflows import timed_steps

PLAIN = {"x-content-type-options": "nosniff", "vary": "Accept, Accept-Language"}


class Application(Starlette):
    """Starlette, except that GraphQL requests skip its routing and middleware.

    Those take about as long as everything else that Python does for a request before its statement.
    """

    parts: Parts
    origin_check: OriginCheck
    entry: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            await self.entry(scope, receive, send)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; `client` in its scope is the real client's address."""
        admitted = await self.origin_check.admit(scope, send)
        if admitted is None:
            return
        path, kind = scope["path"], scope["type"]
        if path == "/graphql":
            answering = self.parts.graphql if kind == "http" else self.parts.websocket
            await answering(scope, receive, admitted)
        elif path == "/graphql/stream" and kind == "http":
            await self.parts.sse(scope, receive, admitted)
        else:
            await super().__call__(scope, receive, admitted)


def create_app(
    settings: Settings,
    *,
    on_statement: OnStatement | None = None,
    workers: Path | None = None,
    engine: Engine | None = None,
) -> Starlette:
    """The application for settings with a database URL (`Settings.on`).

    `on_statement` is called with every statement that is sent; `workers` is the folder that a server's
    processes share for metrics; `engine` has the limits of the settings, and may have plans already.
    """
    parts, sdl = parts_of(settings, engine or engine_of(settings)), schema.sdl()
    pipeline = parts.pipeline
    worker_metrics = WorkerMetrics(parts.registry, workers)
    metrics = Metrics(worker_metrics, partial(database_of, pipeline), settings.metrics_readers)
    metrics.of_database.extend([webhook_samples, mail_samples])
    measure_transports(parts.registry, parts.websocket, parts.sse)
    measure_connections(parts.registry, parts.connections)

    check = ReadyCheck(database_url(settings), health.PATIENCE)
    needed = own_version()

    async def ready(_: Request) -> JSONResponse:
        assert pipeline.subscriptions is not None
        return await health.ready(check, pipeline.subscriptions.poller, needed)

    application = Application(
        routes=[
            Route("/graphql", parts.graphql),
            Route("/graphql/stream", parts.sse),
            Route("/live", health.live),
            Route("/ready", ready),
            Route("/schema.graphql", SchemaFile(pipeline, sdl, make_etag(sdl.encode())), methods=["GET"]),
            calendar_routes(pipeline, calendar_options(settings), settings.min_compressed_bytes),
            *([Route("/metrics", metrics.answer)] if settings.metrics_readers else []),
            *pages(settings),
        ],
        exception_handlers={
            HTTPException: partial(no_such_address, settings.default_language),
            Exception: partial(failed, settings.default_language),
        },
        lifespan=lambda _: running(parts, worker_metrics, check, on_statement),
    )
    proxies = settings.trusted_proxies
    application.entry = ForwardedAddresses(application.respond, proxies) if proxies else application.respond
    application.parts = parts
    application.origin_check = OriginCheck(origins(settings), settings.default_language)
    return application


def pages(settings: Settings) -> list[BaseRoute]:
    """What is opened in a browser."""
    return [
        *(routes.routes(settings) if settings.explorer else ()),
        *(portals.routes(settings) if settings.portals else ()),
        *(mailbox.routes(settings, folder) if (folder := mail_folder(settings)) else ()),
        Route("/", partial(index, settings)),
    ]


@asynccontextmanager
async def running(
    parts: Parts, worker_metrics: WorkerMetrics, check: ReadyCheck, on_statement: OnStatement | None
) -> AsyncIterator[Mapping[str, Any]]:
    """The lifespan: connections to the database, subscriptions, webhooks and periodic tasks."""
    settings, pipeline, registry = parts.settings, parts.pipeline, parts.registry
    map_large_blocks()
    async with AsyncExitStack() as ending:
        ending.push_async_callback(parts.authenticator.close)
        ending.push_async_callback(check.close)
        pipeline.database = await open_database(settings, on_statement)
        ending.push_async_callback(pipeline.database.close)
        rules = {issuer.issuer: issuer.rules_digest for issuer in settings.issuers}
        await record_issuer_rules(database_url(settings), rules)
        pipeline.writer = open_writer(settings, on_statement)
        ending.push_async_callback(pipeline.writer.close)
        pipeline.subscriptions = subscriptions_of(settings, pipeline)
        ending.push_async_callback(pipeline.subscriptions.close)
        poller = pipeline.subscriptions.poller
        measured(registry, parts.graphql, pipeline.database, pipeline.subscriptions)
        pipeline.subscriptions.start()
        with suppress(DatabaseUnavailable):
            await poller.poll()  # so that it starts ready, if the database is reachable
        database = partial(database_of, pipeline)
        payload_plans = PayloadPlans(pipeline.engine, pipeline.planning)
        async with (
            periodically(
                database_url(settings),
                settings.impact_interval,
                refresh_impact_alone,
                "impact metrics were not refreshed",
            ),
            periodically(
                database_url(settings),
                settings.step_interval,
                partial(take_timed_steps, statements=timed_steps()),
                "steps that are due were not taken",
            ),
            pruning(database_url(settings), retention_of(settings)),
            worker_metrics.serving(),
            webhook_delivery(webhooks_of(settings), payload_plans, poller, database) as webhooks,
            mail_delivery(mail_of(settings), pipeline.engine, pipeline.planning, poller, database) as mail,
            parts.sse.draining(),
            running_task(parts.connections.watch()),
        ):
            pipeline.executor.offers["webhooks"] = webhooks.registry
            pipeline.prepare_writes = {**PREPARED, **webhooks.registry.prepare_writes}
            measure_webhooks(registry, webhooks)
            pipeline.executor.offers["notifications"] = mail.inbox
            measure_mail(registry, mail)
            draining = draining_state(pipeline.subscriptions.draining)
            yield {**draining, CONNECTIONS: parts.connections}


async def index(settings: Settings, request: Request) -> Response:
    """The addresses for a client; a person is led to the explorer, or reads them on a page."""
    scope = request.scope
    if is_browser_visit(scope["method"], scope["query_string"], read_headers(scope)):
        language = _reader(request, settings.default_language).language
        return as_response(leading_to(EXPLORER) if settings.explorer else root_page(language))
    explored = {"explorer": "/explorer"} if settings.explorer else {}
    portal = {"portals": "/portals"} if settings.portals else {}
    links = {"name": "Puente", "graphql": "/graphql", **explored, **portal, "schema": "/schema.graphql"}
    return JSONResponse(links, headers=PLAIN)


async def no_such_address(language: str, request: Request, error: Exception) -> Response:
    """404 and 405 in the form of all other errors."""
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
    """JSON, whatever `Accept` says."""
    accept_language = request.headers.get("accept-language", "").encode("latin-1")
    return ResponseFormat(negotiate(None, accept_language, default).language, JSON)
