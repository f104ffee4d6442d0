"""How often a viewer and an address may ask, and whose address counts behind proxies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from api.rates import Minute, behind_proxies, network_of
from planner.errors import RateLimited
from tests.api.reaching import admin, application, ask, codes

ANYTHING = "{ __typename }"
WRONG = {"authorization": "Bearer nonsense"}


@asynccontextmanager
async def addresses(url: str, *hosts: str, **settings: Any) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of one application, each at an address of its own."""
    app = application(url, **settings)
    async with app.router.lifespan_context(app):
        transports = [
            httpx.ASGITransport(app, client=(host, 1), raise_app_exceptions=False) for host in hosts
        ]
        yield [httpx.AsyncClient(transport=one, base_url="http://puente.test") for one in transports]


async def test_an_address_that_asks_too_often_is_told_when_to_come_back(seeded_url: str) -> None:
    async with addresses(seeded_url, "192.0.2.1", "192.0.2.2", address_operations_per_minute=3) as (one, two):
        for _ in range(3):
            assert (await ask(one, ANYTHING)).status_code == 200
        refused = await ask(one, ANYTHING)
        again = await ask(one, ANYTHING, headers={"accept-language": "es", "accept": "application/json"})
        assert (await ask(two, ANYTHING)).status_code == 200
    assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
    assert 0 < int(refused.headers["retry-after"]) <= 60
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"limit": 3, "asked": 4, "code": "RATE_LIMITED"}
    assert error["message"].startswith("An address may ask for 3 operations a minute; this is number 4.")
    (error,) = again.json()["errors"]
    assert (again.status_code, error["extensions"]["asked"]) == (429, 5)
    assert error["message"].startswith(
        "Cada dirección puede pedir 3 operaciones por minuto; esta es la número 5."
    )


async def test_a_viewer_is_counted_wherever_they_ask_from(seeded_url: str) -> None:
    settings = {"operations_per_minute": 2, "address_operations_per_minute": 0}
    async with addresses(seeded_url, "192.0.2.1", "192.0.2.2", **settings) as (one, two):
        assert (await ask(one, ANYTHING, headers=admin())).status_code == 200
        assert (await ask(two, ANYTHING, headers=admin())).status_code == 200
        refused = await ask(one, ANYTHING, headers=admin())
        for _ in range(5):
            assert (await ask(one, ANYTHING)).status_code == 200, "the public is counted by address"
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["extensions"]["limit"], error["extensions"]["asked"]) == (429, 2, 3)
    assert error["message"].startswith("A viewer may ask for 2 operations a minute")


async def test_what_is_refused_counts_too(seeded_url: str) -> None:
    """So a token is guessed no faster than anything else is asked, and no way of asking is free."""
    async with addresses(seeded_url, "192.0.2.1", address_operations_per_minute=5) as (one,):
        assert (await ask(one, ANYTHING, headers=WRONG)).status_code == 401
        assert (await ask(one, "{")).status_code == 400
        assert (await one.get("/graphql", headers={"accept": "text/html"})).status_code == 406
        assert (await one.put("/graphql")).status_code == 405
        assert (await one.get("/schema.graphql", headers=WRONG)).status_code == 401
        assert (await ask(one, ANYTHING, headers=WRONG)).status_code == 429
        told = await one.get("/schema.graphql", headers={"accept-language": "es"})
    assert (told.status_code, codes(told)) == (429, ["RATE_LIMITED"])
    assert "retry-after" in told.headers


async def test_addresses_are_believed_from_trusted_proxies_only(seeded_url: str) -> None:
    settings = {"address_operations_per_minute": 2, "trusted_proxies": ("10.0.0.0/8",)}
    async with addresses(seeded_url, "10.0.0.1", "192.0.2.9", **settings) as (proxy, other):
        for reader in ("198.51.100.1", "198.51.100.2"):
            for _ in range(2):
                response = await ask(proxy, ANYTHING, headers={"x-forwarded-for": f"203.0.113.7, {reader}"})
                assert response.status_code == 200
        beyond = await ask(proxy, ANYTHING, headers={"x-forwarded-for": "203.0.113.8, 198.51.100.1"})
        assert beyond.status_code == 429, "what a reader writes before their address changes nothing"
        statuses = [
            (await ask(other, ANYTHING, headers={"x-forwarded-for": f"203.0.113.{number}"})).status_code
            for number in range(3)
        ]
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("host", "forwarded", "counted"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.2,192.0.2.1,10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1:5123", "192.0.2.1"),
        ("10.0.0.1", "[2001:db8::1]:5123", "2001:db8::1"),
        ("10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1, ", "10.0.0.1"),
        ("::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("192.0.2.7", "192.0.2.1", "192.0.2.7"),
        ("", "192.0.2.1", ""),
    ],
)
def test_the_nearest_address_that_is_no_proxy(host: str, forwarded: str, counted: str) -> None:
    assert behind_proxies(host, forwarded, ("10.0.0.0/8",)) == counted


def test_a_subscriber_of_ipv6_is_one_network() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"


def test_a_minute_ends() -> None:
    now = 1000.0
    minute = Minute(2, "viewer", clock=lambda: now)
    minute.count("a")
    now += 45.5
    minute.count("a")
    with pytest.raises(RateLimited) as refused:
        minute.count("a")
    assert refused.value.retry_after == 15
    now += 14.5
    minute.count("a")


def test_what_is_remembered_is_bounded() -> None:
    minute = Minute(1, "viewer", kept=100)
    for number in range(1_000):
        minute.count(str(number))
    assert len(minute) == 100
    with pytest.raises(RateLimited):
        minute.count("999")


def test_none_is_any_number() -> None:
    minute = Minute(0, "viewer")
    for _ in range(1_000):
        minute.count("a")
    assert len(minute) == 0
