"""Parsers of comma-separated lists in environment variables; other values pass unchanged.

Each raises ValueError with an example.
"""

from __future__ import annotations

import re
from ipaddress import ip_network

from api.settings.vocabulary import ROLES

ORIGIN = re.compile(r"https?://(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?")
HOST = re.compile(r"\*|\[[\da-f:.]+\]|[\w.-]+")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
NOBODY, ANY = "NONE", "ANY"


def origins_listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    origins = _elements(given.lower())
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin} is not an origin such as https://portal.example.org")
    return tuple(map(normalized_origin, origins))


def headers_listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    headers = _elements(given)
    for header in headers:
        if not HEADER.fullmatch(header):
            raise ValueError(f"{header} is not a header such as X-Portal")
    return headers


def hosts_listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    hosts = _elements(given.lower())
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ValueError(f"{host} is not a host name such as portal.example.org")
    return hosts


def roles_listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    roles = _elements(given)
    for role in roles:
        if role not in (*ROLES, NOBODY):
            raise ValueError(f"{role} is not one of {', '.join(ROLES)}, {NOBODY}")
    return tuple(role for role in roles if role != NOBODY)


def networks_listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    networks = _elements(given)
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise ValueError(f"{network} is not an address or network such as 10.0.0.0/8") from None
    return networks


def readers_listed(given: object) -> object:
    """Networks, or ANY or NONE."""
    if given == NOBODY:
        return ()
    return (ANY,) if given == ANY else networks_listed(given)


def normalized_origin(origin: str) -> str:
    """The origin without its scheme's default port."""
    return origin.removesuffix(DEFAULT_PORTS[origin.partition(":")[0]])


def _elements(given: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.split(",") if one.strip())
