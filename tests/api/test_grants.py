"""What somebody was granted, by claims and by hand: it adds up, stays within its bounds, and ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.access import AccessRefused, GrantedRole
from models.database.client import engine_for
from models.grant_commands import WantedGrant, add_grant, revoke_grant
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, reached
from tests.api.issuer_server import LocalIssuer, bearer

VIEWER = "{ viewer { kind roles grants { role institutionId profileId } } institutions { totalCount } }"
ORCID = "0000-0002-1825-0097"
MAPPED = {
    "person_claim": "orcid",
    "grants": [
        {"claim": "roles", "value": "staff", "role": "COORDINATOR"},
        {"claim": "realm_access.roles", "value": "mentor", "role": "MENTOR"},
        {"claim": "scope", "value": "student", "role": "PARTICIPANT"},
        {"claim": "https://alliance.example.org/team", "value": "alliance", "role": "ADMIN"},
        {"claim": "client", "value": "sis", "role": "INTEGRATION", "scopes": ["EVENTS_READ"]},
    ],
}


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


@pytest.fixture
async def client(database_url: str, issuer: LocalIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(database_url, tokens=False, issuers=[issuer.settings(**MAPPED)]) as client:
        yield client


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    yield engine
    await engine.dispose()


async def run(engine: AsyncEngine, sql: str, **values: Any) -> Any:
    async with engine.begin() as connection:
        return await connection.execute(text(sql), values)


async def viewer(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    response = await ask(client, VIEWER, headers=bearer(token))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["data"]["viewer"]
    return found


async def roles(client: httpx.AsyncClient, token: str) -> list[str]:
    found = (await viewer(client, token))["roles"]
    return [role for role in found if role != "PUBLIC"]


def institution(slug: str) -> str:
    return f"institution_{id_of('institution', slug)}"


async def be_a(engine: AsyncEngine, kind: str, home: str = "uc-merced") -> str:
    """Give the ORCID iD to one of the demo's people of a kind, at home at an institution; their global id."""
    await run(engine, "update person set orcid = null")
    found = await run(
        engine,
        f"update person set orcid = :orcid, institution_id = (select id from institution where slug = :home)"
        f" where id = (select person_id from {kind} order by id limit 1) returning id",
        orcid=ORCID,
        home=home,
    )
    person = found.scalar_one()
    profile = (await run(engine, f"select id from {kind} where person_id = :id", id=person)).scalar_one()
    return f"{kind}_{profile}"


@pytest.mark.parametrize(
    ("claims", "given"),
    [
        ({}, []),
        ({"roles": "staff"}, ["COORDINATOR"]),
        ({"roles": ["reader", "staff"]}, ["COORDINATOR"]),
        ({"roles": ["Staff"]}, []),
        ({"roles": "former staff"}, []),
        ({"roles": {"staff": True}}, []),
        ({"roles": [["staff"]]}, []),
        ({"roles": True}, []),
        ({"roles": None, "realm_access": {"roles": "staff"}}, []),
        ({"scope": "openid student"}, []),  # without an ORCID iD
        ({"https://alliance.example.org/team": "alliance"}, ["ADMIN"]),
        ({"https://alliance": {"example": {"org/team": "alliance"}}}, []),
        ({"client": "sis"}, ["INTEGRATION"]),
        ({"roles": "staff", "client": "sis"}, ["COORDINATOR", "INTEGRATION"]),
        ({"role": "ADMIN", "roles": ["ADMIN", "COORDINATOR"]}, []),
    ],
    ids=str,
)
async def test_claims_give_what_they_are_mapped_to(
    seeded_url: str, issuer: LocalIssuer, claims: dict[str, Any], given: list[str]
) -> None:
    async with reached(seeded_url, tokens=False, issuers=[issuer.settings(**MAPPED)]) as client:
        assert await roles(client, issuer.token(**claims)) == given


GRANT = """mutation ($input: GrantRoleInput!) { grantRole(input: $input) {
    accessGrant { id version } userErrors { code } } }"""
