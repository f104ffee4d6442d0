"""GraphQL over HTTP: the journey of a request.

What can be answered by one SQL statement takes the short way: the statement is planned once for all requests
of its shape, PostgreSQL writes the JSON, and its bytes are passed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.types import Receive, Scope, Send

from api.auth.auth_errors import MOST_LOOKS, grants_unsettled
from api.auth.viewer_cache import Viewers
from api.graphql.explain import UNWATCHED, Stages, Statement, inspected, wish_of
from api.graphql.introspection import not_told
from api.graphql.python_resolvers import Asking, Resolver
from api.http.disconnect import UnlessGone
from api.http.errors import ClientGone, as_request_error, too_costly
from api.http.headers import Headers, read_headers
from api.http.negotiation import Reader, reader_of
from api.http.request import Asked, Bounds, read_request
from api.http.responses import Answer, refusal, success, written
from api.limits.rate_limiter import Rates
from api.messages import message
from api.metrics.registry import Figures, Requests
from delivery.subscriptions.sessions import Credential
from delivery.subscriptions.subscriptions import Subscriptions
from models.database.client import Database, DatabaseError
from planner.document.arguments import Variables
from planner.document.operations import Operation
from planner.engine import Engine, Split
from planner.errors import (
    MethodNotAllowed,
    NotAcceptable,
    RequestError,
    Unauthenticated,
    ValidationFailed,
    bad_input,
)
from planner.plan.query_plan import Plan
from planner.statement.context import Viewer
from schema.grants import ANONYMOUS, Grantee

REFUSED_UNREAD = (400, 403)  # statuses of what is refused before a statement tells whether grants still hold


@dataclass(frozen=True, slots=True)
class Reading:
    """What the statement of a query gave: the JSON of each planned key.

    `stale`: what somebody was granted has changed since the viewer was known, so it must not be shown.
    """

    plan: Plan | None
    split: Split
    statement: Statement | None
    row: Sequence[str | None]
    stale: bool = False


@dataclass
class GraphQL:
    """The ASGI application at /graphql; `database` and `subscriptions` are there while it runs."""

    engine: Engine
    viewers: Viewers
    resolver: Resolver
    bounds: Bounds
    default_language: str
    introspection: frozenset[str]
    rates: Rates | None = None
    development: bool = False
    database: Database | None = None
    subscriptions: Subscriptions | None = None
    requests: Requests = field(default_factory=Requests)
    figures: Figures = field(default_factory=Figures)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens; a client that has left gets no answer."""
        began = perf_counter()
        headers = read_headers(scope)
        reader = reader_of(headers.get(b"accept"), headers.get(b"accept-language"), self.default_language)
        try:
            answer = await self.answer(scope, headers, reader, receive)
        except ClientGone:
            return
        except Exception as error:
            answer = refusal(await self.told(error, headers), reader, b"authorization" in headers)
        self.requests.count(answer.status, perf_counter() - began)
        await answer.send(send)

    async def told(self, error: Exception, headers: Headers) -> RequestError:
        """What the client is told: that its credential was revoked, before what else is wrong."""
        told, authorization = as_request_error(error), headers.get(b"authorization")
        if authorization is None or told.status not in REFUSED_UNREAD:
            return told
        try:
            await self.viewers.now(authorization)
        except Unauthenticated as revoked:
            return revoked
        except DatabaseError as failure:
            return as_request_error(failure)
        return told

    async def answer(self, scope: Scope, headers: Headers, reader: Reader, receive: Receive) -> Answer:
        """The journey of a request."""
        stages = Stages(self.engine) if self.development else UNWATCHED
        viewer = await self.viewer_of(scope, headers)
        require_acceptable(reader)
        stages.ended("viewer")
        asked = await read_request(scope, headers, receive, self.bounds)
        wish = wish_of(asked.extensions, development=self.development) if asked.extensions else None
        stages.ended("request")
        candid = self.may_introspect(viewer)
        operation = choose_operation(self.engine, asked, candid=candid)
        variables = operation.coerce(asked.variables, candid=candid)
        stages.ended("operation")
        authorization = headers.get(b"authorization")
        body, read = await self._executed(
            operation, asked, variables, authorization, viewer, reader.language, receive, stages
        )
        answer = success(reader, b"authorization" in headers, body)
        if wish is None:
            return answer
        assert self.database is not None
        cost = {"asked": read.split.cost.total.of(variables), "limit": self.engine.max_cost}
        return await inspected(answer, wish, stages, cost, read.statement, self.database)

    def choose(self, asked: Asked, viewer: Viewer) -> Operation:
        """The operation to execute, of any kind; raises what is wrong with the document."""
        return choose_operation(self.engine, asked, candid=self.may_introspect(viewer))

    async def execute(
        self,
        operation: Operation,
        asked: Asked,
        variables: Variables,
        credential: Credential,
        language: str,
        receive: Receive | None = None,
    ) -> bytes:
        """The body that answers a query or a mutation; raises a `RequestError` where it gets no data.

        With `receive` the statement ends when the client has gone.
        """
        authorization, viewer = credential.authorization, credential.viewer
        body, _ = await self._executed(
            operation, asked, variables, authorization, viewer, language, receive, UNWATCHED
        )
        return body

    async def _executed(
        self,
        operation: Operation,
        asked: Asked,
        variables: Variables,
        authorization: bytes | None,
        viewer: Grantee,
        language: str,
        receive: Receive | None,
        stages: Stages,
    ) -> tuple[bytes, Reading]:
        if operation.kind is OperationType.SUBSCRIPTION:
            raise bad_input(message("http.subscribe_elsewhere"))
        read = await self.read(operation, variables, viewer, language, receive, stages)
        for _ in range(MOST_LOOKS):
            if not read.stale:
                break
            assert authorization is not None
            viewer = await self.viewers.again(authorization)
            read = await self.read(operation, variables, viewer, language, receive, stages)
        if read.stale:
            raise grants_unsettled()
        if read.plan is not None and read.plan.following:
            read.plan.require_followed(read.row)
        if operation.introspects and not self.may_introspect(viewer):
            raise not_told()
        resolved = await self.resolve(operation, read.split, asked, Asking(viewer, language))
        stages.ended("database")
        body = merge(read.split, read.plan, read.row, resolved)
        stages.ended("bytes")
        return body, read

    async def viewer_of(self, scope: Scope, headers: Headers) -> Grantee:
        """Who asks; each request counts for its address, whatever becomes of it, and then for its viewer."""
        if self.rates is not None:
            self.rates.admit(scope)
        return await self._viewer(headers.get(b"authorization"), counted=True)

    async def viewer_at(self, address: str, authorization: bytes | None, *, counted: bool = True) -> Grantee:
        """Who asks on a connection from an address (`address_key`); `counted` for the viewer too."""
        if self.rates is not None:
            self.rates.addresses.count(address)
        return await self._viewer(authorization, counted=counted)

    async def _viewer(self, authorization: bytes | None, *, counted: bool) -> Grantee:
        if authorization is None:
            return ANONYMOUS
        viewer = await self.viewers.of(authorization)
        if self.rates is not None and counted:
            self.rates.viewers.count(viewer.key)
        return viewer

    async def viewer_now(self, scope: Scope, headers: Headers) -> Grantee:
        """Who asks, with the grants of this moment, where no statement tells whether they still hold."""
        viewer = await self.viewer_of(scope, headers)
        return viewer if viewer.epoch is None else await self.viewers.now(headers[b"authorization"])

    def may_introspect(self, viewer: Viewer) -> bool:
        """Whether the schema tells them what there is, in suggestions too."""
        return not self.introspection.isdisjoint(viewer.roles)

    async def read(
        self,
        operation: Operation,
        variables: Variables,
        viewer: Viewer,
        language: str,
        receive: Receive | None,
        stages: Stages,
    ) -> Reading:
        """Plan the statement for what is known of the viewer, and send it."""
        plan, split = plan_query(self.engine, operation, variables, viewer, language)
        statement = Statement(plan.sql, plan.parameters(variables, viewer), plan.decisive) if plan else None
        if split.cost.total.parts:
            split.cost.check(variables, self.engine.max_cost)
        stages.ended("plan")
        row = await self.fetch(statement, receive) if statement else ()
        if viewer.epoch is None:
            return Reading(plan, split, statement, row)
        epoch = row[-1] if plan else await self.viewers.epoch()
        return Reading(plan, split, statement, row[:-1], stale=epoch != viewer.epoch)

    async def resolve(
        self, operation: Operation, split: Split, asked: Asked, asking: Asking
    ) -> Mapping[str, str]:
        """The JSON of each key that Python answers: none, in most requests."""
        if not split.resolved:
            return {}
        return await self.resolver.resolve(operation, split, asked.variables, asking)

    async def fetch(self, statement: Statement, receive: Receive | None) -> Sequence[str | None]:
        """The row of the one statement: the JSON of each planned key."""
        assert self.database is not None
        with UnlessGone(receive) if receive else nullcontext():
            return await self.database.fetch(
                statement.sql, statement.parameters, by_values=statement.decisive
            )


