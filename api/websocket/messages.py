"""The messages of `graphql-transport-ws`: parsing those of clients, and making those of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

LONGEST_ID = 1_024  # characters; it comes back with every message of its operation

Object: TypeAlias = Mapping[str, Any]


class Malformed(Exception):
    """Not a message that a client may send; the text says why."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    payload: Object


@dataclass(frozen=True, slots=True)
class Ping:
    payload: Object | None


@dataclass(frozen=True, slots=True)
class Pong:
    """Ignored."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An operation; `payload` has `query`, and each other member is null or of its type.

    `text` is the message as received.
    """

    id: str
    payload: Object
    text: str


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


Message: TypeAlias = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Message:
    """The message in a text frame; raises Malformed."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed("A message must be JSON, without numbers beyond 1.8e308") from error
    if not isinstance(message, dict):
        raise Malformed("A message must be a JSON object")
    match message.get("type"):
        case "connection_init":
            return ConnectionInit(_payload(message) or {})
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), _operation(message), text)
        case "complete":
            return Complete(_id(message))
        case str():
            raise Malformed("Clients can't send messages of this `type`")
        case _:
            raise Malformed("A message must have a `type`, as a string")


def _payload(message: Object) -> Object | None:
    payload: Object | None = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Malformed("`payload` must be an object")
    return payload


def _id(message: Object) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise Malformed("`id` must be given, as a string that is not empty")
    if len(id) > LONGEST_ID:
        raise Malformed(f"`id` must not have more than {LONGEST_ID} characters")
    return id


def _operation(message: Object) -> Object:
    payload = message.get("payload")
    if not isinstance(payload, dict):
        raise Malformed("`payload` must be given, as an object")
    if not isinstance(payload.get("query"), str):
        raise Malformed("`query` must be given, as a string")
    if not isinstance(payload.get("operationName"), str | None):
        raise Malformed("`operationName` must be a string")
    for name in ("variables", "extensions"):
        if not isinstance(payload.get(name), dict | None):
            raise Malformed(f"`{name}` must be an object")
    return payload


ACKNOWLEDGED = b'{"type":"connection_ack"}'


def pong(payload: Object | None) -> bytes:
    """The response to a ping; raises Malformed if the payload nests too deeply to be written."""
    try:
        return orjson.dumps({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
    except orjson.JSONEncodeError as error:
        raise Malformed("`payload` nests too deeply") from error


def next_of(id: str) -> bytes:
    """The text before the payload of an operation's `next` messages; `}` follows it."""
    return b'{"id":%b,"type":"next","payload":' % orjson.dumps(id)


def error_of(id: str, entries: Sequence[Object]) -> bytes:
    return orjson.dumps({"id": id, "type": "error", "payload": entries})


def complete_of(id: str) -> bytes:
    return b'{"id":%b,"type":"complete"}' % orjson.dumps(id)
