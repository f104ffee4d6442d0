"""The metrics of each server process."""

from __future__ import annotations

import os
import time
from pathlib import Path

from api.connections.client_connections import REASONS, ClientConnections
from api.connections.open_files import OPEN, file_limit, open_files
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.pipeline import OperationPipeline
from api.limits.planning_queue import PlanningQueue
from api.metrics.registry import Registry
from api.sse.endpoint import SseEndpoint
from api.websocket.endpoint import WebSocketEndpoint
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.subscriptions.subscriptions import Subscriptions
from models.database.client import Database

MEMORY = Path("/proc/self/statm")


def measured(
    registry: Registry, graphql: GraphQLEndpoint, database: Database, subscriptions: Subscriptions
) -> None:
    """Register the metrics of the application's parts."""
    measure_process(registry)
    measure_requests(registry, graphql)
    measure_planning(registry, graphql.pipeline.planning)
    registry.gauge(
        "puente_database_connections_in_use",
        "Connections that run a statement.",
        lambda: database.in_use,
    )
    registry.gauge("puente_database_connections_max", "Maximum connections.", lambda: database.max_size)
    measure_writes(registry, graphql.pipeline)
    measure_feed(registry, subscriptions.poller)
    measure_followers(registry, subscriptions)


def measure_writes(registry: Registry, pipeline: OperationPipeline) -> None:
    registry.gauge(
        "puente_write_connections_in_use",
        "Connections that run a mutation.",
        lambda: pipeline.writer.in_use if pipeline.writer else 0,
    )
    registry.gauge(
        "puente_write_connections_max",
        "Maximum connections for mutations.",
        lambda: pipeline.writer.max_size if pipeline.writer else 0,
    )


def measure_process(registry: Registry) -> None:
    if MEMORY.exists():
        registry.gauge("process_resident_memory_bytes", "Resident memory of the process.", resident_bytes)
    if OPEN.exists():
        registry.gauge("process_open_fds", "Open files of the process.", open_files)
    registry.gauge("process_max_fds", "Limit of open files.", file_limit)
    registry.counter("process_cpu_seconds_total", "Processor time of the process.", time.process_time)


def measure_connections(registry: Registry, connections: ClientConnections) -> None:
    registry.gauge("puente_client_connections", "Connections of clients.", lambda: len(connections))
    registry.gauge(
        "puente_client_connections_max", "Maximum connections of clients.", lambda: connections.limits.most
    )
    registry.gauge("puente_large_head_bytes", "Bytes of heads beyond 16 KiB.", lambda: connections.head_bytes)
    about = "Connections that the server ended, by reason."
    for reason in REASONS:
        registry.counter(
            "puente_client_connections_ended_total",
            about,
            lambda reason=reason: connections.ended[reason],  # type: ignore[misc]
            reason=reason,
        )


def resident_bytes() -> int:
    return int(MEMORY.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_requests(registry: Registry, graphql: GraphQLEndpoint) -> None:
    for hundred in (2, 3, 4, 5):
        registry.counter(
            "puente_graphql_answers_total",
            "Responses at /graphql.",
            lambda hundred=hundred: graphql.requests.answered(hundred),  # type: ignore[misc]
            status=f"{hundred}xx",
        )
    registry.histogram(
        "puente_graphql_seconds", "Time until a response at /graphql was made.", graphql.requests.took
    )


def measure_planning(registry: Registry, planning: PlanningQueue) -> None:
    registry.counter(
        "puente_planning_seconds_total",
        "Processor time for new documents.",
        lambda: planning.seconds,
    )
    registry.gauge("puente_planning_waiting", "Documents waiting to be planned.", lambda: planning.waiting)
    registry.counter(
        "puente_planning_refused_total",
        "Documents that were refused before planning.",
        lambda: planning.refused,
    )


def measure_feed(registry: Registry, poller: FeedPoller) -> None:
    registry.gauge(
        "puente_feed_listening",
        "Whether PostgreSQL's notifications reach this process.",
        lambda: poller.listening,
    )
    registry.gauge(
        "puente_feed_seen_seconds",
        "Seconds since this process last reached the feed, or since its start.",
        lambda: time.monotonic() - poller.reached_at,
    )
    registry.gauge(
        "puente_feed_seen",
        "Number of the newest change that this process knows.",
        lambda: poller.state.last if poller.state else None,
    )


def measure_followers(registry: Registry, subscriptions: Subscriptions) -> None:
    sessions, followers, live = subscriptions.sessions, subscriptions.fanout, subscriptions.live_queries
    registry.gauge("puente_sessions", "Credentials with open subscriptions.", lambda: len(sessions))
    about = "Open subscriptions."
    registry.gauge(
        "puente_subscribers", about, lambda: sessions.subscriptions - live.watching, kind="changes"
    )
    registry.gauge("puente_subscribers", about, lambda: live.watching, kind="live")
    registry.counter("puente_subscribed_total", "Subscriptions opened.", lambda: subscriptions.opened)
    registry.gauge("puente_groups", "Groups of subscribers to the same changes.", lambda: followers.groups)
    registry.gauge("puente_scenes", "Shared results of live queries.", lambda: live.results)
    registry.gauge("puente_lag", "Changes that the slowest group is behind.", followers.lag)
    about = "Messages delivered to subscribers."
    registry.counter("puente_deliveries_total", about, lambda: followers.delivered, kind="changes")
    registry.counter("puente_deliveries_total", about, lambda: live.delivered, kind="live")
    about = "Statements sent for subscribers."
    registry.counter("puente_subscriber_statements_total", about, lambda: followers.read, kind="changes")
    registry.counter("puente_subscriber_statements_total", about, lambda: live.read, kind="live")


def measure_transports(registry: Registry, sockets: WebSocketEndpoint, streaming: SseEndpoint) -> None:
    about = "Open WebSockets and event streams."
    registry.gauge("puente_connections", about, lambda: sockets.open, transport="websocket")
    registry.gauge("puente_connections", about, lambda: len(streaming), transport="sse")
    about = "Bytes waiting for clients to read."
    registry.gauge("puente_queued_bytes", about, lambda: sockets.queued, transport="websocket")
    registry.gauge("puente_queued_bytes", about, lambda: streaming.queued, transport="sse")
    about = "Connections that were cut because their client didn't read."
    registry.counter(
        "puente_slow_readers_total", about, lambda: sockets.slow_consumers, transport="websocket"
    )
    registry.counter("puente_slow_readers_total", about, lambda: streaming.slow_consumers, transport="sse")
