"""The stages of an operation on any transport: choose, coerce, plan, then execute or subscribe.

A query is one SQL statement, planned once for all requests of its shape; PostgreSQL writes the JSON, whose
bytes are passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from graphql import OperationType
from starlette.types import Receive, Scope

from api.auth.viewer_cache import ViewerCache
from api.graphql.explain import NO_TIMING, ServerTiming, Statement
from api.graphql.introspection import introspection_disabled
from api.graphql.mutations import MutationExecutor
from api.graphql.python_resolvers import ResolverContext, ResolverExecutor
from api.http.disconnect import CancelOnDisconnect
from api.http.headers import Headers
from api.http.request import GraphQLParams, RequestLimits
from api.limits.planning_queue import PlanningQueue
from api.limits.rate_limiter import RateLimiter, address_key
from api.messages import message
from delivery.grants_check import read_settled
from delivery.request_errors import as_request_error, too_costly
from delivery.subscriptions.sessions import Credential, OpenSubscription, Subscriber
from delivery.subscriptions.subscriptions import SubscriptionRequest, Subscriptions
from models.database.client import Database, DatabaseError
from models.database.writer import Writer
from planner.document.arguments import Variables
from planner.document.operations import Document, Operation
from planner.engine import Engine, RootFieldSplit
from planner.errors import (
    CursorExpired,
    MethodNotAllowed,
    RequestError,
    Unauthenticated,
    ValidationFailed,
    bad_input,
)
from planner.mutation.prepared_write import PrepareWrite
from planner.mutation.request import NO_KEYS, RequestKeys
from planner.plan.query_plan import Plan
from planner.plan.response_body import data_body
from planner.viewer import Viewer
from schema.grants import ANONYMOUS, Principal

UNREAD_STATUSES = (400, 403)
"""Statuses of errors that arise before a statement shows whether grants still hold."""


class Requester(NamedTuple):  # made for every request: a tuple takes half of a dataclass's calls
    """The sender of an operation: Authorization header, viewer, language of the response."""

    authorization: bytes | None
    viewer: Principal
    language: str


class PreparedOperation(NamedTuple):
    """An operation of a document with its coerced variables.

    `given` are the variables as sent, which Python resolvers read; `address` returns the client's
    `address_key`. `keys` are the request's idempotency key and id.
    """

    operation: Operation
    variables: Variables
    given: Mapping[str, Any]
    address: Callable[[], str]
    keys: RequestKeys = NO_KEYS


MANY_VALUES = 200
"""Above this number of values, coercing variables takes as long as planning."""

NOTHING_RESOLVED: Mapping[str, str] = {}
"""The usual case: no field that Python resolves."""


@dataclass(frozen=True, slots=True)
class Execution:
    """The result of a query's statement: the JSON of each planned key.

    `stale`: grants have changed since the viewer was determined; it is sent only if the viewer's haven't.
    """

    plan: Plan | None
    split: RootFieldSplit
    statement: Statement | None
    row: Sequence[str | None]
    stale: bool = False


@dataclass
class OperationPipeline:
    """The services that all transports share; the lifespan sets `database`, `writer` and `subscriptions`."""

    engine: Engine
    viewers: ViewerCache
    executor: ResolverExecutor
    request_limits: RequestLimits
    default_language: str
    introspection: frozenset[str]
    planning: PlanningQueue
    workflow_settings: Mapping[str, int]
    rate_limiter: RateLimiter | None = None
    database: Database | None = None
    writer: Writer | None = None
    subscriptions: Subscriptions | None = None
    prepare_writes: Mapping[str, PrepareWrite] = field(default_factory=dict)

    async def prepare(
        self, params: GraphQLParams, viewer: Principal, address: Callable[[], str]
    ) -> PreparedOperation:
        """Choose the operation and coerce its variables; raises RequestError."""
        document = self.engine.known_document(params.text)
        if document is None:
            document = await self._new_document(params, viewer, address)
        operation = document.choose(params.name)
        if params.safe and operation.operation_type is OperationType.MUTATION:
            raise _only_by_post()
        suggestions = self.may_introspect(viewer)
        if params.values <= MANY_VALUES:
            variables = operation.coerce(params.variables, suggestions=suggestions)
        else:
            coerce = partial(operation.coerce, params.variables, suggestions=suggestions)
            variables = await self.planning.run(viewer.key, address(), coerce)
        if operation.operation_type is OperationType.SUBSCRIPTION:
            return PreparedOperation(operation, variables, {}, address)
        return PreparedOperation(operation, variables, params.variables, address, params.keys)

    async def _new_document(
        self, params: GraphQLParams, viewer: Principal, address: Callable[[], str]
    ) -> Document:
        """Read a new document in turn; for a mutation by GET, that is the only error."""
        read = partial(self._read_document, params, suggestions=self.may_introspect(viewer))
        known = partial(self.engine.known_document, params.text)
        return await self.planning.run_once(
            params.text, known, lambda: self.planning.run(viewer.key, address(), read)
        )

    def _read_document(self, params: GraphQLParams, *, suggestions: bool) -> Document:
        try:
            return self.engine.document(params.text, suggestions=suggestions)
        except ValidationFailed:
            if params.safe and params.is_mutation:
                raise _only_by_post() from None
            raise

    async def execute(
        self,
        prepared: PreparedOperation,
        requester: Requester,
        receive: Receive | None = None,
        timing: ServerTiming = NO_TIMING,
    ) -> tuple[bytes, Execution]:
        """The response body of a query or mutation; raises RequestError if it gets no data.

        With `receive`, a client that disconnects cancels the statement.
        """
        if prepared.operation.operation_type is OperationType.SUBSCRIPTION:
            raise bad_input(message("http.subscribe_elsewhere"))
        execution = None
        try:
            execution = await self._run(prepared, requester, receive, timing)
        except CursorExpired:
            if not await self._is_outdated(requester):
                raise
        if execution is None or execution.stale:
            execution, requester = await self._settled(execution, prepared, requester, receive, timing)
        if execution.plan is not None and execution.plan.cursor_columns:
            execution.plan.require_cursors_kept(execution.row)
        if prepared.operation.introspects and not self.may_introspect(requester.viewer):
            raise introspection_disabled()
        split = execution.split
        resolved = await self._resolve(prepared, split, requester) if split.resolved else NOTHING_RESOLVED
        timing.ended("database")
        body = merge(execution, resolved)
        timing.ended("bytes")
        return body, execution

    async def subscribe(
        self,
        prepared: PreparedOperation,
        requester: Requester,
        subscriber: Subscriber,
        after: str | None = None,
    ) -> OpenSubscription:
        """Open a subscription, optionally after the transport's cursor; raises RequestError."""
        try:
            return await self._open(prepared, requester, subscriber, after)
        except CursorExpired:
            if not await self._is_outdated(requester):
                raise
        authorization, _, language = requester
        assert authorization is not None
        current = Requester(authorization, await self.viewers.refresh(authorization), language)
        return await self._open(prepared, current, subscriber, after)

    async def _is_outdated(self, requester: Requester) -> bool:
        """Whether the viewer has outdated grants, for which a current cursor may have been refused."""
        epoch = requester.viewer.grants_epoch
        return epoch is not None and epoch != await self.viewers.epoch()

    async def _open(
        self, prepared: PreparedOperation, requester: Requester, subscriber: Subscriber, after: str | None
    ) -> OpenSubscription:
        assert self.subscriptions is not None
        request = SubscriptionRequest(
            prepared.operation,
            prepared.variables,
            Credential(requester.authorization, requester.viewer),
            requester.language,
            after,
            prepared.address(),
        )
        return await self.subscriptions.open(request, subscriber)

    async def client_error(self, error: Exception, headers: Headers) -> RequestError:
        """The error for the client; a revoked credential takes precedence."""
        request_error, authorization = as_request_error(error), headers.get(b"authorization")
        if authorization is None or request_error.status not in UNREAD_STATUSES:
            return request_error
        try:
            await self.viewers.current(authorization)
        except Unauthenticated as revoked:
            return revoked
        except DatabaseError as failure:
            return as_request_error(failure)
        return request_error

    async def authenticate(self, scope: Scope, headers: Headers) -> Principal:
        """The viewer; the request counts for the viewer of a valid credential, others for their address."""
        return await self.viewer_at(lambda: address_key(scope), headers.get(b"authorization"))

    async def viewer_at(
        self, address: Callable[[], str], authorization: bytes | None, *, counted: bool = True
    ) -> Principal:
        """The viewer of a credential from an address (`address_key`); `counted`: as a request of theirs."""
        limiter = self.rate_limiter
        if authorization is None:
            if limiter is not None:
                limiter.addresses.count(address())
            return ANONYMOUS
        if limiter is None:
            return await self.viewers.authenticate(authorization)
        try:
            viewer = await self.viewers.authenticate(
                authorization, lambda: limiter.require_fewer_failures(address())
            )
        except Unauthenticated:
            limiter.count_failure(address())
            raise
        if counted:
            limiter.viewers.count(viewer.key)
        return viewer

    async def current_viewer(self, scope: Scope, headers: Headers) -> Principal:
        """The viewer with current grants, for requests without a statement that checks them."""
        viewer = await self.authenticate(scope, headers)
        if viewer.grants_epoch is None:
            return viewer
        return await self.viewers.current(headers[b"authorization"])

    def may_introspect(self, viewer: Viewer) -> bool:
        """Whether the viewer may introspect the schema, and get suggestions of its names."""
        return not self.introspection.isdisjoint(viewer.roles)

    async def _settled(
        self,
        execution: Execution | None,
        prepared: PreparedOperation,
        requester: Requester,
        receive: Receive | None,
        timing: ServerTiming,
    ) -> tuple[Execution, Requester]:
        """The execution for the requester's current grants, and the requester with these."""
        authorization, _, language = requester
        assert authorization is not None

        async def read(viewer: Principal) -> tuple[Execution, bool]:
            current = Requester(authorization, viewer, language)
            found = await self._run(prepared, current, receive, timing)
            return found, not found.stale

        refresh = partial(self.viewers.refresh, authorization)
        settled, viewer = await read_settled(execution, requester.viewer, refresh, read)
        return settled, Requester(authorization, viewer, language)

    async def _run(
        self,
        prepared: PreparedOperation,
        requester: Requester,
        receive: Receive | None,
        timing: ServerTiming,
    ) -> Execution:
        """Plan the statement for the requester's viewer, and send it."""
        variables, viewer = prepared.variables, requester.viewer
        engine, operation = self.engine, prepared.operation
        found = engine.known_plan(engine.plan_key(operation, variables, viewer, requester.language))
        if found is None:
            found = await self._new_plan(prepared, requester)
        plan, split = found
        statement = (
            Statement(plan.sql, plan.parameters(variables, viewer), plan.needs_custom_plan) if plan else None
        )
        if split.cost.total.parts:
            split.cost.check(variables, self.engine.max_cost)
        timing.ended("plan")
        row = await self._fetch(statement, receive) if statement else ()
        if viewer.grants_epoch is None or (plan is None and self._mutations().are_all_of(operation, split)):
            return Execution(plan, split, statement, row)
        epoch = row[-1] if plan else await self.viewers.epoch()
        return Execution(plan, split, statement, row[:-1], stale=epoch != viewer.grants_epoch)

    async def _new_plan(
        self, prepared: PreparedOperation, requester: Requester
    ) -> tuple[Plan | None, RootFieldSplit]:
        """Plan in turn; rejects operations that nest too deeply for a statement."""
        operation, variables, _, address, _ = prepared
        _, viewer, language = requester
        plan = partial(self.engine.plan, operation, variables, viewer, language)
        key = self.engine.plan_key(operation, variables, viewer, language)
        try:
            return await self.planning.run_once(
                key,
                partial(self.engine.known_plan, key),
                lambda: self.planning.run(viewer.key, address(), plan),
            )
        except RecursionError as error:
            raise too_costly() from error

    async def _resolve(
        self, prepared: PreparedOperation, split: RootFieldSplit, requester: Requester
    ) -> Mapping[str, str]:
        """The JSON of each key that Python resolves; introspection that isn't cached runs in turn."""
        operation, _, given, address, _ = prepared
        introspected = self.executor.known_introspection(operation) if operation.introspects else {}
        if introspected is None:
            introspect = partial(self.executor.introspect, operation, split, given)
            introspected = await self.planning.run(requester.viewer.key, address(), introspect)
        if len(introspected) == len(split.resolved):
            return introspected
        context = ResolverContext(requester.viewer, requester.language)
        if operation.operation_type is OperationType.MUTATION:
            return await self._mutate(prepared, split, requester, context)
        return {**introspected, **await self.executor.resolve(operation, split, given, context)}

    async def _mutate(
        self,
        prepared: PreparedOperation,
        split: RootFieldSplit,
        requester: Requester,
        context: ResolverContext,
    ) -> Mapping[str, str]:
        """The JSON of each mutation; all are planned first, then carried out in order."""
        operation, variables, given, address, keys = prepared
        mutations = self._mutations()
        requests = mutations.requests(operation, variables, split, requester.language, keys)
        await mutations.plan(requests.values(), requester.viewer, address())
        found: dict[str, str] = {}
        for key, nodes in split.resolved.items():
            if key in requests:
                refresh = partial(self.viewers.refresh, requester.authorization or b"")
                found[key] = await mutations.execute(requests[key], requester.viewer, refresh)
            else:
                one = replace(split, resolved={key: nodes})
                found |= await self.executor.resolve(operation, one, given, context)
        return found

    def _mutations(self) -> MutationExecutor:
        return MutationExecutor(self.engine, self.planning, self, self.workflow_settings)

    async def _fetch(self, statement: Statement, receive: Receive | None) -> Sequence[str | None]:
        """The statement's row: the JSON of each planned key."""
        assert self.database is not None
        with CancelOnDisconnect(receive) if receive else nullcontext():
            return await self.database.fetch(
                statement.sql, statement.parameters, by_values=statement.needs_custom_plan
            )


def _only_by_post() -> MethodNotAllowed:
    return MethodNotAllowed(message("http.mutations_by_post"), allow="POST")


def merge(execution: Execution, resolved: Mapping[str, str]) -> bytes:
    """The response body, with keys in the operation's order."""
    plan, split = execution.plan, execution.split
    if plan and not resolved:
        return data_body(plan.keys, execution.row)
    planned = zip(plan.keys, execution.row, strict=True) if plan else ()
    found: dict[str, str | None] = {**resolved, **dict(planned)}
    return data_body(split.keys, [found[key] for key in split.keys])
