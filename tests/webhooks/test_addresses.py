"""No request goes to this machine, its network or its cloud, whatever the name or the answer says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import httpcore
import pytest

from delivery.webhooks.addresses import is_public
from delivery.webhooks.network_backend import DnsResolver, NoAddress, PinnedBackend, Resolve
from delivery.webhooks.sender import Sender
from tests.webhooks.receiver import receiving

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",  # carriers' own
    "100.100.100.200",  # metadata of a cloud
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # the platform, inside of a cloud
    "169.254.0.1",
    "169.254.169.254",  # metadata of most clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # metadata of a cloud
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",  # Teredo
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata of a cloud
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "",
    "127.1",
    "0x7f000001",
]
ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
]

NOWHERE = "no address: the name resolves to none, or only to private, local or reserved ones"


@pytest.mark.parametrize("address", REFUSED)
def test_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_allowed(address: str) -> None:
    assert is_public(address)


class Network(httpcore.AsyncMockBackend):
    """Writes down where connections are made to."""

    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 204 X\r\n\r\n"])
        self.reached: list[str] = []

    async def connect_tcp(self, host: str, *args: object, **options: object) -> httpcore.AsyncNetworkStream:
        self.reached.append(host)
        if host == "9.9.9.9":
            raise httpcore.ConnectError("down")
        return await super().connect_tcp(host, 443)


class Rebinding:
    """A name server that says something else every time, the harmless first."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.resolved_hosts: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.resolved_hosts.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def connecting(resolve: Rebinding) -> tuple[PinnedBackend, Network]:
    made, network = PinnedBackend(resolve, private=False), Network()
    made._network = network  # type: ignore[assignment]
    return made, network


async def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to() -> None:
    resolve = Rebinding(["8.8.8.8"], ["127.0.0.1"])
    made, network = connecting(resolve)
    await made.connect_tcp("rebinding.example.org", 443)
    assert (resolve.resolved_hosts, network.reached) == (["rebinding.example.org"], ["8.8.8.8"])
    with pytest.raises(NoAddress):
        await made.connect_tcp("rebinding.example.org", 443)
    assert network.reached == ["8.8.8.8"]


async def test_of_several_addresses_only_those_that_are_allowed_are_tried() -> None:
    made, network = connecting(Rebinding(["10.0.0.1", "9.9.9.9", "::1", "8.8.8.8"]))
    await made.connect_tcp("mixed.example.org", 443)
    assert network.reached == ["9.9.9.9", "8.8.8.8"]


async def test_an_address_in_brackets_is_one() -> None:
    resolve = Rebinding(["::1"])
    made, network = connecting(resolve)
    with pytest.raises(NoAddress):
        await made.connect_tcp("[::1]", 443)
    assert (resolve.resolved_hosts, network.reached) == (["::1"], [])


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "0.0.0.0"]
)
async def test_however_it_is_written_nobody_on_this_machine_is_reached(host: str) -> None:
    """By the system's own resolver, over a real network."""
    async with receiving() as receiver:
        names = DnsResolver(2)
        sender = Sender(names, private=False, timeout=5, most=2, most_bytes=100)
        response = await sender.post(f"http://{host}:{receiver.port}/", {}, b"{}")
        await sender.close()
        names.close()
        assert receiver.connections == 0
    assert response.error == NOWHERE


async def unresolved(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def malformed(host: str, port: int) -> Sequence[str]:
    raise UnicodeError("label too long")


async def private_addresses(host: str, port: int) -> Sequence[str]:
    return ["10.0.0.7", "fd00::7"]


@pytest.mark.parametrize("resolve", [unresolved, malformed, private_addresses], ids=lambda one: one.__name__)
async def test_the_log_does_not_tell_names_within_from_names_that_are_none(resolve: Resolve) -> None:
    """Otherwise registering webhooks would reveal which names a network has."""
    sender = Sender(resolve, private=False, timeout=5, most=2, most_bytes=100)
    response = await sender.post("https://payroll.corp.example/", {}, b"{}")
    await sender.close()
    assert (response.status, response.error, response.retry_after) == (None, NOWHERE, None)


async def test_a_name_server_that_hangs_is_waited_for_no_longer_than_a_receiver() -> None:
    async def forever(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(3_600)
        return []

    sender = Sender(forever, private=False, timeout=0.2, most=2, most_bytes=100)
    response = await sender.post("https://slow.example.org/", {}, b"{}")
    await sender.close()
    assert response.error == "no answer within 0.2 seconds"


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        names = DnsResolver(1)
        sender = Sender(names, private=False, timeout=5, most=2, most_bytes=100)
        await sender.post("http://127.0.0.1:9/", {}, b"{}")
        await sender.close()
        names.close()
        assert proxy.connections == 0


HEADS = {
    "a date in a year beyond all numbers": b"retry-after: Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "the last of all days": b"retry-after: Fri, 31 Dec 9999 23:59:59 -2359",
    "an offset that is none": b"retry-after: Mon, 01 Jan 2026 00:00:00 +99999999999",
    "a number without end": b"retry-after: " + b"9" * 5_000,
    "another alphabet's digits": "retry-after: \u0663".encode(),
    "no text": b"retry-after: \xff\xfe",
    "nested comments": b"retry-after: " + b"(" * 5_000,
    "nothing": b"retry-after:",
    "a body that says it is compressed": b"content-encoding: gzip",
    "a cookie": b"set-cookie: a=" + b"b" * 5_000,
    "another address": b"location: http://169.254.169.254/",
}


@pytest.mark.parametrize("header", HEADS)
async def test_what_a_receiver_says_beside_its_status_changes_nothing(header: str) -> None:
    """It accepted the message: sent again, it would come twice, and its webhook be parked in the end."""
    head = b"HTTP/1.1 200 OK\r\n" + HEADS[header] + b"\r\ncontent-length: 0\r\n\r\n"
    made = Sender(Rebinding(["8.8.8.8"]), private=False, timeout=5, most=2, most_bytes=100)
    made._pool._network_backend._network = httpcore.AsyncMockBackend([head])  # type: ignore[attr-defined]
    response = await made.post("http://receiver.example.org/", {}, b"{}")
    await made.close()
    assert (response.status, response.error) == (200, None)
    assert response.retry_after is None or response.retry_after >= 0
