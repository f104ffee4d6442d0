"""GraphQL over HTTP: the journey of a request.

Root fields on the database take the short way: the statement is planned once for all requests with its plan
key, PostgreSQL returns the JSON, and its bytes are passed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.types import Receive, Scope, Send

from api.auth.auth_errors import MAX_REFRESHES, grants_unsettled
from api.auth.viewer_cache import ViewerCache
from api.graphql.explain import NO_TIMING, ServerTiming, Statement, inspected, inspection_options
from api.graphql.introspection import introspection_disabled
from api.graphql.python_resolvers import ResolverContext, ResolverExecutor
from api.http.disconnect import CancelOnDisconnect
from api.http.errors import ClientGone, as_request_error, too_costly
from api.http.headers import Headers, read_headers
from api.http.negotiation import ResponseFormat, negotiate
from api.http.request import GraphQLParams, RequestLimits, read_request
from api.http.responses import HttpResponse, data_body, data_response, error_response
from api.limits.rate_limiter import RateLimiter
from api.messages import message
from api.metrics.registry import Registry, RequestStats
from delivery.subscriptions.sessions import Credential
from delivery.subscriptions.subscriptions import Subscriptions
from models.database.client import Database, DatabaseError
from planner.document.arguments import Variables
from planner.document.operations import Operation
from planner.engine import Engine, RootFieldSplit
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
from schema.grants import ANONYMOUS, Principal

REFUSED_UNREAD = (400, 403)  # statuses of what is refused before a statement tells whether grants still hold


@dataclass(frozen=True, slots=True)
class Execution:
    """What the statement of a query returned: the JSON of each planned key.

    `stale`: grants have changed since the viewer was read, so it must not be sent.
    """

    plan: Plan | None
    split: RootFieldSplit
    statement: Statement | None
    row: Sequence[str | None]
    stale: bool = False


@dataclass
class GraphQLEndpoint:
    """The ASGI application at /graphql; `database` and `subscriptions` are there while it runs."""

    engine: Engine
    viewers: ViewerCache
    executor: ResolverExecutor
    request_limits: RequestLimits
    default_language: str
    introspection: frozenset[str]
    rate_limiter: RateLimiter | None = None
    development: bool = False
    database: Database | None = None
    subscriptions: Subscriptions | None = None
    requests: RequestStats = field(default_factory=RequestStats)
    registry: Registry = field(default_factory=Registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens; a client that has left gets no answer."""
        began = perf_counter()
        headers = read_headers(scope)
        reader = negotiate(headers.get(b"accept"), headers.get(b"accept-language"), self.default_language)
        try:
            answer = await self.answer(scope, headers, reader, receive)
        except ClientGone:
            return
        except Exception as error:
            answer = error_response(
                await self.client_error(error, headers), reader, b"authorization" in headers
            )
        self.requests.count(answer.status, perf_counter() - began)
        await answer.send(send)

    async def client_error(self, error: Exception, headers: Headers) -> RequestError:
        """The error for the client: a revoked credential comes before what else is wrong."""
        request_error, authorization = as_request_error(error), headers.get(b"authorization")
        if authorization is None or request_error.status not in REFUSED_UNREAD:
            return request_error
        try:
            await self.viewers.current(authorization)
        except Unauthenticated as revoked:
            return revoked
        except DatabaseError as failure:
            return as_request_error(failure)
        return request_error

    async def answer(
        self, scope: Scope, headers: Headers, response_format: ResponseFormat, receive: Receive
    ) -> HttpResponse:
        """The journey of a request."""
        stages = ServerTiming(self.engine) if self.development else NO_TIMING
        viewer = await self.viewer_of(scope, headers)
        require_acceptable(response_format)
        stages.ended("viewer")
        params = await read_request(scope, headers, receive, self.request_limits)
        wish = (
            inspection_options(params.extensions, development=self.development) if params.extensions else None
        )
        stages.ended("request")
        suggestions = self.may_introspect(viewer)
        operation = choose_operation(self.engine, params, suggestions=suggestions)
        variables = operation.coerce(params.variables, suggestions=suggestions)
        stages.ended("operation")
        authorization = headers.get(b"authorization")
        body, read = await self._executed(
            operation, params, variables, authorization, viewer, response_format.language, receive, stages
        )
        answer = data_response(response_format, b"authorization" in headers, body)
        if wish is None:
            return answer
        assert self.database is not None
        cost = {"asked": read.split.cost.total.evaluate(variables), "limit": self.engine.max_cost}
        return await inspected(answer, wish, stages, cost, read.statement, self.database)

    def choose(self, params: GraphQLParams, viewer: Viewer) -> Operation:
        """The operation to execute, of any kind; raises what is wrong with the document."""
        return choose_operation(self.engine, params, suggestions=self.may_introspect(viewer))

    async def execute(
        self,
        operation: Operation,
        params: GraphQLParams,
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
            operation, params, variables, authorization, viewer, language, receive, NO_TIMING
        )
        return body

    async def _executed(
        self,
        operation: Operation,
        params: GraphQLParams,
        variables: Variables,
        authorization: bytes | None,
        viewer: Principal,
        language: str,
        receive: Receive | None,
        timing: ServerTiming,
    ) -> tuple[bytes, Execution]:
        if operation.operation_type is OperationType.SUBSCRIPTION:
            raise bad_input(message("http.subscribe_elsewhere"))
        read = await self.run_plan(operation, variables, viewer, language, receive, timing)
        for _ in range(MAX_REFRESHES):
            if not read.stale:
                break
            assert authorization is not None
            viewer = await self.viewers.refresh(authorization)
            read = await self.run_plan(operation, variables, viewer, language, receive, timing)
        if read.stale:
            raise grants_unsettled()
        if read.plan is not None and read.plan.cursor_columns:
            read.plan.require_cursors_kept(read.row)
        if operation.introspects and not self.may_introspect(viewer):
            raise introspection_disabled()
        resolved = await self.resolve(operation, read.split, params, ResolverContext(viewer, language))
        timing.ended("database")
        body = merge(read.split, read.plan, read.row, resolved)
        timing.ended("bytes")
        return body, read

    async def viewer_of(self, scope: Scope, headers: Headers) -> Principal:
        """The viewer; each request counts for its address, however it ends, and then for its viewer."""
        if self.rate_limiter is not None:
            self.rate_limiter.admit(scope)
        return await self._viewer(headers.get(b"authorization"), counted=True)

    async def viewer_for_address(
        self, address: str, authorization: bytes | None, *, counted: bool = True
    ) -> Principal:
        """The viewer on a connection from an address (`address_key`); `counted` for the viewer too."""
        if self.rate_limiter is not None:
            self.rate_limiter.addresses.count(address)
        return await self._viewer(authorization, counted=counted)

    async def _viewer(self, authorization: bytes | None, *, counted: bool) -> Principal:
        if authorization is None:
            return ANONYMOUS
        viewer = await self.viewers.authenticate(authorization)
        if self.rate_limiter is not None and counted:
            self.rate_limiter.viewers.count(viewer.key)
        return viewer

    async def current_viewer(self, scope: Scope, headers: Headers) -> Principal:
        """The viewer with current grants, for requests without a statement that returns the epoch."""
        viewer = await self.viewer_of(scope, headers)
        return (
            viewer if viewer.grants_epoch is None else await self.viewers.current(headers[b"authorization"])
        )

    def may_introspect(self, viewer: Viewer) -> bool:
        """Whether the viewer may introspect the schema, and get suggestions."""
        return not self.introspection.isdisjoint(viewer.roles)

    async def run_plan(
        self,
        operation: Operation,
        variables: Variables,
        viewer: Viewer,
        language: str,
        receive: Receive | None,
        timing: ServerTiming,
    ) -> Execution:
        """Plan the statement for what is known of the viewer, and send it."""
        plan, split = plan_query(self.engine, operation, variables, viewer, language)
        statement = (
            Statement(plan.sql, plan.parameters(variables, viewer), plan.needs_custom_plan) if plan else None
        )
        if split.cost.total.parts:
            split.cost.check(variables, self.engine.max_cost)
        timing.ended("plan")
        row = await self.fetch(statement, receive) if statement else ()
        if viewer.grants_epoch is None:
            return Execution(plan, split, statement, row)
        epoch = row[-1] if plan else await self.viewers.epoch()
        return Execution(plan, split, statement, row[:-1], stale=epoch != viewer.grants_epoch)

    async def resolve(
        self, operation: Operation, split: RootFieldSplit, params: GraphQLParams, context: ResolverContext
    ) -> Mapping[str, str]:
        """The JSON of each key that Python answers: none, in most requests."""
        if not split.resolved:
            return {}
        return await self.executor.resolve(operation, split, params.variables, context)

    async def fetch(self, statement: Statement, receive: Receive | None) -> Sequence[str | None]:
        """The row of the one statement: the JSON of each planned key."""
        assert self.database is not None
        with CancelOnDisconnect(receive) if receive else nullcontext():
            return await self.database.fetch(
                statement.sql, statement.parameters, by_values=statement.decisive
            )