REVOKE = """mutation ($input: RevokeRoleInput!) { revokeRole(input: $input) { userErrors { code } } }"""


async def test_what_staff_grants_and_revokes_acts_with_the_next_request(
    client: httpx.AsyncClient, issuer: LocalIssuer
) -> None:
    """Of a token that is known already; the audit log tells who did it."""
    team: dict[str, Any] = {"https://alliance.example.org/team": "alliance"}
    staff = bearer(issuer.token(sub="staff", **team))
    token = issuer.token(sub="eva")
    assert await roles(client, token) == []
    input: dict[str, Any] = {
        "issuer": issuer.url,
        "subject": "eva",
        "role": "COORDINATOR",
        "institution": institution("uc-merced"),
    }
    made = (await ask(client, GRANT, {"input": input}, headers=staff)).json()["data"]["grantRole"]
    assert made["userErrors"] == []
    assert await roles(client, token) == ["COORDINATOR"]
    grant = made["accessGrant"]
    input = {"id": grant["id"], "expectedVersion": grant["version"]}
    taken = (await ask(client, REVOKE, {"input": input}, headers=staff)).json()["data"]["revokeRole"]
    assert taken["userErrors"] == []
    assert await roles(client, token) == []
    log = "query ($id: ID!) { auditLog(entity: $id) { nodes { mutation fields } } }"
    logged = (await ask(client, log, {"id": grant["id"]}, headers=staff)).json()["data"]["auditLog"]["nodes"]
    assert [one["mutation"] for one in logged] == ["revokeRole", "grantRole"]
    assert logged[0]["fields"] == ["revokedAt"]


@pytest.mark.parametrize(
    ("kind", "claims", "role"),
    [
        ("mentor", {"realm_access": {"roles": ["mentor"]}}, "MENTOR"),
        ("participant", {"scope": "openid student"}, "PARTICIPANT"),
    ],
)
async def test_a_person_is_found_by_orcid_at_home_only(
    client: httpx.AsyncClient,
    issuer: LocalIssuer,
    engine: AsyncEngine,
    kind: str,
    claims: dict[str, Any],
    role: str,
) -> None:
    profile = await be_a(engine, kind)
    for orcid in (ORCID, f"https://orcid.org/{ORCID}"):
        (grant,) = (await viewer(client, issuer.token(**claims, orcid=orcid)))["grants"]
        assert grant == {"role": role, "institutionId": None, "profileId": profile}
    for wrong in ("0000-0001-5109-3700", "0000-0002-1825-0098", "x", [ORCID, ORCID], 7):
        assert await roles(client, issuer.token(**claims, orcid=wrong)) == []
    await be_a(engine, kind, home="unam")
    assert await roles(client, issuer.token(**claims, orcid=ORCID, jti="later")) == []


