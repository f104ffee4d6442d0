"""Grants that go and come between two reads: who holds the same again did not read as the same in between.

What is read between two places of the feed (a snapshot's pages, nodes by their ids) may have been read with
other grants, so the cursors of places expire. Those of changes do not: whoever reads changes with other
grants is refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from api.auth.principals import ApiKeyPrincipal, TokenPrincipal
from models.loading.demo.grants import ISSUER
from models.loading.natural_keys import id_of
from planner.changes.feed_position import parse_cursor
from planner.errors import CursorExpired
from schema.grants import Principal
from tests.feed.subscribers import InProcessServer

PERSON, CLIENT = "uc-coordinator", "a client"
POLL = """
    query ($after: String) { changes(after: $after) { edges { cursor } pageInfo { endCursor hasNextPage } } }
"""
OF_PERSON = f"issuer = '{ISSUER}' and subject = '{PERSON}'"
OF_OTHER = f"issuer = '{ISSUER}' and subject = 'mx-coordinator'"
OTHER_CAMPUS = "(select id from institution where slug = 'uc-davis')"
REVOKED = f"update access_grant set revoked_at = now() where {OF_PERSON}"
RESTORED = f"update access_grant set revoked_at = null where {OF_PERSON}"
GIVEN_AGAIN = f"""
    insert into access_grant (issuer, subject, role, institution_id)
    select issuer, subject, role, institution_id from access_grant where {OF_PERSON} limit 1
"""
ANOTHER = f"""
    insert into access_grant (issuer, subject, role, institution_id)
    select '{ISSUER}', '{PERSON}', 'COORDINATOR', {OTHER_CAMPUS}
"""
IS_ANOTHER = f"{OF_PERSON} and institution_id = {OTHER_CAMPUS}"

GONE_AND_BACK: Mapping[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "revoked and given again": (PERSON, [REVOKED], [GIVEN_AGAIN]),
    "revoked by mistake": (PERSON, [REVOKED], [RESTORED]),
    "deleted and made again": (
        PERSON,
        [
            "create temporary table kept as select * from access_grant",
            f"delete from access_grant where {OF_PERSON}",
        ],
        [f"insert into access_grant select * from kept where {OF_PERSON}"],
    ),
    "emptied and filled again": (
        PERSON,
        ["create temporary table kept as select * from access_grant", "truncate access_grant"],
        ["insert into access_grant select * from kept"],
    ),
    "expired and renewed": (
        PERSON,
        [f"update access_grant set expires_at = now() - interval '1 s' where {OF_PERSON}"],
        [f"update access_grant set expires_at = null where {OF_PERSON}"],
    ),
    "given more and revoked": (
        PERSON,
        [ANOTHER],
        [f"update access_grant set revoked_at = now() where {IS_ANOTHER}"],
    ),
    "given more and deleted": (PERSON, [ANOTHER], [f"delete from access_grant where {IS_ANOTHER}"]),
    "given more for a while": (
        PERSON,
        [ANOTHER],
        [f"update access_grant set expires_at = now() where {IS_ANOTHER}"],
    ),
    "of another institution": (
        PERSON,
        [
            "create temporary table kept as select * from access_grant",
            f"update access_grant set institution_id = {OTHER_CAMPUS} where {OF_PERSON}",
        ],
        [
            "update access_grant g set institution_id = kept.institution_id from kept"
            f" where kept.id = g.id and g.{OF_PERSON.replace(' and ', ' and g.')}"
        ],
    ),
    "another's": (
        PERSON,
        [f"update access_grant set subject = 'somebody' where {OF_PERSON}"],
        [f"update access_grant set subject = '{PERSON}' where subject = 'somebody'"],
    ),
    "other scopes of a key": (
        CLIENT,
        ["update api_key set scopes = '{PROJECTS_READ,EVENTS_READ}'"],
        ["update api_key set scopes = '{PROJECTS_READ}'"],
    ),
    "no scopes of a key": (
        CLIENT,
        ["update api_key set scopes = '{}'"],
        ["update api_key set scopes = '{PROJECTS_READ}'"],
    ),
    "another client's key": (
        CLIENT,
        [
            "insert into api_client (name, institution_id)"
            f" values ('other', {OTHER_CAMPUS}) on conflict do nothing",
            "update api_key set client_id = (select id from api_client where name = 'other')",
        ],
        ["update api_key set client_id = (select id from api_client where name <> 'other')"],
    ),
    "a client of another institution": (
        CLIENT,
        [f"update api_client set institution_id = {OTHER_CAMPUS}"],
        ["update api_client set institution_id = (select id from institution where slug = 'uc-merced')"],
    ),
}
"""Whose, what takes away or adds, and what brings back what they held."""
HELD_ALL_THE_TIME: Mapping[str, tuple[str, Sequence[str]]] = {
    "renewed in time": (
        PERSON,
        [
            f"update access_grant set expires_at = now() + interval '2 days' where {OF_PERSON}",
            f"update access_grant set expires_at = now() + interval '9 days' where {OF_PERSON}",
        ],
    ),
    "another person's": (
        PERSON,
        [
            f"update access_grant set revoked_at = now() where {OF_OTHER}",
            f"update access_grant set revoked_at = null where {OF_OTHER}",
        ],
    ),
    "an expired one that stays so": (
        PERSON,
        [
            f"{ANOTHER}".replace("institution_id)", "institution_id, expires_at)")
            + ", now() - interval '1 day'",
            f"update access_grant set expires_at = now() - interval '2 days' where {IS_ANOTHER}",
        ],
    ),
    "a key that was used": (CLIENT, ["update api_key set last_used_at = now()"]),
    "a new key with the same scopes": (
        CLIENT,
        [
            "insert into api_key (client_id, secret_hash, scopes) select client_id,"
            " sha256('another'), scopes from api_key",
            "update api_key set revoked_at = now() where secret_hash = sha256('another')",
        ],
    ),
}

KEY = id_of("api_key", "of a client")
A_CLIENT = f"""
    with made as (
        insert into api_client (name, institution_id)
        select '{CLIENT}', id from institution where slug = 'uc-merced' returning id
    )
    insert into api_key (id, client_id, secret_hash, scopes)
    select '{KEY}', id, sha256('secret'), '{{PROJECTS_READ}}' from made
