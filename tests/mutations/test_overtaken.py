"""Mutations that changes of grants overtake: of others, which change nothing, and of the sender's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from math import inf
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.principals import TokenPrincipal
from models.database.client import Database
from models.grant_queries import GrantsProof, grant_of_key, grants_of
from schema.grants import Principal
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness, given
from tests.mutations.test_creations import INPUTS
from tests.mutations.test_profiles import ITZEL, SIGN_UP, UPDATE, codes, token_principal
from tests.mutations.test_staff_access import database_of
from tests.webhooks.harness import id_in, new_key

ISSUER, PEOPLE, PATIENCE = "https://id.example", 50, 60
OF_OTHERS = "update access_epoch set source = source"
GRANT = f"""
    insert into access_grant (issuer, subject, role, institution_id)
    select '{ISSUER}', 'itzel', 'COORDINATOR', id from institution where slug = 'uc-merced'"""
REVOKE = "update access_grant set revoked_at = now() where subject = 'itzel'"


@dataclass(frozen=True, slots=True)
class Overtaken(TokenPrincipal):
    """Whenever their grants have been read, grants change."""

    engine: AsyncEngine = field(kw_only=True)
    change: str = OF_OTHERS

    async def viewer(self, database: Database) -> Principal:
        found = await TokenPrincipal.viewer(self, database)
        await run(self.engine, self.change)
        return found


async def test_changes_of_others_grants_overtake_nobody(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Neither the write nor its payload, of which the sender is another viewer than before."""
    sender = Overtaken(ISSUER, "itzel", inf, engine=engine)
    made = await harness.send(sender, SIGN_UP, ITZEL, "email")
    assert (codes(made), made["replayed"], made["person"]["email"]) == ([], False, ITZEL["email"])
    wanted = given(UPDATE, made["person"]["id"], 1, preferredName="Itz")
    changed = await harness.send(sender, UPDATE, wanted, "preferredName")
    assert (codes(changed), changed["person"]["preferredName"]) == ([], "Itz")


async def test_a_change_of_the_own_grants_counts_at_once(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Between the reading of grants and the write: nothing is done that the sender can't do any more."""
    create = ACTIONS["createProject"]
    for change, expected in ((OF_OTHERS, []), (REVOKE, [("FORBIDDEN", ["input"])])):
        await run(engine, "delete from access_grant where subject = 'itzel'", GRANT)
        sender = Overtaken(ISSUER, "itzel", inf, engine=engine, change=change)
        assert codes(await harness.send(sender, create, INPUTS["createProject"])) == expected
    projects = "select count(*) from project where title_en = 'Heat and health'"
    assert await scalar(engine, projects) == 1


async def test_many_sign_in_for_the_first_time_at_once(engine: AsyncEngine, harness: MutationHarness) -> None:
    people = [{**ITZEL, "email": f"new-{number}@example.org"} for number in range(PEOPLE)]
    sent = [
        harness.send(token_principal(f"new-{number}"), SIGN_UP, person, "email")
        for number, person in enumerate(people)
    ]
    payloads: list[dict[str, Any]] = await asyncio.gather(*sent)
    assert [codes(one) for one in payloads] == [[]] * PEOPLE
    assert [one["person"]["email"] for one in payloads] == [one["email"] for one in people]


WAITING = """
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()"""


async def test_an_overtaken_mutation_waits_for_no_change_of_grants(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """The change then needs the rows of both, which would be a deadlock if they waited for it."""
    names, database = ("first", "second"), database_of(harness)
    for name in names:
        person = {**ITZEL, "email": f"{name}@example.org"}
        assert codes(await harness.send(token_principal(name), SIGN_UP, person)) == []
    senders = [await token_principal(name).viewer(database) for name in names]
    ids = [one.attributes["SELF"][0] for one in senders]
    await run(engine, OF_OTHERS)
    async with engine.begin() as changing:
        await changing.exec_driver_sql(OF_OTHERS)
        sent = [
            asyncio.create_task(
                harness.send(sender, UPDATE, given(UPDATE, f"person_{id}", 1, preferredName="Itz"))
            )
            for sender, id in zip(senders, ids, strict=True)
        ]
        async with asyncio.timeout(PATIENCE):
            while sum(one.done() for one in sent) + await scalar(engine, WAITING) < len(sent):
                await asyncio.sleep(0.01)
        for id in ids:
            await changing.exec_driver_sql(f"update person set family_names = 'Paz' where id = '{id}'")
    assert [codes(one) for one in await asyncio.gather(*sent)] == [[], []]


async def is_found(engine: AsyncEngine, proof: GrantsProof | None) -> bool:
    assert proof is not None
    parameters = orjson.dumps(proof.parameters).decode()
    query = proof.query.replace("$1", f"'{parameters}'::jsonb")
    return bool(await scalar(engine, f"select ({query}) = '{orjson.dumps(proof.found).decode()}'::jsonb"))


async def test_what_was_read_is_found_until_the_grants_change(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """Of a person, and of a system's key."""
    await run(engine, GRANT)
    key: UUID = id_in(await new_key(engine))
    held = await grant_of_key(database_of(harness), key)
    assert held is not None
    proofs = [(await grants_of(database_of(harness), ISSUER, "itzel")).proof, held.proof]
    assert [await is_found(engine, one) for one in proofs] == [True, True]
    await run(engine, REVOKE, f"update api_key set revoked_at = now() where id = '{key}'")
    assert [await is_found(engine, one) for one in proofs] == [False, False]
