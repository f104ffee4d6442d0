"""The composition root: the only place where the application's parts are made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import schema
from api.auth.authenticator import Authenticator
from api.auth.viewer_cache import ViewerCache
from api.calendar.calendars import CalendarOptions
from api.connections.client_connections import ClientConnections
from api.connections.limits import ConnectionLimits, HeadLimits
from api.connections.open_files import connections_within
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.pipeline import OperationPipeline
from api.graphql.python_resolvers import ResolverExecutor
from api.http.request import RequestLimits
from api.http.root_page import EXPLORER, ROOT_PAGE
from api.limits import connection_limits, held_bytes
from api.limits.freed_memory import FreedMemory
from api.limits.held_bytes import HeldBytes
from api.limits.planning_queue import PlanningLimits, PlanningQueue
from api.limits.rate_limiter import make_rate_limiter
from api.metrics.registry import Registry
from api.settings.settings import Settings
from api.settings.writes import WorkflowSettings
from api.sse.endpoint import SseEndpoint
from api.sse.writer import WriterLimits
from api.websocket.connection import SocketLimits
from api.websocket.endpoint import WebSocketEndpoint
from delivery.calendar.calendar_file import CalendarOrigin
from delivery.mail.lifespan import KEPT_CONNECTIONS as MAIL_CONNECTIONS
from delivery.mail.lifespan import MailOptions
from delivery.mail.mail_message import origin_of
from delivery.mail.mailer import MailLimits
from delivery.mail.senders import FolderSender, SmtpServer
from delivery.subscriptions.fanout import ChangeFanout
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.live import LiveQueries
from delivery.subscriptions.retention import RetentionPolicy
from delivery.subscriptions.sessions import Sessions
from delivery.subscriptions.subscriptions import Subscriptions
from delivery.webhooks.deliverer import DelivererLimits
from delivery.webhooks.lifespan import KEPT_CONNECTIONS, WebhookOptions
from delivery.webhooks.retry_policy import RetryPolicy
from delivery.webhooks.validation import WebhookRules
from delivery.webhooks.worker import LogRetention
from models.database.client import Database
from models.database.pool import PoolBounds
from models.database.writer import Writer
from planner.engine import Engine, EngineLimits
from planner.limits import Limits

OnStatement = Callable[[str], None]


@dataclass(frozen=True)
class Parts:
    """The parts of an application that exist before its lifespan starts."""

    settings: Settings
    authenticator: Authenticator
    pipeline: OperationPipeline
    graphql: GraphQLEndpoint
    sse: SseEndpoint
    websocket: WebSocketEndpoint
    registry: Registry
    connections: ClientConnections


def parts_of(settings: Settings, engine: Engine) -> Parts:
    authenticator = Authenticator(settings)
    pipeline = pipeline_of(settings, authenticator, engine)
    held, freed_memory = held_bytes_of(settings), FreedMemory()
    return Parts(
        settings,
        authenticator,
        pipeline,
        GraphQLEndpoint(
            pipeline,
            development=bool(settings.development),
            min_compressed_bytes=settings.min_compressed_bytes,
            page=EXPLORER if settings.explorer else ROOT_PAGE,
        ),
        sse_of(settings, pipeline, held, freed_memory),
        websocket_of(settings, pipeline, held, freed_memory),
        Registry(),
        ClientConnections(connection_limits_of(settings)),
    )


def engine_of(settings: Settings) -> Engine:
    return Engine(schema.graphql_schema, schema.catalog, schema.POLICY, engine_limits(settings))


def pipeline_of(settings: Settings, authenticator: Authenticator, engine: Engine) -> OperationPipeline:
    """The pipeline that all transports share; the lifespan gives it a database."""
    pipeline = OperationPipeline(
        engine=engine,
        viewers=ViewerCache(authenticator, lambda: database_of(pipeline), settings.max_token_bytes),
        executor=ResolverExecutor(schema.graphql_schema),
        request_limits=RequestLimits(
            body_bytes=settings.max_body_bytes,
            body_seconds=settings.request_timeout,
            url_bytes=settings.max_url_bytes,
            document_bytes=settings.max_document_bytes,
            variables_depth=settings.max_variables_depth,
            variables_values=settings.max_variables_values,
        ),
        default_language=settings.default_language,
        introspection=settings.introspecting,
        planning=PlanningQueue(planning_limits(settings)),
        workflow_settings=workflow_settings(settings),
        rate_limiter=make_rate_limiter(
            settings.operations_per_minute, settings.address_operations_per_minute
        ),
    )
    return pipeline


def connection_limits_of(settings: Settings) -> ConnectionLimits:
    others = settings.pool_size * 3 // 2 + settings.webhook_concurrency * 2
    return ConnectionLimits(
        most=connections_within(settings.max_connections, others),
        per_address=settings.connections_per_address,
        idle=settings.keep_alive,
        stalled=settings.response_stall_timeout,
        head=HeadLimits(
            bytes=settings.max_head_bytes,
            headers=settings.max_headers,
            seconds=settings.head_timeout,
            total_bytes=settings.max_heads_bytes,
            request_bytes=settings.max_head_bytes + 2 * settings.max_body_bytes,
        ),
        proxies=tuple(ip_network(proxy, strict=False) for proxy in settings.trusted_proxies),
        language=settings.default_language,
    )


def engine_limits(settings: Settings) -> EngineLimits:
    return EngineLimits(
        limits=Limits(**{limit.name: getattr(settings, limit.name) for limit in fields(Limits)}),
        document_entries=settings.document_cache_entries,
        document_bytes=settings.document_cache_bytes,
        plan_entries=settings.plan_cache_entries,
        plan_bytes=settings.plan_cache_bytes,
    )


def workflow_settings(settings: Settings) -> dict[str, int]:
    """The settings that declared mutations use."""
    return {name: getattr(settings, name) for name in WorkflowSettings.model_fields}


def planning_limits(settings: Settings) -> PlanningLimits:
    return PlanningLimits(
        settings.planning_seconds_per_minute,
        settings.address_planning_seconds_per_minute,
        settings.planning_percent / 100,
        settings.planning_queue,
        settings.planning_timeout,
    )


def held_bytes_of(settings: Settings) -> tuple[HeldBytes, HeldBytes]:
    """The held bytes of sockets and streams together, per viewer and per address."""
    return held_bytes.viewers(settings.viewer_held_bytes), held_bytes.addresses(settings.address_held_bytes)


def sse_of(
    settings: Settings,
    pipeline: OperationPipeline,
    held: tuple[HeldBytes, HeldBytes],
    freed_memory: FreedMemory,
) -> SseEndpoint:
    return SseEndpoint(
        pipeline,
        WriterLimits(settings.heartbeat, settings.stream_queue_bytes, settings.stream_stall_timeout),
        connection_limits.viewers(settings.streams_per_viewer, connection_limits.STREAMS),
        connection_limits.addresses(settings.streams_per_address, connection_limits.STREAMS),
        *held,
        freed_memory,
    )


def websocket_of(
    settings: Settings,
    pipeline: OperationPipeline,
    held: tuple[HeldBytes, HeldBytes],
    freed_memory: FreedMemory,
) -> WebSocketEndpoint:
    return WebSocketEndpoint(
        pipeline,
        SocketLimits(
            init_timeout=settings.socket_init_timeout,
            operations=settings.socket_operations,
            queue_bytes=settings.socket_queue_bytes,
            stall_timeout=settings.socket_stall_timeout,
            idle_look=settings.socket_idle_look,
        ),
        connection_limits.viewers(settings.sockets_per_viewer, connection_limits.SOCKETS),
        connection_limits.addresses(settings.sockets_per_address, connection_limits.SOCKETS),
        *held,
        freed_memory,
    )


def subscriptions_of(settings: Settings, pipeline: OperationPipeline) -> Subscriptions:
    """The subscriptions of this process, with the feed's poller."""
    poller = FeedPoller(
        database_url(settings),
        interval=settings.feed_interval,
        pace=settings.feed_pace,
        batch=settings.feed_batch,
        timeout=settings.statement_timeout,
    )
    sessions, database = Sessions(pipeline.viewers), partial(database_of, pipeline)
    return Subscriptions(
        pipeline.engine,
        poller,
        sessions,
        ChangeFanout(poller, sessions, settings.feed_page),
        LiveQueries(poller, sessions, database, settings.live_debounce),
        pipeline.planning,
        database,
    )


