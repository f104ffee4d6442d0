"""Claims of a token rest on rows: what changes them, and changes them back, acts at once and is noticed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.api.http_clients import application, ask
from tests.api.issuer_server import LocalIssuer, bearer
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import reaching, streamed

ORCID, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"
PERSON = "00000000-0000-4000-8000-00000000c1a1"
STRANGER = "00000000-0000-4000-8000-00000000c1a2"
MAPPED = {
    "person_claim": "orcid",
    "grants": [
        {"claim": "roles", "value": "mentor", "role": "MENTOR"},
        {"claim": "roles", "value": "student", "role": "PARTICIPANT"},
        {"claim": "roles", "value": "staff", "role": "COORDINATOR"},
    ],
}
A_PERSON = """
    insert into person (id, given_name, family_names, orcid, institution_id)
    select '{id}', 'Inés', 'Rey', {orcid}, id from institution where slug = 'uc-merced'
"""
A_MENTOR = """
    insert into mentor (id, person_id, institution_id, sector, capacity, available)
    select '{id}', '{id}', id, 'ACADEMIC', 2, true from institution where slug = 'uc-merced'
"""
A_PARTICIPANT = """
    insert into participant (id, person_id, institution_id, level)
    select '{id}', '{id}', id, 'MASTERS' from institution where slug = 'uc-merced'
"""
MADE = (
    A_PERSON.format(id=PERSON, orcid=f"'{ORCID}'"),
    A_PERSON.format(id=STRANGER, orcid="null"),
    A_MENTOR.format(id=PERSON),
    A_PARTICIPANT.format(id=PERSON),
)
HOME = """
    update person set institution_id = (select id from institution where slug = '{home}') where id = '{id}'
"""
ALL = {"MENTOR", "PARTICIPANT", "COORDINATOR"}
AWAY_AND_BACK: Mapping[str, tuple[set[str], tuple[str, ...], tuple[str, ...]]] = {
    "another ORCID iD": (
        {"COORDINATOR"},
        (f"update person set orcid = '{OTHER}' where id = '{PERSON}'",),
        (f"update person set orcid = '{ORCID}' where id = '{PERSON}'",),
    ),
    "no ORCID iD": (
        {"COORDINATOR"},
        (f"update person set orcid = null where id = '{PERSON}'",),
        (f"update person set orcid = '{ORCID}' where id = '{PERSON}'",),
    ),
    "somebody else's ORCID iD": (
        {"COORDINATOR"},
        (
            f"update person set orcid = null where id = '{PERSON}'",
            f"update person set orcid = '{ORCID}' where id = '{STRANGER}'",
        ),
        (
            f"update person set orcid = null where id = '{STRANGER}'",
            f"update person set orcid = '{ORCID}' where id = '{PERSON}'",
        ),
    ),
    "another home": (
        {"COORDINATOR"},
        (HOME.format(home="unam", id=PERSON),),
        (HOME.format(home="uc-merced", id=PERSON),),
    ),
    "no mentor any more": (
        {"COORDINATOR", "PARTICIPANT"},
        (f"delete from mentor where id = '{PERSON}'",),
        (A_MENTOR.format(id=PERSON),),
    ),
    "another's profile": (
        {"COORDINATOR", "MENTOR"},
        (f"update participant set person_id = '{STRANGER}' where id = '{PERSON}'",),
        (f"update participant set person_id = '{PERSON}' where id = '{PERSON}'",),
    ),
    "made anew": (
        {"COORDINATOR"},
        tuple(f"delete from {table} where id = '{PERSON}'" for table in ("participant", "mentor", "person")),
        (MADE[0], MADE[2], MADE[3]),
    ),
    "another institution by its slug": (
        set(),
        ("update institution set slug = 'merced' where slug = 'uc-merced'",),
        ("update institution set slug = 'uc-merced' where slug = 'merced'",),
    ),
}
"""The roles that are left meanwhile, what takes the others away, and what brings them back."""
OTHERS = (
    f"update person set family_names = 'Reyes' where id = '{PERSON}'",
    f"update mentor set capacity = 3 where id = '{PERSON}'",
    f"update person set orcid = '{OTHER}' where id = '{STRANGER}'",
    HOME.format(home="unam", id=STRANGER),
    A_MENTOR.format(id=STRANGER),
    "update institution set slug = 'davis' where slug = 'uc-davis'",
    "update institution set city = city || '!' where slug = 'uc-merced'",
)
"""On none of it the claims rest."""
VIEWER = "{ viewer { roles } changeCursor }"
AFTER = "query ($after: String) { changes(after: $after, first: 0) { __typename } }"
CHANGES = "subscription { changes { id } }"


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    await run(engine, *MADE)
    yield engine
    await engine.dispose()


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


@pytest.fixture
async def client(
    database_url: str, issuer: LocalIssuer, engine: AsyncEngine
) -> AsyncIterator[httpx.AsyncClient]:
    app = application(database_url, tokens=False, issuers=[issuer.settings(**MAPPED)])
    async with listening(app) as (port, _), reaching(port) as client:
        yield client


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def seen(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[set[str], str]:
    """The roles that the claims give, and a cursor of now."""
    data: dict[str, Any] = (await ask(client, VIEWER, headers=headers)).json()["data"]
    return set(data["viewer"]["roles"]) - {"PUBLIC"}, data["changeCursor"]


async def refusal(client: httpx.AsyncClient, headers: dict[str, str], after: str) -> str | None:
    """Why one can't go on from a cursor."""
    answer = (await ask(client, AFTER, {"after": after}, headers)).json()
    return answer["errors"][0]["extensions"]["reason"] if "errors" in answer else None


