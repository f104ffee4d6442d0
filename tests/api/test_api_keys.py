"""API keys: who holds one is a client within its institution and scopes, until the key ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.auth.api_keys import SHAPE, make
from models.access import AccessRefused, AccessScope
from models.api_client_commands import WantedKey, add_key, list_keys, note_use, revoke_client, revoke_key
from models.base import uuid7
from models.database.client import engine_for
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, codes, reached
from tests.api.issuer_server import bearer

VIEWER = (
    "{ viewer { kind roles grants { role institutionId scopes expiresAt } } institutions { totalCount } }"
)


A_DRAFT = """
    select project.slug, institution.slug, (
        select min(slug) from institution as other where side = institution.side and not exists (
            select from project_institution where project_id = project.id and institution_id = other.id
        )
    )
    from project join project_institution on project_id = project.id
    join institution on institution.id = institution_id
    where project.status = 'DRAFT' order by 1, 2
"""
"""A draft, an institution that is a part of it, and one that is not."""


class Keeper:
    """Makes keys in a database of the test's own."""

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)

    async def make(
        self,
        client: str = "Registrar",
        institution: str = "uc-merced",
        scopes: tuple[AccessScope, ...] = (),
        expires_at: datetime | None = None,
    ) -> str:
        id = uuid7()
        key = make(id)
        await add_key(self.engine, WantedKey(id, client, institution, key.secret_hash, scopes, expires_at))
        return key.text

    async def run(self, sql: str, **values: Any) -> Any:
        async with self.engine.begin() as connection:
            return await connection.execute(text(sql), values)


@pytest.fixture
async def keeper(database_url: str) -> AsyncIterator[Keeper]:
    keeper = Keeper(database_url)
    yield keeper
    await keeper.engine.dispose()


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(database_url, tokens=False) as client:
        yield client


async def viewer_of_key(client: httpx.AsyncClient, key: str) -> dict[str, Any]:
    response = await ask(client, VIEWER, headers=bearer(key))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["data"]["viewer"]
    return found


async def status(client: httpx.AsyncClient, key: str) -> int:
    return (await ask(client, VIEWER, headers=bearer(key))).status_code


def id_in(key: str) -> UUID:
    return UUID(key.split("_")[1])


def test_a_key_is_an_id_and_256_random_bits() -> None:
    one, other = make(uuid7()), make(uuid7())
    found = SHAPE.fullmatch(one.text)
    assert found is not None
    assert len(bytes.fromhex(found[2])) == 32
    assert one.text[-64:] != other.text[-64:]


async def test_its_holder_is_a_client_of_the_institution(client: httpx.AsyncClient, keeper: Keeper) -> None:
    key = await keeper.make(scopes=(AccessScope.PROJECTS_READ, AccessScope.AWARDS_READ))
    assert await viewer_of_key(client, key) == {
        "kind": "CLIENT",
        "roles": ["INTEGRATION", "PUBLIC"],
        "grants": [
            {
                "role": "INTEGRATION",
                "institutionId": f"institution_{id_of('institution', 'uc-merced')}",
                "scopes": ["AWARDS_READ", "PROJECTS_READ"],
                "expiresAt": None,
            }
        ],
    }


async def test_it_sees_its_own_institutions_drafts_by_its_scope_alone(
    client: httpx.AsyncClient, keeper: Keeper
) -> None:
    slug, led, elsewhere = (await keeper.run(A_DRAFT)).first()
    query = f'{{ project(slug: "{slug}") {{ slug }} }}'
    seen = {}
    for name, institution, scopes in (
        ("own", led, (AccessScope.PROJECTS_READ,)),
        ("own without the scope", led, (AccessScope.EVENTS_READ,)),
        ("other", elsewhere, (AccessScope.PROJECTS_READ,)),
    ):
        key = await keeper.make(name, institution, scopes)
        answered = await ask(client, query, headers=bearer(key))
        seen[name] = answered.json()["data"]["project"] is not None
    assert seen == {"own": True, "own without the scope": False, "other": False}


async def test_only_the_hash_of_the_secret_is_kept(keeper: Keeper) -> None:
    secret = (await keeper.make()).split("_")[2]
    (kept,) = (await keeper.run("select api_key::text from api_key")).scalars()
    assert secret not in kept


async def test_all_that_is_no_key_is_refused_alike(client: httpx.AsyncClient, keeper: Keeper) -> None:
    good = await keeper.make()
    revoked, expired = await keeper.make("Other"), await keeper.make("Third")
    orphan = await keeper.make("Fourth")
    await revoke_key(keeper.engine, id_in(revoked))
    await keeper.run("update api_key set expires_at = now() where id = :id", id=id_in(expired))
    await revoke_client(keeper.engine, "Fourth")
    prefix, id, secret = good.split("_")
    refused = [
        f"{prefix}_{id}_{'0' * 64}",
        f"{prefix}_{id}_{secret[:-1]}",
        f"{prefix}_{id}_{secret}0",
        f"{prefix}_{id}_",
        f"{prefix}_{id}",
        f"{prefix}_{uuid7().hex}_{secret}",
        f"{prefix}_{id.upper()}_{secret.upper()}",
        f"{prefix}__{secret}",
        "puente_",
        revoked,
        expired,
        orphan,
    ]
    answers = [await ask(client, VIEWER, headers=bearer(key)) for key in refused]
    assert [answer.status_code for answer in answers] == [401] * len(refused)
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED", "reason": "KEY"}
    assert await status(client, good) == 200


