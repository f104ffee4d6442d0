"""Whose address a request comes from, behind proxies that are trusted and from anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from api.http.proxies import BELIEVED, ForwardedAddresses
from api.limits.rate_limiter import address_key

Headers = list[tuple[bytes, bytes]]
PROXIES = ("10.0.0.1/8", "2001:db8:ffff::7")


async def seen(host: str | None, headers: Headers, proxies: tuple[str, ...] = PROXIES) -> dict[str, Any]:
    """The scope of a request from a peer, as the application gets it."""
    got: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(scope)

    client = None if host is None else (host, 5123)
    scope = {"type": "http", "scheme": "http", "client": client, "headers": headers}
    await ForwardedAddresses(app, proxies)(scope, never, never)
    return dict(got[0])


async def never(*_: object) -> Any:
    raise AssertionError


@pytest.mark.parametrize(
    ("host", "forwarded", "counted"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.2,192.0.2.1,10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "192.0.2.1:5123", "192.0.2.1"),
        ("10.0.0.1", "[2001:db8::1]:5123", "2001:db8::/64"),
        ("10.0.0.1", "192.0.2.1, unknown", ""),
        ("10.0.0.1", "192.0.2.1, ", "10.0.0.1"),
        ("::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:10.0.0.1", "192.0.2.1, ::ffff:10.0.0.2", "192.0.2.1"),
        ("2001:db8:ffff::7", "192.0.2.1", "192.0.2.1"),
        ("2001:db8:ffff::8", "192.0.2.1", "2001:db8:ffff::/64"),
        ("192.0.2.7", "192.0.2.1", "192.0.2.7"),
        (None, "192.0.2.1", ""),
    ],
)
async def test_the_nearest_address_that_is_no_proxy(host: str | None, forwarded: str, counted: str) -> None:
    scope = await seen(host, [(b"x-forwarded-for", forwarded.encode())])
    assert address_key(scope) == counted


async def test_a_proxy_that_adds_a_header_of_its_own_is_nearer_than_what_was_sent() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"192.0.2.1")]
    assert address_key(await seen("10.0.0.1", headers)) == "192.0.2.1"


@pytest.mark.parametrize("proxies", [PROXIES, ()])
@given(
    st.sampled_from(["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7", "127.0.0.1", None]),
    st.lists(
        st.tuples(
            st.sampled_from([b"x-forwarded-for", b"x-forwarded-proto", b"x-real-ip", b"forwarded"]),
            st.sampled_from([b"10.0.0.1", b"192.0.2.1, 10.0.0.1", b"for=10.0.0.1", b"https", b"*"])
            | st.binary(max_size=30),
        ),
        max_size=4,
    ),
)
async def test_a_peer_that_is_not_trusted_does_not_choose_its_address(
    proxies: tuple[str, ...], host: str | None, headers: Headers
) -> None:
    scope = await seen(host, headers, proxies)
    assert scope["client"] == (None if host is None else (host, 5123))
    assert (scope["scheme"], scope[BELIEVED]) == ("http", False)
