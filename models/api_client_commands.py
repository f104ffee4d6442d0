"""Clients of institutions and their keys: create, list and revoke them, and note when each was last used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.access import AccessRefused, AccessScope
from models.columns import NAME_LENGTH

MAX_LIVE_KEYS = 2  # so that a new key can be put in place before the old one goes

CLIENT = text("""
    select api_client.id, api_client.revoked_at, institution.slug
    from api_client join institution on institution.id = api_client.institution_id
    where api_client.name = :name for update of api_client
""")
NEW_CLIENT = text("""
    insert into api_client (name, institution_id) select :name, id from institution where slug = :slug
    on conflict (name) do nothing
    returning id
""")
LIVE_KEYS = text("""
    select count(*) from api_key
    where client_id = :client and revoked_at is null and (expires_at is null or expires_at > now())
""")
NEW_KEY = text("""
    insert into api_key (id, client_id, secret_hash, scopes, expires_at)
    values (:id, :client, :secret_hash, :scopes, :expires_at)
""")
LIST = text("""
    select api_key.id, api_client.name, institution.slug, api_key.scopes, api_key.created_at,
        api_key.expires_at, api_key.last_used_at, case
            when api_client.revoked_at is not null or api_key.revoked_at is not null then 'revoked'
            when api_key.expires_at <= now() then 'expired' else 'live'
        end as state
    from api_key join api_client on api_client.id = api_key.client_id
    join institution on institution.id = api_client.institution_id
    order by api_client.name, api_key.created_at, api_key.id
""")
REVOKE = text("update api_key set revoked_at = now() where id = :id and revoked_at is null returning id")
REVOKE_CLIENT = text(
    "update api_client set revoked_at = now() where name = :name and revoked_at is null returning id"
)
NOTE_USE = text("""
    update api_key set last_used_at = now()
    where id in :ids and (last_used_at is null or last_used_at < now() - interval '1 minute')
""").bindparams(bindparam("ids", expanding=True))


@dataclass(frozen=True)
class WantedKey:
    """A key to be made for a client of an institution (a slug)."""

    id: UUID
    client: str
    institution: str
    secret_hash: bytes
    scopes: Sequence[AccessScope]
    expires_at: datetime | None = None


async def add_key(engine: AsyncEngine, wanted: WantedKey) -> None:
    """Create the key, and the client if it is new; raises AccessRefused."""
    if not wanted.client.strip() or len(wanted.client) > NAME_LENGTH:
        raise AccessRefused(f"a client needs a name of 1 to {NAME_LENGTH} characters")
    async with engine.begin() as connection:
        client = await _client(connection, wanted.client, wanted.institution)
        live = (await connection.execute(LIVE_KEYS, {"client": client})).scalar_one()
        if live >= MAX_LIVE_KEYS:
            raise AccessRefused(f"{wanted.client} has {live} live keys already: revoke one first")
        await connection.execute(
            NEW_KEY,
            {
                "id": wanted.id,
                "client": client,
                "secret_hash": wanted.secret_hash,
                "scopes": [scope.value for scope in wanted.scopes],
                "expires_at": wanted.expires_at,
            },
        )


async def list_keys(engine: AsyncEngine) -> Sequence[RowMapping]:
    async with engine.connect() as connection:
        return (await connection.execute(LIST)).mappings().all()


async def revoke_key(engine: AsyncEngine, key: UUID) -> None:
    async with engine.begin() as connection:
        if (await connection.execute(REVOKE, {"id": key})).first() is None:
            raise AccessRefused(f"no key {key.hex} is in force")


async def revoke_client(engine: AsyncEngine, name: str) -> None:
    """Revoke the client with all its keys."""
    async with engine.begin() as connection:
        if (await connection.execute(REVOKE_CLIENT, {"name": name})).first() is None:
            raise AccessRefused(f"no client {name} is in force")


async def note_use(engine: AsyncEngine, keys: Collection[UUID]) -> None:
    """Record that these keys were used now, to the minute."""
    async with engine.begin() as connection:
        await connection.execute(NOTE_USE, {"ids": list(keys)})


async def _client(connection: AsyncConnection, name: str, slug: str) -> UUID:
    """The client, locked, so that concurrent creations of keys queue; created if there is none."""
    await connection.execute(NEW_CLIENT, {"name": name, "slug": slug})
    found = (await connection.execute(CLIENT, {"name": name})).first()
    if found is None:
        raise AccessRefused(f"no such institution: {slug}")
    if found.slug != slug:
        raise AccessRefused(f"{name} is a client of {found.slug}, not of {slug}")
    if found.revoked_at is not None:
        raise AccessRefused(f"{name} was revoked")
    id: UUID = found.id
    return id
