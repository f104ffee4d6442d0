"""A server that mails, and what happens there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.api.http_clients import ask, reached, signed_in
from tests.conftest import correcting
from tests.mail.mail_server import PATIENCE
from tests.mutations.harness import ACTIONS, document, given

QUICK: Mapping[str, Any] = {
    "mail_host": "127.0.0.1",
    "mail_tls": "none",
    "mail_from": "Alianza MX <no-reply@alianza.test>",
    "mail_interval": 0.05,
    "mail_first_retry": 0.05,
    "mail_longest_retry": 0.1,
    "mail_timeout": 30.0,
    "mail_lease": 90.0,
}
"""Settings with which nothing takes long, however busy this machine is."""
PAUSED: Mapping[str, Any] = {"mail_first_retry": 600.0, "mail_longest_retry": 600.0}
"""Besides: what is refused for now is tried again when a test says so."""
GRIDS = "demo-renewable-grids"
TAKING_PART = (
    "mentor-02@example.edu",
    "mentor-13@example.edu",
    "mentor-40@example.org",
    "student-04@example.edu",
)
"""The contributors of that project; mentor-13 is at an institution of Mexico."""
STATES = """
    select split_part(p.email, '@', 1), n.state, n.error
    from notification n join person p on p.id = n.person_id where n.revision > 1 order by 1
"""


@dataclass
class Office:
    """The person who makes the changes that others are notified of."""

    http: httpx.AsyncClient
    engine: AsyncEngine

    async def sql(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement), values)]

    async def act(self, mutation: str, slug: str, persona: str = "admin") -> dict[str, Any]:
        """Take a step; it is possible."""
        action = ACTIONS[mutation]
        table = action.type_name.lower()
        ((id, version),) = await self.rows(f"select id, version from {table} where slug = :slug", slug=slug)
        variables = {"input": given(action, f"{table}_{id}", version)}
        answer = (await ask(self.http, document(action), variables, signed_in(persona))).json()
        assert "errors" not in answer, answer
        payload: dict[str, Any] = answer["data"][mutation]
        assert payload["userErrors"] == []
        return payload

    async def states(self) -> dict[str, tuple[str, str | None]]:
        """The state and the error of what was notified here, by person."""
        return {key: (state, error) for key, state, error in await self.rows(STATES)}

    async def until_done(self) -> dict[str, tuple[str, str | None]]:
        """The same once nothing more is to be sent."""
        async with asyncio.timeout(PATIENCE):
            while await self.rows("select 1 from notification_mail"):
                await asyncio.sleep(0.02)
        return await self.states()

    async def until_refused(self) -> None:
        """Every mail was tried, and none is being sent: the next attempt reads what is there by then."""
        async with asyncio.timeout(PATIENCE):
            while await self.rows("select 1 from notification_mail where attempts = 0 or lease is not null"):
                await asyncio.sleep(0.02)

    async def try_again(self) -> None:
        await self.sql("update notification_mail set next_attempt_at = now()")


@asynccontextmanager
async def office(url: str, **settings: Any) -> AsyncIterator[Office]:
    engine = engine_for(correcting(url))
    try:
        async with reached(url, **{**QUICK, **settings}) as http:
            yield Office(http, engine)
    finally:
        await engine.dispose()