"""


@dataclass
class Transaction:
    """What is granted, within a transaction that is never committed."""

    connection: asyncpg.Connection

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Any:
        return await self.connection.fetchrow(sql, *parameters)

    async def viewer(self, principal: str) -> Principal:
        if principal == PERSON:
            return await TokenPrincipal(ISSUER, PERSON, 0.0).viewer(self)  # type: ignore[arg-type]
        secret = await self.connection.fetchval("select secret_hash from api_key where id = $1", KEY)
        return await ApiKeyPrincipal(KEY, secret, lambda _: None).viewer(self)  # type: ignore[arg-type]

    async def after(self, principal: str, statements: Sequence[str]) -> Principal:
        for statement in statements:
            await self.connection.execute(statement)
        return await self.viewer(principal)


@pytest.fixture
async def granted(seeded_url: str) -> AsyncIterator[Transaction]:
    connection = await asyncpg.connect(seeded_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(A_CLIENT)
    yield Transaction(connection)
    await transaction.rollback()
    await connection.close()


def has_expired(taken_by: Principal, now: Principal) -> bool:
    """Whether the cursor of a place has, that one viewer took, for another."""
    cursor = f"{'0' * 12}.7.{taken_by.reader}-7-{'0' * 12}"
    try:
        parse_cursor(cursor, now.fingerprint, now.granted_since)
    except CursorExpired:
        return True
    return False


@pytest.mark.parametrize("name", GONE_AND_BACK)
async def test_places_expire_that_were_taken_before_grants_went_and_came(
    granted: Transaction, name: str
) -> None:
    principal, away, back = GONE_AND_BACK[name]
    held = [await granted.viewer(principal)]
    for statements in (away, back, [one for one in away if "temporary" not in one]):
        held.append(await granted.after(principal, statements))
    first, meanwhile, again, at_last = held
    assert first.fingerprint == again.fingerprint != meanwhile.fingerprint == at_last.fingerprint
    assert has_expired(first, again)
    assert has_expired(meanwhile, at_last)
    assert not any(has_expired(one, one) for one in held)


@pytest.mark.parametrize("name", HELD_ALL_THE_TIME)
async def test_places_stay_while_grants_are_held(granted: Transaction, name: str) -> None:
    principal, statements = HELD_ALL_THE_TIME[name]
    await granted.connection.execute(
        f"update access_grant set expires_at = now() + interval '1 day' where {OF_PERSON}"
    )
    first = await granted.viewer(principal)
    for statement in statements:
        assert not has_expired(first, await granted.after(principal, [statement]))


async def moved(server: InProcessServer) -> None:
    await server.sql(
        "update venue set city = city || '!' where id = (select id from venue order by id limit 1)"
    )


async def poll(server: InProcessServer, after: str) -> Mapping[str, Any]:
    page: Mapping[str, Any] = (await server.ask(PERSON, POLL, after=after))["changes"]
    return page


async def test_a_snapshot_that_was_read_with_other_grants_is_begun_again(server: InProcessServer) -> None:
    """In every way to continue; a subscriber that only read changes has missed none, and continues."""
    present = await server.cursor(PERSON)
    await moved(server)
    await server.cursor(PERSON)
    page = await poll(server, present)
    change, end = page["edges"][0]["cursor"], page["pageInfo"]["endCursor"]
    await server.sql(REVOKED)
    await moved(server)
    meanwhile = await server.cursor(PERSON)
    await server.sql(RESTORED)
    for after in (present, end, meanwhile):
        with pytest.raises(CursorExpired) as refused:
            await poll(server, after)
        assert refused.value.problems[0].details == {"reason": "GRANTS"}
        with pytest.raises(CursorExpired):
            await server.follow(PERSON, after=after)
    listener, opened = await server.follow(PERSON, after=change)
    await listener.until(lambda one: len(one.changes) == 1)
    opened.close()
    assert len((await poll(server, change))["edges"]) == 1
    assert not (await poll(server, await server.cursor(PERSON)))["edges"]


async def test_nobody_is_refused_for_what_the_server_knew_of_them_before(server: InProcessServer) -> None:
    """Each worker has known them as somebody else until it reads their grants again."""
    after = await server.cursor(PERSON)
    await moved(server)
    await server.cursor(PERSON)
    change = (await poll(server, after))["edges"][0]["cursor"]
    for _ in range(2):
        await server.sql(REVOKED)
        await server.cursor(PERSON)
        await server.sql(RESTORED)
        assert not (await poll(server, change))["edges"]
    await server.sql(REVOKED)
    await server.cursor(PERSON)
    await server.sql(RESTORED)
    listener, _ = await server.follow(PERSON, after=change)
    await moved(server)
    await listener.until(lambda one: len(one.changes) == 1)


GUARDED = """
    query ($cursor: String) {
        changes(after: $cursor, first: 0) { __typename }
        projects(first: 100) { nodes { id } pageInfo { hasNextPage endCursor } }
    }
"""


async def test_a_page_is_read_as_the_viewer_of_its_cursor_or_not_at_all(server: InProcessServer) -> None:
    """For what no cursor can know afterwards: tokens whose claims give now more and now less."""
    present = await server.cursor(PERSON)
    assert (await server.ask(PERSON, GUARDED, cursor=present))["projects"]["nodes"]
    await server.sql(REVOKED)
    with pytest.raises(CursorExpired):
        await server.ask(PERSON, GUARDED, cursor=present)


async def test_who_follows_is_cut_off_though_nobody_looked_in_between(server: InProcessServer) -> None:
    """A client that subscribes and then reads a snapshot may have read it with other grants."""
    listener, _ = await server.follow(PERSON)
    await server.sql(REVOKED, RESTORED)
    await listener.until(lambda one: one.ended)
    assert listener.code == "CURSOR_EXPIRED"
    assert not listener.changes


async def test_what_was_given_names_nobody(granted: Transaction) -> None:
    await granted.after(PERSON, [REVOKED, GIVEN_AGAIN])
    kept = await granted.connection.fetchval("select string_agg(last_grant::text, ' ') from last_grant")
    assert kept
    assert PERSON not in kept
    assert ISSUER not in kept