def require_acceptable(response_format: ResponseFormat) -> None:
    if not response_format.acceptable:
        raise NotAcceptable(message("http.accept_json"))


def choose_operation(engine: Engine, params: GraphQLParams, *, suggestions: bool = True) -> Operation:
    """The operation to execute; a GET that would write is refused before anything else is said."""
    try:
        operation = engine.operation(params.text, params.name, suggestions=suggestions)
    except ValidationFailed:
        if params.safe and _is_mutation(params):
            raise _only_by_post() from None
        raise
    if params.safe and operation.operation_type is OperationType.MUTATION:
        raise _only_by_post()
    return operation


def _is_mutation(params: GraphQLParams) -> bool:
    try:
        definition = get_operation_ast(parse(params.text), params.name)
    except GraphQLError:
        return False
    return definition is not None and definition.operation is OperationType.MUTATION


def _only_by_post() -> MethodNotAllowed:
    return MethodNotAllowed(message("http.mutations_by_post"), allow="POST")


def plan_query(
    engine: Engine, operation: Operation, variables: Variables, viewer: Viewer, language: str
) -> tuple[Plan | None, RootFieldSplit]:
    """The plan, and what it leaves to Python; what nests too deeply for a statement is refused."""
    try:
        return engine.plan(operation, variables, viewer, language)
    except RecursionError as error:
        raise too_costly() from error


def merge(
    split: RootFieldSplit, plan: Plan | None, row: Sequence[str | None], resolved: Mapping[str, str]
) -> bytes:
    """The body, its keys in the order that the operation has them."""
    if plan and not resolved:
        return data_body(plan.keys, row)
    found: dict[str, str | None] = dict(resolved)
    if plan:
        found.update(zip(plan.keys, row, strict=True))
    return data_body(split.keys, [found[key] for key in split.keys])
