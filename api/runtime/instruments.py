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
        "Connections that are at a statement.",
        lambda: database.in_use,
    )
    registry.gauge("puente_database_connections_max", "Connections there may be.", lambda: database.max_size)
    measure_writes(registry, graphql.pipeline)
    measure_feed(registry, subscriptions.poller)
    measure_followers(registry, subscriptions)


def measure_writes(registry: Registry, pipeline: OperationPipeline) -> None:
    registry.gauge(
        "puente_write_connections_in_use",
        "Connections that are at a mutation.",
        lambda: pipeline.writer.in_use if pipeline.writer else 0,
    )
    registry.gauge(
        "puente_write_connections_max",
        "Connections there may be for mutations.",
        lambda: pipeline.writer.max_size if pipeline.writer else 0,
    )


def measure_process(registry: Registry) -> None:
    if MEMORY.exists():
        registry.gauge("process_resident_memory_bytes", "Memory that the process holds.", resident_bytes)
    if OPEN.exists():
        registry.gauge("process_open_fds", "Files that the process has open.", open_files)
    registry.gauge("process_max_fds", "Files that it may have open.", file_limit)
    registry.counter("process_cpu_seconds_total", "Processor time that the process took.", time.process_time)


def measure_connections(registry: Registry, connections: ClientConnections) -> None:
    registry.gauge("puente_client_connections", "Connections of clients.", lambda: len(connections))
    registry.gauge(
        "puente_client_connections_max", "Connections there may be.", lambda: connections.limits.most
    )
    registry.gauge("puente_large_head_bytes", "Bytes of heads beyond 16 KiB.", lambda: connections.head_bytes)
    about = "Connections that the server ended, by what for."
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
    for hundred in (2, 4, 5):
        registry.counter(
            "puente_graphql_answers_total",
            "Answers at /graphql.",
            lambda hundred=hundred: graphql.requests.answered(hundred),  # type: ignore[misc]
            status=f"{hundred}xx",
        )
    registry.histogram(
        "puente_graphql_seconds", "Time until an answer at /graphql was made.", graphql.requests.took
    )


def measure_planning(registry: Registry, planning: PlanningQueue) -> None:
    registry.counter(
        "puente_planning_seconds_total",
        "Processor time for documents that were not known.",
        lambda: planning.seconds,
    )
    registry.gauge("puente_planning_waiting", "Documents that wait to be planned.", lambda: planning.waiting)
    registry.counter(
        "puente_planning_refused_total", "Documents that were not planned.", lambda: planning.refused
    )


def measure_feed(registry: Registry, poller: FeedPoller) -> None:
    registry.gauge(
        "puente_feed_listening", "Whether PostgreSQL wakes this process.", lambda: poller.listening
    )
    registry.gauge(
        "puente_feed_seen_seconds",
        "Since this process looked at the feed, or began to look for it.",
        lambda: time.monotonic() - poller.reached_at,
    )
    registry.gauge(
        "puente_feed_seen",
        "Number of the newest change that this process knows of.",
        lambda: poller.state.last if poller.state else None,
    )


def measure_followers(registry: Registry, subscriptions: Subscriptions) -> None:
    sessions, followers, live = subscriptions.sessions, subscriptions.fanout, subscriptions.live_queries
    registry.gauge("puente_sessions", "Credentials that subscriptions are open for.", lambda: len(sessions))
    about = "Subscriptions that are open."
    registry.gauge(
        "puente_subscribers", about, lambda: sessions.subscriptions - live.watching, kind="changes"
    )
    registry.gauge("puente_subscribers", about, lambda: live.watching, kind="live")
    registry.counter("puente_subscribed_total", "Subscriptions opened.", lambda: subscriptions.opened)
    registry.gauge("puente_groups", "Sets of those who follow the same changes.", lambda: followers.groups)
    registry.gauge("puente_scenes", "Results that live queries watch.", lambda: live.results)
    registry.gauge("puente_lag", "Changes by which the slowest group is behind.", followers.lag)
    about = "Messages given to subscribers."
    registry.counter("puente_deliveries_total", about, lambda: followers.delivered, kind="changes")
    registry.counter("puente_deliveries_total", about, lambda: live.delivered, kind="live")
    about = "Statements sent for subscribers."
    registry.counter("puente_subscriber_statements_total", about, lambda: followers.read, kind="changes")
    registry.counter("puente_subscriber_statements_total", about, lambda: live.read, kind="live")


def measure_transports(registry: Registry, sockets: WebSocketEndpoint, streaming: SseEndpoint) -> None:
    about = "Connections on which results are sent as they come."
    registry.gauge("puente_connections", about, lambda: sockets.open, transport="websocket")
    registry.gauge("puente_connections", about, lambda: len(streaming), transport="sse")
    about = "Bytes that wait for clients to read."
    registry.gauge("puente_queued_bytes", about, lambda: sockets.queued, transport="websocket")
    registry.gauge("puente_queued_bytes", about, lambda: streaming.queued, transport="sse")
    about = "Connections that were cut because their client did not read."
    registry.counter(
        "puente_slow_readers_total", about, lambda: sockets.slow_consumers, transport="websocket"
    )
    registry.counter("puente_slow_readers_total", about, lambda: streaming.slow_consumers, transport="sse")
