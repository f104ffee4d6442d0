"""The settings by topic, as in docs/settings.md; `FIRST` are those in the README."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Settings that belong together, in reading order."""

    title: str
    summary: str
    settings: tuple[str, ...]


def _topic(title: str, summary: str, settings: str) -> Topic:
    return Topic(title, summary, tuple(settings.split()))


FIRST = (
    "database_url",
    "host",
    "port",
    "workers",
    "issuers",
    "allowed_origins",
    "trusted_proxies",
    "webhook_key",
)

TOPICS = (
    _topic(
        "Server",
        "Where Puente listens, and how it starts and stops.",
        "host port workers log_level default_language explorer portals development request_timeout "
        "shutdown_timeout min_compressed_bytes",
    ),
    _topic(
        "Connections",
        "How many connections clients may have, and for how long ([limits.md](limits.md#connections)).",
        "max_connections connections_per_address keep_alive head_timeout max_head_bytes max_headers "
        "max_heads_bytes response_stall_timeout",
    ),
    _topic(
        "Database",
        "The embedded PostgreSQL or your own, and the connections to it ([operation.md](operation.md)).",
        "database_url embedded_postgres state pool_size pool_timeout statement_timeout "
        "statement_cache_entries migration_lock_timeout",
    ),
    _topic(
        "Mutations",
        "How they are carried out, and how long a repetition is recognized ([changing.md](changing.md)).",
        "write_pool_size write_statement_cache_entries idempotency_retention max_key_length max_reason_length"
        " max_text_length max_links max_bulk_items",
    ),
    _topic(
        "Workflows",
        "What steps are bound by ([workflows.md](workflows.md)).",
        "mentorship_requests mentorship_answer_days unsolicited_per_person unsolicited_per_system"
        " unsolicited_per_address link_days step_interval",
    ),
    _topic(
        "Proxies and other sites",
        "Trusted proxies, host names, and the sites whose pages may call Puente ([http.md](http.md)).",
        "trusted_proxies allowed_hosts allowed_origins allowed_headers",
    ),
    _topic(
        "Access and tokens",
        "Whose tokens are accepted, and who may see the schema ([tokens.md](tokens.md)).",
        "issuers token_leeway max_token_bytes keys_lifetime keys_stale keys_interval keys_timeout "
        "keys_max_bytes keys_max introspection",
    ),
    _topic(
        "Rates",
        "How many operations clients may send ([limits.md](limits.md#how-often)).",
        "operations_per_minute address_operations_per_minute planning_seconds_per_minute "
        "address_planning_seconds_per_minute planning_percent planning_queue planning_timeout",
    ),
    _topic(
        "Size of a request",
        "Limits that are checked before planning ([limits.md](limits.md)).",
        "max_body_bytes max_url_bytes max_document_bytes max_variables_depth max_variables_values "
        "max_tokens max_nesting max_depth max_fields max_root_fields max_aliases max_directives max_overlaps",
    ),
    _topic(
        "Cost of an operation",
        "How much one operation may read ([limits.md](limits.md#cost)).",
        "max_cost max_subqueries max_conditions max_condition_depth max_page_size default_page_size "
        "max_search_length max_scanned_changes",
    ),
    _topic(
        "Change feed",
        "How changes are numbered, kept and delivered ([operation.md](operation.md)).",
        "feed_interval feed_pace feed_batch feed_page feed_retention feed_max_changes live_debounce",
    ),
    _topic(
        "Event streams",
        "Subscriptions by server-sent events ([subscriptions-sse.md](subscriptions-sse.md)).",
        "heartbeat streams_per_viewer streams_per_address stream_queue_bytes stream_stall_timeout "
        "viewer_held_bytes address_held_bytes",
    ),
    _topic(
        "WebSockets",
        "Subscriptions over a WebSocket ([subscriptions.md](subscriptions.md)).",
        "socket_init_timeout socket_message_bytes socket_operations sockets_per_viewer sockets_per_address "
        "socket_queue_bytes socket_stall_timeout socket_ping_interval socket_ping_timeout socket_idle_look",
    ),
    _topic(
        "Webhooks",
        "Changes sent to other systems ([webhooks.md](webhooks.md)).",
        "webhook_key webhook_allow_private_addresses webhook_max_per_client webhook_concurrency "
        "webhook_timeout webhook_lease webhook_max_response_bytes webhook_interval webhook_page "
        "webhook_turn webhook_first_retry webhook_longest_retry webhook_max_attempts webhook_patience "
        "webhook_secret_overlap webhook_log_age webhook_log_entries",
    ),
    _topic(
        "Mail",
        "How notifications are mailed ([notifications.md](notifications.md)).",
        "mail_host mail_port mail_tls mail_certificates mail_user mail_password mail_password_file mail_from "
        "mail_timeout mail_lease mail_concurrency mail_interval mail_first_retry mail_longest_retry "
        "mail_max_attempts mail_patience notification_retention link_page guest_page link_retention",
    ),
    _topic(
        "Calendars",
        "Events for calendar programs ([calendar.md](calendar.md)).",
        "calendar_events calendar_past calendar_refresh calendar_max_age event_page",
    ),
    _topic(
        "Caches",
        "What each worker keeps in memory.",
        "document_cache_entries document_cache_bytes plan_cache_entries plan_cache_bytes",
    ),
    _topic(
        "Metrics",
        "Who may read metrics, and how often impact metrics are refreshed ([operation.md](operation.md)).",
        "metrics impact_interval",
    ),
)
