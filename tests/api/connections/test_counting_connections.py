"""Which connections make room, which are refused, and how many bytes heads may hold together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_network

import pytest

from api.composition import connection_limits_of
from api.connections.client_connections import ClientConnections
from api.connections.open_files import connections_within, file_limit
from api.settings.settings import read_settings
from planner.errors import TooManyConnections, Unavailable
from tests.api.http_clients import settings_for

LIMITS = replace(connection_limits_of(read_settings()), most=20, per_address=5)


@dataclass(eq=False)
class Connection:
    """One that waits since a moment, or doesn't wait."""

    since: float | None
    ended: list[str] = field(default_factory=list)

    def waiting_since(self, now: float) -> float | None:
        return self.since

    def expire(self, now: float) -> None:
        if self.since is not None and self.since < now:
            raise RuntimeError("a bug")

    def cut(self) -> None:
        self.ended.append("cut")


def entered(everyone: ClientConnections, host: str, since: Iterable[float | None]) -> list[Connection]:
    connections = [Connection(one) for one in since]
    for connection in connections:
        everyone.enter(connection, host)
    return connections


async def test_the_one_that_waits_longest_makes_room() -> None:
    everyone = ClientConnections(LIMITS)
    connections = entered(everyone, "192.0.2.1", [3.0, None, 1.0, 2.0, None])
    entered(everyone, "192.0.2.2", [0.5] * 5)
    entered(everyone, "192.0.2.1", [4.0, 5.0])
    assert [len(one.ended) for one in connections] == [0, 0, 1, 1, 0]
    assert len(everyone) == 10


async def test_where_none_of_an_address_waits_it_gets_no_more() -> None:
    everyone = ClientConnections(LIMITS)
    entered(everyone, "192.0.2.1", [None] * 5)
    with pytest.raises(TooManyConnections):
        entered(everyone, "192.0.2.1", [1.0])
    entered(everyone, "192.0.2.2", [1.0])
    assert everyone.ended == {"full": 1}


async def test_where_none_at_all_waits_nobody_gets_one() -> None:
    everyone = ClientConnections(LIMITS)
    for number in range(5):
        entered(everyone, f"192.0.2.{number}", [None] * 4)
    with pytest.raises(Unavailable):
        entered(everyone, "192.0.2.77", [1.0])


@pytest.mark.parametrize("host", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"])
async def test_a_trusted_proxy_has_the_connections_of_many(host: str) -> None:
    proxies = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    everyone = ClientConnections(replace(LIMITS, proxies=proxies))
    entered(everyone, host, [None] * 19)
    (silent,) = entered(everyone, "192.0.2.1", [1.0])
    entered(everyone, host, [None])
    assert silent.ended
    with pytest.raises(Unavailable):
        entered(everyone, host, [None])


async def test_an_address_never_has_more_than_half_and_a_network_is_one() -> None:
    everyone = ClientConnections(replace(LIMITS, per_address=1_000))
    entered(everyone, "2001:db8::1", [None] * 5)
    entered(everyone, "2001:db8::2", [None] * 5)
    with pytest.raises(TooManyConnections):
        entered(everyone, "2001:db8::3", [1.0])


async def test_without_a_limit_of_addresses_one_may_have_all() -> None:
    everyone = ClientConnections(replace(LIMITS, per_address=0))
    entered(everyone, "192.0.2.1", [None] * 20)
    with pytest.raises(Unavailable):
        entered(everyone, "192.0.2.1", [1.0])


async def test_who_leaves_or_speaks_another_protocol_counts_once() -> None:
    everyone = ClientConnections(replace(LIMITS, head=replace(LIMITS.head, total_bytes=100)))
    first, second = Connection(None), Connection(None)
    for _ in range(30):
        everyone.enter(first, "192.0.2.1")
        everyone.hold(first, 60)
        everyone.replace(first, second)
        everyone.leave(first)
        assert (len(everyone), everyone.head_bytes) == (1, 60)
        everyone.leave(second)
        everyone.leave(second)
        assert (len(everyone), everyone.head_bytes) == (0, 0)
    everyone.replace(first, second)
    assert len(everyone) == 0


async def test_heads_share_what_they_may_hold() -> None:
    everyone = ClientConnections(replace(LIMITS, head=replace(LIMITS.head, total_bytes=100)))
    first, second = entered(everyone, "192.0.2.1", [None, None])
    everyone.hold(first, 30)
    everyone.hold(first, 60)
    with pytest.raises(Unavailable):
        everyone.hold(second, 50)
    everyone.release(second)
    everyone.hold(second, 40)
    assert everyone.head_bytes == 100


async def test_one_that_fails_to_end_does_not_keep_the_others(caplog: pytest.LogCaptureFixture) -> None:
    limits = replace(LIMITS, idle=0.04)
    everyone = ClientConnections(limits)
    entered(everyone, "192.0.2.1", [0.0])
    watching = asyncio.create_task(everyone.watch())
    async with asyncio.timeout(30):
        while caplog.text.count("could not be ended") < 2:
            await asyncio.sleep(0.01)
    watching.cancel()


async def test_the_settings_say_it() -> None:
    settings = settings_for(
        "postgresql:///", trusted_proxies=("10.0.0.0/8",), max_connections=40, connections_per_address=3
    )
    everyone = ClientConnections(connection_limits_of(settings))
    entered(everyone, "10.1.2.3", [None] * 10)
    entered(everyone, "192.0.2.1", [None] * 3)
    with pytest.raises(TooManyConnections):
        entered(everyone, "192.0.2.1", [None])


def test_connections_stay_below_the_limit_of_open_files(caplog: pytest.LogCaptureFixture) -> None:
    assert connections_within(10, 5) == 10
    assert "WARNING" not in caplog.text
    fewer = connections_within(10**9, 5)
    assert 0 < fewer < file_limit()
    assert connections_within(10**9, 25) == fewer - 20
    assert f"at most {fewer} connections" in caplog.text
