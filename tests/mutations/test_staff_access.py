"""What staff grant by mutations: it acts on the next request, once, and nobody else grants or sees it."""

from __future__ import annotations

import asyncio
from math import inf
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.principals import TokenPrincipal
from models.database.client import Database
from models.loading.natural_keys import id_of
from schema.grants import person_of
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.personas import CAST, CLIENTS

GRANT, REVOKE, LINK, UNLINK = (
    ACTIONS[name] for name in ("grantRole", "revokeRole", "linkIdentity", "unlinkIdentity")
)
ISSUER = "https://id.example"
MERCED = f"institution_{id_of('institution', 'uc-merced')}"
COORDINATOR = {"issuer": ISSUER, "subject": "ana", "role": "COORDINATOR", "institution": MERCED}
ANA = TokenPrincipal(ISSUER, "ana", inf)


def database_of(harness: MutationHarness) -> Database:
    database = harness.executor.connections.database
    assert database is not None
    return database


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in payload["userErrors"]]


async def student(engine: AsyncEngine) -> str:
    return f"person_{await scalar(engine, 'select min(person_id::text) from participant')}"


async def test_a_grant_is_given_once_and_taken_back(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Both act on the next request, and are in the audit log under who did it."""
    count = "select count(*) from access_grant"
    before = await scalar(engine, count)
    made = await harness.send("admin", GRANT, COORDINATOR)
    assert (codes(made), made["replayed"]) == ([], False)
    assert "COORDINATOR" in (await ANA.viewer(database_of(harness))).roles
    again = await harness.send("admin", GRANT, COORDINATOR)
    assert (again["replayed"], again["accessGrant"]["id"]) == (True, made["accessGrant"]["id"])
    assert await scalar(engine, count) == before + 1
    grant = made["accessGrant"]
    input = given(REVOKE, grant["id"], grant["version"])
    taken = await harness.send("admin", REVOKE, input)
    assert (codes(taken), taken["changed"]) == ([], ["revokedAt"])
    assert "COORDINATOR" not in (await ANA.viewer(database_of(harness))).roles
    assert codes(await harness.send("admin", REVOKE, input)) == [
        ("CONFLICT", ["input", "expectedVersion"]),
        ("WRONG_STATE", ["input", "id"]),
    ]
    later = given(REVOKE, grant["id"], taken["accessGrant"]["version"])
    assert codes(await harness.send("admin", REVOKE, later)) == [("WRONG_STATE", ["input", "id"])]
    granted_again = await harness.send("admin", GRANT, COORDINATOR)
    assert (codes(granted_again), granted_again["replayed"]) == ([], False)
    acts = "select string_agg(mutation || ' ' || role, ', ' order by number) from audit_entry"
    logged = await scalar(engine, f"{acts} where entity_id = '{grant['id'][6:]}'")
    assert logged == "grantRole ADMIN,PUBLIC, revokeRole ADMIN,PUBLIC"


async def made_admin(harness: MutationHarness, *subjects: str) -> list[dict[str, Any]]:
    """The grants of ADMIN to whom the issuer knows by these subjects, and nobody else's."""
    wanted = {"issuer": ISSUER, "role": "ADMIN"}
    made = [await harness.send("admin", GRANT, {**wanted, "subject": one}) for one in subjects]
    assert [codes(one) for one in made] == [[]] * len(subjects)
    return [one["accessGrant"] for one in made]


async def test_the_last_admin_stays(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Of two who take each other's away at once one is too late; nor can it who is ADMIN by claims."""
    await run(engine, "update access_grant set revoked_at = now() where role = 'ADMIN'")
    grants = await made_admin(harness, "ana", "eva")
    taken = await asyncio.gather(
        *(harness.send("admin", REVOKE, given(REVOKE, one["id"], one["version"])) for one in grants)
    )
    assert sorted(codes(one) for one in taken) == [[], [("INCOMPLETE", ["input", "id"])]]
    left = "select count(*) from access_grant where role = 'ADMIN' and revoked_at is null"
    assert await scalar(engine, left) == 1
    await run(engine, "update access_grant set expires_at = now() + interval '1 day' where role = 'ADMIN'")
    await made_admin(harness, "sol")
    await run(engine, "update access_grant set expires_at = now() where subject = 'sol'")
    (last,) = [one for one, done in zip(grants, taken, strict=True) if codes(done)]
    version = await scalar(engine, f"select version from access_grant where id = '{last['id'][6:]}'")
    refused = await harness.send("admin", REVOKE, given(REVOKE, last["id"], version), dry=True)
    assert codes(refused) == [("INCOMPLETE", ["input", "id"])], "one that has expired makes nobody ADMIN"
    assert refused["accessGrant"]["availableActions"][0]["reasons"] == refused["userErrors"]


async def test_nobody_stops_being_admin_by_their_own_act(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Unless they are by another grant of theirs; somebody else may take it."""
    eva = TokenPrincipal(ISSUER, "eva", inf)
    anas, evas = await made_admin(harness, "ana", "eva")
    mine = given(REVOKE, anas["id"], anas["version"])
    assert codes(await harness.send(ANA, REVOKE, mine)) == [("CONFLICT_OF_INTEREST", ["input", "id"])]
    assert codes(await harness.send(eva, REVOKE, mine, dry=True)) == []
    second = {"issuer": ISSUER, "subject": "ana", "role": "ADMIN", "expiresAt": "2999-01-01T00:00:00Z"}
    assert codes(await harness.send(eva, GRANT, second)) == []
    assert codes(await harness.send(ANA, REVOKE, mine)) == []
    assert "ADMIN" in (await ANA.viewer(database_of(harness))).roles
    assert codes(await harness.send(ANA, REVOKE, given(REVOKE, evas["id"], evas["version"]))) == []
    assert "ADMIN" not in (await eva.viewer(database_of(harness))).roles


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"institution": None}, ("REQUIRED", ["input", "institution"])),
        ({"role": "PUBLIC", "institution": None}, ("INVALID", ["input", "role"])),
        ({"role": "ADMIN"}, ("INVALID", ["input", "institution"])),
        ({"role": "PARTICIPANT", "institution": None}, ("REQUIRED", ["input", "person"])),
        ({"subject": " "}, ("REQUIRED", ["input", "subject"])),
        ({"scopes": ["EVENTS_READ"]}, ("INVALID", ["input", "role"])),
        ({"institution": f"institution_{UUID(int=1)}"}, ("REFERS_TO_NOTHING", ["input", "institution"])),
    ],
)
async def test_a_grant_is_bounded_as_its_role_needs(
    harness: MutationHarness, changed: dict[str, Any], found: tuple[str, list[str]]
) -> None:
    refused = await harness.send("admin", GRANT, {**COORDINATOR, **changed})
    assert codes(refused) == [found]


async def test_the_role_of_a_mentor_is_for_mentors(engine: AsyncEngine, harness: MutationHarness) -> None:
    wanted = {"issuer": ISSUER, "subject": "ana", "role": "MENTOR", "person": await student(engine)}
    assert codes(await harness.send("admin", GRANT, wanted)) == [("NOT_ELIGIBLE", ["input", "person"])]
    assert codes(await harness.send("admin", GRANT, {**wanted, "role": "PARTICIPANT"})) == []


async def test_an_identity_is_somebodys_until_it_is_untied(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    person = await student(engine)
    wanted = {"issuer": ISSUER, "subject": "ana", "person": person}
    made = await harness.send("admin", LINK, wanted)
    assert (codes(made), made["replayed"]) == ([], False)
    assert (await harness.send("admin", LINK, wanted))["replayed"] is True
    assert f"person_{person_of(await ANA.viewer(database_of(harness)))}" == person
    other = f"person_{await scalar(engine, 'select max(person_id::text) from participant')}"
    assert codes(await harness.send("admin", LINK, {**wanted, "person": other})) == [
        ("NOT_UNIQUE", ["input"])
    ]
    identity = made["accessIdentity"]
    assert codes(await harness.send("admin", UNLINK, given(UNLINK, identity["id"], 1))) == []
    assert person_of(await ANA.viewer(database_of(harness))) is None


@pytest.mark.parametrize("name", [name for name in (*CAST, *CLIENTS) if name != "admin"])
async def test_nobody_else_grants_or_sees_it(
    engine: AsyncEngine, harness: MutationHarness, name: str
) -> None:
    linked = {"issuer": ISSUER, "subject": "ana", "person": await student(engine)}
    for action, wanted, after in ((GRANT, COORDINATOR, REVOKE), (LINK, linked, UNLINK)):
        refused = await harness.send(name, action, wanted)
        assert [code for code, _ in codes(refused)] == ["FORBIDDEN"]
        made = await harness.send("admin", action, wanted)
        (object_,) = [value for key, value in made.items() if key.startswith("access")]
        hidden = await harness.send(name, after, given(after, object_["id"], 1))
        assert codes(hidden) == [("NOT_FOUND", ["input", "id"])]
