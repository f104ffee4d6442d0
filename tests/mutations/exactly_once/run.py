"""A run: clients over the network, whose connections are cut, while servers and the database are killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import asyncpg

from models.loading.demo.grants import ISSUER
from tests.conftest import sibling_url
from tests.feed.oracle.clusters import Cluster, made
from tests.feed.oracle.servers import (
    Disturbances,
    Kills,
    Server,
    answering,
    headers_of,
    kill_often,
    serving,
)
from tests.mail.mail_server import Got, MailServer, receiving
from tests.mutations.exactly_once.attempts import DOCUMENTS, Attempt, Knowledge
from tests.mutations.exactly_once.cut_connections import CUTS, PostRequest, post, request
from tests.mutations.exactly_once.verdict import faults_of

CLIENTS = 24
TIMES = (1, 1, 1, 1, 2, 2, 3, 4, 5)
"""How often a mutation is sent, before its client asks until it knows."""
AT_ONCE = 0.3
SERVERS = 2
PATIENCE = 240.0
SETTING = """
    update event set starts_at = now() + interval '2 days', ends_at = now() + interval '3 days', capacity = 3,
        mode = 'ONLINE', status = 'PUBLISHED' where slug like 'made-%' and id in (
            select id from event where slug like 'made-%' order by slug limit 6)
"""
EVENTS = "select id from event where capacity = 3 and ends_at > now() and slug like 'made-%' order by slug"
PROJECTS = "select id, version from project where slug like 'made-%' order by slug limit 20"
LEAD = "select id from institution where slug = 'uc-merced'"
GUESTS = """
    insert into access_grant (issuer, subject, role, person_id, scopes)
    select $1, 'guest-' || n, 'PARTICIPANT', p.person_id, '{}'
    from (select person_id, row_number() over (order by id) - 1 as n from participant
        where person_id in (select id from person where email is not null)) p
    where n < $2
"""
Planted = Callable[[asyncpg.Connection], Awaitable[None]]


@dataclass
class Run:
    """The attempts of a run, and their outcomes."""

    cluster: Cluster
    servers: Sequence[Server]
    knowledge: Knowledge
    seed: int
    attempts: list[Attempt] = field(default_factory=list)
    sent: int = 0

    async def client(self, number: int, is_over: Callable[[], bool]) -> None:
        draw = Random(f"{self.seed} {number}")
        while not is_over():
            token = f"once-{number}-{len(self.attempts)}"
            attempt = self.knowledge.draw(draw, number, token)
            self.attempts.append(attempt)
            await self._carry_out(attempt, draw)
            self.knowledge.learn(attempt)

    async def _carry_out(self, attempt: Attempt, draw: Random) -> None:
        copies = [draw.choice(CUTS) for _ in range(draw.choice(TIMES))]
        if draw.random() < AT_ONCE:
            await asyncio.gather(*(self._send(attempt, cut, draw) for cut in copies))
        else:
            for cut in copies:
                await self._send(attempt, cut, draw)
        deadline = time.monotonic() + PATIENCE
        while not await self._send(attempt, "none", draw):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the outcome is unknown of {attempt.token}")
            await asyncio.sleep(0.1)

    async def _send(self, attempt: Attempt, cut: str, draw: Random) -> bool:
        """Whether the client knows now."""
        self.sent += 1
        server = draw.choice(self.servers)
        data = await post(server.port, self._request(attempt), cut, draw)
        if data is None:
            return False
        attempt.payloads.append(data[attempt.mutation])
        return True

    def _request(self, attempt: Attempt) -> PostRequest:
        headers = {
            **headers_of(attempt.viewer, self.cluster.state),
            "Idempotency-Key": attempt.token,
            "X-Request-Id": f"{attempt.token}.{self.sent}",
        }
        return request(DOCUMENTS[attempt.mutation], {"input": attempt.input}, headers)


@dataclass(frozen=True)
class Proved:
    """What a run was like, and what was wrong."""

    faults: Sequence[str]
    attempts: Sequence[Attempt]
    sent: int
    kills: Kills
    mails: Sequence[Got]

    def __str__(self) -> str:
        done = sum(one.is_done for one in self.attempts)
        servers, databases = self.kills.servers, self.kills.databases
        return (
            f"{len(self.attempts):,} mutations, sent {self.sent:,} times, {done:,} done;"
            f" {len(self.mails)} mails; {servers} servers and {databases} databases killed"
        )


async def prove(
    cluster: Cluster,
    count: int,
    disturbances: Disturbances,
    *,
    seed: int = 1,
    plant: Planted | None = None,
) -> Proved:
    """Carry out at least `count` mutations, until all kills have happened."""
    await made(cluster.url)
    knowledge = await begin(cluster.url)
    begun, kills = dict(knowledge.projects), Kills()
    async with receiving(MailServer()) as mail:
        with serving(cluster.state, SERVERS, mailing(mail)) as running:
            await asyncio.gather(*map(answering, running))
            if plant is not None:
                superuser = await asyncpg.connect(sibling_url("puente", cluster.url, "postgres"))
                await plant(superuser)
                await superuser.close()
            run = Run(cluster, running, knowledge, seed)
            killing = asyncio.create_task(kill_often(cluster, running, kills, Random(seed), disturbances))
            is_over = lambda: len(run.attempts) >= count and killing.done()  # noqa: E731
            await asyncio.gather(*(run.client(number, is_over) for number in range(CLIENTS)))
            await killing
            await asyncio.gather(*(answering(server, revived=True) for server in running))
            await all_mailed(cluster.url)
    return Proved(
        await faults_of(cluster.url, run.attempts, begun, mail.got), run.attempts, run.sent, kills, mail.got
    )


def mailing(mail: MailServer) -> dict[str, str]:
    return {
        "PUENTE_TRUSTED_PROXIES": "127.0.0.1",
        "PUENTE_MAIL_HOST": "127.0.0.1",
        "PUENTE_MAIL_PORT": str(mail.port),
        "PUENTE_MAIL_TLS": "none",
        "PUENTE_MAIL_FROM": "Alianza MX <no-reply@alianza.test>",
        "PUENTE_MAIL_INTERVAL": "0.2",
        "PUENTE_MAIL_FIRST_RETRY": "0.2",
        "PUENTE_MAIL_TIMEOUT": "5",
        "PUENTE_MAIL_LEASE": "12",
    }


async def begin(url: str) -> Knowledge:
    """Projects to change, events with few places, and guests who want them."""
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute("set local puente.correction = 'a test'")
        await connection.execute(SETTING)
        await connection.execute(GUESTS, ISSUER, CLIENTS)
    events = [f"event_{row['id']}" for row in await connection.fetch(EVENTS)]
    projects = {f"project_{row['id']}": row["version"] for row in await connection.fetch(PROJECTS)}
    lead = await connection.fetchval(LEAD)
    await connection.close()
    return Knowledge(projects, events, f"institution_{lead}")


async def all_mailed(url: str) -> None:
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(PATIENCE):
        while await connection.fetchval("select count(*) from notification_mail"):
            await asyncio.sleep(0.1)
    await connection.close()
