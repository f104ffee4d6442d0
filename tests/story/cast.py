"""The people of a story: each acts by HTTP with a token of their own, and sees what the API shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from models.access import AccessScope
from models.database.client import engine_for
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, reached, signed_in
from tests.api.issuer_server import LocalIssuer, bearer
from tests.conftest import correcting
from tests.mail.harness import QUICK as MAILING
from tests.mail.mail_server import Got, MailServer
from tests.mail.mail_server import receiving as receiving_mails
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, AVAILABLE, document
from tests.personas import PUBLIC
from tests.webhooks.harness import QUICK as DELIVERING
from tests.webhooks.harness import REGISTER, new_key
from tests.webhooks.receiver import Receiver, receiving

PANAMERICANA, MERCED = (
    f"institution_{id_of('institution', slug)}" for slug in ("universidad-panamericana", "uc-merced")
)
TYPES = {type_.prefix: type_.name for type_ in schema.catalog.types.values() if type_.prefix}
NODE = "query ($id: ID!) {{ node(id: $id) {{ ... on {type} {{ {fields} }} }} }}"
AUDIT = "query ($id: ID!) { auditLog(entity: $id, first: 50) { nodes { mutation fields } } }"
Row = dict[str, Any]


@dataclass
class Person:
    """Somebody with a token; `story.sends` and `story.sees` take them or the name of a persona."""

    subject: str
    address: str = ""
    language: str = "en"


@dataclass
class Story:
    """A server with its mail server, an issuer of tokens, and the system of a university that listens."""

    http: httpx.AsyncClient
    engine: AsyncEngine
    issuer: LocalIssuer
    mails: MailServer
    system: Receiver
    read: dict[str, int] = field(default_factory=dict)
    """How many mails were read, by address."""

    def headers(self, sender: str | Person) -> dict[str, str]:
        if isinstance(sender, str):
            return {} if sender == PUBLIC else signed_in(sender)
        signed = bearer(self.issuer.token(sub=sender.subject))
        return {**signed, "accept-language": sender.language}

    async def asks(self, sender: str | Person, query: str, **variables: Any) -> Row:
        """The data of an answer without errors."""
        answer = (await ask(self.http, query, variables, self.headers(sender))).json()
        assert "errors" not in answer, answer
        data: Row = answer["data"]
        return data

    async def tries(self, sender: str | Person, name: str, fields: str = "", **given: Any) -> Row:
        """A mutation's payload; `key` is its idempotency key."""
        key = given.pop("key", None)
        query = document(ACTIONS[name], fields)
        payload: Row = (await self.asks(sender, query, input=given, key=key))[name]
        return payload

    async def does(self, sender: str | Person, name: str, fields: str = "", **given: Any) -> Row:
        """The object of a mutation that succeeds."""
        payload = await self.tries(sender, name, fields, **given)
        assert payload["userErrors"] == [], payload
        (found,) = (value for value in payload.values() if isinstance(value, dict))
        return dict(found)

    async def sees(self, viewer: str | Person, id: str, fields: str) -> Row | None:
        """A row by its id, as a viewer sees it; None if they don't."""
        query = NODE.format(type=TYPES[id.rpartition("_")[0]], fields=fields)
        found: Row | None = (await self.asks(viewer, query, id=id))["node"]
        return found

    async def may(self, viewer: str | Person, id: str) -> dict[str, list[str]]:
        """What a viewer may do with a row: the codes of what is in the way of each mutation."""
        row = await self.sees(viewer, id, AVAILABLE)
        assert row is not None
        return {one["name"]: [why["code"] for why in one["reasons"]] for one in row["availableActions"]}

    async def mail_to(self, person: Person) -> Got:
        """The next mail to somebody that they have not read yet."""

        def mine() -> list[Got]:
            return [got for got in self.mails.got if got.address == person.address]

        number = self.read.get(person.address, 0)
        await self.mails.until(lambda _: len(mine()) > number)
        self.read[person.address] = number + 1
        return mine()[number]

    async def hears(self, id: str, kind: str) -> None:
        """The system gets a change of an entity."""
        await self.system.until(
            lambda it: any(
                one.payload["data"]["entityId"] == id and one.payload["data"]["kind"] == kind
                for one in it.accepted
            )
        )

    async def audited(self, id: str, viewer: str | Person = "admin") -> list[str]:
        """The mutations that changed an entity, oldest first, as a viewer reads the log."""
        nodes = (await self.asks(viewer, AUDIT, id=id))["auditLog"]["nodes"]
        found = [one["mutation"] for one in reversed(nodes)]
        return [one for number, one in enumerate(found) if number == 0 or found[number - 1] != one]

    async def sql(self, *statements: str) -> None:
        """What a test can't wait for, such as the day of an event."""
        await run(self.engine, *statements)

    async def value(self, statement: str) -> Any:
        return await scalar(self.engine, statement)


@asynccontextmanager
async def staged(url: str) -> AsyncIterator[Story]:
    """A story on a database; a system of the first person's university follows from the beginning."""
    engine = engine_for(correcting(url))
    try:
        async with LocalIssuer().serving() as issuer, receiving_mails() as mails, receiving() as system:
            key = await new_key(engine, "Registrar", "universidad-panamericana", tuple(AccessScope))
            settings = {**MAILING, **DELIVERING, "mail_port": mails.port}
            issuers = [issuer.settings(institution=None, grants=[])]
            async with reached(url, issuers=issuers, **settings) as http:
                story = Story(http, engine, issuer, mails, system)
                registered = await ask(http, REGISTER, {"input": {"url": system.url}}, bearer(key))
                assert registered.json()["data"]["registerWebhook"]["userErrors"] == []
                yield story
    finally:
        await engine.dispose()
