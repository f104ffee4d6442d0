"""Addresses that a webhook may be sent to: never this machine, its network or its cloud platform.

Rejects the networks that IANA's special-purpose registries list as not globally reachable, multicast, and
those that cloud platforms use for themselves.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

REFUSED_4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # "this network": 0.0.0.0 reaches this machine
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT (RFC 6598), and the metadata of some clouds
            "127.0.0.0/8",
            "168.63.129.16/32",  # a public number that Azure's platform uses inside its networks
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
GLOBAL_6 = ip_network("2000::/3")  # the rest is loopback, local, mapped, multicast or unassigned
REFUSED_6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
            "2001:db8::/32",
            "2002::/16",  # 6to4 carries an IPv4 address
            "3fff::/20",
        ),
    )
)
NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether it is on the public internet; an IPv6 address that embeds an IPv4 one is judged by that."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _is_public_4(found) if isinstance(found, IPv4Address) else _is_public_6(found)


def _is_public_4(address: IPv4Address) -> bool:
    return not any(address in network for network in REFUSED_4)


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return _is_public_4(address.ipv4_mapped)
    if address in NAT64:
        return _is_public_4(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in GLOBAL_6 and not any(address in network for network in REFUSED_6)