def require_acceptable(reader: Reader) -> None:
    if not reader.acceptable:
        raise NotAcceptable(message("http.accept_json"))


def choose_operation(engine: Engine, asked: Asked, *, candid: bool = True) -> Operation:
    """The operation to execute; a GET that would write is refused before anything else is said."""
    try:
        operation = engine.operation(asked.text, asked.name, candid=candid)
    except ValidationFailed:
        if asked.safe and _is_mutation(asked):
            raise _only_by_post() from None
        raise
    if asked.safe and operation.kind is OperationType.MUTATION:
        raise _only_by_post()
    return operation


def _is_mutation(asked: Asked) -> bool:
    try:
        definition = get_operation_ast(parse(asked.text), asked.name)
    except GraphQLError:
        return False
    return definition is not None and definition.operation is OperationType.MUTATION


def _only_by_post() -> MethodNotAllowed:
    return MethodNotAllowed(message("http.mutations_by_post"), allow="POST")


def plan_query(
    engine: Engine, operation: Operation, variables: Variables, viewer: Viewer, language: str
) -> tuple[Plan | None, Split]:
    """The plan, and what it leaves to Python; what nests too deeply for a statement is refused."""
    try:
        return engine.plan(operation, variables, viewer, language)
    except RecursionError as error:
        raise too_costly() from error


def merge(split: Split, plan: Plan | None, row: Sequence[str | None], resolved: Mapping[str, str]) -> bytes:
    """The body, its keys in the order that the operation has them."""
    if plan and not resolved:
        return written(plan.keys, row)
    found: dict[str, str | None] = dict(resolved)
    if plan:
        found.update(zip(plan.keys, row, strict=True))
    return written(split.keys, [found[key] for key in split.keys])
