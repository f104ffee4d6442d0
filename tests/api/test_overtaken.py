"""Queries that changes of grants overtake: of others, which change nothing, and of the sender's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models import grant_queries
from models.database.client import engine_for
from schema.grants import Principal
from tests import summary
from tests.api.http_clients import ask, codes, reached
from tests.api.issuer_server import LocalIssuer, bearer
from tests.models.statements import run, scalar

QUERIES, READERS, SIGN_INS = 300, 10, 50
HOME = "select id from institution where slug = 'uc-merced'"
OF_OTHERS = "update access_epoch set source = source"
OFTEN = f"do $$ begin for i in 1..100 loop {OF_OTHERS}; commit; end loop; end $$"
GRANT = f"""
    insert into access_grant (issuer, subject, role, institution_id)
    select '{{}}', 'itzel', 'COORDINATOR', ({HOME})"""
REVOKE = "update access_grant set revoked_at = now() where subject = 'itzel'"
GIVE_AGAIN = "update access_grant set revoked_at = null where subject = 'itzel'"
FIRST_PERSON = f"select min(id::text) from person where institution_id = ({HOME})"
NAMED = f"update person set preferred_name = '{{}}' where id = ({FIRST_PERSON})::uuid"
VIEWER = "{ viewer { roles } }"
PERSON = "query ($id: ID!) { node(id: $id) { ... on Person { preferredName } } viewer { roles } }"
READING = (
    "{ projects(first: 50) { totalCount nodes { title summary institutions { institution { name } } } } }"
)
SIGN_UP = """
    mutation ($input: CreateMyProfileInput!) {
        createMyProfile(input: $input) { person { id } userErrors { code } }
    }"""
Changes = Sequence[str]


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


@pytest.fixture
async def client(database_url: str, issuer: LocalIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(database_url, tokens=False, issuers=[issuer.settings()]) as client:
        yield client


@pytest.fixture
async def engine(database_url: str, issuer: LocalIssuer) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    await run(engine, GRANT.format(issuer.url))
    yield engine
    await engine.dispose()


@dataclass(frozen=True)
class Overtaking:
    """What changes before and after each reading of a subject's grants; after the last ones, nothing does."""

    engine: AsyncEngine
    after: Sequence[Changes] = ()
    before: Sequence[Changes] = ()
    always: Changes = ()

    def begin(self, patch: pytest.MonkeyPatch) -> None:
        numbers, plain = count(), grant_queries.grants_of

        async def read(*arguments: Any) -> Any:
            number = next(numbers)
            await run(self.engine, *self.before[number] if number < len(self.before) else ())
            granted = await plain(*arguments)
            await run(self.engine, *self.after[number] if number < len(self.after) else self.always)
            return granted

        patch.setattr("api.auth.principals.grants_of", read)


async def test_changes_of_others_grants_overtake_no_query(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever grants have been read, others change; of rows, and of what no statement answers."""
    Overtaking(engine, always=[OF_OTHERS]).begin(monkeypatch)
    headers, id = bearer(issuer.token(sub="itzel")), f"person_{await scalar(engine, FIRST_PERSON)}"
    for query, variables in ((VIEWER, None), (PERSON, {"id": id})):
        response = await ask(client, query, variables, headers=headers)
        assert response.status_code == 200, response.text
        assert response.json()["data"]["viewer"]["roles"] == ["COORDINATOR", "PUBLIC"]
    assert response.json()["data"]["node"] is not None


async def wrongly_read(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine, patch: pytest.MonkeyPatch
) -> list[str]:
    """What is read by a grant that ended after it was read, and by one that was given again since."""
    id = f"person_{await scalar(engine, FIRST_PERSON)}"
    meanwhile, found = [REVOKE, NAMED.format("meanwhile")], []
    cases = {
        "revoked": (Overtaking(engine, after=[[REVOKE]]), None),
        "given again": (
            Overtaking(engine, after=[meanwhile], before=[[], [GIVE_AGAIN, NAMED.format("after")]]),
            {"preferredName": "after"},
        ),
    }
    for name, (overtaking, expected) in cases.items():
        await run(engine, GIVE_AGAIN, NAMED.format("before"))
        with patch.context() as during:
            overtaking.begin(during)
            headers = bearer(issuer.token(sub="itzel", jti=name))
            response = await ask(client, PERSON, {"id": id}, headers=headers)
        if response.json()["data"]["node"] != expected:
            found.append(name)
    return found


async def test_a_change_of_the_own_grants_counts_at_once(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it was given again, so that it is the same before and after; planted bugs are found."""
    assert await wrongly_read(client, issuer, engine, monkeypatch) == []
    plain = Principal.is_unchanged_since
    bugs = {
        "whatever the grants are": lambda *_: True,
        "given meanwhile": lambda self, before: self.proof == before.proof or plain(self, before),
    }
    for name, bug in bugs.items():
        with monkeypatch.context() as planted:
            planted.setattr(Principal, "is_unchanged_since", bug)
            found = await wrongly_read(client, issuer, engine, monkeypatch)
        assert found == (["given again"] if name == "given meanwhile" else ["revoked", "given again"])
        summary.tell(f"planted and found by queries that grants overtake: {name}")


async def test_own_grants_that_change_at_each_reading_are_not_waited_for(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Overtaking(engine, after=[[REVOKE], [GIVE_AGAIN]] * 10).begin(monkeypatch)
    response = await ask(client, VIEWER, headers=bearer(issuer.token(sub="itzel")))
    assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
    assert response.headers["retry-after"]


async def test_nobody_is_refused_while_many_sign_in_for_the_first_time(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    """Ten read meanwhile, and other people's grants change as fast as they can."""
    home, headers = f"institution_{await scalar(engine, HOME)}", bearer(issuer.token(sub="itzel"))
    refused: list[str] = []

    async def read() -> None:
        for _ in range(QUERIES // READERS):
            response = await ask(client, READING, headers=headers)
            refused.extend(codes(response) if response.status_code != 200 else ())

    async def sign_in() -> None:
        for number in range(SIGN_INS):
            person = {"givenName": "Eva", "familyNames": "Paz", "institution": home}
            input = {**person, "email": f"new-{number}@example.org"}
            token = issuer.token(sub=f"new-{number}")
            response = await ask(client, SIGN_UP, {"input": input}, headers=bearer(token))
            assert response.json()["data"]["createMyProfile"]["userErrors"] == [], response.text

    async def change_others() -> None:
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            while not all_read.is_set():
                await connection.exec_driver_sql(OFTEN)

    async def read_all() -> None:
        await asyncio.gather(sign_in(), *(read() for _ in range(READERS)))
        all_read.set()

    all_read = asyncio.Event()
    await asyncio.gather(change_others(), read_all())
    assert refused == []
