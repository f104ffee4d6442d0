"""Reads a GraphQL request's parameters: `query`, `operationName`, `variables`, `extensions`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import getitem
from typing import Any
from urllib.parse import parse_qsl

import orjson
from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.types import Receive, Scope

from api.http.errors import ClientGone
from api.http.exact_json import read_exactly
from api.http.headers import Headers
from api.http.proxies import BELIEVED
from api.http.timeouts import lazy_timeout
from api.messages import message
from planner.errors import (
    AddressTooLong,
    BodyTimeout,
    BodyTooLarge,
    MethodNotAllowed,
    NotWellFormed,
    PersistedQueryNotSupported,
    Problem,
    RequestError,
    UnsupportedMediaType,
)
from planner.mutation.request import NO_KEYS, RequestKeys

JSON_TYPES = {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
REQUEST_ID = re.compile(r"[A-Za-z0-9._:=+/-]{1,100}")
NAMES = ("query", "operationName", "variables", "extensions", "documentId")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Limits of a request's size, and of the time for its body."""

    body_bytes: int
    body_seconds: float
    url_bytes: int
    document_bytes: int
    variables_depth: int
    variables_values: int


@dataclass(frozen=True, slots=True)
class GraphQLParams:
    """A well-formed GraphQL-over-HTTP request; `safe`: it came by GET, so it must not write.

    `values` is the number of values in the variables at all levels; `rounded`: some are floats, which may
    have lost digits; `keys` are the idempotency key and request id.
    """

    text: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    safe: bool = False
    values: int = 0
    rounded: bool = False
    keys: RequestKeys = NO_KEYS

    @property
    def is_mutation(self) -> bool:
        """Whether the document is well-formed, and its operation a mutation."""
        try:
            definition = get_operation_ast(parse(self.text), self.name)
        except GraphQLError:
            return False
        return definition is not None and definition.operation is OperationType.MUTATION


async def read_request(
    scope: Scope, headers: Headers, receive: Receive, limits: RequestLimits
) -> GraphQLParams:
    """The request's parameters; raises NotWellFormed."""
    if scope["method"] == "POST":
        try:
            body = await lazy_timeout(_read_body(headers, receive, limits.body_bytes), limits.body_seconds)
        except TimeoutError as error:
            raise _too_late(limits.body_seconds) from error
        params = _from_json(body, limits)
        if b"idempotency-key" in headers or b"x-request-id" in headers:
            return replace(params, keys=_keys(scope, headers))
        return params
    if scope["method"] == "GET":
        return _from_query_string(scope["query_string"], limits)
    raise MethodNotAllowed(message("http.post_or_get"), allow="GET, POST")


def _keys(scope: Scope, headers: Headers) -> RequestKeys:
    """The keys in the headers; the request id counts only from a trusted proxy."""
    key, given = headers.get(b"idempotency-key"), headers.get(b"x-request-id", b"").decode("latin-1")
    is_id = scope.get(BELIEVED) and REQUEST_ID.fullmatch(given)
    return RequestKeys(None if key is None else key.decode("latin-1"), given if is_id else None)


