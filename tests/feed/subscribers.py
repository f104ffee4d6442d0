"""The application with its feed and subscribers that record what they receive, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from api.graphql.pipeline import OperationPipeline, Requester
from api.http.request import GraphQLParams
from delivery.subscriptions.sessions import Credential, OpenSubscription
from models.database.client import engine_for
from planner.errors import RequestError
from tests.api.http_clients import application, signed_in
from tests.conftest import correcting

PATIENCE = 90.0  # seconds that something may take before the test fails

CHANGES = """
    subscription Changes($after: String, $types: [EntityType!], $institution: ID) {
        changes(after: $after, types: $types, institution: $institution) {
            id cursor kind type entityId version changedFields node { __typename id }
        }
    }
"""


@dataclass
class Listener:
    """A subscriber that keeps everything it receives."""

    payloads: list[Any] = field(default_factory=list)
    cursors: list[str | None] = field(default_factory=list)
    error: RequestError | None = None
    ended: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self, payload: str, cursor: str | None) -> None:
        self.payloads.append(orjson.loads(payload)["data"])
        self.cursors.append(cursor)
        self.moved.set()

    def end(self, error: RequestError | None) -> None:
        self.ended, self.error = True, error
        self.moved.set()

    async def drained(self) -> None:
        await asyncio.sleep(0)

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [payload["changes"] for payload in self.payloads]

    async def until(self, holds: Callable[[Listener], bool]) -> None:
        """Wait until the condition holds for what was received."""
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                self.moved.clear()
                await self.moved.wait()

    @property
    def code(self) -> str | None:
        return self.error.code if self.error else None


@dataclass
class InProcessServer:
    """An application that runs, on a database that tests write to by plain SQL."""

    pipeline: OperationPipeline
    engine: AsyncEngine
    app: Starlette
    signed_in: Callable[[str], dict[str, str]] = field(default_factory=lambda: cache(signed_in))
    """A token for each persona, the same one whenever it is asked for: tokens of two seconds differ."""

    async def sql(self, *statements: str, **parameters: Any) -> None:
        """Statements in one transaction."""
        async with self.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement), parameters)

    async def value(self, statement: str, **parameters: Any) -> Any:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(statement), parameters)).scalar_one()

    async def credential(self, persona: str) -> Credential:
        headers = self.signed_in(persona)
        if not headers:
            return Credential()
        authorization = headers["authorization"].encode()
        return Credential(authorization, await self.pipeline.viewers.authenticate(authorization))

    async def ask(self, persona: str, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a query; errors are raised."""
        credential = await self.credential(persona)
        params = GraphQLParams(query, None, variables, {}, False)
        prepared = await self.pipeline.prepare(params, credential.viewer, str)
        body, _ = await self.pipeline.execute(prepared, requester_of(credential))
        data: dict[str, Any] = orjson.loads(body)["data"]
        return data

    async def cursor(self, persona: str) -> str:
        """The present cursor, once everything that was committed is numbered."""
        async with asyncio.timeout(PATIENCE):
            while await self.value("select count(*) from change_note"):
                await asyncio.sleep(0.01)
        cursor: str = (await self.ask(persona, "{ changeCursor }"))["changeCursor"]
        return cursor

    async def follow(
        self, persona: str, query: str = CHANGES, *, after: str | None = None, **variables: Any
    ) -> tuple[Listener, OpenSubscription]:
        """A listener that follows as a persona; `after` as a transport gives it."""
        listener = Listener()
        return listener, await self.open(persona, query, listener, after=after, **variables)

    async def open(
        self, persona: str, query: str, listener: Listener, *, after: str | None = None, **variables: Any
    ) -> OpenSubscription:
        """The same with a given listener."""
        credential = await self.credential(persona)
        params = GraphQLParams(query, None, variables, {}, False)
        prepared = await self.pipeline.prepare(params, credential.viewer, str)
        return await self.pipeline.subscribe(prepared, requester_of(credential), listener, after)


def requester_of(credential: Credential) -> Requester:
    return Requester(credential.authorization, credential.viewer, "EN")


@asynccontextmanager
async def in_process_server(url: str, **settings: Any) -> AsyncIterator[InProcessServer]:
    """The application while it runs; `statements` that it sends can be counted by `on_statement`."""
    app = application(url, settings.pop("on_statement", None), **settings)
    engine = engine_for(correcting(url))
    async with app.router.lifespan_context(app):
        yield InProcessServer(app.parts.pipeline, engine, app)  # type: ignore[attr-defined]
    await engine.dispose()