def retention_of(settings: Settings) -> RetentionPolicy:
    return RetentionPolicy(
        settings.feed_retention,
        settings.feed_max_changes,
        settings.idempotency_retention,
        settings.notification_retention,
        settings.link_retention,
    )


def webhooks_of(settings: Settings) -> WebhookOptions:
    return WebhookOptions(
        database_url=database_url(settings),
        keys=[key.get_secret_value() for key in settings.webhook_key],
        rules=WebhookRules(settings.webhook_max_per_client, settings.webhook_allow_private_addresses),
        limits=DelivererLimits(
            settings.webhook_page,
            settings.webhook_turn,
            settings.webhook_lease,
            settings.webhook_timeout,
            settings.webhook_interval,
        ),
        retry_policy=webhook_retry_policy(settings),
        log=LogRetention(settings.webhook_log_age, settings.webhook_log_entries),
        max_response_bytes=settings.webhook_max_response_bytes,
        concurrency=settings.webhook_concurrency,
        interval=settings.webhook_interval,
        secret_overlap=settings.webhook_secret_overlap,
    )


def webhook_retry_policy(settings: Settings) -> RetryPolicy:
    return RetryPolicy(
        settings.webhook_first_retry,
        settings.webhook_longest_retry,
        settings.webhook_max_attempts,
        settings.webhook_patience,
    )


