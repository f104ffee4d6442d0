"""Settings of event streams and WebSockets, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from api.settings.units import Bytes, Seconds


class ConnectionSettings(BaseSettings):
    heartbeat: Seconds = Field(
        15.0, ge=0.1, le=600, description="Time between two heartbeats on a quiet event stream."
    )
    streams_per_viewer: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="Most open event streams per viewer, counted in each worker; 0 for no limit.",
    )
    streams_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="Most open event streams of the public per client address, counted in each worker; "
        "0 for no limit.",
    )
    stream_queue_bytes: Bytes = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="Most data queued for the reader of an event stream before the connection is reset.",
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
        100, ge=1, le=100_000, description="Most operations open at a time on a WebSocket."
    )
    sockets_per_viewer: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="Most open WebSockets per viewer, counted in each worker; 0 for no limit.",
    )
    sockets_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="Most open WebSockets of the public per client address, counted in each worker; 0 "
        "for no limit.",
    )
    socket_queue_bytes: Bytes = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="Most data queued for a WebSocket client before it is disconnected.",
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
