"""Settings of connections, event streams and WebSockets, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from api.settings.units import Bytes, Seconds, WholeSeconds


class ConnectionSettings(BaseSettings):
    viewer_held_bytes: Bytes = Field(
        67_108_864,
        ge=0,
        le=2**40,
        description="Maximum data that open WebSockets and event streams hold for a viewer, counted in each "
        "worker: unanswered messages, and documents and variables of subscriptions; 0 for no limit.",
    )
    address_held_bytes: Bytes = Field(
        67_108_864,
        ge=0,
        le=2**40,
        description="The same for anonymous clients at an address; 0 for no limit.",
    )
    max_connections: int = Field(
        10_000,
        ge=8,
        le=1_000_000,
        description="Maximum connections of clients, counted in each worker; fewer if the system's limit of "
        "open files allows fewer.",
    )
    connections_per_address: int = Field(
        4_000,
        ge=0,
        le=1_000_000,
        description="Maximum connections per client address, counted in each worker, never more than half "
        "of all; 0 for no limit. Those of trusted proxies aren't counted.",
    )
    keep_alive: WholeSeconds = Field(
        75,
        ge=1,
        le=3_600,
        description="How long a connection stays open for the next request. Set it higher than the "
        "keep-alive of the load balancer in front.",
    )
    head_timeout: Seconds = Field(
        20.0,
        ge=0.1,
        le=600,
        description="Time limit for a request's head to arrive, and for the first byte on a new connection.",
    )
    max_head_bytes: Bytes = Field(
        2_097_152,
        ge=16_384,
        le=16_777_216,
        description="Largest head of a request: its line and its headers, 32 bytes more for each.",
    )
    max_headers: int = Field(200, ge=32, le=10_000, description="Maximum headers of a request.")
    max_heads_bytes: Bytes = Field(
        67_108_864,
        ge=16_384,
        le=2**34,
        description="Memory for heads larger than 16 KiB, of all connections of a worker together.",
    )
    response_stall_timeout: Seconds = Field(
        30.0,
        ge=0.1,
        le=3_600,
        description="How long a client may take for the next 64 KiB of a response before the connection "
        "is reset.",
    )
    heartbeat: Seconds = Field(
        15.0, ge=0.1, le=600, description="Time between two heartbeats on a quiet event stream."
    )
    streams_per_viewer: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="Maximum open event streams per viewer, counted in each worker; 0 for no limit.",
    )
    streams_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="Maximum open event streams of the public per client address, counted in each worker; "
        "0 for no limit.",
    )
    stream_queue_bytes: Bytes = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="Maximum data queued for the reader of an event stream before the connection is reset.",
    )
    stream_stall_timeout: Seconds = Field(
        20.0,
        ge=0.1,
        le=600,
        description="How long the reader of an event stream may accept nothing before the connection "
        "is reset.",
    )
    socket_init_timeout: Seconds = Field(
        10.0, ge=0.1, le=600, description="Time limit for connection_init on a new WebSocket."
    )
    socket_message_bytes: Bytes = Field(
        1_048_576, ge=1024, le=104_857_600, description="Largest message accepted from a WebSocket client."
    )
    socket_operations: int = Field(
        100, ge=1, le=100_000, description="Maximum operations open at a time on a WebSocket."
    )
    sockets_per_viewer: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="Maximum open WebSockets per viewer, counted in each worker; 0 for no limit.",
    )
    sockets_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="Maximum open WebSockets of the public per client address, counted in each worker; 0 "
        "for no limit.",
    )
    socket_queue_bytes: Bytes = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="Maximum data queued for a WebSocket client before it is disconnected.",
    )
    socket_stall_timeout: Seconds = Field(
        20.0,
        ge=0.1,
        le=600,
        description="How long more than 64 KiB may wait for a WebSocket client before it is disconnected.",
    )
    socket_ping_interval: Seconds = Field(
        12.0, ge=0.1, le=3_600, description="Time between two pings of a WebSocket."
    )
    socket_ping_timeout: Seconds = Field(
        10.0, ge=0.1, le=3_600, description="How long a WebSocket client may take to answer a ping."
    )
    socket_idle_look: Seconds = Field(
        30.0,
        ge=0.1,
        le=3_600,
        description="How often the credential of a WebSocket without open operations is checked again.",
    )
