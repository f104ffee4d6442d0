"""What each server process says of itself at /metrics."""

from __future__ import annotations

import os
import time
from pathlib import Path

from api.graphql.endpoint import GraphQL
from api.metrics.registry import Figures
from api.sse.endpoint import Streaming
from api.websocket.endpoint import Sockets
from delivery.subscriptions.feed_poller import Feed
from delivery.subscriptions.subscriptions import Subscriptions
from models.database.client import Database

MEMORY = Path("/proc/self/statm")


def measured(figures: Figures, graphql: GraphQL, database: Database, subscriptions: Subscriptions) -> None:
    """Let the figures tell of what the application consists of."""
    measure_process(figures)
    measure_requests(figures, graphql)
    figures.gauge(
        "puente_database_connections_in_use",
        "Connections that are at a statement.",
        lambda: database.in_use,
    )
    figures.gauge("puente_database_connections_max", "Connections there may be.", lambda: database.most)
    measure_feed(figures, subscriptions.feed)
    measure_followers(figures, subscriptions)


def measure_process(figures: Figures) -> None:
    if MEMORY.exists():
        figures.gauge("process_resident_memory_bytes", "Memory that the process holds.", resident_bytes)
    figures.counter("process_cpu_seconds_total", "Processor time that the process took.", time.process_time)


def resident_bytes() -> int:
    return int(MEMORY.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_requests(figures: Figures, graphql: GraphQL) -> None:
    for hundred in (2, 4, 5):
        figures.counter(
            "puente_graphql_answers_total",
            "Answers at /graphql.",
            lambda hundred=hundred: graphql.requests.answered(hundred),  # type: ignore[misc]
            status=f"{hundred}xx",
        )
    figures.histogram(
        "puente_graphql_seconds", "Time until an answer at /graphql was made.", graphql.requests.took
    )


def measure_feed(figures: Figures, feed: Feed) -> None:
    figures.gauge("puente_feed_listening", "Whether PostgreSQL wakes this process.", lambda: feed.listening)
    figures.gauge(
        "puente_feed_seen_seconds",
        "Since this process looked at the feed.",
        lambda: time.monotonic() - feed.reached_at if feed.reached_at else float("inf"),
    )
    figures.gauge(
        "puente_feed_seen",
        "Number of the newest change that this process knows of.",
        lambda: feed.state.last if feed.state else 0,
    )


def measure_followers(figures: Figures, subscriptions: Subscriptions) -> None:
    sessions, followers, live = subscriptions.sessions, subscriptions.followers, subscriptions.live
    figures.gauge("puente_sessions", "Credentials that subscriptions are open for.", lambda: len(sessions))
    about = "Subscriptions that are open."
    figures.gauge("puente_subscribers", about, lambda: sessions.subscriptions - live.watching, kind="changes")
    figures.gauge("puente_subscribers", about, lambda: live.watching, kind="live")
    figures.counter("puente_subscribed_total", "Subscriptions opened.", lambda: subscriptions.opened)
    figures.gauge("puente_groups", "Sets of those who follow the same changes.", lambda: followers.groups)
    figures.gauge("puente_scenes", "Results that live queries watch.", lambda: live.scenes)
    figures.gauge("puente_lag", "Changes by which the slowest group is behind.", followers.lag)
    about = "Messages given to subscribers."
    figures.counter("puente_deliveries_total", about, lambda: followers.delivered, kind="changes")
    figures.counter("puente_deliveries_total", about, lambda: live.delivered, kind="live")
    about = "Statements sent for subscribers."
    figures.counter("puente_subscriber_statements_total", about, lambda: followers.read, kind="changes")
    figures.counter("puente_subscriber_statements_total", about, lambda: live.read, kind="live")


def measure_transports(figures: Figures, sockets: Sockets, streaming: Streaming) -> None:
    about = "Connections on which results are sent as they come."
    figures.gauge("puente_connections", about, lambda: sockets.open, transport="websocket")
    figures.gauge("puente_connections", about, lambda: len(streaming), transport="sse")
    about = "Bytes that wait for clients to read."
    figures.gauge("puente_queued_bytes", about, lambda: sockets.queued, transport="websocket")
    figures.gauge("puente_queued_bytes", about, lambda: streaming.queued, transport="sse")
    about = "Connections that were cut because their client did not read."
    figures.counter("puente_slow_readers_total", about, lambda: sockets.slow, transport="websocket")
    figures.counter("puente_slow_readers_total", about, lambda: streaming.slow, transport="sse")
