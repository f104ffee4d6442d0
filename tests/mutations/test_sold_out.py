"""Sold out: everybody wants a place at the same moment, by HTTP."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.demo.grants import ISSUER
from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import scalar
from tests.mutations.test_registrations import EVENT, KEY, breaches, open_event, statuses
from tests.summary import tell
from tests.tiers import TIER

pytestmark = pytest.mark.sized
REGISTER = """
    mutation ($event: ID!, $guest: GuestInput) {
        registerForEvent(input: { event: $event, guest: $guest }) {
            registration { status position queuedAt } replayed userErrors { code }
        }
    }"""
PEOPLE = """
    with person_made as (
        insert into person (given_name, family_names, is_synthetic)
        select 'Person', n::text, true from generate_series(1, :number) n returning id, family_names)
    insert into access_grant (issuer, subject, role, person_id, is_synthetic)
    select :issuer, 'person-' || family_names, 'PARTICIPANT', id, true from person_made
"""


async def register_all(client: httpx.AsyncClient, number: int) -> list[httpx.Response]:
    """Every fourth is a guest, whom the host's system registers."""
    return await asyncio.gather(*(register(client, n) for n in range(1, number + 1)))


async def register(client: httpx.AsyncClient, n: int) -> httpx.Response:
    guest = {"name": f"Guest {n}", "email": f"{n}@guests.example"} if n % 4 == 0 else None
    sender = "integration" if guest else f"person-{n}"
    return await ask(client, REGISTER, {"event": EVENT, "guest": guest}, signed_in(sender))


async def test_sold_out(engine: AsyncEngine, database_url: str) -> None:
    clients, capacity = TIER.registering, TIER.registering // 2
    async with engine.begin() as connection:
        await connection.execute(text(PEOPLE), {"number": clients, "issuer": ISSUER})
    await open_event(engine, capacity)
    limits: dict[str, Any] = {"operations_per_minute": 0, "pool_timeout": 600.0, "statement_timeout": 600.0}
    limits["unsolicited_per_system"] = clients
    async with reached(database_url, **limits) as client:
        begun = time.perf_counter()
        answers = await register_all(client, clients)
        took = time.perf_counter() - begun
    assert Counter(one.status_code for one in answers) == {200: clients}
    payloads = [one.json()["data"]["registerForEvent"] for one in answers]
    assert all(one["userErrors"] == [] and not one["replayed"] for one in payloads)
    assert await statuses(engine) == ["CONFIRMED"] * capacity + ["WAITLISTED"] * (clients - capacity)
    in_order = "select array_agg(queued_at order by seq) = array_agg(queued_at order by queued_at)"
    assert await scalar(engine, f"{in_order} from registration where event_id = '{KEY}'")
    assert await breaches(engine) == {}
    tell(
        f"{clients} clients for {capacity} places: {capacity} confirmed, {clients - capacity} queued"
        f" in order of arrival, 0 errors, {clients / took:.0f} a second"
    )