async def test_what_claims_rest_on_goes_and_comes_back(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    """Each request sees the roles of its moment, and no cursor of a position outlives them."""
    headers = bearer(issuer.token(roles=["mentor", "student", "staff"], orcid=ORCID))
    for change, (left, away, back) in AWAY_AND_BACK.items():
        held, before = await seen(client, headers)
        assert (held, await refusal(client, headers, before)) == (ALL, None), change
        await run(engine, *away)
        held, meanwhile = await seen(client, headers)
        assert (held, await refusal(client, headers, before)) == (left, "GRANTS"), change
        await run(engine, *back)
        assert (await seen(client, headers))[0] == ALL, change
        for after in (before, meanwhile):
            assert await refusal(client, headers, after) == "GRANTS", change


async def test_what_they_do_not_rest_on_expires_nothing(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    headers = bearer(issuer.token(roles=["mentor", "student", "staff"], orcid=ORCID))
    _, before = await seen(client, headers)
    for statement in OTHERS:
        await run(engine, statement)
        assert (await seen(client, headers))[0] == ALL
        assert await refusal(client, headers, before) is None, statement


@pytest.mark.parametrize("change", ["another home", "no mentor any more"])
async def test_who_follows_by_them_is_cut_off(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine, change: str
) -> None:
    """Also if they came back before anybody looked."""
    _, away, back = AWAY_AND_BACK[change]
    headers = bearer(issuer.token(roles=["mentor", "student"], orcid=ORCID))
    async with streamed(client, CHANGES, headers=headers) as stream:
        await run(engine, *away)
        result, end = await stream.rest()
    assert (result.code, end.name) == ("CURSOR_EXPIRED", "complete")
    await run(engine, *back)


async def test_without_the_triggers_it_goes_unnoticed(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    _, away, _ = AWAY_AND_BACK["another home"]
    await run(engine, "alter table person disable trigger person_claimed_changed")
    headers = bearer(issuer.token(roles=["mentor", "student", "staff"], orcid=ORCID))
    await seen(client, headers)
    await run(engine, *away)
    assert (await seen(client, headers))[0] == ALL
