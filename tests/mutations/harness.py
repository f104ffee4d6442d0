"""Mutations as anybody sends them, without a transport between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

import orjson
from cryptography.fernet import Fernet

import schema
from api.auth.principals import TokenPrincipal
from api.composition import planning_limits, workflow_settings
from api.graphql.mutations import MutationExecutor
from api.limits.planning_queue import PlanningQueue
from delivery.webhooks.payload_document import PayloadPlans
from delivery.webhooks.registry import WebhookRegistry
from delivery.webhooks.signing import SecretBox
from delivery.webhooks.validation import WebhookRules
from models.database.client import Database, engine_for
from models.database.pool import PoolBounds
from models.database.writer import Writer
from planner.declaration.write_action import WriteAction
from planner.document.arguments import argument_trees
from planner.engine import Engine
from planner.mutation.payload import object_field
from planner.mutation.prepared_write import PrepareWrite
from planner.mutation.request import MutationRequest
from schema.grants import Principal
from schema.prepared_writes import PREPARED
from tests.engines import SETTINGS, shared_engine
from tests.personas import viewer_of

ACTIONS: Mapping[str, WriteAction] = schema.catalog.actions
OF_ROWS = {name: one for name, one in ACTIONS.items() if one.creation is None and not one.link}
"""The mutations of a row that exists, which is named by its id."""
CREATIONS = {
    name: one
    for name, one in ACTIONS.items()
    if one.creation and (not one.creation.maker or one.creation.maker_unless)
}
"""Those of whoever may write the row."""
TWICE = (UUID(int=0xD001), UUID(int=0xD002))
"""Two records of a person of whom nothing else is known, among the hard cases."""
DOCUMENT = """
    mutation ($input: {type}Input!, $dry: Boolean, $key: String) {{
        {name}(input: $input, dryRun: $dry, idempotencyKey: $key) {{
            {object} {{ id version {fields} {actions} }}
            {outcomes} changed replayed userErrors {{ code path message }}
        }}
    }}"""
AVAILABLE = "availableActions { name allowed reasons { code path message } }"


def table_of(action: WriteAction) -> str:
    """The name of the table whose rows a mutation writes."""
    return str(schema.catalog.types[action.type_name].table.name)  # type: ignore[union-attr]


def document(action: WriteAction, fields: str = "") -> str:
    """A mutation that selects its whole payload."""
    type_ = action.mutation[0].upper() + action.mutation[1:]
    members = schema.catalog.types[action.type_name].members
    actions = AVAILABLE if "availableActions" in members else ""
    return DOCUMENT.format(
        type=type_,
        name=action.mutation,
        object=object_field(action),
        fields=fields,
        actions=actions,
        outcomes="created" if action.upsert is not None else "",
    )


def needed(mutation: str, name: str) -> Any:
    """A value that a step's input must have: for calls later than any closing, or before those ahead."""
    assert name == "localClosing"
    sooner = f"{datetime.now(UTC) + timedelta(days=25):%Y-%m-%dT%H:%M}"
    return sooner if mutation == "shortenCall" else "2099-12-31T23:59"


def given(action: WriteAction, id: str, version: int, **values: Any) -> dict[str, Any]:
    """An input; a step that needs a reason or a field has one; one that names a record names `TWICE`."""
    reason = {"reason": "It rains."} if action.step and action.step.needs_reason else {}
    other = next(f"person_{one}" for one in TWICE if f"person_{one}" != id)
    named = {"duplicate": other, "duplicateVersion": 1} if action.step and action.step.refers else {}
    must = {name: needed(action.mutation, name) for name in action.needs}
    return {"id": id, "expectedVersion": version, **reason, **named, **must, **values}


class SendOptions(TypedDict, total=False):
    dry: bool
    key: str | None
    language: str


@dataclass(frozen=True, repr=False)
class MutationHarness:
    """Carries out mutations for viewers, who may be given by their names (`tests.personas`)."""

    engine: Engine
    executor: MutationExecutor

    async def send(
        self,
        sender: str | Principal | TokenPrincipal,
        action: WriteAction,
        input: Mapping[str, Any],
        fields: str = "",
        **options: Unpack[SendOptions],
    ) -> dict[str, Any]:
        """The payload, with more fields of its object; a token's viewer is read from the database."""
        operation = self.engine.operation(document(action, fields), None)
        variables = operation.coerce(
            {"input": dict(input), "dry": options.get("dry", False), "key": options.get("key")}
        )
        language = options.get("language", "EN")
        nodes = list(operation.definition.selection_set.selections)
        arguments = argument_trees(self.engine.mutations[action.mutation], nodes[0], variables)  # type: ignore[arg-type]
        request = MutationRequest(action, operation, variables, nodes, arguments, language)  # type: ignore[arg-type]

        async def refresh() -> Principal:
            if isinstance(sender, str):
                return viewer_of(sender)
            if isinstance(sender, Principal):
                return sender
            assert self.executor.connections.database is not None
            return await sender.viewer(self.executor.connections.database)

        payload: dict[str, Any] = orjson.loads(await self.executor.execute(request, await refresh(), refresh))
        return payload


@dataclass(frozen=True)
class _Connections:
    writer: Writer
    database: Database
    prepare_writes: Mapping[str, PrepareWrite] = field(default_factory=dict)


@asynccontextmanager
async def mutating(
    url: str, engine: Engine | None = None, connections: int = 8, **bounds: int
) -> AsyncIterator[MutationHarness]:
    """`bounds`: settings of workflows that are not the usual ones."""
    engine = engine or shared_engine()
    settings = {**workflow_settings(SETTINGS), **bounds}
    database, writing = await Database.open(url), engine_for(url)
    writer = Writer.create(url, PoolBounds(connections, 60.0), statement_timeout=60.0)
    try:
        queue = PlanningQueue(planning_limits(SETTINGS))
        webhooks = WebhookRegistry(
            writing,
            lambda: database,
            SecretBox([Fernet.generate_key().decode()]),
            PayloadPlans(engine, queue),
            WebhookRules(most=10, private=True),
            60.0,
            lambda: None,
        )
        lent = _Connections(writer, database, {**PREPARED, **webhooks.prepare_writes})
        yield MutationHarness(engine, MutationExecutor(engine, queue, lent, settings))
    finally:
        await writing.dispose()
        await writer.close()
        await database.close()