async def test_who_is_no_mentor_is_none_by_a_claim(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    await be_a(engine, "participant")
    token = issuer.token(realm_access={"roles": ["mentor"]}, orcid=ORCID)
    assert await roles(client, token) == []


async def test_claims_of_one_issuer_give_nothing_at_another_institution(
    seeded_url: str, issuer: LocalIssuer
) -> None:
    async with LocalIssuer("RS256").serving() as other:
        issuers = [issuer.settings(), other.settings(institution="unam")]
        async with reached(seeded_url, tokens=False, issuers=issuers) as client:
            bounds = {}
            for one in (issuer, other):
                token = one.token(roles="staff", institution="uc-berkeley", sub="the same")
                (grant,) = (await viewer(client, token))["grants"]
                bounds[one] = grant["institutionId"]
    assert bounds == {issuer: institution("uc-merced"), other: institution("unam")}


async def test_an_institution_that_is_not_here_gives_nothing(seeded_url: str, issuer: LocalIssuer) -> None:
    given = [issuer.settings(institution="nowhere")]
    async with reached(seeded_url, tokens=False, issuers=given) as client:
        assert await roles(client, issuer.token(roles="staff")) == []


async def test_grants_add_up(client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine) -> None:
    mentor = await be_a(engine, "mentor")
    await add_grant(engine, WantedGrant(issuer.url, "somebody", GrantedRole.COORDINATOR, "unam"))
    await add_grant(engine, WantedGrant(issuer.url, "somebody", GrantedRole.MENTOR, person=mentor))
    found = await viewer(client, issuer.token(roles="staff"))
    assert found["roles"] == ["COORDINATOR", "MENTOR", "PUBLIC"]
    assert [grant["institutionId"] or grant["profileId"] for grant in found["grants"]] == [
        institution("unam"),
        mentor,
        institution("uc-merced"),
    ]


async def test_a_grant_is_for_one_subject_of_one_issuer(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    await add_grant(engine, WantedGrant(f"{issuer.url}/", "somebody", GrantedRole.ADMIN))
    await add_grant(engine, WantedGrant(issuer.url, "Somebody", GrantedRole.ADMIN))
    assert await roles(client, issuer.token()) == []


async def test_giving_and_revoking_act_on_the_next_request(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    token = issuer.token()
    assert await roles(client, token) == []
    grant = await add_grant(engine, WantedGrant(issuer.url, "somebody", GrantedRole.COORDINATOR, "unam"))
    assert await roles(client, token) == ["COORDINATOR"]
    await revoke_grant(engine, grant)
    assert await roles(client, token) == []
    with pytest.raises(AccessRefused, match="is in force"):
        await revoke_grant(engine, grant)


async def test_a_grant_ends_when_it_expires(
    client: httpx.AsyncClient, issuer: LocalIssuer, engine: AsyncEngine
) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)
    wanted = WantedGrant(issuer.url, "somebody", GrantedRole.COORDINATOR, "unam", expires_at=until)
    await add_grant(engine, wanted)
    token = issuer.token()
    assert await roles(client, token) == ["COORDINATOR"]
    await asyncio.sleep((until - datetime.now(UTC)).total_seconds() + 0.1)
    assert await roles(client, token) == []


async def test_what_a_token_claims_ends_with_it(seeded_url: str, issuer: LocalIssuer) -> None:
    given = [issuer.settings()]
    async with reached(seeded_url, tokens=False, issuers=given, token_leeway=0) as client:
        until = datetime.now(UTC) + timedelta(seconds=2)
        token = issuer.token(roles="staff", exp=until.timestamp())
        assert await roles(client, token) == ["COORDINATOR"]
        await asyncio.sleep((until - datetime.now(UTC)).total_seconds() + 0.1)
        response = await ask(client, VIEWER, headers=bearer(token))
        assert response.json()["errors"][0]["extensions"]["reason"] == "EXPIRED"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"role": GrantedRole.COORDINATOR}, "COORDINATOR needs an institution"),
        ({"role": GrantedRole.ADMIN, "institution": "unam"}, "ADMIN takes no institution"),
        ({"role": GrantedRole.MENTOR}, "MENTOR needs a person"),
        ({"role": GrantedRole.PUBLIC}, "everyone is PUBLIC already"),
        ({"role": GrantedRole.COORDINATOR, "institution": "nowhere"}, "no such institution: nowhere"),
        ({"role": GrantedRole.MENTOR, "person": "nobody@example.org"}, "no such person"),
        ({"role": GrantedRole.MENTOR, "person": f"mentor_{id_of('x', 'y')}"}, "no such person"),
        ({"role": GrantedRole.ADMIN, "subject": "  "}, "must not be empty"),
    ],
    ids=str,
)
async def test_grants_that_do_not_fit_are_refused(
    engine: AsyncEngine, wanted: dict[str, Any], says: str
) -> None:
    whole = {"issuer": "https://x.example.edu", "subject": "somebody", **wanted}
    with pytest.raises(AccessRefused, match=says):
        await add_grant(engine, WantedGrant(**whole))