async def _read_body(headers: Headers, receive: Receive, most: int) -> bytes:
    """The whole body; checks its size while it arrives."""
    _require_json(headers)
    length = headers.get(b"content-length", b"0")
    if len(length) > 18 or (length.isdigit() and int(length) > most):
        raise _too_large(most, int(length[:18]))
    event = await receive()
    body: bytes = event.get("body", b"")
    if event.get("more_body"):
        chunks, size = [body], len(body)
        while event.get("more_body") and size <= most:
            event = await receive()
            chunks.append(event.get("body", b""))
            size += len(chunks[-1])
        body = b"".join(chunks)
    if event["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > most:
        raise _too_large(most, len(body))
    return body


def _require_json(headers: Headers) -> None:
    """Refuse other types than JSON in UTF-8, such as all that pages can send without a preflight."""
    content_type = headers.get(b"content-type", b"")
    if content_type not in JSON_TYPES and not _is_json(content_type.decode("latin-1")):
        raise UnsupportedMediaType(message("http.content_type"))
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMediaType(message("http.content_encoding"))


def _is_json(content_type: str) -> bool:
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")]
    return media == "application/json" and all(charset in ("utf-8", "utf8") for charset in charsets)


def _from_json(body: bytes, limits: RequestLimits) -> GraphQLParams:
    if not body:
        raise NotWellFormed(message("request.empty_body"))
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotWellFormed(message("request.body_not_json")) from error
    if isinstance(payload, list):
        raise NotWellFormed(message("request.batch"))
    if not isinstance(payload, dict):
        raise NotWellFormed(message("request.body_not_object"))
    params = parse_params(payload, limits, safe=False)
    return exact_params(params, limits, body, "variables") if params.rounded else params


def _from_query_string(raw: bytes, limits: RequestLimits) -> GraphQLParams:
    pairs = query_pairs(raw, limits.url_bytes)
    given = {name: value for name, value in pairs if name in NAMES and value}
    if len(given) < sum(name in NAMES and bool(value) for name, value in pairs):
        raise NotWellFormed(message("request.parameter_twice"))
    decoded: dict[str, Any] = {
        name: _decoded(name, given[name]) for name in ("variables", "extensions") if name in given
    }
    params = parse_params({**given, **decoded}, limits, safe=True)
    return exact_params(params, limits, given["variables"]) if params.rounded else params


def query_pairs(raw: bytes, most: int) -> list[tuple[str, str]]:
    """The parameters of a query string with at most this many bytes; raises NotWellFormed."""
    if len(raw) > most:
        raise AddressTooLong(
            message("request.query_string_too_long", asked=len(raw), limit=most), limit=most, asked=len(raw)
        )
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise NotWellFormed(message("request.address_not_utf8")) from error


def _decoded(name: str, value: str) -> Any:
    """A parameter of the query string; `variables` and `extensions` are JSON."""
    if name not in ("variables", "extensions"):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise NotWellFormed(message("request.parameter_not_json", name=name)) from error


def parse_params(payload: Mapping[str, Any], limits: RequestLimits, *, safe: bool) -> GraphQLParams:
    """The parameters, with checked types; null counts as omitted."""
    text, name = payload.get("query"), payload.get("operationName")
    variables, extensions = payload.get("variables"), payload.get("extensions")
    if not isinstance(text, str) or not text:
        raise _without_document(payload)
    if name is not None and not isinstance(name, str):
        raise NotWellFormed(message("request.operation_name"))
    for key, value in (("variables", variables), ("extensions", extensions)):
        if value is not None and not isinstance(value, dict):
            raise NotWellFormed(message("request.parameter_not_object", name=key))
    if len(text) * 4 > limits.document_bytes and len(text.encode()) > limits.document_bytes:
        raise _document_too_large(limits.document_bytes, len(text.encode()))
    values, rounded = _check_variables(variables, limits) if variables else (0, False)
    return GraphQLParams(text, name or None, variables or {}, extensions or {}, safe, values, rounded)


def exact_params(
    params: GraphQLParams, limits: RequestLimits, text: bytes | str, *path: str
) -> GraphQLParams:
    """The parameters with exact numbers in the variables, which are at this path of a JSON text.

    A text with too many fractions is not read again; then a Decimal rejects floats.
    """
    read = read_exactly(text, limits.variables_values)
    if read is None:
        return params
    return replace(params, variables=reduce(getitem, path, read), rounded=False)


def _without_document(payload: Mapping[str, Any]) -> RequestError:
    """The error for a request without a document, such as one that only has its hash."""
    extensions = payload.get("extensions")
    if isinstance(extensions, dict) and "persistedQuery" in extensions:
        return PersistedQueryNotSupported(Problem(message("request.persisted_query")))
    if payload.get("documentId") is not None:
        return NotWellFormed(message("request.document_id"))
    return NotWellFormed(message("request.query_missing"))


def _check_variables(variables: object, limits: RequestLimits) -> tuple[int, bool]:
    """The number of values, and whether floats are among them; refuses too many values or too deep nesting.

    It checks one level at a time, so Python's recursion limit doesn't matter.
    """
    level, depth, values, rounded = list(_members(variables)), 0, 0, False
    while level:
        depth, values = depth + 1, values + len(level)
        rounded = rounded or float in map(type, level)
        level = [member for one in level for member in _members(one)]
    if depth > limits.variables_depth:
        raise NotWellFormed(
            message("request.variables_too_deep", asked=depth, limit=limits.variables_depth),
            limit=limits.variables_depth,
            asked=depth,
        )
    if values > limits.variables_values:
        raise NotWellFormed(
            message("request.variables_too_many", asked=values, limit=limits.variables_values),
            limit=limits.variables_values,
            asked=values,
        )
    return values, rounded


def _members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_large(most: int, size: int) -> BodyTooLarge:
    """`asked` is the announced length, or what had arrived when reading stopped."""
    return BodyTooLarge(message("request.body_too_large", asked=size, limit=most), limit=most, asked=size)


def _too_late(seconds: float) -> BodyTimeout:
    return BodyTimeout(message("request.body_too_late", limit=seconds), limit=seconds)


def _document_too_large(most: int, size: int) -> BodyTooLarge:
    return BodyTooLarge(message("request.document_too_large", asked=size, limit=most), limit=most, asked=size)
