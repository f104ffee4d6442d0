"""Mutations of rows: one transaction each, then the payload is read like a query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, Protocol, TypeAlias
from uuid import UUID, uuid4

from graphql import OperationType

from api.limits.planning_queue import PlanningQueue
from delivery.grants_check import read_settled
from delivery.request_errors import MAX_REFRESHES, grants_unsettled, too_costly
from models.database.client import Database
from models.database.writer import Writer
from models.secret_link import hash_of
from planner.cost.costs import NO_COST, Cost, OperationCost
from planner.declaration.write_action import WriteAction
from planner.declaration.writes import NO_PYTHON
from planner.document.arguments import Variables, argument_trees
from planner.document.operations import Operation
from planner.engine import Engine, RootFieldSplit, WritePlan
from planner.limits import Limits
from planner.mutation.bulk_request import BulkRequest, bulk_request
from planner.mutation.input_part import RawErrors, errors_of_the_rest, remaining_input
from planner.mutation.outcome import given_errors, located_errors, user_errors
from planner.mutation.payload import ROW, PayloadPlan, payload_json
from planner.mutation.prepared_write import NOTHING_PREPARED, PreparedWrite, PrepareWrite
from planner.mutation.request import MutationRequest, RequestKeys
from planner.mutation.upsert import at_given_fields, held_by, holder_of, lookup_sql, lookup_values
from planner.mutation.write_input import WriteInput, read_input, read_key
from schema.grants import Principal, granted_roles, knowing, person_of

NO_ROW = UUID(int=0)
Refresh: TypeAlias = "Callable[[], Awaitable[Principal]]"


class Connections(Protocol):
    """The connections and registered Python parts that the executor uses while the application runs."""

    @property
    def writer(self) -> Writer | None: ...

    @property
    def database(self) -> Database | None: ...

    @property
    def prepare_writes(self) -> Mapping[str, PrepareWrite]: ...


@dataclass(frozen=True, slots=True)
class MutationExecutor:
    """Carries out declared mutations, after all of an operation are planned.

    `settings` are those that declarations read, by name.
    """

    engine: Engine
    planning: PlanningQueue
    connections: Connections
    settings: Mapping[str, int]

    def are_all_of(self, operation: Operation, split: RootFieldSplit) -> bool:
        """Whether an operation has only mutations of rows, which check the grants epoch themselves."""
        if operation.operation_type is not OperationType.MUTATION:
            return False
        return all(self.engine.catalog.action(nodes[0].name.value) for nodes in split.resolved.values())

    def requests(
        self,
        operation: Operation,
        variables: Variables,
        split: RootFieldSplit,
        language: str,
        keys: RequestKeys,
    ) -> dict[str, MutationRequest | BulkRequest]:
        """The mutations of rows by response key; each of several gets its own idempotency key."""
        found: dict[str, MutationRequest | BulkRequest] = {}
        request_id = keys.request_id or str(uuid4())
        for key, nodes in split.resolved.items():
            name = nodes[0].name.value
            if action := self.engine.catalog.action(name):
                arguments = argument_trees(self.engine.mutations[name], nodes[0], variables)
                own = keys.key if len(split.resolved) == 1 or not keys.key else f"{keys.key} {key}"
                request = MutationRequest(
                    action, operation, variables, nodes, arguments, language, own, request_id
                )
                found[key] = request if name == action.mutation else self._bulk(request)
        return found

    def _bulk(self, whole: MutationRequest) -> BulkRequest:
        context = self.engine.document_context(whole.operation, whole.variables)
        payload_type = self.engine.payload_type(whole.action.bulk)
        return bulk_request(context, whole, payload_type, self._limits.max_bulk_items)

    async def plan(
        self, requested: Iterable[MutationRequest | BulkRequest], viewer: Principal, address: str
    ) -> None:
        """Plan what isn't cached, in turn; raises RequestError, also for payloads that cost too much."""
        costs: dict[str, Cost] = {}
        requests = [found for one in requested for found in one.requests]
        for request in requests:
            try:
                plans = [await self._plan_in_turn(one, viewer, address) for one in request.variants]
            except RecursionError as error:
                raise too_costly() from error
            costs[request.key] = costs.get(request.key, NO_COST) + plans[0].payload.cost
        if costs:
            total = sum(costs.values(), NO_COST)
            OperationCost(total, costs).check(requests[0].variables, self.engine.max_cost)

    async def _plan_in_turn(self, request: MutationRequest, viewer: Principal, address: str) -> WritePlan:
        sender = _holding_link(request.action, viewer)
        known = partial(self.engine.known_write_plan, request, sender)
        make = partial(self.engine.write_plan, request, sender)
        run = partial(self.planning.run, viewer.key, address, make)
        return await self.planning.run_once(self.engine.write_plan_key(request, sender), known, run)

    async def _planned(self, request: MutationRequest, viewer: Principal) -> WritePlan:
        """The plan, cached by `plan` unless the viewer's roles have changed since; never rejected then."""
        plan = self.engine.known_write_plan(request, viewer)
        if plan is not None:
            return plan
        return await self.planning.run_owed(viewer.key, "", partial(self.engine.write_plan, request, viewer))

    async def execute(
        self, requested: MutationRequest | BulkRequest, viewer: Principal, refresh: Refresh
    ) -> str:
        """Carry out a mutation; returns the payload's JSON, raises DatabaseError and RequestError.

        `refresh` returns the viewer with its current grants.
        """
        results = [await self._execute_item(item, viewer, refresh) for item in requested.items]
        if isinstance(requested, MutationRequest):
            return results[0][0]
        whole = requested.whole
        return requested.payload(self.engine.document_context(whole.operation, whole.variables), results)

    async def _execute_item(
        self, requests: Sequence[MutationRequest], viewer: Principal, refresh: Refresh
    ) -> list[str]:
        """Carry out the first of some requests that differ in what they select; returns all payloads."""
        viewer = _holding_link(requests[0].action, viewer)
        for _ in range(MAX_REFRESHES):
            request, wanted = await self._resolved(requests[0], viewer)
            plan = await self._planned(request, viewer)
            outcome = await self._write(plan, wanted, viewer, request)
            if outcome.get("overtaken"):
                continue
            if not outcome.get("stale"):
                return [await self._payload(one, outcome, viewer, refresh) for one in requests]
            viewer = _holding_link(request.action, await refresh())
        raise grants_unsettled()

    async def _resolved(
        self, request: MutationRequest, viewer: Principal
    ) -> tuple[MutationRequest, WriteInput]:
        """The request with its input; an upsert becomes an update if there is the row."""
        wanted, upsert = self._read(request), request.action.upsert
        if upsert is None:
            return request, wanted
        holder = holder_of(upsert, viewer)
        values = lookup_values(upsert, holder, wanted)
        (row,) = [None] if values is None else await self._database.fetch(lookup_sql(upsert), values)
        if row is None and (wanted.version is None or values is None):
            return request, held_by(upsert, wanted, holder)
        update = replace(request, action=upsert.update)
        return update, replace(self._read(update), id=row)

    def _read(self, request: MutationRequest) -> WriteInput:
        type_ = self.engine.catalog.types[request.action.type_name]
        return read_input(request.action, type_, request.arguments, self._limits)

    @property
    def _limits(self) -> Limits:
        return self.engine.engine_limits.limits

    @property
    def _writer(self) -> Writer:
        assert self.connections.writer is not None
        return self.connections.writer

    @property
    def _database(self) -> Database:
        assert self.connections.database is not None
        return self.connections.database

    async def _write(
        self,
        plan: WritePlan,
        wanted: WriteInput,
        viewer: Principal,
        request: MutationRequest,
    ) -> dict[str, Any]:
        """The outcome of the write, with localized errors."""
        prepared = await self._prepared(wanted, viewer, request)
        key, errors = read_key(request, self._limits.max_key_length)
        errors = [*errors, *wanted.errors, *prepared.errors]
        given = {
            **self._given(plan, wanted, viewer, request),
            **_of_input(wanted, prepared),
            "errors": given_errors(errors),
            **_kept_key(request, key, wanted, viewer),
        }
        if request.action.link:
            given |= _by_link(request.action, wanted)
        outcome = await self._writer.write(plan.statement, given)
        upsert = self.engine.catalog.actions[request.action.mutation].upsert
        if upsert is not None and outcome.get("violated") == upsert.unique:
            return {"overtaken": True}
        if (found := outcome.get("errors")) and not outcome.get("stale"):
            rest = remaining_input(request.action, wanted, plan.statement, found)
            if rest is not None:
                others = await self._also_wrong(plan, given, _of_input(rest, prepared))
                outcome["errors"] = [*found, *others]
        found = user_errors(plan.statement, outcome, errors, request.language)
        found = found if upsert is None else at_given_fields(upsert, found)
        outcome["errors"] = located_errors(found, request.path)
        outcome.setdefault("created", request.action.creation is not None)
        is_done = not (outcome["errors"] or outcome.get("stale") or outcome.get("replayed"))
        if is_done and not request.is_dry_run:
            outcome["answers"] = prepared.answers
            prepared.done()
        return outcome

    def _given(
        self, plan: WritePlan, wanted: WriteInput, viewer: Principal, request: MutationRequest
    ) -> dict[str, Any]:
        """What the statements read, but for the input's values: which row it is, who asks, and settings."""
        given: dict[str, Any] = {
            "id": str(wanted.id) if wanted.id else None,
            "version": wanted.version,
            "viewer": plan.statement.viewer(viewer),
            "settings": self.settings,
            "epoch": viewer.grants_epoch,
            "act": {
                "actor": actor_of(viewer),
                "role": ",".join(granted_roles(viewer)),
                "mutation": request.action.mutation,
                "request_id": request.request_id,
                "reason": wanted.reason,
            },
        }
        if viewer.proof is not None:
            given["grants"] = asdict(viewer.proof)
        if plan.statement.refused:
            given["refused"] = plan.statement.refused
        if plan.statement.repeated:
            given["repeated"] = plan.statement.repeated
        return given

    async def _also_wrong(
        self, plan: WritePlan, given: Mapping[str, Any], rest: Mapping[str, Any]
    ) -> RawErrors:
        """The errors of the row that the valid part of the input would make; nothing is written."""
        tried = {name: value for name, value in given.items() if name != "key"}
        tried |= {**rest, "errors": [], "dry_run": True}
        return errors_of_the_rest(plan.statement, await self._writer.write(plan.statement, tried))

    async def _prepared(
        self, wanted: WriteInput, viewer: Principal, request: MutationRequest
    ) -> PreparedWrite:
        """The result of the mutation's Python part, if it has one."""
        if request.action.python is NO_PYTHON:
            return NOTHING_PREPARED
        prepare = self.connections.prepare_writes[request.action.mutation]
        return await prepare(wanted, viewer, request.language)

    async def _payload(
        self,
        request: MutationRequest,
        outcome: Mapping[str, Any],
        viewer: Principal,
        refresh: Refresh,
    ) -> str:
        """The payload's JSON; the object is read as the viewer sees it now."""
        row = UUID(outcome["id"]) if outcome.get("id") else None
        answers = outcome.get("answers", {})
        viewer = _holding_link(request.action, viewer, row)
        known = {
            "__typename": self.engine.payload_type(request.action.mutation),
            "removedId": self._removed_id(request.action, outcome),
            **{name: answers.get(name) for name in request.action.python.answers},
            "created": outcome["created"] and not outcome["errors"],
            "replayed": bool(outcome.get("replayed")) and not outcome["errors"],
            "changed": outcome.get("changed") or [],
            "userErrors": outcome["errors"],
        }
        read = partial(self._payload_row, request, row)
        (plan, found), is_current = await read(viewer)
        if not is_current:

            async def refreshed() -> Principal:
                return _holding_link(request.action, await refresh(), row)

            (plan, found), _ = await read_settled((plan, found), viewer, refreshed, read)
        objects = dict(zip(plan.plan.keys, found, strict=False)) if plan.plan is not None else {}
        context = self.engine.document_context(request.operation, request.variables)
        return payload_json(context, plan.fields, objects, known)

    async def _payload_row(
        self, request: MutationRequest, row: UUID | None, viewer: Principal
    ) -> tuple[tuple[PayloadPlan, Sequence[str | None]], bool]:
        """The payload's plan with its statement's row, and whether the grants epoch was the viewer's."""
        payload = (await self._planned(request, viewer)).payload
        plan = payload.plan
        if plan is None:
            return (payload, ()), True
        parameters = plan.parameters({**request.variables, ROW: row}, viewer)
        found = await self._database.fetch(plan.sql, parameters, by_values=plan.needs_custom_plan)
        return (payload, found), viewer.grants_epoch is None or found[-1] == viewer.grants_epoch

    def _removed_id(self, action: WriteAction, outcome: Mapping[str, Any]) -> str | None:
        """The global id of the removed row, or in a dry run of the one to remove."""
        if not action.removes or outcome["errors"] or not outcome.get("id"):
            return None
        return f"{self.engine.catalog.types[action.type_name].prefix}_{outcome['id']}"