def mail_of(settings: Settings) -> MailOptions:
    folder = mail_folder(settings)
    return MailOptions(
        database_url=database_url(settings),
        server=mail_server(settings),
        folder=FolderSender(folder) if folder else None,
        origin=settings.mail_from,
        link_page=settings.link_page,
        guest_page=settings.guest_page,
        limits=MailLimits(settings.mail_lease, settings.mail_timeout),
        retry_policy=RetryPolicy(
            settings.mail_first_retry,
            settings.mail_longest_retry,
            settings.mail_max_attempts,
            settings.mail_patience,
        ),
        concurrency=settings.mail_concurrency,
        interval=settings.mail_interval,
    )


def calendar_options(settings: Settings) -> CalendarOptions:
    """Events have the same UIDs as in mails."""
    return CalendarOptions(
        origin=CalendarOrigin(origin_of(settings.mail_from).domain, settings.event_page),
        most=min(settings.calendar_events, settings.max_page_size),
        past=timedelta(seconds=settings.calendar_past),
        refresh=timedelta(seconds=settings.calendar_refresh),
        max_age=settings.calendar_max_age,
    )


def mail_server(settings: Settings) -> SmtpServer | None:
    """The mail server, if there is one."""
    if settings.mail_host is None:
        return None
    return SmtpServer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_tls,
        settings.mail_timeout,
        settings.mail_user,
        settings.mail_secret,
        settings.mail_certificates,
    )


def mail_folder(settings: Settings) -> Path | None:
    """The folder for mails in development, if no mail server is configured."""
    return settings.state / "mail" if settings.development and settings.mail_host is None else None


async def open_database(settings: Settings, on_statement: OnStatement | None) -> Database:
    return await Database.open(
        database_url(settings),
        PoolBounds(settings.pool_size, settings.pool_timeout),
        statement_cache=settings.statement_cache_entries,
        statement_timeout=settings.statement_timeout,
        on_statement=on_statement,
    )


def open_writer(settings: Settings, on_statement: OnStatement | None) -> Writer:
    return Writer.create(
        database_url(settings),
        PoolBounds(settings.write_pool_size, settings.pool_timeout),
        statement_cache=settings.write_statement_cache_entries,
        statement_timeout=settings.statement_timeout,
        on_statement=on_statement,
    )


def connections_of_worker(settings: Settings) -> int:
    """The most that a worker has at a time: reads, writes, feed, /ready, webhooks, mail, what is periodic."""
    reads = settings.pool_size + max(1, settings.pool_size // 2)
    return reads + settings.write_pool_size + 2 + KEPT_CONNECTIONS + MAIL_CONNECTIONS + 2


def database_url(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url


def database_of(pipeline: OperationPipeline) -> Database:
    assert pipeline.database is not None
    return pipeline.database