@pytest.mark.parametrize("end", ["the key", "the client", "its time", "its row", "its secret"])
async def test_what_ends_it_acts_on_the_next_request(
    client: httpx.AsyncClient, keeper: Keeper, end: str
) -> None:
    key = await keeper.make()
    assert await status(client, key) == 200
    match end:
        case "the key":
            await revoke_key(keeper.engine, id_in(key))
        case "the client":
            await revoke_client(keeper.engine, "Registrar")
        case "its time":
            await keeper.run("update api_key set expires_at = now()")
        case "its row":
            await keeper.run("delete from api_key")
        case _:
            await keeper.run("update api_key set secret_hash = sha256('other')")
    for _ in range(2):
        response = await ask(client, VIEWER, headers=bearer(key))
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ projectz { id } }",
        "{ projects(first: -1) { totalCount } }",
        "subscription { projects { totalCount } }",
    ],
)
async def test_a_revoked_key_is_reported_before_other_errors(
    client: httpx.AsyncClient, keeper: Keeper, query: str
) -> None:
    """Nothing is read for such a request, so no statement tells that the key has ended."""
    key = await keeper.make()
    assert await status(client, key) == 200
    assert (await ask(client, query, headers=bearer(key))).status_code == 400
    await revoke_key(keeper.engine, id_in(key))
    response = await ask(client, query, headers=bearer(key))
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


async def test_it_ends_when_it_expires(client: httpx.AsyncClient, keeper: Keeper) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)
    key = await keeper.make(expires_at=until)
    assert await status(client, key) == 200
    await asyncio.sleep((until - datetime.now(UTC)).total_seconds() + 0.1)
    assert await status(client, key) == 401


async def test_scopes_that_change_act_on_the_next_request(client: httpx.AsyncClient, keeper: Keeper) -> None:
    key = await keeper.make(scopes=(AccessScope.PROJECTS_READ,))
    assert (await viewer_of_key(client, key))["grants"][0]["scopes"] == ["PROJECTS_READ"]
    await keeper.run("update api_key set scopes = array['EVENTS_READ']")
    assert (await viewer_of_key(client, key))["grants"][0]["scopes"] == ["EVENTS_READ"]


async def test_two_keys_take_over_from_each_other(client: httpx.AsyncClient, keeper: Keeper) -> None:
    old, new = await keeper.make(), await keeper.make()
    assert [await status(client, key) for key in (old, new)] == [200, 200]
    with pytest.raises(AccessRefused, match="Registrar has 2 live keys already: revoke one first"):
        await keeper.make()
    await revoke_key(keeper.engine, id_in(old))
    third = await keeper.make()
    assert [await status(client, key) for key in (old, new, third)] == [401, 200, 200]


async def test_of_keys_made_at_once_only_two_are(keeper: Keeper) -> None:
    made = await asyncio.gather(*(keeper.make() for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(one, str) for one in made) == 2
    assert sum(isinstance(one, AccessRefused) for one in made) == 4


async def test_a_client_is_of_one_institution_and_stays_revoked(keeper: Keeper) -> None:
    await keeper.make()
    with pytest.raises(AccessRefused, match="Registrar is a client of uc-merced, not of unam"):
        await keeper.make(institution="unam")
    with pytest.raises(AccessRefused, match="no such institution: nowhere"):
        await keeper.make("New", "nowhere")
    await revoke_client(keeper.engine, "Registrar")
    with pytest.raises(AccessRefused, match="Registrar was revoked"):
        await keeper.make()


async def used(keeper: Keeper) -> datetime | None:
    (row,) = await list_keys(keeper.engine)
    found: datetime | None = row["last_used_at"]
    return found


async def test_last_use_is_noted_once_a_minute_and_changes_nothing_else(
    database_url: str, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0
    plain = note_use

    async def counted(*arguments: Any) -> None:
        nonlocal written
        written += 1
        await plain(*arguments)

    monkeypatch.setattr("api.auth.last_used.note_use", counted)
    key = await keeper.make()
    before = (await keeper.run("select version, (select version from access_epoch) from api_key")).first()
    assert await used(keeper) is None
    async with reached(database_url, tokens=False) as client:
        assert [await status(client, key) for _ in range(5)] == [200] * 5
    first = await used(keeper)
    assert first is not None
    async with reached(database_url, tokens=False) as other_worker:
        assert await status(other_worker, key) == 200
    assert (written, await used(keeper)) == (2, first), "another worker writes no sooner than a minute later"
    after = (await keeper.run("select version, (select version from access_epoch) from api_key")).first()
    assert after == before


async def test_no_request_waits_for_or_fails_with_the_note(
    client: httpx.AsyncClient, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any) -> None:
        await asyncio.sleep(0)
        raise OSError("the disk is full")

    monkeypatch.setattr("api.auth.last_used.note_use", failing)
    key = await keeper.make()
    assert [await status(client, key) for _ in range(3)] == [200] * 3
    assert await used(keeper) is None


async def test_a_refused_key_is_not_used(database_url: str, keeper: Keeper) -> None:
    key = await keeper.make()
    async with reached(database_url, tokens=False) as client:
        assert await status(client, f"{key[:-64]}{'0' * 64}") == 401
    assert await used(keeper) is None


async def test_a_known_key_is_one_statement(database_url: str, keeper: Keeper) -> None:
    key = await keeper.make()
    statements: list[str] = []
    async with reached(database_url, statements.append, tokens=False) as client:
        assert await status(client, key) == 200
        await asyncio.sleep(0)
        statements.clear()
        assert await status(client, key) == 200
        await asyncio.sleep(0)
        assert len(statements) == 1