def _of_input(wanted: WriteInput, prepared: PreparedWrite) -> dict[str, Any]:
    """The parameters of the statement, from an input."""
    return {
        "fields": wanted.fields,
        "set": {**wanted.values, **prepared.values},
        "incomplete": wanted.incomplete,
        "given": [name for name, value in wanted.given.items() if value is not None],
        "links": wanted.links,
        "names": wanted.names,
    }


def _kept_key(
    request: MutationRequest, key: str | None, wanted: WriteInput, viewer: Principal
) -> dict[str, Any]:
    """The idempotency key to keep; none for a dry run."""
    if request.is_dry_run:
        return {"dry_run": True}
    if key is None:
        return {}
    return {
        "creates": request.action.creation is not None,
        "key": key,
        "viewer_key": actor_of(viewer),
        "mutation": request.action.mutation,
        "input_hash": wanted.digest,
    }


def _holding_link(action: WriteAction, viewer: Principal, row: UUID | None = None) -> Principal:
    """The viewer with the role of whoever has the link, for the row that it leads to once that is known."""
    return knowing(viewer, action.link, row or NO_ROW) if action.link else viewer


def _by_link(action: WriteAction, wanted: WriteInput) -> dict[str, Any]:
    """What the database finds the row by: of the link only its hash. Idempotency keys are the link's own."""
    link = hash_of(wanted.given[action.names_row].strip()).hex()
    return {"link": {"hash": link, "role": action.link}, "viewer_key": f"link {link}"}


def actor_of(viewer: Principal) -> str:
    """The actor for the audit log and idempotency keys: a person or client by id, others by a digest."""
    if (person := person_of(viewer)) is not None:
        return f"person {person}"
    if viewer.kind == "CLIENT" and viewer.key.startswith("client "):
        return viewer.key
    return f"subject {sha256(viewer.key.encode()).hexdigest()}" if viewer.key else "public"
