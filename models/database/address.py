"""Converts a database's address to addresses for the driver, one for each host.

The driver treats an unknown parameter as a setting of the server, such as `work_mem=8MB`. So libpq's client
parameters are removed here. A parameter that would make the connection safer but isn't supported is rejected,
since its user relies on it.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from models.database.address_parser import Parameters, UnreadableAddress, read_address

CONNECT_TIMEOUT = 10.0  # seconds for each host
SHORTEST_TIMEOUT = 2.0  # libpq's own
ATTRIBUTES = "target_session_attrs"
ALLOWED_ATTRIBUTES = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")
LEFT_OUT = re.compile(
    "host|port|channel_binding|client_encoding|connect_timeout|fallback_application_name|gssdelegation"
    "|gssencmode|keepalives(_count|_idle|_interval)?|load_balance_hosts|(min|max)_protocol_version"
    "|ssl(certmode|compression|keylogfile|sni)|tcp_user_timeout"
)
"""Parameters of libpq that the driver must not get; those with an effect are handled here."""
ANY = ".*"
SIGNED_IN = "use a password or a certificate"
REFUSED = {
    "channel_binding": ("require", "use sslmode=verify-full with sslrootcert, which proves the server too"),
    "client_encoding": (r"(?!(?i:utf-?8|unicode|auto)$).*", "omit it, it is UTF8"),
    "gssencmode": ("require", "use sslmode"),
    "hostaddr": (ANY, "use the address as the host"),
    "oauth_ca_file": (ANY, SIGNED_IN),
    "oauth_client_id": (ANY, SIGNED_IN),
    "oauth_client_secret": (ANY, SIGNED_IN),
    "oauth_issuer": (ANY, SIGNED_IN),
    "oauth_scope": (ANY, SIGNED_IN),
    "replication": (ANY, "omit it"),
    "require_auth": (ANY, "omit it"),
    "requirepeer": (ANY, "omit it"),
    "requiressl": (ANY, "use sslmode"),
    "scram_client_key": (ANY, "use password or passfile"),
    "scram_server_key": (ANY, "use password or passfile"),
    "ssl": (ANY, "use sslmode"),
    "sslcertmode": ("require", "use sslcert and sslkey"),
    "sslcrldir": (ANY, "use sslcrl"),
}
"""Rejected parameter → the pattern of its rejected values, and what to use instead."""
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
SYSTEM = "system"
VERSIONS = {"ssl_min_protocol_version": "minimum_version", "ssl_max_protocol_version": "maximum_version"}
TLS = {*FILES, *VERSIONS, "sslmode", "sslpassword"}
"""Parameters of the `ssl.SSLContext`."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """`urls` are tried in order, each for `timeout` seconds; `tls` has what a URL can't express."""

    urls: tuple[str, ...]
    timeout: float
    tls: ssl.SSLContext | None = None


@lru_cache(maxsize=16)
def parse_address(url: str) -> DatabaseAddress:
    """The driver's addresses for a database's URL; raises UnreadableAddress."""
    given = read_address(url)
    _check(given)
    tls = _system_tls(given) if given.get("sslrootcert") == SYSTEM else None
    kept = {name: value for name, value in given.items() if not LEFT_OUT.fullmatch(name)}
    if tls is not None:
        kept = {name: value for name, value in kept.items() if name not in TLS}
    ends = _ends(given)
    rounds = [kept]
    if len(ends) > 1 and kept.get(ATTRIBUTES) == "prefer-standby":
        rounds = [{**kept, ATTRIBUTES: "standby"}, {**kept, ATTRIBUTES: "any"}]
    urls = tuple(_url(one, host, port) for one in rounds for host, port in ends)
    return DatabaseAddress(urls, _timeout(given.get("connect_timeout", "")), tls)


def redacted(url: str) -> str:
    """An address without secrets, for messages; also for an unreadable address."""
    try:
        given = read_address(url)
        ends = _ends(given)
    except UnreadableAddress:
        return "of PUENTE_DATABASE_URL"
    hosts = [f"{_bracketed(host) or 'localhost'}{port and f':{port}'}" for host, port in ends]
    return f"{','.join(hosts)}{'/' * ('dbname' in given)}{given.get('dbname', '')}"


def _check(given: Parameters) -> None:
    """Raises UnreadableAddress for parameters that aren't supported, or files that don't exist."""
    for name, (pattern, instead) in REFUSED.items():
        if name in given and re.fullmatch(pattern, given[name]):
            wanted = name if pattern == ANY else f"{name}={given[name]}"
            raise UnreadableAddress(f"{wanted} is not supported: {instead}")
    if given.get(ATTRIBUTES, "any") not in ALLOWED_ATTRIBUTES:
        raise UnreadableAddress(f"{ATTRIBUTES} must be one of {', '.join(ALLOWED_ATTRIBUTES)}")
    if given.get("sslmode") == "disable":
        return
    for name in FILES:
        if given.get(name, SYSTEM) != SYSTEM and not Path(given[name]).is_file():
            raise UnreadableAddress(f"the file {given[name]} in {name} does not exist")


def _system_tls(given: Parameters) -> ssl.SSLContext:
    """A context for `sslrootcert=system`: the system's trust store, with verify-full as in libpq."""
    if given.get("sslmode", "verify-full") != "verify-full":
        raise UnreadableAddress("sslrootcert=system needs sslmode=verify-full")
    if "sslcrl" in given:
        raise UnreadableAddress("sslcrl needs a file in sslrootcert, not system")
    context = ssl.create_default_context()
    context.set_alpn_protocols(["postgresql"])
    for name, attribute in VERSIONS.items():
        if name in given:
            version = given[name].replace(".", "_")
            if version not in ssl.TLSVersion.__members__:
                raise UnreadableAddress(f"{name} must be a version such as TLSv1.3")
            setattr(context, attribute, ssl.TLSVersion[version])
    if "sslcert" in given:
        context.load_cert_chain(given["sslcert"], given.get("sslkey"), given.get("sslpassword", ""))
    return context


def _ends(given: Parameters) -> list[tuple[str, str]]:
    """Host and port of each server; raises UnreadableAddress."""
    hosts, ports = given.get("host", "").split(","), given.get("port", "").split(",")
    if any(host.startswith("@") for host in hosts):
        raise UnreadableAddress("abstract sockets (@…) are not supported: use a socket's folder")
    if any(port and not (port.isdecimal() and 0 < int(port) < 65_536) for port in ports):
        raise UnreadableAddress("a port must be a number from 1 to 65535")
    if len(ports) not in (1, len(hosts)):
        raise UnreadableAddress(f"it has {len(hosts)} hosts but {len(ports)} ports")
    return list(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True))


def _timeout(given: str) -> float:
    """The timeout in seconds, read as in libpq: an absent, zero or negative value means the default."""
    try:
        seconds = int(given or 0)
    except ValueError:
        raise UnreadableAddress("connect_timeout must be a number of seconds") from None
    return max(float(seconds), SHORTEST_TIMEOUT) if seconds > 0 else CONNECT_TIMEOUT


def _url(kept: Parameters, host: str, port: str) -> str:
    """A URL with everything as query parameters, which leaves the driver nothing ambiguous to parse."""
    named = {name: value for name, value in (("host", _bracketed(host)), ("port", port)) if value}
    return f"postgresql://?{urlencode({**named, **kept}, quote_via=quote, safe='')}".removesuffix("?")


def _bracketed(host: str) -> str:
    """An IPv6 address in brackets, so that its colons aren't taken for a port's."""
    return f"[{host}]" if ":" in host and not host.startswith("/") else host
