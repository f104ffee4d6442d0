"""How often a viewer and an address may ask, and whose address counts behind proxies."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.limits.rate_limiter import KEPT, SlidingWindow, address_key, network_of
from planner.errors import RateLimited
from tests.api.http_clients import admin, application, ask, bearer, codes

ANYTHING = "{ __typename }"
WRONG = {"authorization": "Bearer nonsense"}


@asynccontextmanager
async def addresses(url: str, *hosts: str, **settings: Any) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of one application, each with a different address."""
    app = application(url, **settings)
    async with app.router.lifespan_context(app):
        transports = [
            httpx.ASGITransport(app, client=(host, 1), raise_app_exceptions=False) for host in hosts
        ]
        yield [httpx.AsyncClient(transport=one, base_url="http://puente.test") for one in transports]


async def test_an_address_over_its_limit_gets_retry_after(seeded_url: str) -> None:
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
    assert error["message"].startswith("An address may send 3 operations a minute; this is number 4.")
    (error,) = again.json()["errors"]
    assert (again.status_code, error["extensions"]["asked"]) == (429, 5)
    assert error["message"].startswith(
        "Cada dirección puede enviar 3 operaciones por minuto; esta es la número 5."
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
    assert error["message"].startswith("A viewer may send 2 operations a minute")


async def test_what_is_refused_counts_too(seeded_url: str) -> None:
    """So a token is guessed no faster than anything else is asked, and no way of asking is free."""
    async with addresses(seeded_url, "192.0.2.1", address_operations_per_minute=5) as (one,):
        assert (await ask(one, ANYTHING, headers=WRONG)).status_code == 401
        assert (await ask(one, "{")).status_code == 400
        assert (await one.get("/graphql", headers={"accept": "image/png"})).status_code == 406
        assert (await one.put("/graphql")).status_code == 405
        assert (await one.get("/schema.graphql", headers=WRONG)).status_code == 401
        assert (await ask(one, ANYTHING, headers=WRONG)).status_code == 429
        received = await one.get("/schema.graphql", headers={"accept-language": "es"})
    assert (received.status_code, codes(received)) == (429, ["RATE_LIMITED"])
    assert "retry-after" in received.headers


async def test_the_public_takes_nothing_from_those_who_are_signed_in_at_its_address(seeded_url: str) -> None:
    """Neither by requests nor by wrong tokens; a token that is new is recognized too."""
    async with addresses(seeded_url, "192.0.2.1", address_operations_per_minute=3) as (one,):
        assert (await ask(one, ANYTHING, headers=admin())).status_code == 200
        for _ in range(3):
            assert (await ask(one, ANYTHING)).status_code == 200
        assert (await ask(one, ANYTHING)).status_code == 429
        for address in ("/graphql", "/graphql/stream"):
            for credentials in (admin(), bearer("coordinator"), bearer("coordinator")):
                headers = {**credentials, "accept": "text/event-stream, application/json"}
                response = await one.post(address, json={"query": ANYTHING}, headers=headers)
                assert response.status_code == 200, response.text
        assert (await one.get("/schema.graphql", headers=admin())).status_code == 200
        assert (await ask(one, ANYTHING)).status_code == 429


async def test_wrong_tokens_lock_out_nobody_who_is_known(seeded_url: str) -> None:
    """Those who aren't known would have to be verified, which is what is bounded."""
    async with addresses(seeded_url, "192.0.2.1", "192.0.2.2", address_operations_per_minute=3) as (one, two):
        known = admin()
        assert (await ask(one, ANYTHING, headers=known)).status_code == 200
        statuses = [(await ask(one, ANYTHING, headers=WRONG)).status_code for _ in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert (await ask(one, ANYTHING, headers=known)).status_code == 200
        unknown = bearer("coordinator")
        assert (await ask(one, ANYTHING, headers=unknown)).status_code == 429
        assert (await ask(one, ANYTHING)).status_code == 429
        assert (await ask(two, ANYTHING, headers=unknown)).status_code == 200
        assert (await ask(one, ANYTHING, headers=unknown)).status_code == 200, "it is known now"


async def test_those_who_are_signed_in_take_nothing_from_the_public_at_their_address(seeded_url: str) -> None:
    async with addresses(seeded_url, "192.0.2.1", address_operations_per_minute=3) as (one,):
        for _ in range(6):
            assert (await ask(one, ANYTHING, headers=admin())).status_code == 200
        assert [(await ask(one, ANYTHING)).status_code for _ in range(4)] == [200, 200, 200, 429]


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


def test_a_subscriber_of_ipv6_is_one_network() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == "fe80::/64"


@pytest.mark.parametrize("host", ["", "unknown", "x" * 100_000, "1.2.3", "2001:db8::1::"])
def test_what_is_no_address_is_counted_together(host: str) -> None:
    """A proxy may write `unknown`, or pass on what its client invented: that costs no memory."""
    assert address_key({"client": (host, 0)}) == address_key({"client": None}) == ""


def window(most: int, clock: Callable[[], float] = time.monotonic, kept: int = KEPT) -> SlidingWindow:
    return SlidingWindow(most, "viewer", clock=clock, kept=kept)


def test_the_oldest_request_makes_room_for_one() -> None:
    now = 1000.0
    limited = window(2, lambda: now)
    limited.count("a")
    now += 45.5
    limited.count("a")
    with pytest.raises(RateLimited) as refused:
        limited.count("a")
    assert refused.value.retry_after == 15
    now += 14.5
    limited.count("a")
    with pytest.raises(RateLimited) as refused:
        limited.count("a")
    assert refused.value.retry_after == 46, "the second was admitted 14.5 seconds ago"


def test_there_is_no_edge_at_which_twice_as_many_come_through() -> None:
    now = 1000.0
    limited = window(10, lambda: now)
    limited.count("another, with whom a minute would begin")
    now += 59.9
    admitted = 0
    for _ in range(20):
        with suppress(RateLimited):
            limited.count("a")
            admitted += 1
        now += 0.01
    assert admitted == 10


REQUESTS = st.lists(
    st.tuples(st.integers(0, 64 * 90).map(lambda parts: parts / 64), st.sampled_from("abc")), max_size=60
)
"""Seconds since the one before, in parts that add up exactly, and who asks."""


@given(most=st.integers(1, 5), requests=REQUESTS)
def test_who_is_under_the_limit_is_admitted_and_nobody_else(
    most: int, requests: list[tuple[float, str]]
) -> None:
    """So no window of a minute has more than the limit, and `Retry-After` is neither early nor late."""
    now = 0.0
    limited = window(most, lambda: now)
    admitted: dict[str, list[float]] = {"a": [], "b": [], "c": []}
    for pause, key in requests:
        now += pause
        recent = [one for one in admitted[key] if one > now - 60]
        if len(recent) < most:
            limited.count(key)
            admitted[key].append(now)
            continue
        with pytest.raises(RateLimited) as refused:
            limited.count(key)
        assert refused.value.retry_after == math.ceil(recent[0] + 60 - now) > 0
    for times in admitted.values():
        assert all(sum(begin <= one < begin + 60 for one in times) <= most for begin in times)


def test_what_is_remembered_is_bounded() -> None:
    limited = window(1, kept=100)
    for number in range(1_000):
        limited.count(str(number))
    assert len(limited) == 100
    for number in range(900, 1_000):
        with pytest.raises(RateLimited):
            limited.count(str(number))


def test_nothing_is_remembered_for_longer_than_a_minute() -> None:
    now = 0.0
    limited = window(1_000, lambda: now)
    for number in range(5_000):
        limited.count(str(number % 10))
        now += 0.1
    assert sum(len(one.admitted) for one in limited._requests.values()) <= 600
    now += 60
    limited.count("another")
    assert list(limited._requests) == ["another"]


def test_none_is_any_number() -> None:
    limited = window(0)
    for _ in range(1_000):
        limited.count("a")
    assert len(limited) == 0
