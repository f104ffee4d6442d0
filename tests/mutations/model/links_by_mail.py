"""Links that are mailed to people, as the model knows them: each leads one account to one record, once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from models.secret_link import PREFIX, hash_of
from tests.mutations.model.drawn import Drawn
from tests.mutations.model.people import BEGUN
from tests.mutations.model.world import World
from tests.reference.grants import in_force
from tests.reference.rows import Row, Rows


def signs_in(world: Rows, person: UUID) -> bool:
    """Whether an issuer knows the person, or somebody holds a role as the person."""
    held = any(in_force(one) for one in world.owned("access_grant", "person_id", person))
    return held or bool(world.owned("access_identity", "person_id", person))


def send_link(world: World, purpose: str, person: Row) -> None:
    """To the address that the record has now."""
    made = {"id": uuid4(), "purpose": purpose, "person_id": person["id"], "email": person["email"]}
    unused = {"registration_id": None, "used_at": None, "uses": 0, "max_uses": 1, "source": None}
    ahead = datetime.now(UTC) + timedelta(days=1)
    world.insert("secret_link", {**BEGUN, **made, **unused, "expires_at": ahead})


def is_open(world: World, link: Row) -> bool:
    """Until it is used or expires, the record has another address, or somebody signs in as the person."""
    person = world.get("person", link["person_id"])
    if person is None or link["used_at"] is not None or link["expires_at"] <= datetime.now(UTC):
        return False
    return (person["email"] or "").lower() == link["email"].lower() and not signs_in(world, person["id"])


def secret_of(link: UUID) -> str:
    """As a mail would have it."""
    return PREFIX + urlsafe_b64encode(sha256(link.bytes).digest()).decode().rstrip("=")


def link_of(world: World, secret: str) -> Row | None:
    """The link to a record that has this secret."""
    links = [one for one in world.all("secret_link") if one["person_id"] is not None]
    return next((one for one in links if secret_of(one["id"]) == secret), None)


async def keep_secrets(connection: asyncpg.Connection, world: World) -> None:
    """Links have their secrets, as if their mails were sent."""
    links = [one["id"] for one in world.all("secret_link") if one["person_id"] is not None]
    kept = [(hash_of(secret_of(id)), id) for id in links]
    statement = "insert into link_secret (secret_hash, link_id) values ($1, $2) on conflict do nothing"
    await connection.executemany(statement, kept)


def _is_ahead(value: Any, others: Collection[Any]) -> bool:
    return bool(value > datetime.now(UTC))


def _is_now(value: Any, others: Collection[Any]) -> bool:
    return value is None or abs(datetime.now(UTC) - value) < timedelta(minutes=5)


DRAWN = {"secret_link": (Drawn("expires_at", _is_ahead), Drawn("used_at", _is_now))}
UNLOGGED = {"secret_link": {"email", "uses"}}
ENTITIES = ()
