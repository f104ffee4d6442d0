"""Addresses of databases as libpq reads them, made into those that our driver reads: one for each host.

The driver takes a parameter that it doesn't know for a setting of the server, which refuses it. So those of
libpq that say nothing about the server are read here, or left out. One that would make the connection safer,
and that nobody here heeds, is refused: whoever wrote it relies on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

CONNECT_TIMEOUT = 10.0  # seconds for each host
SHORTEST_TIMEOUT = 2.0  # libpq's own
ATTRIBUTES = "target_session_attrs"
LEFT_OUT = re.compile(
    "channel_binding|connect_timeout|fallback_application_name|gssdelegation|gssencmode|keepalives"
    "|keepalives_(count|idle|interval)|load_balance_hosts|(min|max)_protocol_version"
    "|ssl(certmode|compression|keylogfile|sni)"
)
"""Parameters of libpq that are no setting of the server, and that the driver doesn't know."""
REFUSED = {
    "channel_binding": ("require", "use sslmode=verify-full with sslrootcert, which proves the server too"),
    "gssencmode": ("require", "use sslmode"),
    "hostaddr": (None, "name the address as the host"),
    "replication": (None, "leave it out"),
    "require_auth": (None, "leave it out"),
    "requirepeer": (None, "leave it out"),
    "sslcertmode": ("require", "use sslcert and sslkey"),
    "sslcrldir": (None, "use sslcrl"),
}
"""What is refused: a value, or any; and what to write instead."""
SCHEME = re.compile(r"postgres(ql)?://", re.IGNORECASE)
HOST = r"(\[[0-9A-Fa-f:.%]+\]|[^\s,:@\[\]]*)(:\d{0,5})?"
HOSTS = re.compile(f"{HOST}(,{HOST})*")


class UnreadableAddress(ValueError):
    """The address is none of PostgreSQL's, or asks for what can't be had; the message repeats no secret."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """`urls` are tried in their order, each for so many seconds."""

    urls: tuple[str, ...]
    timeout: float


@lru_cache(maxsize=16)
def parse_address(url: str) -> DatabaseAddress:
    """Raises UnreadableAddress."""
    scheme, authority, path, query = split_address(url)
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    for name, (value, instead) in REFUSED.items():
        if name in parameters and value in (None, parameters[name]):
            wanted = name if value is None else f"{name}={value}"
            raise UnreadableAddress(f"{wanted} is not supported: {instead}")
    timeout = _timeout(parameters.get("connect_timeout", ""))
    kept = {name: value for name, value in parameters.items() if not LEFT_OUT.fullmatch(name)}
    user, at, hosts = authority.rpartition("@")
    ends = _ends(unquote(hosts) if hosts.startswith("%2") else hosts, kept)
    if len(ends) == 1:
        return DatabaseAddress((f"{scheme}://{authority}{path}{_query(kept)}",), timeout)
    without = {name: value for name, value in kept.items() if name not in ("host", "port")}
    rounds = [without]
    if without.get(ATTRIBUTES) == "prefer-standby":
        rounds = [{**without, ATTRIBUTES: "standby"}, {**without, ATTRIBUTES: "any"}]
    made = [
        f"{scheme}://{user}{at}{path}{_query({**one, 'host': host, **({'port': port} if port else {})})}"
        for one in rounds
        for host, port in ends
    ]
    return DatabaseAddress(tuple(made), timeout)


def split_address(url: str) -> tuple[str, str, str, str]:
    """Scheme, authority, path and query; raises UnreadableAddress."""
    found = SCHEME.match(url)
    if found is None:
        raise UnreadableAddress("not an address like postgresql://user@host/database")
    rest, _, query = url[found.end() :].partition("?")
    authority, slash, path = rest.partition("/")
    hosts = authority.rpartition("@")[2]
    if "@" in path or authority.count("@") > 1 or not HOSTS.fullmatch(hosts):
        raise UnreadableAddress("its hosts can't be read: write / @ : ? of a password as %2F %40 %3A %3F")
    return url[: found.end() - 3], authority, slash + path, query


def redacted(url: str) -> str:
    """An address without its secrets, to be shown to people; whatever the address is."""
    try:
        _, authority, path, query = split_address(url)
    except UnreadableAddress:
        return "of PUENTE_DATABASE_URL"
    hosts, parameters = authority.rpartition("@")[2], dict(parse_qsl(query))
    if hosts:
        return f"{hosts}{path}"
    port = f":{parameters['port']}" if "port" in parameters else ""
    return f"{parameters.get('host') or 'localhost'}{port}{path}"


def _ends(hosts: str, parameters: dict[str, str]) -> list[tuple[str, str]]:
    """Host and port of each, as the authority or else the parameters name them; raises UnreadableAddress."""
    if hosts:
        named = [re.fullmatch(r"(\[.*\]|[^:]*)(?::(\d*))?", one) for one in hosts.split(",")]
        ends = [(unquote(one[1]), one[2] or "") for one in named if one is not None]
    else:
        ends = [(one, "") for one in parameters.get("host", "").split(",")]
    ports = parameters.get("port", "").split(",")
    if len(ports) not in (1, len(ends)):
        raise UnreadableAddress(f"it names {len(ends)} hosts and {len(ports)} ports")
    ports = ports * len(ends) if len(ports) == 1 else ports
    return [(host, own or port) for (host, own), port in zip(ends, ports, strict=True)]


def _timeout(given: str) -> float:
    """As libpq reads it: none, zero and less are no limit of its own."""
    try:
        seconds = int(given or 0)
    except ValueError:
        raise UnreadableAddress("connect_timeout must be a number of seconds") from None
    return max(float(seconds), SHORTEST_TIMEOUT) if seconds > 0 else CONNECT_TIMEOUT


def _query(parameters: dict[str, str]) -> str:
    return f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
