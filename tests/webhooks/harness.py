"""A server that sends webhooks, the API client that registers them, and changes made by plain SQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.api_keys import make
from models.access import AccessScope
from models.api_client_commands import WantedKey, add_key
from models.base import uuid7
from models.database.client import engine_for
from tests.api.http_clients import ask, reached
from tests.conftest import correcting
from tests.webhooks.receiver import PATIENCE

KEY = Fernet.generate_key().decode()
QUICK: dict[str, Any] = {
    "webhook_key": KEY,
    "webhook_allow_private_addresses": True,
    "webhook_interval": 0.05,
    "webhook_first_retry": 0.05,
    "webhook_longest_retry": 0.1,
    "webhook_timeout": 20.0,
    "webhook_lease": 60.0,
}
"""Settings with which nothing takes long, and a receiver may be on this machine, however busy it is."""

WEBHOOK = (
    "id version url types institutionId document language scopes state parkedFor cursor behind attempts"
    " nextAttemptAt"
)
SELECTED = f"webhook {{ {WEBHOOK} }} changed replayed userErrors {{ code path message }}"
ANSWERS = {"registerWebhook": "secret", "rotateWebhookSecret": "secret", "removeWebhook": "removedId"}


def mutation(name: str) -> str:
    """A mutation that selects its whole payload."""
    return f"""mutation ($input: {name[0].upper()}{name[1:]}Input!, $key: String, $dry: Boolean) {{
        {name}(input: $input, idempotencyKey: $key, dryRun: $dry) {{ {ANSWERS.get(name, "")} {SELECTED} }}
    }}"""


REGISTER = mutation("registerWebhook")
DELIVERIES = """query ($id: ID!, $first: Int, $after: String) {
    webhookDeliveries(webhook: $id, first: $first, after: $after) {
        nodes { id message type status attempts responseStatus durationMs nextAttemptAt error at }
        pageInfo { hasNextPage endCursor }
    }
}"""


Headers = dict[str, str] | None


@dataclass(frozen=True)
class Registered:
    id: str
    secret: str


@dataclass(frozen=True)
class MutationArguments:
    """The arguments of a mutation besides its input."""

    key: str | None = None
    dry: bool = False


NO_ARGUMENTS = MutationArguments()


@dataclass
class Campus:
    """A campus's system with an API key, and a writer that changes the data by SQL."""

    http: httpx.AsyncClient
    engine: AsyncEngine
    key: str

    async def ask(self, query: str, headers: Headers = None, **variables: Any) -> dict[str, Any]:
        """The data of the answer, without errors."""
        sent = {"authorization": f"Bearer {self.key}"} if headers is None else headers
        answer = (await ask(self.http, query, variables, sent)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def register(self, url: str, **input: Any) -> Registered:
        made = (await self.ask(REGISTER, input={"url": url, **input}))["registerWebhook"]
        assert made["userErrors"] == [], made
        return Registered(made["webhook"]["id"], made["secret"])

    async def do(self, mutation: str, id: str, headers: Headers = None, **more: Any) -> Any:
        """Carry out a mutation that takes an id; returns its payload, which has no userErrors."""
        payload = await self.tried(mutation, id, headers, **more)
        assert payload["userErrors"] == [], payload
        return payload

    async def tried(
        self,
        name: str,
        id: str,
        headers: Headers = None,
        arguments: MutationArguments = NO_ARGUMENTS,
        **more: Any,
    ) -> Any:
        """The payload of a mutation of a webhook, of its current version if `more` has none."""
        input = {"id": id, **more}
        if "expectedVersion" not in more:
            input["expectedVersion"] = await self.version(id)
        return (await self.ask(mutation(name), headers, input=input, **asdict(arguments)))[name]

    async def version(self, id: str) -> int:
        """The version of a webhook; 1 of one that there is not."""
        found = "select coalesce((select version from webhook where 'webhook_' || id = :id), 1)"
        return int(await self.value(found, id=id))

    async def webhook(self, id: str) -> dict[str, Any]:
        nodes = (await self.ask(f"{{ webhooks {{ nodes {{ {WEBHOOK} }} }} }}"))["webhooks"]["nodes"]
        (found,) = (node for node in nodes if node["id"] == id)
        return dict(found)

    async def log(self, id: str) -> list[dict[str, Any]]:
        """The log of deliveries, oldest first."""
        found = (await self.ask(DELIVERIES, id=id, first=100))["webhookDeliveries"]["nodes"]
        return list(reversed(found))

    async def sql(self, *statements: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement), values)

    async def value(self, statement: str, **values: Any) -> Any:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(statement), values)).scalar_one()

    async def rename(self, *titles: str) -> None:
        """One change of a public project for each title."""
        for title in titles:
            await self.sql(RENAME, title=title)

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                await asyncio.sleep(0.02)

    async def until_logged(self, id: str, entries: int) -> None:
        async def there() -> bool:
            return len(await self.log(id)) >= entries

        await self.until(there)

    async def until_state(self, id: str, state: str) -> dict[str, Any]:
        async def there() -> bool:
            return bool((await self.webhook(id))["state"] == state)

        await self.until(there)
        return await self.webhook(id)


SETTLED = "select incarnation = puente_incarnation() from feed"
"""The server has seen that it is on a copy of another database, whose cursors count no more."""

RENAME = """
    update project set title_en = :title
    where id = (select id from project where status = 'ACTIVE' order by id limit 1)
"""


async def new_key(
    engine: AsyncEngine,
    client: str = "Registrar",
    institution: str = "uc-merced",
    scopes: tuple[AccessScope, ...] = (AccessScope.PROJECTS_READ,),
) -> str:
    id = uuid7()
    key = make(id)
    await add_key(engine, WantedKey(id, client, institution, key.secret_hash, scopes))
    return key.text


def id_in(key: str) -> UUID:
    return UUID(key.split("_")[1])


@asynccontextmanager
async def campus(url: str, client: str = "Registrar", **settings: Any) -> AsyncIterator[Campus]:
    engine = engine_for(correcting(url))
    key = await new_key(engine, client)
    try:
        async with reached(url, **{**QUICK, **settings}) as http:
            made = Campus(http, engine, key)
            await made.until(lambda: made.value(SETTLED))
            yield made
    finally:
        await engine.dispose()
